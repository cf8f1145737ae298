"""Spasms, clusters and the time after arousals leave the score: clusters added to a BASED 2 recording leave 2."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.support.grading import facts
from tests.support.simulated import AGE_MONTHS, simulated

from westward.core.ages import days_from_months
from westward.eeg.grading.based import grade
from westward.eeg.recording.open import open_recording
from westward.eeg.study import StudyOptions, analyze
from westward.eeg.study.result import Study

ONE_FOCUS = {"C3": list(range(100, 1700, 40))}
CLUSTER_S = (1000, 1060)
DECREMENTS = [1005.0, 1016.0, 1028.0, 1041.0, 1052.0]


@pytest.fixture(scope="module")
def study() -> Study:
    """A recording of one focus into which the simulator planted clusters of spasms."""
    made = simulated("based_2_with_clusters", minutes=14.0, seed=5)
    truth = json.loads(made.truth.read_text("utf-8"))
    assert (truth["based"]["score"], truth["spasms"]["n_clusters"]) == (2, 2)
    with open_recording(made.edf) as recording:
        return analyze(recording, StudyOptions(age_days=days_from_months(AGE_MONTHS)))


def test_adding_clusters_to_a_based_2_night_leaves_2(study: Study) -> None:
    assert len(study.night.clusters) == 2
    assert (study.grade.score, study.grade.rule, study.grade.lower_bound) == (2, "2", False)


def test_with_the_clusters_left_in_the_score_would_be_another(study: Study) -> None:
    assert (study.with_ictal.score, study.with_ictal.rule) == (4, "4b_attenuation")


def test_the_time_of_every_cluster_is_masked_and_only_a_part_of_the_night(study: Study) -> None:
    for cluster in study.night.clusters:
        assert study.night.masked.mask[int(cluster.onset_s) : int(np.ceil(cluster.stop_s))].all()
    assert not study.night.masked.mask.all()
    assert study.facts.assessable.sum() > 300


@pytest.mark.parametrize("masked, score, rule", [(True, 2, "2"), (False, 4, "4b_attenuation")])
def test_decrements_of_spasms_count_only_where_they_are_not_masked(masked: bool, score: int, rule: str) -> None:
    night = facts(1800, spikes=ONE_FOCUS, attenuations=DECREMENTS)
    if masked:
        assessable = night.assessable.copy()
        assessable[slice(*CLUSTER_S)] = False
        inside = np.array([assessable[int(t)] for t, _ in night.attenuation_s])
        night = replace(night, assessable=assessable, attenuation_s=night.attenuation_s[inside])
    found = grade(night)
    assert (found.score, found.rule) == (score, rule)
