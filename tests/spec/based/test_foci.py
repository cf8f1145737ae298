"""What counts as a focus, and as three."""

from __future__ import annotations

import pytest
from tests.support.grading import facts

from westward.eeg.grading.based import grade
from westward.eeg.grading.rules import BasedRules
from westward.eeg.grading.score_one import Abnormality
from westward.evidence.status import Status


@pytest.mark.parametrize("names", [["F3", "C3", "O1"], ["C3", "C4", "O2"], ["C3", "Cz", "Pz"]])
def test_three_foci_may_lie_in_one_hemisphere_and_the_midline_counts(names: list[str]) -> None:
    assert grade(facts(spikes={n: [610 + 10 * i, 720 + 10 * i] for i, n in enumerate(names)})).score == 3


def test_a_focus_needs_two_spikes_within_the_epoch() -> None:
    two = {"C3": [610, 700], "O2": [620, 710]}
    assert grade(facts(spikes={**two, "F8": [630, 720]})).score == 3
    g = grade(facts(spikes={**two, "F8": [630]}))
    assert (g.score, g.rule) == (2, "2")


def test_single_spikes_are_listed_and_not_counted() -> None:
    g = grade(facts(spikes={"C3": [610]}))
    assert g.score == 0
    assert [(f.name, f.n_spikes, f.counted) for f in g.foci] == [("C3", 1, False)]


def test_the_number_of_spikes_per_focus_is_configurable() -> None:
    f = facts(spikes={n: [610 + 10 * i, 720 + 10 * i] for i, n in enumerate(["C3", "O2", "F8"])})
    assert grade(f, rules=BasedRules.from_evidence(min_spikes=3)).score == 0


def test_uncommon_multifocal_spikes_three_foci_in_the_study_never_in_one_epoch() -> None:
    g = grade(facts(1800, spikes={"C3": [100, 120], "O2": [700, 720], "F8": [1300, 1320]}))
    assert (g.score, g.rule) == (2, "2_uncommon_multifocal")
    assert "uncommon multifocal spikes" in g.sentence


def test_uncommon_multifocal_spikes_with_high_amplitude_is_3b() -> None:
    spikes = {"C3": [100, 120], "O2": [700, 720], "F8": [1300, 1320]}
    g = grade(facts(1800, spikes=spikes, high={"C3-P3": range(600, 900)}))
    assert (g.score, g.rule) == (3, "3b")


def test_a_focus_counts_its_spikes_in_the_worst_epoch() -> None:
    g = grade(facts(1800, spikes={"C3": [100, 610, 620], "O2": [630, 640], "F8": [650, 660]}))
    assert {f.name: (f.n_spikes, f.n_spikes_worst_epoch) for f in g.foci} == {"C3": (3, 2), "O2": (2, 2), "F8": (2, 2)}


def test_spikes_without_a_focus_are_named_beside_level_0_and_warned_of_when_frequent() -> None:
    g = grade(facts(3600, loose_spikes=range(0, 3600, 40)))
    assert (g.score, g.rule) == (0, "0")
    told = "90 single spikes without a recurring focus"
    assert told in g.headline
    assert told in g.sentence
    assert any(told in w and "1.5 a minute" in w for w in g.warnings)


def test_a_few_single_spikes_are_named_without_a_warning() -> None:
    g = grade(facts(3600, loose_spikes=[100]))
    assert "1 single spike without a recurring focus" in g.sentence
    assert not any("single spike" in w for w in g.warnings)
    assert "single" not in grade(facts(3600)).sentence


def test_a_spike_of_a_focus_too_small_to_count_is_a_single_one() -> None:
    assert "1 single spike without" in grade(facts(3600, spikes={"C3": [100]})).sentence


def test_they_stand_beside_level_1_too() -> None:
    other = Abnormality("persistent asymmetry", True, 0.7, 0.5, "1", Status.POLICY, "left lower")
    g = grade(facts(3600, loose_spikes=[100]), abnormalities=[other])
    assert g.score == 1
    assert "1 single spike without" in g.sentence


def test_where_a_focus_counts_there_is_no_such_warning() -> None:
    g = grade(facts(3600, spikes={"C3": [100, 110]}, loose_spikes=range(0, 3600, 40)))
    assert g.score == 2
    assert not any("single spike" in w for w in g.warnings)


def test_the_margin_does_not_promise_a_score_from_single_spikes() -> None:
    g = grade(facts(3600, loose_spikes=range(0, 3600, 40), background_uv=40))
    assert g.margin == ()
