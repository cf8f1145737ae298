"""ILAE 2022 criteria (Zuberi, Epilepsia 63:1349), one test per clause."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.answer import Answer
from westward.care.criteria import Judgment, Outcome, Role, judge, operational_rule
from westward.care.findings import Findings
from westward.care.when import Days
from westward.core.errors import UsageError
from westward.evidence.loader import load
from westward.evidence.status import Status

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
CLASSIC = Findings(
    spasms=YES,
    hypsarrhythmia=YES,
    focal_or_multifocal=NO,
    interictal_normal=NO,
    suppression_burst=NO,
    sleep_recorded=YES,
    event_recorded=YES,
    event_eeg_normal=NO,
    ictal_correlate=YES,
    onset_age_d=Days(180, 180),
    plateau_or_regression=YES,
    mri_done=YES,
)
NO_EVENT = replace(CLASSIC, event_recorded=NO, event_eeg_normal=NO, ictal_correlate=NO)
NEGATIVE = replace(NO_EVENT, hypsarrhythmia=NO)


def found(base: Findings = CLASSIC, **changes) -> Judgment:
    return judge(replace(base, **changes))


def test_a_classic_child_meets_the_criteria() -> None:
    judgment = found()
    assert (judgment.outcome, judgment.words, judgment.missing, judgment.still_to_ask) == (Outcome.MET, "met", (), ())
    assert {i.fact.status for i in judgment.items if i.role is Role.MANDATORY} == {Status.EXCERPT}


def test_nothing_known_names_everything_that_is_missing() -> None:
    judgment = judge(Findings())
    assert judgment.outcome is Outcome.CANNOT_BE_SAID
    assert judgment.missing == (
        "whether the events are spasms",
        "interictal EEG: hypsarrhythmia, focal or multifocal",
        "age at the first spasm",
        "development: plateau or regression since the onset",
        "ictal EEG: whether an event was recorded, and what it showed",
    )
    assert judgment.still_to_ask == ("MRI (advised, not required)",)


@pytest.mark.parametrize("answer, outcome", [(NO, Outcome.NOT_MET), (UNKNOWN, Outcome.CANNOT_BE_SAID)])
def test_mandatory_seizure_is_epileptic_spasms(answer: Answer, outcome: Outcome) -> None:
    assert found(spasms=answer).outcome is outcome


@pytest.mark.parametrize("pattern", ["hypsarrhythmia", "focal_or_multifocal"])
def test_mandatory_eeg_is_hypsarrhythmia_or_focal_or_multifocal_abnormality(pattern: str) -> None:
    assert found(NEGATIVE, **{pattern: YES}).outcome is Outcome.MET


def test_ictal_eeg_is_not_required_if_the_interictal_criterion_is_met() -> None:
    assert found(NO_EVENT).outcome is Outcome.MET


def test_ictal_eeg_is_required_if_the_interictal_criterion_is_not_met() -> None:
    judgment = found(NEGATIVE)
    assert judgment.words == "cannot be said; missing: ictal EEG (required: the interictal EEG is negative)"
    assert found(NEGATIVE, event_recorded=YES, ictal_correlate=YES).outcome is Outcome.MET
    without = found(NEGATIVE, event_recorded=YES, ictal_correlate=NO)
    assert without.outcome is Outcome.NOT_MET
    assert "mandatory: ictal EEG" in without.words


def test_a_negative_eeg_without_sleep_does_not_count() -> None:
    for sleep in (NO, UNKNOWN):
        assert found(NEGATIVE, sleep_recorded=sleep).missing == ("EEG with sleep, or an ictal EEG",)


def test_an_ictal_correlate_stands_while_the_interictal_eeg_is_still_asked() -> None:
    judgment = found(hypsarrhythmia=UNKNOWN)
    assert judgment.outcome is Outcome.MET
    assert judgment.still_to_ask == ("interictal EEG: hypsarrhythmia, focal or multifocal",)


@pytest.mark.parametrize(
    "onset, outcome",
    [
        (Days(29, 29), Outcome.NOT_MET),
        (Days(30, 30), Outcome.MET),
        (Days(731, 731), Outcome.MET),
        (Days(732, 732), Outcome.NOT_MET),
        (Days(20, 50), Outcome.CANNOT_BE_SAID),
        (None, Outcome.CANNOT_BE_SAID),
    ],
)
def test_mandatory_onset_is_at_1_to_24_months(onset: Days | None, outcome: Outcome) -> None:
    assert found(onset_age_d=onset).outcome is outcome


def test_mandatory_development_is_plateau_or_regression() -> None:
    assert found(plateau_or_regression=UNKNOWN).missing == ("development: plateau or regression since the onset",)


def test_development_may_be_normal_early_and_leaves_the_result_open() -> None:
    judgment = found(plateau_or_regression=NO)
    assert judgment.words == "cannot be said; missing: development: no plateau or regression so far"
    remark = next(i.remark for i in judgment.items if "no plateau" in i.missing)
    assert "recalled" in remark


def test_exclusion_is_a_normal_eeg_during_a_recorded_event() -> None:
    judgment = found(event_eeg_normal=YES, ictal_correlate=NO)
    assert judgment.outcome is Outcome.NOT_MET
    assert judgment.words.startswith("not met: exclusion: normal EEG during a recorded event")
    assert found(event_eeg_normal=UNKNOWN, ictal_correlate=NO).missing == (
        "ictal EEG: what it showed during the recorded event",
    )


@pytest.mark.parametrize(
    "change, key",
    [
        ({"onset_age_d": Days(45, 45)}, "alert.early_onset"),
        ({"hypsarrhythmia": NO, "interictal_normal": YES}, "alert.normal_interictal"),
        ({"suppression_burst": YES}, "alert.suppression_burst"),
    ],
)
def test_alerts_call_for_caution_and_change_no_result(change, key: str) -> None:
    judgment = found(**change)
    assert judgment.outcome is Outcome.MET
    assert [i.fact.key for i in judgment.alerts] == [key]


def test_the_inferred_alerts_say_that_they_are_unconfirmed() -> None:
    sheet = load("ilae_2022")
    assert sheet["alert.normal_interictal"].status is sheet["alert.suppression_burst"].status is Status.UNCONFIRMED


def test_early_onset_ends_at_two_months() -> None:
    assert [i.fact.key for i in found(onset_age_d=Days(60, 60)).alerts] == ["alert.early_onset"]
    assert found(onset_age_d=Days(61, 61)).alerts == ()
    assert found(onset_age_d=Days(50, 70)).alerts == ()


def test_mri_is_not_required_and_advised() -> None:
    judgment = found(mri_done=NO)
    assert judgment.outcome is Outcome.MET
    assert judgment.still_to_ask == ("MRI (advised, not required)",)


def test_an_infant_at_risk_with_abnormal_eeg_and_no_spasms_is_in_evolution() -> None:
    judgment = found(NO_EVENT, spasms=NO, at_risk=YES)
    assert (judgment.outcome, judgment.words) == (Outcome.IN_EVOLUTION, "syndrome in evolution")
    assert found(NO_EVENT, spasms=NO, at_risk=NO).outcome is Outcome.NOT_MET
    assert found(NEGATIVE, spasms=NO, at_risk=YES).outcome is Outcome.NOT_MET


def test_without_eeg_witnessed_clusters_stand_in() -> None:
    nowhere = replace(CLASSIC, eeg_available=NO, hypsarrhythmia=UNKNOWN, event_recorded=UNKNOWN)
    nowhere = replace(nowhere, event_eeg_normal=UNKNOWN, ictal_correlate=UNKNOWN, focal_or_multifocal=UNKNOWN)
    judgment = found(nowhere, clusters_witnessed=YES)
    assert (judgment.outcome, judgment.without_eeg) == (Outcome.MET, True)
    assert judgment.words == "met without EEG (clusters witnessed)"
    assert found(nowhere, clusters_witnessed=NO).missing == ("an EEG, or clusters seen by an experienced clinician",)
    assert found(nowhere, clusters_witnessed=YES, onset_age_d=None).outcome is Outcome.CANNOT_BE_SAID
    with_eeg = replace(nowhere, eeg_available=YES, event_recorded=NO)
    assert found(with_eeg, clusters_witnessed=YES).outcome is Outcome.CANNOT_BE_SAID


@pytest.mark.parametrize(
    "change, answer",
    [
        ({"ictal_correlate": YES}, YES),
        ({"ictal_correlate": NO, "clusters_by_history": YES, "based_score": 4}, YES),
        ({"ictal_correlate": NO, "clusters_by_history": YES, "based_score": 3}, NO),
        ({"ictal_correlate": NO, "clusters_by_history": YES, "based_score": None}, UNKNOWN),
        ({"ictal_correlate": NO, "clusters_by_history": NO, "clusters_witnessed": NO, "based_score": 5}, NO),
        ({"event_recorded": NO, "ictal_correlate": UNKNOWN, "clusters_by_history": YES, "based_score": 5}, YES),
    ],
)
def test_operational_rule(change, answer: Answer) -> None:
    said, facts = operational_rule(replace(CLASSIC, **change))
    assert said is answer
    assert {f.status for f in facts} == {Status.EXCERPT}


@pytest.mark.parametrize(
    "change",
    [
        {"based_score": 6},
        {"event_recorded": NO},
        {"event_eeg_normal": YES},
        {"interictal_normal": YES},
    ],
)
def test_findings_that_contradict_each_other_are_refused(change) -> None:
    with pytest.raises(UsageError):
        replace(CLASSIC, **change)


OPEN = ["spasms", "hypsarrhythmia", "focal_or_multifocal", "plateau_or_regression", "sleep_recorded"]


@given(st.fixed_dictionaries(dict.fromkeys(OPEN, st.sampled_from(Answer))), st.sampled_from(OPEN))
def test_an_answer_never_turns_met_into_not_met_by_being_forgotten(answers, name: str) -> None:
    base = replace(NO_EVENT, **answers)
    known, forgotten = judge(base).outcome, judge(replace(base, **{name: UNKNOWN})).outcome
    assert forgotten in (known, Outcome.CANNOT_BE_SAID)


@given(st.fixed_dictionaries(dict.fromkeys(OPEN, st.sampled_from(Answer))))
def test_something_is_missing_exactly_when_the_result_cannot_be_said(answers) -> None:
    judgment = judge(replace(NO_EVENT, **answers))
    assert bool(judgment.missing) is (judgment.outcome is Outcome.CANNOT_BE_SAID)
