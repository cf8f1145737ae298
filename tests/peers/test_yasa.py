"""Spindles beside YASA's detector, which works in another way (sigma power, correlation, RMS; adult defaults).

YASA brings scikit-learn and LightGBM along, so nothing here installs it: the test runs where somebody did.
"""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np
import pytest
from tests.support.planted_spindles import RATE_HZ, SECONDS, central, detect, matched

PLANTED = [(float(at), 1.5, 13.0) for at in np.arange(10, SECONDS - 10, 7.5)]


@pytest.fixture(scope="module")
def yasa() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, at import
        return pytest.importorskip("yasa", reason="YASA is not installed")


def test_most_planted_spindles_are_found_by_both(yasa: ModuleType) -> None:
    x = central(11, PLANTED)
    ours = detect(x)
    left = ours.select(ours.side == -1)
    mine = np.stack([left.onset_s, left.onset_s + left.duration_s], axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = yasa.spindles_detect(x[0].astype(float), RATE_HZ, freq_sp=(11, 16), duration=(0.5, 8), verbose="error")
    theirs = found.summary()[["Start", "End"]].to_numpy()
    truth = np.array([(a, a + d) for a, d, _ in PLANTED])
    for made in (mine, theirs):
        assert matched(truth, made) >= 0.9 * len(truth)
    f1 = 2 * min(matched(mine, theirs), matched(theirs, mine)) / (len(mine) + len(theirs))
    assert f1 >= 0.9
    both = [(a, b) for a in mine for b in theirs if a[0] < b[1] and b[0] < a[1]]
    assert abs(np.median([(b[1] - b[0]) - (a[1] - a[0]) for a, b in both])) <= 0.5
