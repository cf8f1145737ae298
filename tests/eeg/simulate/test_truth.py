"""The generator's own reading of the BASED rules, on hand-made facts."""

from typing import Any

import numpy as np
import pytest

from westward.eeg.signal.montage import LONGITUDINAL
from westward.eeg.simulate.truth import Planted, grade


def facts(**changes: Any) -> Planted:
    n = 600
    base: dict[str, Any] = {
        "n_seconds": n,
        "readable": np.ones(n, bool),
        "spike_s": np.zeros(0),
        "spike_focus": np.zeros(0, np.int64),
        "n_foci": 0,
        "swings_uv": np.full((18, n), 80, np.float32),
        "attenuations_s": np.zeros(0),
        "groups_s": np.zeros(0),
        "abnormality": "",
    }
    return Planted(**(base | changes))


def spikes(bins: np.ndarray, n_foci: int) -> dict[str, Any]:
    bins = np.asarray(bins)
    return {"spike_s": bins + 0.5, "spike_focus": np.arange(len(bins)) % n_foci, "n_foci": n_foci}


def page_bins(per_page: list[int]) -> np.ndarray:
    return np.concatenate([k * 15 + np.arange(n) for k, n in enumerate(per_page)]).astype(int)


def high(derivation: str, uv: float, share: float) -> np.ndarray:
    x = np.full((18, 600), 80, np.float32)
    x[LONGITUDINAL.index(derivation), : int(share * 600)] = uv
    x[LONGITUDINAL.index(derivation)] = np.tile(np.r_[[uv] * int(share * 10), [80] * (10 - int(share * 10))], 60)
    return x


def test_nothing_planted_is_0() -> None:
    based = grade(facts())
    assert (based["score"], based["rule"]) == (0, "0")


def test_a_planted_abnormality_is_1() -> None:
    assert grade(facts(abnormality="asymmetry"))["score"] == 1


def test_one_focus_is_2() -> None:
    assert grade(facts(**spikes(np.arange(10, 200, 20), 1)))["rule"] == "2"


def test_a_single_spike_is_no_focus() -> None:
    assert grade(facts(**spikes([50], 1)))["score"] == 0


def test_three_foci_in_the_study_but_never_in_an_epoch_is_2_uncommon_multifocal() -> None:
    n = 1200
    at = np.r_[10, 20, 30, 410, 420, 430, 810, 820, 830] + 0.5
    base = facts()
    p = Planted(
        n,
        np.ones(n, bool),
        at,
        np.repeat([0, 1, 2], 3),
        3,
        np.full((18, n), 80, np.float32),
        base.attenuations_s,
        base.groups_s,
        "",
    )
    assert grade(p)["rule"] == "2_uncommon_multifocal"


def test_epochs_are_counted_under_the_keys_of_the_summary() -> None:
    found = grade(facts(**spikes(np.arange(0, 300, 6), 3)))["epoch_scores"]
    assert list(found) == ["n", "below_3", "3", "4", "5"]
    assert found["n"] == 21
    assert found["n"] == sum(found[k] for k in ("below_3", "3", "4", "5"))
    assert found["3"] > 0
    assert grade(facts())["epoch_scores"] == {"n": 21, "below_3": 21, "3": 0, "4": 0, "5": 0}


def test_three_foci_below_half_are_3a_and_with_high_amplitude_4a() -> None:
    few = spikes(np.arange(0, 300, 6), 3)
    assert grade(facts(**few))["rule"] == "3a"
    assert grade(facts(**few, swings_uv=high("F3-C3", 250, 0.7)))["rule"] == "4a"


@pytest.mark.parametrize(
    ("derivation", "uv", "share", "expected"),
    [
        ("F3-C3", 250, 0.7, "3b"),
        ("F3-C3", 190, 0.9, "0"),
        ("F3-C3", 250, 0.4, "0"),
        ("P3-O1", 250, 0.9, "0"),
        ("P3-O1", 320, 0.6, "3b"),
    ],
)
def test_high_amplitude_must_recur_and_posterior_limit_is_higher(
    derivation: str, uv: float, share: float, expected: str
) -> None:
    assert grade(facts(swings_uv=high(derivation, uv, share)))["rule"] == expected


def test_80_bins_in_ten_pages_pass() -> None:
    based = grade(facts(**spikes(page_bins([8] * 10 + [0] * 10), 3)))
    assert based["rule"] == "5"
    assert based["score_by_bin_rule"] == 3
    assert based["spike_bin_fraction"] == pytest.approx(80 / 300, abs=1e-4)


def test_212_bins_in_nine_full_pages_fail() -> None:
    alone = facts(**spikes(page_bins([15] * 9 + [7] * 11), 3))
    short = Planted(
        300,
        np.ones(300, bool),
        alone.spike_s,
        alone.spike_focus,
        3,
        alone.swings_uv[:, :300],
        alone.attenuations_s,
        alone.groups_s,
        "",
    )
    based = grade(short)
    assert (based["score_by_page_rule"], based["score_by_bin_rule"]) == (3, 5)


def test_two_attenuations_or_groups_are_4b() -> None:
    assert grade(facts(attenuations_s=np.array([50.0, 90])))["rule"] == "4b_attenuation"
    assert grade(facts(groups_s=np.array([50.0, 90])))["rule"] == "4b_grouped"
    assert grade(facts(attenuations_s=np.array([50.0])))["rule"] == "0"


def test_too_little_readable_time_gives_no_grade() -> None:
    readable = np.zeros(600, bool)
    readable[:200] = True
    assert grade(facts(readable=readable))["score"] is None


def test_distance_says_how_far_the_burden_is_from_ten_of_twenty_pages() -> None:
    near = grade(facts(**spikes(page_bins([8] * 10 + [0] * 10), 3)))["distance_to_limit"]
    far = grade(facts(**spikes(page_bins([14] * 20), 3)))["distance_to_limit"]
    assert near["page_rule"] == 0
    assert far["page_rule"] == pytest.approx(6 / 15, abs=1e-4)
