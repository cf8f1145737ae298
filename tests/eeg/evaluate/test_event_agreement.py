"""Readers on spasms and clusters: worked examples by hand, peers, and what cannot be said."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.data import data_file

from westward.eeg.evaluate import agreement
from westward.eeg.evaluate.event_agreement import (
    FEW_COUNTS,
    NO_EVENT,
    NO_LENGTH,
    NO_VARIATION,
    NOBODY,
    Author,
    agree,
    bins,
    cohen,
    fleiss,
    icc_2_1,
    matched,
    overlapping,
)
from westward.eeg.evaluate.marks import Mark, Marked
from westward.eeg.evaluate.protocol import AgreementParameters, Protocol

P = Protocol()
HOUR_S = 3600.0


def read(
    onsets: Sequence[float],
    *,
    recording: str = "a",
    duration_s: float | None = HOUR_S,
    assessed: frozenset[str] | None = None,
) -> Marked:
    marks = tuple(Mark(t, 1.0, "spasm") for t in onsets)
    return Marked(recording, recording, marks, duration_s, assessed)


def author(name: str, *recordings: Marked) -> Author:
    return Author(name, {m.name: m for m in recordings})


def pair(told: dict, level: str = "spasm", k: int = 0) -> dict:
    return told[level]["pairs"][k]


def test_positive_agreement_by_hand() -> None:
    # Four and three marked, the pairs 10/11 and 30/29 in common: 2 * 2 / 7.
    told = agree([author("x", read([10, 30, 50, 70])), author("y", read([11, 29, 90]))], P)
    p = pair(told)
    assert (p["n_first"], p["n_second"], p["n_matched"]) == (4, 3, 2)
    assert p["positive_agreement"]["value"] == pytest.approx(4 / 7)
    assert p["positive_agreement"]["by_patient"] is None


def test_no_event_is_used_twice() -> None:
    assert matched("spasm", ((10, 11), (10.5, 11.5)), ((10.2, 11.2),), P) == 1
    assert matched("cluster", ((0, 100), (120, 200)), ((90, 130),), P) == 1


def test_kappa_of_bins_by_hand() -> None:
    # 10 bins of 1 s: both in 1 and 2, x alone in 5, y alone in 8, neither in six. Seen 8/10; by chance
    # (3 * 3 + 7 * 7) / 100 = 0.58; kappa (0.8 - 0.58) / 0.42. Positive agreement 2 * 2 / 6.
    x = read([1, 2, 5], duration_s=10)
    y = read([1, 2, 8], duration_s=10)
    first, second = pair(agree([author("x", x), author("y", y)], P))["bins"]
    assert (first["width_s"], first["n_bins"]) == (1.0, 10)
    assert first["kappa"]["value"] == pytest.approx(0.22 / 0.42)
    assert first["positive_agreement"]["value"] == pytest.approx(4 / 6)
    assert (second["width_s"], second["n_bins"]) == (15.0, 1)
    assert second["kappa"] == {"value": None, "low": None, "high": None, "why": NO_VARIATION}


def test_fleiss_by_hand() -> None:
    # Four bins, three readers: marked by 3, 2, 0 and 0 of them. Alike: 1, 1/3, 1 and 1, mean 5/6; marked 5/12,
    # so that chance is (25 + 49) / 144.
    readers = [read(t, duration_s=4) for t in ([0, 1], [0, 1], [0])]
    told = agree([author(n, m) for n, m in zip("xyz", readers, strict=True)], P)
    fine = told["spasm"]["all"]["fleiss"][0]
    assert (fine["width_s"], fine["n_bins"]) == (1.0, 4)
    assert fine["kappa"]["value"] == pytest.approx((5 / 6 - 74 / 144) / (1 - 74 / 144))


def test_icc_of_counts_is_that_of_shrout_and_fleiss() -> None:
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    authors = [
        author(f"j{j}", *(read([100.0 * k for k in range(row[j])], recording=f"r{i}") for i, row in enumerate(table)))
        for j in range(4)
    ]
    told = agree(authors, P)
    found = told["spasm"]["all"]["icc_2_1"]
    assert found["value"] == pytest.approx(0.2898, abs=1e-4)
    assert found["low"] < found["value"] < found["high"]
    assert "Shrout and Fleiss 2,1" in told["icc_definition"]


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=2, max_size=12))
def test_icc_from_sums_is_icc_from_the_table(rows: list[tuple[int, int, int]]) -> None:
    x = np.array(rows, float)
    sums = {"n": np.array([float(len(x))]), "squares": np.array([(x**2).sum()])}
    sums |= {"row_squares": np.array([(x.sum(axis=1) ** 2).sum()])}
    sums |= {f"sum_{j}": np.array([x[:, j].sum()]) for j in range(3)}
    with np.errstate(all="ignore"):
        mine = float(icc_2_1(sums, 3)[0])
    peer = agreement.icc(x, form="2,1")
    assert (math.isnan(mine) and math.isnan(peer)) or mine == pytest.approx(peer, abs=1e-6)


@given(st.lists(st.tuples(*[st.booleans()] * 4), min_size=1, max_size=60))
def test_kappas_of_sums_are_those_of_items(votes: list[tuple[bool, ...]]) -> None:
    x = np.array(votes)
    k = x.sum(axis=1)
    whole = {str(i): np.array([float((k == i).sum())]) for i in range(5)}
    two = {
        name: np.array([float(((x[:, 0] == a) & (x[:, 1] == b)).sum())])
        for name, a, b in (("11", True, True), ("10", True, False), ("01", False, True), ("00", False, False))
    }
    with np.errstate(all="ignore"):
        mine = [float(fleiss(whole, 4)[0]), float(cohen(two)[0])]
    peers = [agreement.fleiss_kappa(np.stack([k, 4 - k], axis=1)), agreement.cohen_kappa(x[:, 0], x[:, 1])]
    for a, b in zip(mine, peers, strict=True):
        assert (math.isnan(a) and math.isnan(b)) or a == pytest.approx(b)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60))
def test_kappa_of_bins_is_that_of_scikit_learn(votes: list[tuple[bool, bool]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="peer package scikit-learn is not installed")
    x = np.array(votes)
    if len(np.unique(x)) < 2:
        return
    both = [read(np.flatnonzero(x[:, j]).astype(float).tolist(), duration_s=float(len(x))) for j in (0, 1)]
    value = pair(agree([author("x", both[0]), author("y", both[1])], P))["bins"][0]["kappa"]["value"]
    assert value == pytest.approx(metrics.cohen_kappa_score(x[:, 0], x[:, 1]))


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 25)), max_size=7).map(
    lambda rows: tuple(sorted((float(a), float(a + d)) for a, d in rows))
)


@given(spans, spans, st.sampled_from([0.0, 3.0]))
def test_clusters_are_paired_as_often_as_possible(first: tuple, second: tuple, tolerance_s: float) -> None:
    from scipy.optimize import linear_sum_assignment

    touching = np.array(
        [[float(a <= y + tolerance_s and b >= x - tolerance_s) for a, b in second] for x, y in first]
    ).reshape(len(first), len(second))
    best = touching[linear_sum_assignment(-touching)].sum() if touching.size else 0
    assert overlapping(first, second, tolerance_s=tolerance_s) == best


@pytest.mark.parametrize(
    "span, touched", [((0.0, 1.0), [0]), ((0.5, 1.5), [0, 1]), ((2.0, 2.0), [2]), ((2.9, 9.0), [2, 3]), ((7, 8), [])]
)
def test_bins_are_those_a_span_touches(span: tuple[float, float], touched: list[int]) -> None:
    assert np.flatnonzero(bins((span,), width_s=1.0, duration_s=3.5)).tolist() == touched


def test_the_width_of_the_bins_is_the_protocol_s() -> None:
    wide = Protocol(agreement=AgreementParameters(bin_s=5.0, page_s=10.0))
    told = agree([author("x", read([1, 30])), author("y", read([3, 40]))], wide)
    assert [b["width_s"] for b in pair(told)["bins"]] == [5.0, 10.0]
    assert pair(told)["bins"][0]["positive_agreement"]["value"] == pytest.approx(2 * 1 / 4)


def test_clusters_come_from_the_grammar_or_the_rows() -> None:
    x = author("x", read([100, 110, 120, 2000]))
    y = author("y", read([130, 140, 150]))
    told = pair(agree([x, y], P), "cluster")
    assert (told["n_first"], told["n_second"], told["n_matched"]) == (1, 1, 1)


def test_who_did_not_look_is_left_out_and_not_counted_as_none() -> None:
    blind = author("z", read([], assessed=frozenset({"seizure"})))
    told = agree([author("x", read([10])), author("y", read([10])), blind], P)
    assert [(p["first"], p["second"]) for p in told["spasm"]["pairs"]] == [("x", "y")]
    assert told["spasm"]["all"]["n_recordings"] == 0
    assert told["spasm"]["all"]["icc_2_1"]["value"] is None
    alone = agree([author("x", read([10])), blind], P)
    assert (alone["spasm"]["pairs"], alone["spasm"]["why"]) == ([], NOBODY)


def test_what_is_not_assessable_says_why() -> None:
    told = agree([author("x", read([], duration_s=None)), author("y", read([], duration_s=None))], P)
    p = pair(told)
    assert (p["positive_agreement"]["value"], p["positive_agreement"]["why"]) == (None, NO_EVENT)
    assert p["bins"][0]["kappa"]["why"] == NO_LENGTH
    assert told["spasm"]["all"]["icc_2_1"]["why"] == FEW_COUNTS


def test_patients_are_redrawn_not_events() -> None:
    same = [read([10, 20, 30], recording=f"r{i}") for i in range(4)]
    other = [read([10, 20, 30] if i else [500], recording=f"r{i}") for i in range(4)]
    told = pair(agree([author("x", *same), author("y", *other)], P))["positive_agreement"]
    assert told["value"] == pytest.approx(2 * 9 / 22)
    assert told["by_patient"]["low"] < told["value"] < told["by_patient"]["high"] == 1


def test_near_misses_of_a_program_do_not_count() -> None:
    near = Marked("a", "a", (Mark(10, 1, "spasm", 0.1, counted=False), Mark(50, 1, "spasm", 0.9)), HOUR_S)
    told = pair(agree([author("x", read([10, 50])), author("result", near)], P))
    assert (told["n_second"], told["n_matched"]) == (1, 1)


def test_seizures_are_paired_where_they_overlap_and_touching_ones_are_one() -> None:
    def seizures(*spans: tuple[float, float]) -> Marked:
        return Marked("a", "a", tuple(Mark(a, b - a, "seizure") for a, b in spans), HOUR_S)

    told = agree([author("x", seizures((10, 20), (20, 30), (50, 60))), author("y", seizures((29, 40), (61, 70)))], P)
    p = pair(told, "seizure")
    assert (p["n_first"], p["n_second"], p["n_matched"]) == (2, 2, 1)
    assert told["spasm"]["why"] == NOBODY


def expert(name: str) -> np.ndarray:
    """Seizure marks of one expert, seconds by infants; NaN after the end of a recording."""
    path = data_file(f"eeg/neonatal/annotations_2017_{name}.csv")
    with path.open() as file:
        rows = [[float(c) if c else np.nan for c in line.rstrip("\n").split(",")] for line in file]
    return np.array(rows[1:])


def test_three_experts_on_79_neonates() -> None:
    """The published marks second by second (Helsinki set, Stevenson 2019) as events: the same kappas, by hand."""
    marked = {name: expert(code) for name, code in (("A", "A_fixed"), ("B", "B"), ("C", "C"))}
    authors = []
    for name, x in marked.items():
        recordings = []
        for k in range(x.shape[1]):
            row = x[np.isfinite(x[:, k]), k]
            edges = np.flatnonzero(np.diff(np.concatenate([[0], row, [0]])))
            events = tuple(Mark(float(a), float(b - a), "seizure") for a, b in edges.reshape(-1, 2))
            recordings.append(Marked(f"eeg{k + 1}", f"eeg{k + 1}", events, float(len(row))))
        authors.append(author(name, *recordings))
    told = agree(authors, P)["seizure"]
    flat = np.stack([x[np.isfinite(x)] for x in marked.values()], axis=1)
    assert told["all"]["n_recordings"] == 79
    fine = told["all"]["fleiss"][0]
    assert fine["n_bins"] == len(flat)
    votes = flat.sum(axis=1)
    assert fine["kappa"]["value"] == pytest.approx(agreement.fleiss_kappa(np.stack([votes, 3 - votes], axis=1)))
    for p, (i, j) in zip(told["pairs"], ((0, 1), (0, 2), (1, 2)), strict=True):
        kappa = agreement.cohen_kappa(flat[:, i], flat[:, j])
        assert p["bins"][0]["kappa"]["value"] == pytest.approx(kappa)
        both, either = (flat[:, i] * flat[:, j]).sum(), flat[:, i].sum() + flat[:, j].sum()
        assert p["bins"][0]["positive_agreement"]["value"] == pytest.approx(2 * both / either)
    assert 0.6 < fine["kappa"]["low"] < fine["kappa"]["value"] < fine["kappa"]["high"] < 0.9
