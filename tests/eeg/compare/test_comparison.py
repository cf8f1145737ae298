"""Same state, same measure."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.compared import NREM, side, states

from westward.eeg.compare.comparison import Comparison, Row, compare
from westward.eeg.compare.measures import SPINDLES, age_note, measures
from westward.eeg.compare.side import Side, Table
from westward.eeg.events.hypnogram import EPOCH_S
from westward.eeg.signal.montage import ELECTRODES


def row(c: Comparison, state: str, key: str = "rms_uv_median") -> Row:
    (found,) = [r for r in c.rows if r.state == state and r.measure.key == key]
    return found


def test_each_state_is_compared_with_itself_alone() -> None:
    c = compare(side("a", level=100, wake_level=40), side("b", level=50, wake_level=40, seed=1))
    nrem, wake = row(c, "nrem").change, row(c, "wake").change
    assert nrem is not None
    assert wake is not None
    assert nrem.difference == pytest.approx(-50, abs=1)
    assert wake.difference == pytest.approx(0, abs=1)
    assert (row(c, "nrem").n_before, row(c, "nrem").channels) == (60, 19)


def test_not_enough_sleep_is_said_and_nothing_is_compared() -> None:
    c = compare(side("a"), side("b", state=states(wake=100, nrem=19)))
    (nrem,) = [s for s in c.states if s.state == "nrem"]
    assert nrem.why.startswith("not enough sleep to compare (NREM sleep: 30 min before, 9.5 min after, 15 min needed")
    assert row(c, "nrem").change is None
    assert row(c, "nrem").why == nrem.why
    assert row(c, "wake").change is not None


def test_exactly_enough_is_enough() -> None:
    c = compare(side("a"), side("b", state=states(wake=100, nrem=30)))
    assert row(c, "nrem").change is not None


def test_ictal_time_is_no_sleep_to_compare() -> None:
    kept = np.ones(120, np.bool_)
    kept[60:105] = False
    c = compare(side("a"), side("b", interictal=kept))
    assert "7.5 min after" in row(c, "nrem").why


def test_unassessed_states_are_never_compared() -> None:
    c = compare(side("a"), side("b", cycles=None, nrem=None, wake=None))
    assert all("states were not assessed after" in s.why for s in c.states)
    assert all(r.change is None and r.why for r in c.rows)


def test_only_electrodes_of_both_count() -> None:
    other = side("b", level=100, seed=1)
    odd = other.tables["rms_uv_median"]
    odd.values[10:] += 1000
    some = side("a", level=100, electrodes=ELECTRODES[:10])
    found = row(compare(some, other), "nrem")
    assert found.channels == 10
    assert found.change is not None
    assert found.change.difference == pytest.approx(0, abs=1)
    few = row(compare(side("a", electrodes=ELECTRODES[:3]), other), "nrem")
    assert few.change is None
    assert few.why == "3 channels in common, 4 needed"


def test_what_cannot_be_compared_keeps_its_reason() -> None:
    flat = Table(ELECTRODES, np.ones((19, 120)), EPOCH_S, states(), np.ones(120, np.bool_))
    sparse = Table(ELECTRODES, np.full((19, 120), np.nan), EPOCH_S, states(), np.ones(120, np.bool_))
    sparse.values[:, [70, 110]] = 1
    extra = {"permutation_entropy": flat, "multiscale_entropy_nat": sparse, "spectral_entropy": flat}
    a, b = side("a", extra=extra), side("b", extra={**extra}, sfreq_hz=200.0)
    c = compare(a, b)
    assert "depends on the sampling rate" in row(c, "nrem", "permutation_entropy").why
    assert row(c, "nrem", "spectral_entropy").change is not None
    c = compare(a, side("b", extra=extra))
    assert row(c, "nrem", "multiscale_entropy_nat").why == "2 values before, 2 after, 3 needed in each"
    c = compare(a, side("b"))
    assert row(c, "nrem", "spectral_entropy").why == "not measured after"


def spindles(per_min: float) -> dict[str, Table]:
    values = np.where(states() == NREM, per_min, 0.0)[None]
    return {SPINDLES: Table(("C3, C4",), values, EPOCH_S, states(), np.ones(120, np.bool_))}


def test_spindles_are_of_nrem_and_beside_the_range_of_their_age() -> None:
    a = side("a", extra=spindles(1.0), age_days=140)
    c = compare(a, side("b", extra=spindles(7.0), age_days=154))
    assert [r.state for r in c.rows if r.measure.key == SPINDLES] == ["nrem"]
    assert "below before, within after" in row(c, "nrem", SPINDLES).age
    assert "excerpt" in row(c, "nrem", SPINDLES).age
    older = row(compare(a, side("b", extra=spindles(7.0), age_days=300)), "nrem", SPINDLES)
    assert older.age == "published densities are of 4-6 months only: not age-adjusted"


def test_no_measure_claims_to_be_adjusted_for_age() -> None:
    told = {m.key: age_note(m) for m in measures().values()}
    assert all(
        text.startswith(("no norm: not age-adjusted", "not age-adjusted;", "published")) for text in told.values()
    )
    assert told["rms_uv_median"] == "no norm: not age-adjusted"
    assert "direction only" in told["network_strength"]


def test_the_same_two_studies_give_the_same_numbers() -> None:
    def numbers() -> list[object]:
        return [r.change for r in compare(side("a"), side("b", seed=1)).rows]

    assert numbers() == numbers()


def test_spasms_are_told_per_usable_hour() -> None:
    c = compare(side("a", spasms=30), side("b", spasms=0))
    before, after = c.spasms
    assert before is not None
    assert after is not None
    assert (before.spasms.per_hour, after.spasms.per_hour) == (30, 0)
    assert before.clusters.n == 6
    assert after.spasms.high == pytest.approx(3.689, abs=1e-3)
    assert c.spasm_ratio is not None
    assert c.spasm_ratio.ratio == 0
    assert compare(side("a", spasms=None), side("b")).spasm_ratio is None


def test_ages_apart() -> None:
    def apart(a: Side, b: Side) -> int | None:
        return compare(a, b).age_apart_days

    assert apart(side("a", age_days=200), side("b", age_days=214)) == 14
    assert apart(side("a", age_days=None), side("b")) is None
