"""One-sided with limited data: findings stand, their absence does not."""

from __future__ import annotations

import re

import pytest
from tests.support.grading import dense, facts, split

from westward.eeg.events.hypnogram import STATES
from westward.eeg.grading.based import grade

FIVE = split(dense(600, bins_per_page=[10] * 20), ["C3", "O2", "F8"])
THREE = split(dense(600, bins_per_page=[2] * 20), ["C3", "O2", "F8"])


def test_findings_of_3_and_more_stand_without_sleep_as_a_lower_bound() -> None:
    g = grade(facts(spikes=THREE, high={"C3-P3": range(600, 900)}, nrem_s=0, cycles=0))
    assert (g.score, g.lower_bound, g.encephalopathy) == (4, True, True)
    assert "at least BASED 4" in g.sentence
    assert "sleep not recorded" in g.sentence


def test_at_least_3_leaves_encephalopathy_open() -> None:
    g = grade(facts(spikes=THREE, nrem_s=0, cycles=0))
    assert (g.score, g.lower_bound, g.encephalopathy) == (3, True, None)


def test_without_spikes_to_be_looked_for_nothing_below_3_is_claimed() -> None:
    why = "no two of the derivations recorded share an electrode"
    none = grade(facts(spikes_refusal=why))
    assert (none.score, none.encephalopathy) == (None, None)
    assert why in none.sentence
    high = grade(facts(high={"C3-P3": range(600, 900)}, spikes_refusal=why))
    assert (high.score, high.lower_bound, high.encephalopathy) == (3, True, None)
    assert "spike foci not assessable" in high.sentence
    assert "no spike foci" not in high.sentence


def test_5_is_no_lower_bound() -> None:
    spikes = split(dense(600, bins_per_page=[10] * 20), ["C3", "O2", "F8"])
    g = grade(facts(spikes=spikes, nrem_s=0, cycles=0))
    assert (g.score, g.lower_bound) == (5, False)


@pytest.mark.parametrize("spikes", [{}, {"C3": [610, 620]}])
def test_0_to_2_without_nrem_is_not_assessable(spikes: dict[str, list[int]]) -> None:
    g = grade(facts(spikes=spikes, nrem_s=0, cycles=0), post_treatment=True)
    assert (g.score, g.rule, g.lower_bound, g.encephalopathy, g.relapse_risk) == (None, None, False, None, None)
    assert g.score_by_bin_rule is None
    assert "sleep not recorded" in g.sentence
    assert "at least" not in g.sentence.lower()
    assert g.worst_epoch is not None


def test_nrem_that_is_all_excluded_does_not_count() -> None:
    g = grade(facts(1800, nrem_s=400, excluded=range(60, 460)))
    assert g.score is None


def test_unknown_age_refuses_staging_and_so_is_one_sided() -> None:
    g = grade(facts(age_days=None, states_assessable=False))
    assert g.score is None
    assert "age unknown" in g.sentence
    assert grade(facts(spikes=THREE, age_days=None, states_assessable=False)).lower_bound


def test_without_a_full_cycle_the_study_is_incomplete() -> None:
    g = grade(facts(cycles=0))
    assert g.incomplete
    assert g.headline.startswith("Incomplete study: BASED 0")
    assert "no full sleep-wake cycle" in g.sentence
    assert not grade(facts(cycles=1)).incomplete


def test_without_states_no_cycle_is_denied_and_the_reason_stands_everywhere() -> None:
    why = "age 40 months; sleep is staged from 1 to 36 months"
    g = grade(facts(states_assessable=False, states_refusal=why))
    assert g.incomplete is None
    assert "no full sleep-wake cycle" not in g.sentence
    assert f"sleep-wake cycle not assessable: {why}" in g.sentence
    assert "Incomplete" not in g.headline + g.sentence
    assert any(n.what == "sleep-wake cycles" and n.why == why for n in g.not_assessable)
    found = grade(facts(spikes=THREE, states_assessable=False, states_refusal=why))
    told = f"sleep and sleep-wake cycle not assessable: {why}"
    assert told in found.sentence
    five = grade(facts(spikes=FIVE, states_assessable=False, states_refusal=why))
    assert five.score == 5
    assert told in five.sentence


def test_a_cycle_is_not_denied_where_no_epoch_could_be_staged() -> None:
    f = facts(nrem_s=0, cycles=0)
    f.state[:] = STATES.index("unknown")
    assert grade(f).incomplete is None
    assert "sleep not recorded" not in grade(f).sentence
    assert "no epoch could be staged" in grade(f).sentence


def test_too_few_derivations_are_one_sided() -> None:
    g = grade(facts(derivations=["C3-P3", "C4-P4"]))
    assert g.score is None
    assert any(n.what == "background amplitude" for n in g.not_assessable)


STUDIES = [
    facts(),
    facts(cycles=0),
    facts(nrem_s=0, cycles=0),
    facts(spikes={"C3": [610, 620]}),
    facts(spikes=THREE),
    facts(high={"P7-O1": range(600, 900)}),
    facts(120),
]


@pytest.mark.parametrize("study", STUDIES)
def test_below_4_it_says_that_spasms_are_not_ruled_out(study) -> None:
    g = grade(study)
    assert "does not exclude infantile spasms" in g.advice
    assert "up to a third" in g.advice
    assert "Prolong or repeat" in g.advice


@pytest.mark.parametrize("study", [*STUDIES, facts(attenuations=[610, 620])])
def test_it_never_says_normal_or_excluded(study) -> None:
    g = grade(study)
    said = " ".join([g.headline, g.sentence, g.advice, *(n.why for n in g.not_assessable), *g.warnings])
    assert not re.search(r"\bnormal\b|\bexcluded\b(?! seconds)|\bruled out\b", said, re.IGNORECASE)


def test_from_4_on_there_is_no_such_advice() -> None:
    assert grade(facts(attenuations=[610, 620])).advice == ""
