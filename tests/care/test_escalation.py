"""The next step: what is proposed when, with which evidence, and what never is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from westward.care.answer import Answer
from westward.care.escalation import (
    Ground,
    Proposal,
    Situation,
    Step,
    answered,
    free_at_7,
    next_steps,
    responded_at_14,
)
from westward.care.response import Course, EegSeen
from westward.care.site import with_site_values
from westward.evidence import shelf
from westward.evidence.loader import load
from westward.evidence.status import Status

START = date(2026, 3, 2)


def course(day: int, told: dict[int, int], *eegs: EegSeen) -> Course:
    witnessed = {START + timedelta(days=n - 1): count for n, count in told.items()}
    return Course(start=START, witnessed=witnessed, eegs=eegs, on=START + timedelta(days=day - 1))


def eeg(day: int, **seen: Answer) -> EegSeen:
    return EegSeen(on=START + timedelta(days=day - 1), **seen)


def situation(**changes: Any) -> Situation:
    base: dict[str, Any] = {
        "protocol": "prednisolone_iciss",
        "kinds": frozenset({"hormone"}),
        "day": 7,
        "free_at_7": Answer.NO,
        "responded_at_14": Answer.UNKNOWN,
        "branches": shelf.load("prednisolone_iciss").branches,
    }
    return Situation(**(base | changes))


@pytest.mark.parametrize(
    ("day", "told", "expected"),
    [
        (6, {5: 9}, Answer.UNKNOWN),
        (7, {7: 0}, Answer.YES),
        (7, {}, Answer.UNKNOWN),
        (7, {7: 3}, Answer.NO),
        (9, {7: 0, 8: 0, 9: 2}, Answer.NO),
        (9, {7: 0, 9: 0}, Answer.UNKNOWN),
        (20, {**dict.fromkeys(range(7, 15), 0), 16: 5}, Answer.YES),
        (20, {**dict.fromkeys(range(7, 14), 0), 14: 1}, Answer.NO),
        (20, {**dict.fromkeys(range(7, 14), 0)}, Answer.UNKNOWN),
        (20, {**dict.fromkeys(range(7, 15), 0), 15: 1}, Answer.YES),
    ],
)
def test_day_7_is_free_only_if_every_day_since_was_told(day: int, told: dict[int, int], expected: Answer) -> None:
    assert free_at_7(course(day, told)) is expected


def test_a_diary_alone_never_says_that_a_treatment_works() -> None:
    assert responded_at_14(course(16, dict.fromkeys(range(1, 17), 0))) is Answer.UNKNOWN
    clear = eeg(14, spasms=Answer.NO, hypsarrhythmia=Answer.NO, sleep=Answer.YES)
    assert responded_at_14(course(16, {}, clear)) is Answer.YES


def test_spasms_on_eeg_or_witnessed_at_day_14_are_a_failure() -> None:
    assert responded_at_14(course(16, {}, eeg(14, spasms=Answer.YES, sleep=Answer.YES))) is Answer.NO
    assert responded_at_14(course(16, {13: 4})) is Answer.NO


def test_day_7_not_free_proposes_the_branch_of_the_protocol_with_its_status() -> None:
    (one,) = next_steps(situation())
    assert (one.step, one.branch, one.due_d) == (Step.RAISE, "spasms_on_day_7", 1)
    assert one.grounds[0].status is Status.RECALLED
    assert "138 of 171" in one.grounds[1].words


def test_day_7_without_a_branch_or_taken_proposes_nothing() -> None:
    assert next_steps(situation(branches=())) == ()


BOTH = shelf.load("hormone_plus_vigabatrin").branches


def raises(day: int, seen: tuple[int, ...], free: Answer = Answer.UNKNOWN, branches: Any = BOTH) -> list[Proposal]:
    asked = situation(protocol="hormone_plus_vigabatrin", branches=branches, day=day, free_at_7=free, seen=seen,
                      started_on=START)  # fmt: skip
    return [one for one in next_steps(asked) if one.step is Step.RAISE]


@pytest.mark.parametrize(
    ("day", "seen", "free", "expected"),
    [
        (4, (1, 2, 3, 4), Answer.UNKNOWN, []),
        (5, (1, 2, 3, 4), Answer.UNKNOWN, []),
        (5, (5,), Answer.UNKNOWN, ["spasms_after_96_h"]),
        (6, (5,), Answer.UNKNOWN, ["spasms_after_96_h"]),
        (7, (5,), Answer.UNKNOWN, ["spasms_after_96_h"]),
        (7, (5,), Answer.YES, []),
        (8, (5, 8), Answer.NO, ["spasms_after_96_h", "spasms_on_day_7"]),
        (6, (), Answer.UNKNOWN, []),
    ],
)
def test_the_raise_after_96_hours_is_open_from_its_own_first_day(
    day: int, seen: tuple[int, ...], free: Answer, expected: list[str]
) -> None:
    assert [one.branch for one in raises(day, seen, free)] == expected


def test_its_clock_counts_from_the_spasms_after_96_hours() -> None:
    (one,) = raises(6, (2, 5, 6))
    assert (one.since, one.due) == (START + timedelta(days=4), START + timedelta(days=5))
    assert "in one step" not in one.words


def test_two_raises_say_that_they_are_not_taken_in_one_step() -> None:
    two = raises(8, (5, 8), Answer.NO)
    assert [one.words.endswith(". Not in one step with the other raise") for one in two] == [True, True]
    assert all(one.grounds[-1].status is Status.POLICY and "in one step" in one.grounds[-1].words for one in two)


def test_day_7_unknown_asks() -> None:
    (one,) = next_steps(situation(free_at_7=Answer.UNKNOWN))
    assert one.step is Step.ASK


def test_before_day_7_and_when_all_goes_well_nothing_is_proposed() -> None:
    assert next_steps(situation(day=6)) == ()
    assert next_steps(situation(free_at_7=Answer.YES)) == ()
    assert next_steps(situation(day=16, responded_at_14=Answer.YES)) == ()


def test_day_14_unknown_asks_for_the_eeg_of_day_14() -> None:
    (one,) = next_steps(situation(day=15, started_on=START))
    assert one.step is Step.EEG
    assert one.due == START + timedelta(days=13)
    assert "Video-EEG" in one.words


def test_failure_of_a_hormone_proposes_the_other_mechanism_first_then_the_sequence() -> None:
    found = next_steps(situation(day=15, responded_at_14=Answer.NO))
    assert [(one.step, one.protocol) for one in found] == [
        (Step.SWITCH, "vigabatrin_standard"),
        (Step.SWITCH, "acth_label_150"),
    ]
    assert "27 of 49" in found[0].grounds[0].words
    assert found[1].differs, "a sequence carried over from another dose must say so"


def test_the_clock_to_the_next_drug_counts_from_the_failure_not_from_today() -> None:
    failed = START + timedelta(days=13)
    for day in (14, 15, 40):
        found = next_steps(situation(day=day, responded_at_14=Answer.NO, failed_on=failed))
        assert {one.due for one in found} == {failed + timedelta(days=1)}
    unknown = next_steps(situation(day=15, responded_at_14=Answer.NO))
    assert {one.due for one in unknown} == {None}, "a day that is not known is not made up"


def test_a_treatment_that_was_ended_for_failure_still_asks_for_the_next() -> None:
    found = next_steps(situation(day=9, free_at_7=Answer.UNKNOWN, ended=True, failed_on=START + timedelta(days=8)))
    assert {one.step for one in found} == {Step.SWITCH}


def test_the_raise_of_day_7_and_the_referral_have_days_of_their_own() -> None:
    not_free = START + timedelta(days=7)
    (one,) = next_steps(situation(day=9, not_free_on=not_free))
    assert one.due == not_free + timedelta(days=1)
    (surgery,) = next_steps(situation(day=3, focal_lesion=Answer.YES, surgery_since=START))
    assert (surgery.step, surgery.due) == (Step.SURGERY, START + timedelta(days=14))


def test_the_published_sequence_does_not_leave_its_source() -> None:
    found = next_steps(situation(protocol="prednisolone_ucla_8mgkg", day=14, responded_at_14=Answer.NO))
    acth = next(one for one in found if one.protocol == "acth_label_150")
    assert acth.differs == ""
    assert [ground.words[:7] for ground in acth.grounds[1:3]] == ["4 of 10", "1 of 7:"]


def test_failure_of_vigabatrin_proposes_hormones_and_adds_in_tuberous_sclerosis() -> None:
    asked = {"protocol": "vigabatrin_standard", "kinds": frozenset({"vigabatrin"}), "branches": (), "day": 14}
    plain = next_steps(situation(**asked, responded_at_14=Answer.NO))
    assert {one.step for one in plain} == {Step.SWITCH}
    assert "prednisolone_perc" in {one.protocol for one in plain}
    tsc = next_steps(situation(**asked, responded_at_14=Answer.NO, tuberous_sclerosis=Answer.YES))
    assert {one.step for one in tsc} == {Step.ADD}
    assert tsc[0].grounds[0].status is Status.RECALLED


def test_with_both_mechanisms_given_no_standard_drug_is_left() -> None:
    found = next_steps(
        situation(
            protocol="vigabatrin_standard",
            kinds=frozenset({"vigabatrin"}),
            tried=frozenset({"hormone"}),
            branches=(),
            day=14,
            responded_at_14=Answer.NO,
            failures=2,
        )
    )
    assert [one.step for one in found] == [Step.NO_STANDARD, Step.SURGERY]


@pytest.mark.parametrize(
    ("lesion", "failures", "referred", "expected"),
    [
        (Answer.YES, 0, False, True),
        (Answer.UNKNOWN, 2, False, True),
        (Answer.UNKNOWN, 1, False, False),
        (Answer.NO, 1, False, False),
        (Answer.YES, 2, True, False),
    ],
)
def test_a_lesion_or_a_second_failure_opens_a_referral_once(
    lesion: Answer, failures: int, referred: bool, expected: bool
) -> None:
    found = next_steps(situation(day=3, focal_lesion=lesion, failures=failures, surgery_referred=referred))
    assert (Step.SURGERY in {one.step for one in found}) is expected


def test_a_relapse_proposes_again_whatever_the_day() -> None:
    found = next_steps(situation(day=60, responded_at_14=Answer.YES, relapsed=True))
    assert {one.step for one in found} == {Step.SWITCH}
    assert all(any("Hrachovy" in ground.source for ground in one.grounds) for one in found)


FAILED = START + timedelta(days=13)
OTHER = (
    "27 of 49: response to a standard drug of another mechanism as second treatment",
    "17 of 69: response to any other second treatment",
)
CARRIED_OVER = "Program policy: the UCLA sequence carried over to prednisolone at a fixed dose; no source joins the two"
AFTER_PREDNISOLONE = (
    "4 of 10: response to ACTH after prednisolone 8 mg/kg had failed",
    "1 of 7: response to ACTH after prednisolone 8 mg/kg had failed",
)


def words_of(proposal: Proposal) -> tuple[str, ...]:
    return tuple(ground.words for ground in proposal.grounds)


def test_a_step_to_the_other_mechanism_and_the_sequence_say_all_of_themselves() -> None:
    other, sequence = next_steps(situation(day=15, responded_at_14=Answer.NO, failed_on=FAILED))
    assert other == Proposal(
        step=Step.SWITCH, words="A standard drug of another mechanism at once: vigabatrin", grounds=other.grounds,
        protocol="vigabatrin_standard", due_d=1, since=FAILED,
    )  # fmt: skip
    assert words_of(other) == OTHER
    assert sequence == Proposal(
        step=Step.SWITCH, words="The sequence within the same mechanism, without a taper between",
        grounds=sequence.grounds, protocol="acth_label_150", sequence="prednisolone_iciss_then_acth", due_d=1,
        since=FAILED,
        differs=CARRIED_OVER,
    )  # fmt: skip
    assert words_of(sequence) == ("carried over from another dose of prednisolone", *AFTER_PREDNISOLONE)


def test_a_site_names_the_protocol_that_joins_a_sequence() -> None:
    sheet = with_site_values(load("escalation"), {"joined.prednisolone_iciss": "our_own"}, site="Example clinic")
    found = next_steps(situation(day=15, responded_at_14=Answer.NO, sheet=sheet))
    assert [one.sequence for one in found] == ["", "our_own"]


def test_the_sequence_after_another_drug_does_not_cite_prednisolone() -> None:
    found = next_steps(
        situation(protocol="acth_natural_low", branches=(), day=15, responded_at_14=Answer.NO, failed_on=FAILED)
    )
    assert words_of(found[1]) == ("what the published sequence gives next",)
    assert (found[1].differs, found[1].sequence) == ("", "")


def test_a_hormone_added_in_tuberous_sclerosis_says_so() -> None:
    asked = {"protocol": "vigabatrin_standard", "kinds": frozenset({"vigabatrin"}), "branches": (), "day": 14}
    added = next_steps(situation(**asked, responded_at_14=Answer.NO, tuberous_sclerosis=Answer.YES))
    assert {one.words for one in added} == {"A standard drug of another mechanism at once: hormone, added"}
    assert words_of(added[0]) == ("added to vigabatrin without response in two weeks", *OTHER)
    plain = next_steps(situation(**asked, responded_at_14=Answer.NO))
    assert {one.words for one in plain} == {"A standard drug of another mechanism at once: hormone"}


def test_only_a_relapse_cites_relapses() -> None:
    again = next_steps(situation(day=60, responded_at_14=Answer.YES, relapsed=True))
    assert {words_of(one)[-1] for one in again} == {"after a relapse"}
    failed = next_steps(situation(day=15, responded_at_14=Answer.NO))
    assert not any("after a relapse" in words_of(one) for one in failed)


def test_no_standard_drug_left_says_what_to_think_of() -> None:
    both = {"kinds": frozenset({"vigabatrin"}), "tried": frozenset({"hormone"}), "branches": ()}
    (one,) = next_steps(
        situation(protocol="vigabatrin_standard", **both, day=14, responded_at_14=Answer.NO, failed_on=FAILED)
    )
    assert one == Proposal(
        step=Step.NO_STANDARD,
        words="Both standard mechanisms were given: think of ketogenic diet, surgery and second-line drugs",
        grounds=one.grounds, due_d=1, since=FAILED,
    )  # fmt: skip
    assert words_of(one) == ("15 %: response to a third treatment; 36 % if it was a standard drug",)
    again = next_steps(
        situation(protocol="vigabatrin_standard", **both, day=60, responded_at_14=Answer.NO, relapsed=True)
    )
    assert words_of(again[0])[1:] == ("after a relapse",)


def test_the_steps_of_day_7_say_all_of_themselves() -> None:
    (ask,) = next_steps(situation(free_at_7=Answer.UNKNOWN))
    week_1 = "138 of 171: of those who remit within 14 days, remission in the first week"
    assert ask == Proposal(
        step=Step.ASK,
        words="Ask the family whether each day since day 7 was free of spasms; days not told leave the step open",
        grounds=ask.grounds,
    )
    assert words_of(ask) == (week_1,)
    (branch,) = shelf.load("prednisolone_iciss").branches
    (one,) = next_steps(situation(not_free_on=START))
    assert one == Proposal(
        step=Step.RAISE, words=f"The protocol provides: {branch.words}", grounds=one.grounds, branch=branch.id,
        due_d=1, since=START,
    )  # fmt: skip
    assert one.grounds[0] == Ground(branch.words, branch.status, branch.source)
    assert words_of(one) == (branch.words, week_1)


@pytest.mark.parametrize(
    ("day", "steps"), [(6, []), (7, [Step.RAISE]), (13, [Step.RAISE]), (14, [Step.RAISE, Step.EEG])]
)
def test_the_branch_is_open_from_day_7_to_day_14(day: int, steps: list[Step]) -> None:
    assert [one.step for one in next_steps(situation(day=day))] == steps
    later = next_steps(situation(day=15))
    assert [one.step for one in later] == [Step.EEG]


def test_the_eeg_of_day_14_says_all_of_itself() -> None:
    (one,) = next_steps(situation(day=15, free_at_7=Answer.YES, started_on=START))
    assert one == Proposal(
        step=Step.EEG,
        words="Video-EEG with sleep around day 14: without it nobody can say whether the treatment works",
        grounds=one.grounds, due_d=13, since=START,
    )  # fmt: skip
    assert words_of(one) == ("day of the video-EEG that decides",)


def test_a_treatment_that_ended_without_a_known_day_still_failed() -> None:
    found = next_steps(situation(day=9, free_at_7=Answer.UNKNOWN, ended=True))
    assert {one.step for one in found} == {Step.SWITCH}
    dated = next_steps(situation(day=9, free_at_7=Answer.UNKNOWN, failed_on=FAILED))
    assert {one.step for one in dated} == {Step.SWITCH}


SURGERY_FREE = "68.8 %: free of seizures after surgery, 21 studies, n = 531"
LESION = "findings on imaging that, on one side, open a surgical referral"
SECOND = "failed standard treatments that open a surgical referral"


@pytest.mark.parametrize(
    ("lesion", "failures", "reasons", "grounds"),
    [
        (Answer.YES, 1, "a lesion on one side", (LESION, SURGERY_FREE)),
        (Answer.NO, 2, "a second failure", (SECOND, SURGERY_FREE)),
        (Answer.YES, 2, "a lesion on one side and a second failure", (LESION, SECOND, SURGERY_FREE)),
    ],
)
def test_a_surgical_referral_says_why(lesion: Answer, failures: int, reasons: str, grounds: tuple[str, ...]) -> None:
    (one,) = next_steps(situation(day=3, focal_lesion=lesion, failures=failures, surgery_since=START))
    assert one == Proposal(
        step=Step.SURGERY, words=f"Surgical referral in parallel, for {reasons}; treatment goes on",
        grounds=one.grounds, due_d=14, since=START,
    )  # fmt: skip
    assert words_of(one) == grounds


def test_every_protocol_that_is_proposed_ships() -> None:
    for kinds in (frozenset({"hormone"}), frozenset({"vigabatrin"})):
        for name in shelf.names():
            asked = replace(situation(day=14, responded_at_14=Answer.NO, kinds=kinds), protocol=name)
            assert {one.protocol for one in next_steps(asked)} - {""} <= set(shelf.names())


def other(on: int) -> date:
    """Day of the course on which a diet or an operation began."""
    return START + timedelta(days=on - 1)


@pytest.mark.parametrize(
    ("began", "told", "expected"),
    [
        (16, {}, True),  # nothing told since
        (16, {20: 5, 29: 4}, True),  # within the days it has
        (16, {30: 1}, False),  # after them
        (16, {30: 0}, True),
        (14, {}, True),  # on the day of the failure
        (13, {}, False),  # before it: no answer to it
    ],
)
def test_a_diet_or_an_operation_after_the_failure_is_the_next_step_while_it_has_days(
    began: int, told: dict[int, int], expected: bool
) -> None:
    assert answered(course(40, told), failed_on=other(14), other_on=other(began)) is expected


def test_without_a_failure_or_without_another_treatment_nothing_is_answered() -> None:
    assert not answered(course(40, {}), failed_on=None, other_on=other(16))
    assert not answered(course(40, {}), failed_on=other(14), other_on=None)
    assert not answered(course(15, {}), failed_on=other(14), other_on=other(16))


@pytest.mark.parametrize("seen", [{"spasms": Answer.YES}, {"hypsarrhythmia": Answer.YES}])
def test_an_eeg_after_its_days_asks_for_the_next_step_again(seen: dict[str, Answer]) -> None:
    assert answered(course(40, {}, eeg(29, **seen)), failed_on=other(14), other_on=other(16))
    assert not answered(course(40, {}, eeg(30, **seen)), failed_on=other(14), other_on=other(16))


def test_what_is_answered_proposes_no_drug_and_still_surgery() -> None:
    asked = situation(day=20, responded_at_14=Answer.NO, failed_on=other(14), focal_lesion=Answer.YES)
    assert {one.step for one in next_steps(asked)} > {Step.SURGERY}
    assert [one.step for one in next_steps(replace(asked, answered=True))] == [Step.SURGERY]


def test_the_day_itself_counts_for_what_answers_a_failure_and_for_what_undoes_it() -> None:
    """A diet that begins today answers; spasms or an EEG of today, after the days it had, ask again."""
    assert answered(course(16, {}), failed_on=other(14), other_on=other(16))
    assert not answered(course(30, {30: 1}), failed_on=other(14), other_on=other(16))
    assert not answered(course(30, {}, eeg(30, spasms=Answer.YES)), failed_on=other(14), other_on=other(16))


def test_a_branch_of_day_7_waits_for_the_answer_and_counts_from_the_day_that_says_no() -> None:
    """Only a branch of days before the checkpoint opens by spasms alone, and only its own count from them."""
    branches = tuple(one for one in BOTH if one.first_day == 7)
    assert branches
    assert raises(8, (7,), branches=branches) == []
    not_free = START + timedelta(days=7)
    asked = situation(day=8, free_at_7=Answer.NO, seen=(7, 8), started_on=START, not_free_on=not_free)
    (one,) = (one for one in next_steps(asked) if one.step is Step.RAISE)
    assert one.since == not_free
