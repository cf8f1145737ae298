"""Clusters by grammar or by rows, and their matching."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.evaluate.cluster_scoring import (
    Cluster,
    ClusterParameters,
    by_grammar,
    clusters_of,
    match_clusters,
)
from westward.eeg.evaluate.marks import Mark

P = ClusterParameters()


def spasms(*onsets: float) -> list[Mark]:
    return [Mark(t, 1.0, "spasm") for t in onsets]


def test_three_spasms_with_gaps_up_to_60_s_are_a_cluster_from_first_onset_to_last_end() -> None:
    assert by_grammar(spasms(0, 61, 122), P) == (Cluster(0, 123, 3),)
    assert by_grammar(spasms(0, 61), P) == ()
    assert by_grammar(spasms(0, 61, 122.5), P) == ()
    assert by_grammar([Mark(0, 100, "spasm"), *spasms(10, 155)], P) == (Cluster(0, 156, 3),)
    assert by_grammar([], P) == ()


def test_a_gap_divides_clusters() -> None:
    found = by_grammar(spasms(0, 10, 20, 100, 110, 120, 130), P)
    assert [c.n_spasms for c in found] == [3, 4]


@given(st.lists(st.floats(0, 2000), max_size=40))
def test_the_grammar_does_not_depend_on_order_and_loses_no_long_run(onsets: list[float]) -> None:
    found = by_grammar(spasms(*onsets), P)
    assert found == by_grammar(spasms(*reversed(onsets)), P)
    assert all(a.end_s < b.start_s for a, b in itertools.pairwise(found))
    assert sum(c.n_spasms or 0 for c in found) <= len(onsets)
    if len(onsets) > 2 * 34:
        assert found


def test_rows_of_the_file_come_first_and_count_their_spasms() -> None:
    marks = [*spasms(10, 20, 500), Mark(5, 30, "spasm_cluster")]
    assert clusters_of(marks, P) == (Cluster(5, 35, 2),)
    assert clusters_of(marks, ClusterParameters(from_rows=False)) == ()
    assert clusters_of([Mark(5, 30, "spasm_cluster")], P) == (Cluster(5, 35, None),)


def test_found_false_and_large() -> None:
    reference = [Cluster(100, 200, 10), Cluster(1000, 1030, 3)]
    found = [Cluster(95, 130, 3), Cluster(150, 190, 4), Cluster(5000, 5030, 3)]
    m = match_clusters(reference, found, P)
    assert (m.n_reference, m.n_matched, m.n_large, m.n_large_matched) == (2, 1, 1, 1)
    assert (m.n_found, m.n_false) == (3, 1)
    assert (m.onset_error_s, m.pieces) == ((-5,), (2,))


def test_the_tolerance_reaches_both_ways() -> None:
    reference = [Cluster(100, 200, 5)]
    for found, hit in ((Cluster(230, 260, 3), 1), (Cluster(230.5, 260, 3), 0), (Cluster(40, 70, 3), 1)):
        assert match_clusters(reference, [found], P).n_matched == hit


def test_marked_rows_too_small_for_a_cluster_are_neither_wanted_nor_false() -> None:
    m = match_clusters([Cluster(100, 110, 2)], [Cluster(100, 110, 3)], P)
    assert (m.n_reference, m.n_false, m.n_small) == (0, 0, 1)


def test_sizes_are_not_assessable_without_spasm_rows() -> None:
    m = match_clusters([Cluster(100, 110, None)], [], P)
    assert (m.n_reference, m.n_large, m.n_large_matched) == (1, None, None)
