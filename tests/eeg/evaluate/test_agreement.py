"""Coefficients of agreement against published worked examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.evaluate.agreement import (
    cohen_kappa,
    confusion,
    fleiss_kappa,
    icc,
    krippendorff_alpha,
    weighted_kappa,
)

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Shrout and Fleiss 1979, table 2: six targets, four judges."""

FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
"""The widely reproduced example of ten subjects, fourteen raters and five categories."""

_ = math.nan
KRIPPENDORFF = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]).T  # fmt: skip
"""Krippendorff 2011, example D: twelve units, four observers, values missing."""

grades = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=40)


def test_cohen_kappa_of_a_two_by_two_table() -> None:
    # 20 both yes, 5 and 10 apart, 15 both no: 0.70 seen, 0.50 by chance, kappa 0.40.
    a = [1] * 25 + [0] * 25
    b = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert cohen_kappa(a, b) == pytest.approx(0.4)
    assert weighted_kappa(a, b, weights="linear") == pytest.approx(0.4)
    assert weighted_kappa(a, b, weights="none") == pytest.approx(0.4)


def test_weighted_kappa_by_hand() -> None:
    # Squared differences of the pairs (0,0) (1,1) (2,2) (0,2): mean 4/4. Of every first with every second grade:
    # 9 for each of the two zeros, 3 for the one, 5 for the two: 26/16.
    assert weighted_kappa([0, 1, 2, 0], [0, 1, 2, 2]) == pytest.approx(1 - 16 / 26)


@settings(deadline=None)
@given(grades, st.sampled_from(["none", "linear", "quadratic"]))
def test_weighted_kappa_is_that_of_the_peer(pairs: list[tuple[int, int]], weights: str) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="peer package scikit-learn is not installed")
    a, b = zip(*pairs, strict=True)
    if len({*a, *b}) < 2:
        return
    peer = metrics.cohen_kappa_score(a, b, labels=list(range(6)), weights=None if weights == "none" else weights)
    assert weighted_kappa(a, b, levels=range(6), weights=weights) == pytest.approx(peer)


@given(grades)
def test_perfect_agreement_is_one_and_order_of_readers_does_not_matter(pairs: list[tuple[int, int]]) -> None:
    a, b = (np.array(x) for x in zip(*pairs, strict=True))
    if len(set(a)) > 1:
        assert weighted_kappa(a, a) == pytest.approx(1)
        assert krippendorff_alpha(np.column_stack([a, a])) == pytest.approx(1)
        assert icc(np.column_stack([a, a]), form="2,1") == pytest.approx(1)
    one, other = weighted_kappa(a, b), weighted_kappa(b, a)
    assert one == pytest.approx(other, nan_ok=True)


def test_a_grade_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        weighted_kappa([0, 6], [0, 1], levels=range(6))
    with pytest.raises(ValueError, match="graded"):
        weighted_kappa([0], [0, 1])


def test_fleiss_kappa_of_the_worked_example() -> None:
    assert fleiss_kappa(FLEISS) == pytest.approx(0.210, abs=5e-4)


def test_fleiss_kappa_needs_equally_many_readers() -> None:
    with pytest.raises(ValueError, match="same number of readers"):
        fleiss_kappa([[2, 0], [1, 0]])


def test_icc_of_the_worked_example() -> None:
    assert icc(SHROUT_FLEISS, form="2,1") == pytest.approx(0.29, abs=5e-3)
    assert icc(SHROUT_FLEISS, form="3,1") == pytest.approx(0.71, abs=5e-3)


def test_a_constant_shift_costs_absolute_agreement_alone() -> None:
    x = np.array([1.0, 4, 2, 5, 3])
    shifted = np.column_stack([x, x + 2])
    assert icc(shifted, form="3,1") == pytest.approx(1)
    assert icc(shifted, form="2,1") < 0.7


def test_krippendorff_alpha_of_the_worked_example() -> None:
    assert krippendorff_alpha(KRIPPENDORFF, level="nominal") == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(KRIPPENDORFF, level="ordinal") == pytest.approx(0.815, abs=5e-4)
    assert krippendorff_alpha(KRIPPENDORFF, level="interval") == pytest.approx(0.849, abs=5e-4)


def test_what_is_not_defined_is_nan() -> None:
    assert math.isnan(cohen_kappa([], []))
    assert math.isnan(cohen_kappa([1, 1], [1, 1]))
    assert math.isnan(weighted_kappa([2, 2], [2, 2]))
    assert math.isnan(weighted_kappa([], []))
    assert math.isnan(fleiss_kappa([[3, 0], [3, 0]]))
    assert math.isnan(icc([[1.0, 2.0]], form="2,1"))
    assert math.isnan(krippendorff_alpha([[1.0, math.nan], [math.nan, 2.0]]))


def test_confusion_counts_rows_of_truth() -> None:
    assert confusion(["a", "b", "b"], ["a", "a", "b"], ("a", "b")) == [[1, 0], [1, 1]]
