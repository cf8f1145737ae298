"""The list behind level 1: claimed only when measured, long enough and beyond its limit."""

from __future__ import annotations

import numpy as np
import pytest
from tests.eeg.grading.test_hypsarrhythmia import LEFT, background
from tests.support.grading import facts

from westward.eeg.grading.score_one import Abnormality, find
from westward.eeg.signal.homologs import regions
from westward.eeg.signal.montage import LONGITUDINAL


def by_name(found: tuple[Abnormality, ...]) -> dict[str, Abnormality]:
    return {a.name: a for a in found}


def test_nothing_is_found_in_a_symmetric_continuous_background() -> None:
    f = facts()
    found = find(f, background(f), n_spindles=100)
    assert [a.found for a in found] == [False] * 4


def test_without_measurements_nothing_is_claimed_and_each_item_says_why() -> None:
    for found in (find(facts(), None), find(facts(600), background(facts(600)))):
        assert all(a.found is None and a.value is None and a.why for a in found)


@pytest.mark.parametrize(("share", "found"), [(0.6, True), (0.4, False)])
def test_persistent_asymmetry(share: float, found: bool) -> None:
    f = facts(background_uv=100)
    f.background_uv[LEFT, : int(share * f.n_seconds)] = 40
    item = by_name(find(f, background(f)))["persistent asymmetry"]
    assert item.found is found
    assert item.value == pytest.approx(share, abs=0.01)
    assert "left lower" in item.why


def test_alternating_asymmetry_does_not_persist() -> None:
    f = facts(background_uv=100)
    f.background_uv[LEFT, ::3] = 40
    f.background_uv[LEFT, 1::3] = 250
    item = by_name(find(f, background(f)))["persistent asymmetry"]
    assert item.value == pytest.approx(1 / 3, abs=0.01)
    assert item.found is False


def test_persistent_focal_slowing_names_its_place() -> None:
    f = facts()
    b = background(f, delta=0.4)
    rows = list(regions(LONGITUDINAL)["right temporal"])
    b.band_power[0][rows] *= 3
    item = by_name(find(f, b))["persistent focal slowing"]
    assert item.found
    assert "right temporal" in item.why


def test_a_side_that_is_only_higher_is_not_slower() -> None:
    f = facts()
    b = background(f, delta=0.4)
    b.band_power[:, LEFT] *= 4
    assert by_name(find(f, b))["persistent focal slowing"].found is False


@pytest.mark.parametrize(
    ("spindles", "nrem_s", "age", "found"),
    [
        (0, 1740, 210, None),
        (3, 1740, 210, False),
        (0, 3000, 210, True),
        (12, 3000, 210, False),
        (1, 720, 210, None),
        (2, 22 * 60, 210, None),
        (0, 720, 210, None),
        (0, 0, 210, None),
        (40, 720, 210, False),
        (0, 3000, 60, None),
        (None, 3000, 210, None),
    ],
)
def test_absent_spindles(spindles: int | None, nrem_s: int, age: int, found: bool | None) -> None:
    f = facts(3600, nrem_s=nrem_s, age_days=age)
    item = by_name(find(f, background(f), n_spindles=spindles))["absent spindles"]
    assert item.found is found
    assert (item.value is None) == (found is None)
    if found is not None and spindles is not None:
        assert (item.value, item.limit, item.unit) == (pytest.approx(spindles / (nrem_s / 60)), 0.1, "1/min")


@pytest.mark.parametrize(
    ("share", "age", "found"), [(0.2, 210, True), (0.05, 210, False), (0.2, 30, None), (0.2, None, None)]
)
def test_excessive_discontinuity(share: float, age: int | None, found: bool | None) -> None:
    f = facts(age_days=age)
    b = background(f)
    b.generalized_uv[:, np.arange(f.n_seconds) % 100 < 100 * share] = 5
    assert by_name(find(f, b))["excessive discontinuity"].found is found


def test_a_derivation_lost_on_one_side_is_not_an_asymmetry() -> None:
    f = facts(background_uv=100)
    f.background_uv[LEFT[:6]] = np.nan
    item = by_name(find(f, background(f)))["persistent asymmetry"]
    assert item.found is None
