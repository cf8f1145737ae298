"""Evidence grows with what speaks for a spasm; what is unknown says nothing."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.events import spasm_evidence as evidence
from westward.eeg.events.spasm_features import SpasmFeatures
from westward.eeg.events.spasm_parameters import SpasmParameters

P = SpasmParameters()


def features(onset_s: list[float], **columns: float) -> SpasmFeatures:
    """Candidates with one value per column; NaN where none is given."""
    n = len(onset_s)
    made = {f.name: np.full(n, columns.get(f.name, np.nan)) for f in fields(SpasmFeatures)}
    return SpasmFeatures(**(made | {"onset_s": np.array(onset_s, float)}))


CLEAR = {
    "slow_wave_uv": 200.0, "slow_wave_ratio": 7.0, "slow_wave_peak_s": 10.5, "sharpness": 0.2, "vertex_share": 0.93,
    "unlike": 2.0, "decrement_ratio": 0.35, "decrement_s": 2.0, "decrement_share": 1.0, "early_change": -1.3,
    "emg_ratio": 20.0, "emg_onset_s": 10.2, "emg_duration_s": 1.0, "emg_diamond": 0.97, "fast_activity_ratio": 2.0,
}  # fmt: skip


def of(**changed: float) -> SpasmFeatures:
    return features([10.0], **(CLEAR | changed))


def test_what_is_not_assessable_says_nothing() -> None:
    f = features([10.0])
    assert evidence.slow_wave(f, P)[0] == 0
    assert evidence.decrement(f, P)[0] == 0
    assert evidence.emg(f, P)[0] == 0
    assert evidence.total(f, P)[0] == pytest.approx(P.prior + P.wave_unknown_evidence)
    assert P.wave_unknown_evidence < 0


@pytest.mark.parametrize(
    "less",
    [
        {"slow_wave_ratio": 1.0},
        {"vertex_share": 0.2},
        {"sharpness": 0.9},
        {"unlike": 60.0},
        {"decrement_s": 0.0, "decrement_ratio": np.nan, "decrement_share": np.nan, "early_change": 0.0},
        {"emg_ratio": 0.0, "emg_duration_s": 0.0, "emg_diamond": np.nan},
        {"decrement_s": 10.0},
        {"fast_activity_ratio": 9.0},
    ],
)
def test_each_part_that_is_wrong_or_missing_takes_off(less: dict[str, float]) -> None:
    assert evidence.total(of(), P)[0] > 8
    assert evidence.total(of(**less), P)[0] < evidence.total(of(), P)[0] - 1


def test_a_lost_signal_is_no_decrement() -> None:
    assert evidence.decrement(of(decrement_ratio=0.03), P)[0] < evidence.decrement(of(decrement_ratio=0.3), P)[0] - 1


def test_the_field_of_a_small_wave_says_little() -> None:
    def lost(ratio: float) -> float:
        right, wrong = (
            evidence.slow_wave(of(slow_wave_ratio=ratio, vertex_share=s, decrement_s=0.0), P)[0] for s in (0.93, 0.2)
        )
        return float(right - wrong)

    assert 0 < lost(1.5) < 0.5 * lost(8.0)


def test_what_the_field_leaves_over_counts_only_beside_the_wave() -> None:
    def lost(ratio: float) -> float:
        none, much = (
            evidence.slow_wave(of(slow_wave_ratio=ratio, unlike=u, decrement_s=0.0), P)[0] for u in (0.5, 30.0)
        )
        return float(none - much)

    assert lost(4.0) > 2
    assert lost(20.0) == 0


def test_jerks_and_tonic_contractions_are_no_spasms() -> None:
    def lasting(duration_s: float) -> float:
        return float(evidence.emg(of(emg_duration_s=duration_s), P)[0])

    assert lasting(0.1) < 0 < lasting(1.0)
    assert lasting(7.5) < lasting(4.0) <= lasting(2.5)


def test_a_burst_says_no_more_than_a_startle_could() -> None:
    assert evidence.emg(of(emg_ratio=80.0, emg_diamond=1.0), P)[0] == pytest.approx(P.most_emg)


def test_a_burst_on_one_side_alone_is_a_movement() -> None:
    both, one_sided = (evidence.emg(of(emg_asymmetry=a), P)[0] for a in (0.4, -0.95))
    assert evidence.emg(of(), P)[0] == both > one_sided + 2


def test_a_wave_of_a_rhythm_is_no_slow_wave_of_a_spasm() -> None:
    def of_wave(**more: float) -> float:
        return float(evidence.slow_wave(of(**({"decrement_s": 0.0} | more)), P)[0])

    assert of_wave(repeats=1.0) < of_wave(repeats=0.4) - 2
    assert of_wave(repeats=1.0, slow_wave_ratio=2.0) == of_wave(repeats=0.4, slow_wave_ratio=2.0)
    assert of_wave(repeats=1.0, decrement_s=2.0) == of_wave(repeats=0.4, decrement_s=2.0)


@given(
    st.sampled_from(["slow_wave_ratio", "vertex_share", "emg_ratio", "emg_diamond"]),
    st.floats(0.1, 40),
    st.floats(0, 20),
)
def test_more_of_a_part_never_speaks_against(name: str, value: float, more: float) -> None:
    low, high = (of(**{name: v}) for v in (value, value + more))
    assert evidence.total(high, P)[0] >= evidence.total(low, P)[0] - 1e-9
