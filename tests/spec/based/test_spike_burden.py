"""Spikes in at least half of the one-second bins: the page rule, the bin rule, and where they part."""

from __future__ import annotations

import pytest
from tests.support.grading import dense, facts, split

from westward.eeg.grading.based import grade

FOCI = ["C3", "O2", "F8"]


def study(pages: list[int], **options):
    return facts(900, spikes=split(dense(300, bins_per_page=pages), FOCI), **options)


def test_page_rule_smallest_pass_80_bins() -> None:
    g = grade(study([8] * 10 + [0] * 10))
    assert (g.score_by_page_rule, g.score, g.rule) == (5, 5, "5")
    assert g.worst_epoch.positive_pages == 10
    assert g.worst_epoch.spike_bin_fraction == pytest.approx(80 / 300)
    assert g.score_by_bin_rule == 3


def test_page_rule_largest_fail_212_bins() -> None:
    g = grade(study([15] * 9 + [7] * 11))
    assert (g.score_by_page_rule, g.score, g.rule) == (3, 3, "3a")
    assert g.worst_epoch.positive_pages == 9
    assert g.worst_epoch.spike_bin_fraction == pytest.approx(212 / 300)
    assert g.score_by_bin_rule == 5
    assert "5 by the bin rule" in g.sentence


def test_a_page_needs_8_of_15_bins() -> None:
    assert grade(study([8] * 20)).score == 5
    assert grade(study([7] * 20)).score == 3


def test_an_epoch_needs_10_of_20_pages() -> None:
    assert grade(study([8] * 10 + [7] * 10)).score == 5
    assert grade(study([8] * 9 + [7] * 11)).score == 3


@pytest.mark.parametrize(("bins", "score"), [([15] * 10 + [0] * 10, 5), ([15] * 9 + [14] + [0] * 10, 3)])
def test_bin_rule_needs_half_of_the_bins(bins: list[int], score: int) -> None:
    assert grade(study(bins)).score_by_bin_rule == score


def test_a_bin_counts_once_however_many_spikes_it_holds() -> None:
    seconds = dense(300, bins_per_page=[7] * 20)
    g = grade(facts(900, spikes=dict.fromkeys(FOCI, seconds)))
    assert g.score == 3
    assert g.worst_epoch.spike_bin_fraction == pytest.approx(140 / 300)


def test_a_spike_of_any_channel_makes_a_bin_positive_even_of_no_focus() -> None:
    loose = dense(300, bins_per_page=[8] * 20)
    few = {name: [310 + 3 * i, 410 + 3 * i] for i, name in enumerate(FOCI)}
    assert grade(facts(900, spikes=few, loose_spikes=loose)).score == 5
    assert grade(facts(900, spikes=few)).score == 3


def test_excluded_bins_are_negative_in_pages_with_a_warning_where_they_matter() -> None:
    excluded = [300 + 15 * page + 9 for page in range(20)]
    seconds = dense(300, bins_per_page=[7] * 20)
    plain = grade(facts(900, spikes=split(seconds, FOCI)))
    masked = grade(facts(900, spikes=split(seconds, FOCI), excluded=excluded))
    assert (plain.score, masked.score) == (3, 3)
    assert not any("excluded seconds" in w for w in plain.warnings)
    assert any("the score would be 5" in w for w in masked.warnings)


def test_the_bin_rule_divides_by_the_assessable_bins() -> None:
    seconds = dense(300, bins_per_page=[13] * 10 + [0] * 10)
    excluded = [300 + 15 * page + 14 for page in range(20)] + [300 + 15 * page + 13 for page in range(20)]
    g = grade(facts(900, spikes=split(seconds, FOCI), excluded=excluded))
    assert g.worst_epoch.assessable_bins == 260
    assert g.worst_epoch.spike_bin_fraction == pytest.approx(0.5)
    assert g.score_by_bin_rule == 5


def test_spikes_in_excluded_bins_do_not_count() -> None:
    seconds = dense(300, bins_per_page=[8] * 20)
    g = grade(facts(900, spikes=split(seconds, FOCI), excluded=seconds[:40]))
    assert sum(f.n_spikes for f in g.foci) == 120
    assert g.worst_epoch.positive_pages == 15
