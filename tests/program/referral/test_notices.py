"""An unanswered referral reaches a person: told once each, by mail or on every page, until somebody answers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.program.referral.scene import ALL_NO, STRANGER, by, on_duty, person, referral
from tests.program.staff import signed_in

from westward.program.accounts.models import Site, User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.record import SYSTEM, Who
from westward.program.referral import queries, waiting
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.assign import Assign
from westward.program.referral.actions.contact import LogContact
from westward.program.referral.actions.escalate import escalate_due
from westward.program.referral.actions.notify import Notify, mail_due, tell_due, watch
from westward.program.referral.models import Notice, Referral

pytestmark = pytest.mark.django_db
H, MIN = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def mail(settings: Any) -> Any:
    settings.MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return settings


@pytest.fixture
def team() -> list[User]:
    """First, second and third on duty, with addresses."""
    people = [person(name, "nurse") for name in ("first", "second", "third")]
    for rank, one in enumerate(people, 1):
        one.email = f"{one.username}@example.org"
        one.save()
        on_duty(one, rank=rank)
    return people


def told() -> list[tuple[str, int]]:
    return [(one.to.username, one.step) for one in Notice.objects.select_related("to").order_by("pk")]


def tick(in_h: float = 0) -> None:
    """What the worker does, some hours from now."""
    moment = timezone.now() + timedelta(hours=in_h)
    with mock.patch("django.utils.timezone.now", return_value=moment):
        watch()


def calm(**more: Any) -> Referral:
    birth = timezone.localdate() - timedelta(days=1200)
    return referral(answers={**ALL_NO, "events": "yes"}, birth_date=birth, **more)


# Who is told, and when.


def test_whoever_is_on_duty_is_told_at_the_receipt_then_the_back_up_then_the_next(team: list[User]) -> None:
    one = referral(ago_h=1)
    tick()
    assert told() == [("first", 0)]
    tick(2.9)
    assert told() == [("first", 0)]
    tick(3.1)
    assert told() == [("first", 0), ("second", 1)]
    tick(7.2)
    assert told() == [("first", 0), ("second", 1), ("third", 2)]
    assert [step.to for step in one.escalations.order_by("step")] == team[1:]


def test_a_calm_referral_is_told_with_its_first_step(team: list[User]) -> None:
    one = calm(ago_h=1)
    Referral.objects.filter(pk=one.pk).update(level=2, escalate_at=one.received_at + 24 * H)
    tick()
    assert told() == []
    tick(23.5)
    assert told() == [("first", 1), ("second", 1)]


def test_with_nobody_further_on_duty_the_coordinators_of_the_site_are_told() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    person("mine", "coordinator", site=here)
    person("all", "coordinator")
    person("theirs", "coordinator", site=there)
    closed = person("closed", "coordinator")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    referral(ago_h=5, site=here)
    tick()
    assert told() == [("mine", 1), ("all", 1)]


def test_without_a_coordinator_everybody_who_may_answer_at_the_site_is_told(mail: Any) -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    shut = Site.objects.create(code="shut", name="shut", closed_at=timezone.now())
    doctor, nurse = person("doctor", "physician", site=here), person("nurse", "nurse")
    tech, other = person("tech", "technologist", site=here), person("other", "nurse", site=there)
    study = person("study", "physician", site=here, purpose="research")
    gone, late = person("gone", "coordinator"), person("late", "coordinator", site=shut)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    revoked = person("revoked", "nurse", site=here)
    revoked.grants.update(revoked_at=timezone.now())
    for one in (doctor, nurse, tech, other, study, gone, late, revoked):
        User.objects.filter(pk=one.pk).update(email=f"{one.username}@example.org")
    waits = referral(ago_h=30, site=here)
    tick()
    tick()
    assert told() == [("doctor", 1), ("nurse", 1)]
    assert [step.to for step in waits.escalations.all()] == [None]
    assert sorted(one.to[0] for one in outbox.outbox) == ["doctor@example.org", "nurse@example.org"]


def test_with_neither_site_nor_coordinator_everybody_who_may_answer_is_told() -> None:
    here = Site.objects.create(code="here", name="here")
    person("doctor", "physician", site=here)
    person("nurse", "nurse")
    referral(ago_h=30)
    tick()
    assert told() == [("doctor", 1), ("nurse", 1)]


def test_the_strip_of_everybody_who_may_answer_shows_it_where_there_is_no_coordinator() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse, other = person("nurse", "nurse", site=here), person("other", "nurse", site=there)
    one = referral(ago_h=30, site=here)
    now = timezone.now()
    assert [w.referral for w in waiting.waits(nurse, now=now)] == [one], "whether or not a worker runs"
    escalate_due()
    assert [w.referral for w in waiting.waits(nurse, now=now)] == [one]
    assert waiting.waits(other, now=now) == []
    coordinator = person("coordinator", "coordinator", site=here)
    assert waiting.waits(nurse, now=now) == []
    assert [w.referral for w in waiting.waits(coordinator, now=now)] == [one]


def test_while_somebody_is_on_duty_the_rest_of_the_team_sees_no_strip() -> None:
    nurse, doctor = person("nurse", "nurse"), person("doctor", "physician")
    on_duty(nurse)
    on_duty(doctor, rank=2)
    rest = person("rest", "nurse")
    one = referral(ago_h=5)
    escalate_due()
    now = timezone.now()
    assert [w.referral for w in waiting.waits(doctor, now=now)] == [one]
    assert waiting.waits(rest, now=now) == []


# Whose role was withdrawn.


def test_on_the_roster_without_a_role_is_not_on_duty(mail: Any, team: list[User]) -> None:
    team[0].grants.update(revoked_at=timezone.now())
    one = referral(ago_h=1)
    tick()
    assert told() == [("second", 0)]
    assert [message.to for message in outbox.outbox] == [["second@example.org"]]
    second = User.objects.get(pk=team[1].pk)
    assert [w.referral for w in waiting.waits(second, now=timezone.now())] == [one]
    tick(3.1)
    assert told() == [("second", 0), ("third", 1)]


def test_a_role_withdrawn_after_somebody_was_told_hands_the_alert_on(mail: Any, team: list[User]) -> None:
    referral(ago_h=1)
    tick()
    team[0].grants.update(revoked_at=timezone.now())
    tick()
    assert told() == [("first", 0), ("second", 0)]


def test_on_duty_for_all_sites_counts_where_the_role_reaches() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    far, near = person("far", "nurse", site=there), person("near", "nurse", site=here)
    on_duty(far, rank=1)
    on_duty(near, rank=2)
    one = referral(ago_h=1, site=here)
    tick()
    assert told() == [("near", 0)]
    assert [w.referral for w in waiting.waits(near, now=timezone.now())] == [one]
    assert waiting.waits(far, now=timezone.now()) == []


def test_no_mail_goes_to_somebody_whose_role_is_gone(mail: Any, team: list[User]) -> None:
    referral(ago_h=1)
    tell_due()
    team[0].grants.update(revoked_at=timezone.now())
    assert mail_due() == 0
    assert outbox.outbox == []
    assert Notice.objects.get(to=team[0]).tried_at is None
    team[0].grants.update(revoked_at=None)
    assert mail_due() == 1


def test_the_next_on_duty_after_a_change_of_shift_is_told_too(team: list[User]) -> None:
    referral(ago_h=1)
    tick()
    team[0].shifts.update(ended_at=timezone.now() - MIN)
    tick()
    assert told() == [("first", 0), ("second", 0)]


def test_a_row_of_audit_for_each_without_a_name(team: list[User]) -> None:
    one = referral(ago_h=5)
    tick()
    rows = Entry.objects.filter(verb="referral.notify").order_by("seq")
    assert [(row.actor, row.target) for row in rows] == [(SYSTEM, one.audit_id)] * 2
    assert team[1].audit_id in rows[1].detail
    assert not any("Rivera" in row.detail or "Second" in row.detail for row in rows)


# Once, whatever happens.


def test_two_workers_tell_each_person_once(team: list[User]) -> None:
    one, now = referral(ago_h=1), timezone.now()
    act = Notify(who=Who(actor=SYSTEM), referral=one, to=team[0], step=0, now=now)
    act.execute()
    with pytest.raises(InvalidActError, match="another worker"):
        act.execute()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(referral=one, to=team[0], step=1, at=now)
    tick()
    tick()
    assert told() == [("first", 0)]


def test_the_program_alone_tells(team: list[User]) -> None:
    with pytest.raises(NotAllowedError):
        Notify(who=STRANGER, referral=referral(ago_h=1), to=team[0], step=0, now=timezone.now()).execute()


def test_a_clock_that_jumps_ahead_and_is_set_back_neither_repeats_nor_holds_up(team: list[User]) -> None:
    one = referral(ago_h=5)
    tick(20)
    assert told() == [("first", 1), ("second", 1)]
    tick()
    assert told() == [("first", 1), ("second", 1)]
    tick(3.5)  # the second step is planned 8 h after the receipt
    assert told()[2:] == [("third", 2)]
    assert one.escalations.count() == 2


# Mail.


def test_the_mail_says_since_when_and_where_and_nothing_else(mail: Any, team: list[User]) -> None:
    one = referral(ago_h=1)
    tick()
    (sent,) = outbox.outbox
    assert sent.to == ["first@example.org"]
    body = sent.body.splitlines()
    assert re.fullmatch(r"A referral waits for an answer since (\w+ \d+ \w+ \d+, )?\d\d:\d\d\.", body[0])
    assert body[2:4] == ["Open Westward:", f"http://localhost:8000/referrals/{one.pk}/"]
    everything = (sent.subject + sent.body).lower()
    for word in (
        "luz",
        "rivera",
        "ana",
        one.number.lower(),
        "red",
        "spasm",
        "same day",
        "eeg",
        "child",
        "555",
        "first",
    ):
        assert not re.search(rf"\b{re.escape(word)}\b", everything.replace("first@example.org", "")), word
    assert Notice.objects.get().mailed_at is not None
    assert Entry.objects.filter(verb="mail.referral", target=one.audit_id).count() == 1


def test_the_second_mail_goes_to_the_back_up_and_none_goes_twice(mail: Any, team: list[User]) -> None:
    referral(ago_h=1)
    for hours in (0, 0.01, 3.1, 3.2):
        tick(hours)
    assert [one.to for one in outbox.outbox] == [["first@example.org"], ["second@example.org"]]


def test_a_mail_that_no_server_took_is_tried_again_until_it_is_answered(mail: Any, team: list[User]) -> None:
    one = referral(ago_h=1)
    with mock.patch("westward.program.accounts.mail.send", return_value=False) as send:
        tick()
        tick(0.01)
        assert send.call_count == 1
        tick(0.05)
        assert send.call_count == 2
    page = signed_in(team[1]).get(f"/referrals/{one.pk}/").content.decode()
    assert "mail not taken, tried 2 times" in page
    assert Entry.objects.filter(verb="mail.referral").count() == 1
    tick(0.1)
    assert [one.to for one in outbox.outbox] == [["first@example.org"]]
    other = referral(ago_h=1, family_name="Okafor")
    tell_due()
    LogContact(**by(team[0]), referral=other, at=timezone.now(), reached=True).execute()
    assert mail_due() == 0


def test_a_worker_that_died_with_a_claim_holds_it_for_two_minutes(mail: Any, team: list[User]) -> None:
    referral(ago_h=1)
    tell_due()
    now = timezone.now()
    Notice.objects.update(tried_at=now - MIN, tries=1)
    assert mail_due(now) == 0
    assert mail_due(now + 2 * MIN) == 1


def test_a_claim_of_a_clock_that_was_set_back_is_none(mail: Any, team: list[User]) -> None:
    referral(ago_h=1)
    tell_due()
    Notice.objects.update(tried_at=timezone.now() + 5 * H, tries=1)
    assert mail_due() == 1


def test_each_claim_is_of_its_own_time_and_no_other_worker_takes_it(mail: Any, team: list[User]) -> None:
    """A second worker that began its round earlier comes to a notice while the first is sending it."""
    referral(ago_h=5)
    escalate_due()
    tell_due()
    assert len(told()) == 2
    began = timezone.now()
    sent: list[str] = []
    claimed: list[Any] = []

    def slow(to: str, *words: str) -> bool:
        sent.append(to)
        claimed.append(Notice.objects.get(to__email=to).tried_at)
        if len(sent) == 1:
            with mock.patch("django.utils.timezone.now", return_value=began - 30 * timedelta(seconds=1)):
                mail_due()
        return True

    moments = iter(began + n * timedelta(seconds=15) for n in range(1, 99))
    with (
        mock.patch("westward.program.accounts.mail.send", side_effect=slow),
        mock.patch("django.utils.timezone.now", side_effect=lambda: next(moments)),
    ):
        mail_due()
    assert len(sent) == len(set(sent)) == len(told())
    assert len(set(claimed)) == len(claimed)


def test_a_round_of_mails_ends_so_that_escalation_goes_on(mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from westward.program.referral import mailing

    for n in range(5):
        User.objects.filter(pk=person(f"c{n}", "coordinator").pk).update(email=f"c{n}@example.org")
    referral(ago_h=9)
    escalate_due()
    tell_due()
    assert len(told()) == 5
    monkeypatch.setattr(mailing, "MOST_MAILS", 2)
    now = timezone.now()
    with mock.patch("westward.program.accounts.mail.send", return_value=False) as send:
        assert mail_due(now) == 0
        assert send.call_count == 2
        mail_due(now)
        mail_due(now)
        assert sorted(call.args[0] for call in send.call_args_list) == [f"c{n}@example.org" for n in range(5)]
    monkeypatch.setattr(mailing, "MOST_MAILS", 20)
    hours = iter(range(0, 10**6, 3600))
    with mock.patch.object(mailing.time, "monotonic", side_effect=lambda: next(hours)):
        assert mail_due(now + 3 * MIN) == 0, "no further one is begun when the time is over"
    assert mail_due(now + 3 * MIN) == 5


def test_without_a_server_or_an_address_a_row_and_no_mail(team: list[User], settings: Any) -> None:
    one = referral(ago_h=1)
    tick()
    assert (outbox.outbox, told()) == ([], [("first", 0)])
    assert "on every page, mail is off" in signed_in(team[0]).get(f"/referrals/{one.pk}/").content.decode()
    settings.MAIL = True
    User.objects.update(email="")
    assert mail_due() == 0
    assert "on every page, no mail address" in signed_in(team[0]).get(f"/referrals/{one.pk}/").content.decode()


# The strip.


def strip(user: User, path: str = "/board/") -> str:
    page = signed_in(user).get(path).content.decode()
    found = re.search(r'<aside class="waits.*?</aside>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[0]) if found else ""


def test_before_its_time_a_red_flag_is_shown_to_whoever_is_on_duty_alone(team: list[User]) -> None:
    one = referral(ago_h=1)
    assert one.number in strip(team[0])
    assert strip(team[1]) == strip(person("boss", "coordinator")) == ""


def test_escalated_it_is_shown_to_those_concerned_with_a_link_and_no_name(team: list[User]) -> None:
    one = referral(ago_h=5)
    tick()
    coordinator, other = person("boss", "coordinator"), person("other", "nurse")
    for user in (*team[:2], coordinator):
        said = strip(user)
        assert f"referral {one.number}" in said
        assert "it went to Second" in said
        assert "Rivera" not in said
    assert strip(team[2]) == strip(other) == ""
    for role in ("pharmacist", "technologist"):
        assert strip(person(role, role)) == ""
    page = signed_in(coordinator).get("/overdue/").content.decode()
    assert f'<a href="/referrals/{one.pk}/">Open it</a>' in page
    assert strip(coordinator, f"/referrals/{one.pk}/").strip().endswith("Second.")


def test_it_needs_no_worker(team: list[User]) -> None:
    referral(ago_h=5)
    said = " ".join(strip(person("boss", "coordinator")).split())
    assert re.search(r"Nobody has answered referral .* since .*, triage same day; ", said)


def test_other_sites_and_families_see_none() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    referral(ago_h=5, site=here)
    assert strip(person("theirs", "coordinator", site=there)) == ""
    assert strip(person("mine", "coordinator", site=here)) != ""
    assert strip(person("parent", "caregiver", kind="caregiver"), "/my-child/") == ""


def test_more_than_three_are_counted() -> None:
    for n in range(5):
        referral(ago_h=5 + n, family_name=f"Name{n}")
    assert "2 more" in strip(person("boss", "coordinator"))


# What closes it.


def test_the_first_contact_closes_it_and_an_attempt_does_not(team: list[User]) -> None:
    one = referral(ago_h=5)
    tick()
    LogContact(**by(team[1]), referral=one, at=timezone.now(), reached=False).execute()
    assert strip(team[1]) != ""
    LogContact(**by(team[1]), referral=one, at=timezone.now(), reached=True).execute()
    assert [strip(user) for user in team] == [""] * 3
    tick(9)
    assert told() == [("first", 1), ("second", 1)]
    assert "Closed by the first contact" in signed_in(team[1]).get(f"/referrals/{one.pk}/").content.decode()


def test_taking_it_over_closes_it_for_as_long_again_and_then_it_goes_on(team: list[User]) -> None:
    one = referral(ago_h=5)
    tick()
    assert signed_in(team[1]).post(f"/referrals/{one.pk}/take/").status_code == 302
    assert [strip(user) for user in team] == [""] * 3
    assert "took it over" in signed_in(team[0]).get(f"/referrals/{one.pk}/").content.decode()
    tick(3.9)
    assert told() == [("first", 1), ("second", 1)]
    tick(4.1)
    assert told()[2:] == [("third", 2)]
    one.refresh_from_db()
    Referral.objects.filter(pk=one.pk).update(taken_at=timezone.now() - 5 * H)
    assert strip(team[1]) != ""


@pytest.mark.parametrize("how", ["role", "account", "shift", "site"])
def test_whoever_took_it_and_is_gone_holds_nothing(how: str, mail: Any, team: list[User]) -> None:
    one = referral(ago_h=3.8)
    tick()
    Assign(**by(team[0]), referral=one, to=team[0]).execute()
    tick(0.5)
    assert told() == [("first", 0)]
    assert strip(team[1]) == ""
    now = timezone.now()
    if how == "role":
        team[0].grants.update(revoked_at=now)
    elif how == "account":
        User.objects.filter(pk=team[0].pk).update(is_active=False)
    elif how == "shift":
        team[0].shifts.update(ends=now)
    else:
        site = Site.objects.create(code="here", name="Here")
        Referral.objects.filter(pk=one.pk).update(site=site)
        team[0].grants.update(site=Site.objects.create(code="there", name="There"))
    page = signed_in(team[1]).get(f"/referrals/{one.pk}/").content.decode()
    assert "taken over" not in page
    assert ("no longer answers here" in page) == (how != "shift")
    assert one.number in strip(team[1]), "at once the first on duty"
    tick(0.1)
    assert told() == [("first", 0), ("second", 0)]
    tick(0.3)
    asked = one.escalations.get().to
    assert asked == (team[1] if how == "shift" else team[2]), "and at the time of the referral the next"


def test_on_the_next_shift_of_the_same_person_it_is_still_held(team: list[User]) -> None:
    one = referral(ago_h=1)
    Assign(**by(team[0]), referral=one, to=team[0]).execute()
    now = timezone.now()
    team[0].shifts.update(ends=now + H)
    on_duty(team[0], hours=(1, 9))
    one.refresh_from_db()
    assert queries.held(one, now + 2 * H)


def test_whoever_takes_it_without_a_shift_holds_it_for_the_whole_time(team: list[User]) -> None:
    boss, one = person("boss", "coordinator"), referral(ago_h=1)
    Assign(**by(boss), referral=one, to=boss).execute()
    on_duty(boss, rank=4, hours=(1, 2))
    one.refresh_from_db()
    assert queries.held(one, timezone.now() + 3 * H)


def test_a_step_to_somebody_who_is_gone_goes_on_at_once(team: list[User]) -> None:
    one = referral(ago_h=5)
    tick()
    assert told() == [("first", 1), ("second", 1)]
    Assign(**by(team[1]), referral=one, to=team[1]).execute()
    team[1].grants.update(revoked_at=timezone.now())
    tick(0.1)
    assert told()[2:] == [("third", 2)]
    team[2].grants.update(revoked_at=timezone.now())
    tick(0.2)
    assert list(one.escalations.values_list("to", flat=True)) == [team[1].pk, team[2].pk, None]


def test_taking_it_again_gives_no_more_time_and_being_given_it_gives_none(team: list[User]) -> None:
    one = referral(ago_h=5)
    Assign(**by(team[0]), referral=one, to=team[1]).execute()
    one.refresh_from_db()
    assert one.taken_at is None
    assert strip(team[1]) != ""
    Assign(**by(team[1]), referral=one, to=team[1]).execute()
    Referral.objects.filter(pk=one.pk).update(taken_at=timezone.now() - 3 * H)
    one.refresh_from_db()
    before = one.taken_at
    Assign(**by(team[1]), referral=one, to=team[1]).execute()
    one.refresh_from_db()
    assert one.taken_at == before


def test_taking_turns_gives_no_more_time(team: list[User]) -> None:
    one = referral(ago_h=5)
    tick()

    def take(user: User) -> bool:
        Assign(**by(user), referral=one, to=user).execute()
        one.refresh_from_db()
        return queries.held(one, timezone.now())

    a, b, _ = team
    assert [take(a), take(b)] == [True, True]
    assert [take(a), take(b), take(a)] == [False] * 3
    assert (one.owner, one.taken_at) == (a, None)
    assert strip(a) != ""
    page = signed_in(a).get(f"/referrals/{one.pk}/").content.decode()
    assert "taking it again stops nothing" in page
    Assign(**by(b), referral=one, to=a).execute()
    assert not take(a)
    other = referral(ago_h=5, family_name="Okafor")
    Assign(**by(a), referral=other, to=a).execute()
    other.refresh_from_db()
    assert queries.held(other, timezone.now()), "each referral has its own"


@pytest.mark.parametrize("state", ["deceased", "transferred"])
def test_silence(state: str, mail: Any, team: list[User]) -> None:
    one = referral(ago_h=5)
    chart = Accept(**by(team[0]), referral=one).execute()
    assert waiting.waits(team[0], now=timezone.now()) != []
    chart.state, chart.state_on = state, timezone.localdate()
    chart.save()
    tick()
    assert (told(), outbox.outbox, strip(team[0])) == ([], [], "")
    assert escalate_due() == []


@pytest.mark.parametrize("state", ["declined", "redirected", "closed"])
def test_what_is_decided_waits_for_nobody(state: str, team: list[User]) -> None:
    one = referral(ago_h=5)
    Referral.objects.filter(pk=one.pk).update(state=state)
    tick()
    assert (told(), strip(team[0])) == ([], "")


def test_the_worker_asks_for_it() -> None:
    from westward.program.shell import ticks

    assert ticks._TICKS["referral.escalate"].do is watch
