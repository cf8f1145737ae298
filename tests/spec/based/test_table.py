"""The rows of the 2021 BASED table, one test each, named after the row."""

from __future__ import annotations

import pytest
from tests.support.grading import dense, facts, split

from westward.eeg.grading.based import grade
from westward.eeg.grading.score_one import Abnormality
from westward.evidence.status import Status

EPOCH = range(600, 900)
"""One epoch on the grid."""
FEW = dense(600, bins_per_page=[2] * 20)
"""40 of 300 bins."""
MANY = dense(600, bins_per_page=[10] * 20)
"""200 of 300 bins, every page positive."""


def abnormality(found: bool | None) -> Abnormality:
    return Abnormality("persistent asymmetry", found, 0.7, 0.5, "1", Status.POLICY, "left lower")


def test_0_no_abnormality_of_the_kinds_assessed() -> None:
    g = grade(facts(), abnormalities=[abnormality(False), abnormality(None)])
    assert (g.score, g.rule, g.encephalopathy) == (0, "0", False)
    assert "no abnormality of the kinds assessed" in g.sentence


def test_1_a_definite_abnormality_that_is_not_epileptiform() -> None:
    g = grade(facts(), abnormalities=[abnormality(True)])
    assert (g.score, g.rule) == (1, "1")
    assert "persistent asymmetry" in g.sentence


@pytest.mark.parametrize("foci", [["C3"], ["C3", "O2"]])
def test_2_fewer_than_three_foci_and_no_high_amplitude(foci: list[str]) -> None:
    g = grade(facts(spikes=split(FEW, foci)), abnormalities=[abnormality(True)])
    assert (g.score, g.rule) == (2, "2")


def test_2_even_with_spikes_in_most_bins() -> None:
    g = grade(facts(spikes=split(MANY, ["C3", "O2"])))
    assert (g.score, g.rule) == (2, "2")
    assert g.worst_epoch.positive_pages == 20


def test_3a_three_foci_in_less_than_half_of_the_bins_without_high_amplitude() -> None:
    g = grade(facts(spikes=split(FEW, ["C3", "O2", "F8"])))
    assert (g.score, g.rule, g.encephalopathy) == (3, "3a", False)


@pytest.mark.parametrize("foci", [[], ["C3"], ["C3", "O2"]])
def test_3b_fewer_than_three_foci_with_high_amplitude(foci: list[str]) -> None:
    g = grade(facts(spikes=split(FEW, foci) if foci else {}, high={"P7-O1": EPOCH}))
    assert (g.score, g.rule, g.encephalopathy) == (3, "3b", False)
    assert [c.name for c in g.high_amplitude_channels] == ["P7-O1"]


def test_4a_three_foci_in_less_than_half_of_the_bins_with_high_amplitude() -> None:
    g = grade(facts(spikes=split(FEW, ["C3", "O2", "F8"]), high={"F3-C3": EPOCH}))
    assert (g.score, g.rule, g.encephalopathy) == (4, "4a", True)


def test_4b_grouped_multifocal_spikes() -> None:
    g = grade(facts(grouped=[700, 750]))
    assert (g.score, g.rule, g.encephalopathy) == (4, "4b_grouped", True)
    assert (g.n_grouped, g.n_grouped_study) == (2, 2)


def test_4b_paroxysmal_voltage_attenuation() -> None:
    g = grade(facts(attenuations=[700, 750]))
    assert (g.score, g.rule, g.encephalopathy) == (4, "4b_attenuation", True)
    assert (g.n_attenuations, g.n_attenuations_study) == (2, 2)


def test_4b_lifts_a_study_that_would_be_3() -> None:
    g = grade(facts(spikes=split(FEW, ["C3", "O2", "F8"]), attenuations=[700, 750]))
    assert (g.score, g.rule) == (4, "4b_attenuation")


def test_4_names_every_row_that_is_met() -> None:
    g = grade(facts(spikes=split(FEW, ["C3", "O2", "F8"]), high={"F3-C3": EPOCH}, attenuations=[700, 750]))
    assert (g.rule, g.rules_met) == ("4a", ("4a", "4b_attenuation"))


def test_5_three_foci_in_half_of_the_bins() -> None:
    g = grade(facts(spikes=split(MANY, ["C3", "O2", "F8"])))
    assert (g.score, g.rule, g.encephalopathy) == (5, "5", True)
    assert (g.worst_epoch.positive_pages, round(g.worst_epoch.spike_bin_fraction, 3)) == (20, 0.667)


def test_5_does_not_need_amplitude_and_outranks_4() -> None:
    spikes = split(MANY, ["C3", "O2", "F8"])
    assert grade(facts(spikes=spikes, high={"F3-C3": EPOCH}, attenuations=[700, 720], grouped=[740, 760])).score == 5


@pytest.mark.parametrize(("post_treatment", "expected"), [(False, None), (True, True)])
def test_3_or_more_is_read_out_as_relapse_risk_only_after_treatment(post_treatment: bool, expected: bool) -> None:
    f = facts(spikes=split(FEW, ["C3", "O2", "F8"]))
    assert grade(f, post_treatment=post_treatment).relapse_risk is expected
    assert grade(facts(), post_treatment=True).relapse_risk is False
