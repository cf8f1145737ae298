"""ILAE 2022 criteria (Zuberi, Epilepsia 63:1349), one test per clause."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.answer import Answer
from westward.care.criteria import Judgment, Outcome, Role, judge, operational_rule
from westward.care.findings import Findings
from westward.care.site import with_site_values
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
    "change, words",
    [
        ({"based_score": 6}, "a BASED score of 6 does not exist; give 0 to 5"),
        ({"based_score": -1}, "a BASED score of -1 does not exist; give 0 to 5"),
        (
            {"event_recorded": NO},
            "findings of a recorded event are given, yet no event was recorded; correct one of the two",
        ),
        (
            {"event_recorded": NO, "event_eeg_normal": YES, "ictal_correlate": NO},
            "findings of a recorded event are given, yet no event was recorded; correct one of the two",
        ),
        (
            {"event_eeg_normal": YES},
            "the EEG of a recorded event is called normal and ictal; "
            "if events differed, judge the one with the ictal correlate",
        ),
        (
            {"interictal_normal": YES},
            "the interictal EEG is called normal and epileptiform; correct one of the two",
        ),
        (
            {"interictal_normal": YES, "hypsarrhythmia": NO, "focal_or_multifocal": YES},
            "the interictal EEG is called normal and epileptiform; correct one of the two",
        ),
    ],
)
def test_findings_that_contradict_each_other_are_refused(change, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        replace(CLASSIC, **change)
    assert str(caught.value) == words


M, X, A, N = Role.MANDATORY, Role.EXCLUSION, Role.ALERT, Role.NOTE
SLEEP = "an awake EEG can be normal early while the sleep EEG is abnormal"
WITHOUT = str(load("ilae_2022")["note.without_eeg"].value)
EARLY = (
    "plateau or regression may be absent early (recalled): "
    "ask again; normal development so far does not exclude the syndrome"
)
REQUIRED = "ictal EEG (required: the interictal EEG is negative)"
NOWHERE = replace(
    CLASSIC, eeg_available=NO, hypsarrhythmia=UNKNOWN, event_recorded=UNKNOWN, event_eeg_normal=UNKNOWN,
    ictal_correlate=UNKNOWN, focal_or_multifocal=UNKNOWN,
)  # fmt: skip
SEEN = "whether an experienced clinician has seen clusters, live or on video"


def rows(judgment: Judgment) -> list[tuple[Role, str, Answer, str, str]]:
    return [(i.role, i.fact.key, i.present, i.missing, i.remark) for i in judgment.items]


def test_a_classic_child_item_by_item() -> None:
    assert rows(found()) == [
        (M, "mandatory.seizure", YES, "", ""),
        (M, "mandatory.eeg", YES, "", ""),
        (M, "mandatory.onset", YES, "", ""),
        (M, "mandatory.development", YES, "", ""),
        (X, "exclusion.normal_event_eeg", NO, "", ""),
        (A, "alert.early_onset", NO, "", ""),
        (A, "alert.normal_interictal", NO, "", ""),
        (A, "alert.suppression_burst", NO, "", ""),
        (N, "note.mri", YES, "", ""),
    ]
    assert found().without_eeg is False


@pytest.mark.parametrize(
    "base, change, item",
    [
        (
            CLASSIC,
            {"hypsarrhythmia": UNKNOWN},
            (M, "mandatory.ictal_eeg", YES, "", "interictal criterion: unknown"),
        ),
        (CLASSIC, {"hypsarrhythmia": NO}, (M, "mandatory.ictal_eeg", YES, "", "interictal criterion: no")),
        (
            NO_EVENT,
            {"hypsarrhythmia": UNKNOWN},
            (M, "mandatory.eeg", UNKNOWN, "interictal EEG: hypsarrhythmia, focal or multifocal", ""),
        ),
        (NEGATIVE, {"sleep_recorded": NO}, (M, "mandatory.eeg", UNKNOWN, "EEG with sleep, or an ictal EEG", SLEEP)),
        (NEGATIVE, {}, (M, "mandatory.ictal_eeg", UNKNOWN, REQUIRED, "")),
        (NEGATIVE, {"event_recorded": YES}, (M, "mandatory.ictal_eeg", NO, "", "")),
        (
            NEGATIVE,
            {"event_recorded": YES, "ictal_correlate": UNKNOWN},
            (M, "mandatory.ictal_eeg", UNKNOWN, REQUIRED, ""),
        ),
        (NOWHERE, {"clusters_witnessed": YES}, (M, "note.without_eeg", YES, "", WITHOUT)),
        (NOWHERE, {}, (M, "note.without_eeg", UNKNOWN, SEEN, WITHOUT)),
        (
            NOWHERE,
            {"clusters_witnessed": NO},
            (M, "note.without_eeg", UNKNOWN, "an EEG, or clusters seen by an experienced clinician", WITHOUT),
        ),
    ],
)
def test_the_eeg_item(base: Findings, change, item) -> None:
    judgment = found(base, **change)
    assert rows(judgment)[1] == item
    assert judgment.without_eeg is (item[1] == "note.without_eeg" and item[2] is YES)


def test_without_eeg_is_said_while_something_else_is_missing() -> None:
    judgment = found(NOWHERE, clusters_witnessed=YES, onset_age_d=None)
    assert (judgment.outcome, judgment.without_eeg) == (Outcome.CANNOT_BE_SAID, True)
    assert found(NOWHERE, clusters_witnessed=YES, onset_age_d=Days(900, 900)).without_eeg is False


@pytest.mark.parametrize(
    "onset, item",
    [
        (None, (UNKNOWN, "age at the first spasm")),
        (Days(29, 29), (NO, "")),
        (Days(20, 30), (UNKNOWN, "age at the first spasm more exactly")),
        (Days(30, 731), (YES, "")),
        (Days(731, 732), (UNKNOWN, "age at the first spasm more exactly")),
        (Days(732, 732), (NO, "")),
    ],
)
def test_the_onset_item(onset: Days | None, item) -> None:
    assert rows(found(onset_age_d=onset))[2] == (M, "mandatory.onset", *item, "")


@pytest.mark.parametrize(
    "answer, item",
    [
        (YES, (YES, "", "")),
        (NO, (UNKNOWN, "development: no plateau or regression so far", EARLY)),
        (UNKNOWN, (UNKNOWN, "development: plateau or regression since the onset", "")),
    ],
)
def test_the_development_item(answer: Answer, item) -> None:
    assert rows(found(plateau_or_regression=answer))[3] == (M, "mandatory.development", *item)


@pytest.mark.parametrize(
    "base, change, item",
    [
        (NO_EVENT, {"event_eeg_normal": UNKNOWN}, (NO, "")),
        (CLASSIC, {"event_eeg_normal": UNKNOWN}, (NO, "")),
        (NOWHERE, {}, (NO, "")),
        (CLASSIC, {"event_eeg_normal": YES, "ictal_correlate": NO}, (YES, "")),
        (CLASSIC, {"event_eeg_normal": NO, "ictal_correlate": NO}, (NO, "")),
        (
            CLASSIC,
            {"event_eeg_normal": UNKNOWN, "ictal_correlate": NO},
            (UNKNOWN, "ictal EEG: what it showed during the recorded event"),
        ),
        (
            CLASSIC,
            {"event_recorded": UNKNOWN, "event_eeg_normal": UNKNOWN, "ictal_correlate": UNKNOWN},
            (UNKNOWN, "ictal EEG: whether an event was recorded, and what it showed"),
        ),
    ],
)
def test_the_exclusion_item(base: Findings, change, item) -> None:
    assert rows(found(base, **change))[4] == (X, "exclusion.normal_event_eeg", *item, "")


@pytest.mark.parametrize(
    "onset, early",
    [
        (None, UNKNOWN),
        (Days(486, 486), YES),
        (Days(486, 487), UNKNOWN),
        (Days(487, 487), NO),
        (Days(487, 500), NO),
        (Days(400, 486), YES),
    ],
)
def test_the_early_onset_alert_at_its_limit(onset: Days | None, early: Answer) -> None:
    """A site's limit of 16 months is 487 days to the day; the shipped one lies between two days."""
    sheet = with_site_values(load("ilae_2022"), {"onset.alert_below_months": 16}, site="Example clinic")
    judgment = judge(replace(CLASSIC, onset_age_d=onset), sheet=sheet)
    assert rows(judgment)[5] == (A, "alert.early_onset", early, "", "")


def test_in_evolution_says_so_and_still_asks() -> None:
    judgment = found(NO_EVENT, spasms=NO, at_risk=YES, mri_done=NO, plateau_or_regression=UNKNOWN)
    assert rows(judgment)[-2:] == [(N, "note.mri", NO, "", ""), (N, "note.in_evolution", YES, "", "")]
    assert judgment.missing == ()
    assert judgment.still_to_ask == (
        "development: plateau or regression since the onset",
        "MRI (advised, not required)",
    )
    assert judgment.without_eeg is False


def test_what_is_not_met_has_nothing_missing() -> None:
    judgment = found(spasms=NO, onset_age_d=None, at_risk=NO)
    assert (judgment.outcome, judgment.missing) == (Outcome.NOT_MET, ())
    assert judgment.still_to_ask == ("age at the first spasm",)
    assert judgment.words == "not met: mandatory: epileptic spasms (no)"


def test_an_interictal_eeg_is_asked_once() -> None:
    judgment = found(NO_EVENT, hypsarrhythmia=UNKNOWN)
    assert judgment.missing == ("interictal EEG: hypsarrhythmia, focal or multifocal",)
    assert judgment.still_to_ask == ()


def test_no_recorded_event_captures_no_spasm() -> None:
    said, facts = operational_rule(
        replace(NO_EVENT, ictal_correlate=UNKNOWN, clusters_by_history=NO, clusters_witnessed=NO, based_score=5)
    )
    assert said is NO
    assert [fact.key for fact in facts] == [
        "operational.captured",
        "operational.history_and_eeg",
        "operational.encephalopathy_from_score",
    ]


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
