"""The worst five minutes first, the rest of the study after; which epochs there are and which is the worst."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.grading import dense, facts, split

from westward.eeg.grading.based import grade
from westward.eeg.grading.epochs import epoch_starts
from westward.eeg.grading.rules import BasedRules

RULES = BasedRules.from_evidence()
FOCI = ["C3", "O2", "F8"]


def test_levels_3_to_5_are_tried_on_one_epoch_not_on_the_sum_of_several() -> None:
    g = grade(facts(1800, spikes=split(dense(0, bins_per_page=[2] * 20), FOCI), attenuations=[700, 1300]))
    assert (g.score, g.rule) == (3, "3a")


def test_the_worst_epoch_has_the_highest_score_even_with_fewer_spikes() -> None:
    spikes = dense(0, bins_per_page=[7] * 20)
    g = grade(facts(1800, spikes=split(spikes, FOCI), attenuations=[1000, 1010]))
    assert g.score == 4
    assert g.worst_epoch.start_s <= 1000 < g.worst_epoch.end_s
    assert g.worst_epoch.spike_bin_fraction < 140 / 300


def test_then_the_highest_spike_bin_fraction_then_events_then_the_earliest() -> None:
    low, high = dense(0, bins_per_page=[3] * 20), dense(600, bins_per_page=[4] * 20)
    assert grade(facts(1800, spikes=split(low + high, FOCI))).worst_epoch.start_s == 600
    same = dense(0, bins_per_page=[3] * 20) + dense(600, bins_per_page=[3] * 20)
    assert grade(facts(1800, spikes=split(same, FOCI))).worst_epoch.start_s == 0
    assert grade(facts(1800, spikes=split(same, FOCI), grouped=[700])).worst_epoch.start_s == 600


def test_without_findings_an_epoch_of_nrem_sleep_with_the_largest_background_is_shown() -> None:
    f = facts(3600, nrem_s=1800)
    f.background_uv[:, 900:1200] = 120
    f.background_uv[:, 2700:3000] = 180
    g = grade(f)
    assert (g.score, g.worst_epoch.start_s, g.worst_epoch.state) == (0, 900, "nrem")
    assert not g.worst_epoch.stands_out
    assert g.to_json()["worst_epoch_stands_out"] is False


def test_spikes_come_before_sleep_and_amplitude() -> None:
    f = facts(3600, nrem_s=1800, loose_spikes=range(3000, 3300, 30))
    f.background_uv[:, 900:1200] = 120
    g = grade(f)
    assert g.worst_epoch.start_s <= 3000 < 3270 < g.worst_epoch.end_s
    assert g.worst_epoch.stands_out


def test_of_high_epochs_without_spikes_the_highest_is_the_worst_whatever_the_state() -> None:
    f = facts(3600, nrem_s=1800)
    f.background_uv[:, 300:600] = 350
    f.background_uv[:, 2700:3000] = 400
    g = grade(f)
    assert (g.rule, g.worst_epoch.start_s) == ("3b", 2700)


def test_an_epoch_starts_every_15_s_and_lasts_300_s() -> None:
    starts = epoch_starts(facts(600), rules=RULES)
    assert starts.tolist() == list(range(0, 301, 15))
    g = grade(facts(900))
    assert g.worst_epoch.end_s - g.worst_epoch.start_s == 300


def test_an_epoch_never_contains_a_gap_and_each_segment_has_its_own_grid() -> None:
    starts = epoch_starts(facts(1000, gaps=[(400, 410)]), rules=RULES)
    assert starts.tolist() == [*range(0, 101, 15), *range(410, 701, 15)]


def test_findings_on_both_sides_of_a_gap_do_not_meet_in_one_epoch() -> None:
    spikes = {"C3": [350, 360], "O2": [370, 380], "F8": [420, 430]}
    assert grade(facts(1000, spikes=spikes)).rule == "3a"
    assert grade(facts(1000, spikes=spikes, gaps=[(400, 405)])).rule == "2_uncommon_multifocal"


@pytest.mark.parametrize(("n_excluded", "n_epochs"), [(60, 1), (61, 0)])
def test_an_epoch_needs_240_assessable_bins(n_excluded: int, n_epochs: int) -> None:
    assert len(epoch_starts(facts(300, excluded=range(100, 100 + n_excluded)), rules=RULES)) == n_epochs


def test_masked_time_is_not_eligible_for_the_worst_epoch() -> None:
    spikes = split(dense(600, bins_per_page=[12] * 20), FOCI)
    g = grade(facts(1800, spikes=spikes, excluded=range(600, 900)))
    assert g.score == 0
    assert all(min(e.end_s, 900) - max(e.start_s, 600) <= 60 for e in g.worst_epochs)


def test_no_five_minutes_means_no_grade() -> None:
    g = grade(facts(299, spikes=split(list(range(299)), FOCI)))
    assert (g.score, g.rule, g.worst_epoch, g.encephalopathy, g.margin) == (None, None, None, None, ())
    assert g.not_assessable[0].what == "BASED score"
    assert "5 are needed" in g.not_assessable[0].why
    assert [f.n_spikes_worst_epoch for f in g.foci] == [None] * 3


@pytest.mark.parametrize(("n_seconds", "told"), [(40, "lasts 40 s, 5 min"), (90, "lasts 1.5 min, 5")])
def test_how_short_it_is_stands_in_a_unit_that_tells(n_seconds: int, told: str) -> None:
    assert told in grade(facts(n_seconds)).sentence


def test_what_is_too_short_to_grade_still_shows_its_amplitudes() -> None:
    g = grade(facts(200, high={"P7-O1": range(50)}))
    row = next(d for d in g.derivations if d.name == "P7-O1")
    assert (row.bin_fraction, row.median_uv, row.high) == (0.25, 80, None)
    assert g.high_amplitude_channels == ()


def test_the_five_worst_epochs_do_not_overlap() -> None:
    rng = np.random.default_rng(0)
    g = grade(facts(3600, spikes=split(sorted(rng.choice(3600, 800, replace=False).tolist()), FOCI)))
    starts = sorted(e.start_s for e in g.worst_epochs)
    assert len(starts) == 5
    assert np.diff(starts).min() >= 300
    assert g.worst_epochs[0] == g.worst_epoch


def test_the_distribution_covers_every_assessable_epoch() -> None:
    g = grade(facts(1800, spikes=split(dense(600, bins_per_page=[2] * 20), FOCI)))
    assert g.epoch_scores.n == 101
    assert g.epoch_scores.level_3 > 0
    assert g.epoch_scores.to_json()["n"] == 101
