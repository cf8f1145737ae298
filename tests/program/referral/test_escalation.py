"""An unanswered referral goes to the next on duty by the dates alone, once a step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.program.referral.scene import ALL_NO, STRANGER, by, child, on_duty, person, referral
from tests.program.staff import signed_in

from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.record import SYSTEM, Who
from westward.program.referral import queries, rules
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.assign import Assign
from westward.program.referral.actions.contact import LogContact
from westward.program.referral.actions.escalate import Escalate, escalate_due
from westward.program.referral.models import Escalation, Referral, Shift

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 8, tzinfo=UTC)
H = timedelta(hours=1)


def test_steps_come_at_the_set_time_and_then_by_the_same_interval() -> None:
    assert rules.step_due(AT, AT + 4 * H, last=None) == AT + 4 * H
    assert rules.step_due(AT, AT + 4 * H, last=rules.Step(1, AT + 5 * H)) == AT + 9 * H
    # The level rose after a step: the next one still waits for its own interval, never for an earlier time.
    assert rules.step_due(AT, AT + 4 * H, last=rules.Step(1, AT - H)) == AT + 4 * H


def test_who_takes_it_over_has_as_long_again() -> None:
    given = {"received": AT, "escalate_at": AT + 4 * H}
    assert rules.step_due(**given, last=None, taken=AT + 3 * H) == AT + 7 * H
    assert rules.step_due(**given, last=rules.Step(1, AT + 4 * H), taken=AT + 5 * H) == AT + 9 * H
    # Taken early, it still waits for its own time.
    assert rules.step_due(**given, last=None, taken=AT - H) == AT + 4 * H


def test_times_of_a_clock_that_was_set_back_hold_nothing_up() -> None:
    given = {"received": AT, "escalate_at": AT + 4 * H, "now": AT + 9 * H}
    # The second step was planned for 8 h; the clock says it was done in two days: the third comes at 12 h.
    assert rules.step_due(**given, last=rules.Step(2, AT + 48 * H)) == AT + 12 * H
    assert rules.step_due(**given, last=None, taken=AT + 48 * H) == AT + 4 * H


def test_the_next_on_duty_is_the_first_by_rank_who_was_not_asked() -> None:
    assert rules.next_on_duty([1, 2, 3], {1}) == 2
    assert rules.next_on_duty([1, 2], {1, 2}) is None
    assert rules.next_on_duty([], set()) is None


@pytest.mark.parametrize(
    "minutes, state, words",
    [
        (0, "running", "8\u202fh left"),
        (239, "running", "4\u202fh 1\u202fmin left"),
        (240, "due", "4\u202fh left"),
        (479, "due", "1\u202fmin left"),
        (480, "due", "less than 1\u202fmin left"),
        (485, "overdue", "5\u202fmin overdue"),
        (480 + 26 * 60, "overdue", "1\u202fd 2\u202fh overdue"),
    ],
)
def test_the_contact_clock_is_read_from_the_dates(minutes: int, state: str, words: str) -> None:
    given = {"received": AT, "contact_by": AT + 8 * H, "escalate_at": AT + 4 * H}
    clock = rules.contact_clock(**given, contacted=None, now=AT + timedelta(minutes=minutes))
    assert (clock.state.value, clock.words) == (state, words)


@pytest.mark.parametrize("hours, late", [(2, False), (9, True)])
def test_a_stopped_clock_says_whether_it_was_in_time(hours: int, late: bool) -> None:
    given = {"received": AT, "contact_by": AT + 8 * H, "escalate_at": AT + 4 * H}
    clock = rules.contact_clock(**given, contacted=AT + hours * H, now=AT + 20 * H)
    assert (clock.state.value, clock.late) == ("done", late)
    # A contact that lies ahead of the moment asked for has not happened.
    assert rules.contact_clock(**given, contacted=AT + 9 * H, now=AT + H).state.value == "running"


def test_a_red_flag_goes_to_the_second_on_duty_and_then_to_the_third() -> None:
    first, second, third = (person(name, "nurse") for name in ("first", "second", "third"))
    for rank, one in enumerate((first, second, third), 1):
        on_duty(one, rank=rank)
    one = referral(ago_h=5)
    now = timezone.now()
    [step] = escalate_due(now)
    assert (step.to, step.step, step.due_at) == (second, 1, one.escalate_at)
    assert escalate_due(now + timedelta(hours=3)) == []
    [step] = escalate_due(now + timedelta(hours=4, minutes=1))
    assert (step.to, step.step) == (third, 2)
    rows = Entry.objects.filter(verb="referral.escalate").order_by("seq")
    assert [row.actor for row in rows] == [SYSTEM, SYSTEM]
    assert second.audit_id in rows[0].detail


def test_not_before_its_time_nor_after_an_answer_nor_a_decision() -> None:
    nurse = person("nurse", "nurse")
    on_duty(nurse)
    referral(ago_h=3.9)
    answered = referral(ago_h=5)
    LogContact(**by(nurse), referral=answered, at=timezone.now(), reached=True).execute()
    closed = referral(ago_h=5)
    Referral.objects.filter(pk=closed.pk).update(state="declined")
    assert escalate_due() == []
    for one in (answered, closed):
        one.refresh_from_db()
        assert queries.due_step(one, now=timezone.now()) is None


def test_an_attempt_that_reached_nobody_does_not_stop_it() -> None:
    nurse = person("nurse", "nurse")
    one = referral(ago_h=5)
    LogContact(**by(nurse), referral=one, at=timezone.now(), reached=False).execute()
    assert len(escalate_due()) == 1


def test_the_owner_and_whoever_was_first_at_receipt_are_not_asked_again() -> None:
    first, owner, third = (person(name, "nurse") for name in ("first", "owner", "third"))
    on_duty(first, rank=1)
    on_duty(owner, rank=2)
    on_duty(third, rank=3)
    one = referral(ago_h=5)
    Assign(**by(first), referral=one, to=owner).execute()
    assert escalate_due()[0].to == third


def test_nobody_on_duty_is_said_once_and_whoever_comes_next_is_asked_at_once() -> None:
    referral(ago_h=5)
    now = timezone.now()
    assert escalate_due(now)[0].to is None
    assert escalate_due(now + timedelta(hours=9)) == []
    late = person("late", "nurse")
    Shift.objects.filter(pk=on_duty(late).pk).update(made_at=now)
    assert escalate_due(now + timedelta(minutes=1))[0].to == late


def test_an_accepted_referral_still_waits_for_its_call_unless_the_child_is_silent() -> None:
    nurse = person("nurse", "nurse")
    one = referral(ago_h=5)
    chart = Accept(**by(nurse), referral=one).execute()
    chart.state, chart.state_on = "deceased", timezone.localdate()
    chart.save()
    assert escalate_due() == []
    chart.state, chart.state_on = "active", None
    chart.save()
    assert len(escalate_due()) == 1
    other = referral(ago_h=5, family_name="Okafor")
    merged = child(family_name="Okafor", state="merged", merged_into=chart)
    Referral.objects.filter(pk=other.pk).update(state="accepted", child=merged)
    assert escalate_due() == []


def test_a_calm_referral_escalates_by_its_own_time() -> None:
    calm = {**ALL_NO, "events": "yes"}
    birth = timezone.localdate() - timedelta(days=1200)
    one = referral(ago_h=23, answers=calm, birth_date=birth)
    Referral.objects.filter(pk=one.pk).update(level=2, escalate_at=one.received_at + 24 * H)
    assert escalate_due() == []
    assert len(escalate_due(timezone.now() + 2 * H)) == 1


def test_two_workers_escalate_once() -> None:
    one = referral(ago_h=5)
    now = timezone.now()
    due = queries.due_step(one, now=now)
    assert due is not None
    mine = Escalate(who=Who(actor=SYSTEM), referral=one, step=due.step, now=now)
    mine.execute()
    with pytest.raises(InvalidActError, match="another worker"):
        Escalate(who=Who(actor=SYSTEM), referral=one, step=due.step, now=now).execute()
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(referral=one, step=1, due_at=now, at=now)
    assert Entry.objects.filter(verb="referral.escalate", outcome="done").count() == 1


def test_the_program_alone_escalates() -> None:
    with pytest.raises(NotAllowedError):
        Escalate(who=STRANGER, referral=referral(ago_h=5), step=1, now=timezone.now()).execute()


def test_a_page_view_escalates_without_any_timer_and_shows_who_was_asked() -> None:
    first, second = person("first", "nurse"), person("second", "nurse")
    on_duty(first)
    on_duty(second, rank=2)
    one = referral(ago_h=5)
    page = signed_in(person("co", "coordinator")).get("/referrals/").content.decode()
    assert "escalated to Second" in page
    assert one.escalations.count() == 1
