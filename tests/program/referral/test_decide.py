"""Accept into a chart, decline, send elsewhere, close, reopen. Nothing is deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.program.referral.scene import ALL_NO, by, child, person, referral
from tests.program.staff import signed_in

from westward.care.clocks import Milestone
from westward.care.when import month_of, on_day
from westward.evidence.loader import load
from westward.program.accounts.models import Site
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.people.models import Caregiver, Child, Clinician, ClinicianTie
from westward.program.referral import journey, queries
from westward.program.referral.actions.accept import Accept
from westward.program.referral.actions.answer import AnswerQuestions
from westward.program.referral.actions.close import AgreeToClose, AskToClose, Close, RefuseToClose
from westward.program.referral.actions.contact import LogContact, WithdrawContact
from westward.program.referral.actions.decide import Decline, Redirect, Reopen
from westward.program.referral.actions.escalate import escalate_due
from westward.program.referral.models import ChildFact, Closing, Ownership, Referral

pytestmark = pytest.mark.django_db

DOCTOR = {
    "source": "professional",
    "sender_name": "Dr. Basil Chu",
    "sender_relation": "pediatrician",
    "sender_practice": "Meadow Pediatrics",
}


def test_a_new_chart_with_the_referring_clinician_the_days_and_an_owner() -> None:
    nurse = person("nurse", "nurse")
    today = timezone.localdate()
    birth = today - timedelta(days=200)
    one = referral(
        **DOCTOR,
        birth_date=birth,
        gestation_d=240,
        interpreter=True,
        language="es",
        onset=on_day(today - timedelta(days=20)),
        suspicion=on_day(today - timedelta(days=2)),
    )
    chart = Accept(**by(nurse), referral=one, record_number="77").execute()
    one.refresh_from_db()
    assert (one.state, one.child, one.state_by) == ("accepted", chart, nurse)
    assert (chart.family_name, chart.birth_date, chart.gestation_d, chart.record_number) == ("Rivera", birth, 240, "77")
    assert (chart.language, chart.interpreter) == ("es", True)
    tie = ClinicianTie.objects.get(child=chart)
    assert (tie.role, tie.clinician.name, tie.clinician.practice) == ("referring", "Dr. Basil Chu", "Meadow Pediatrics")
    facts = journey.facts([chart.pk])[chart.pk]
    assert facts[Milestone.ONSET] == on_day(today - timedelta(days=20))
    assert facts[Milestone.SUSPICION] == on_day(today - timedelta(days=2))
    assert facts[Milestone.REFERRAL].known
    assert Milestone.CONTACT not in facts
    assert ChildFact.objects.get(child=chart, milestone="onset").source == "referrer"
    assert Ownership.objects.get(child=chart, ended_at=None).user == nurse
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"people.add", "referral.accept"} <= verbs


def test_a_parent_becomes_a_caregiver_and_the_same_doctor_is_not_entered_twice() -> None:
    nurse = person("nurse", "nurse")
    chart = Accept(**by(nurse), referral=referral(sender_relation="parent")).execute()
    assert Caregiver.objects.get(child=chart).name == "Ana Rivera"
    Accept(**by(nurse), referral=referral(**DOCTOR, family_name="Okafor")).execute()
    Accept(**by(nurse), referral=referral(**DOCTOR, family_name="Lind")).execute()
    assert Clinician.objects.count() == 1
    assert ClinicianTie.objects.count() == 2


def test_a_known_chart_keeps_what_it_knows() -> None:
    nurse, chart = person("nurse", "nurse"), child(given_name="Luz María")
    known = month_of(2026, 1)
    ChildFact.objects.create(
        child=chart,
        milestone="onset",
        earliest=known.earliest,
        latest=known.latest,
        source="record",
        recorded_by=nurse,
        recorded_at=timezone.now(),
    )
    one = referral(**DOCTOR, onset=on_day(timezone.localdate()))
    assert Accept(**by(nurse), referral=one, child=chart).execute() == chart
    assert Child.objects.count() == 1
    assert journey.facts([chart.pk])[chart.pk][Milestone.ONSET] == known


def test_likely_charts_are_found_without_case_or_accents_and_a_twin_is_named() -> None:
    nurse = person("nurse", "nurse")
    today = timezone.localdate()
    same = child(family_name="RIVERA", given_name="Luz")
    twin = child(given_name="Sol")
    mistyped = child(birth_date=same.birth_date + timedelta(days=1))
    child(family_name="Okafor", birth_date=today)
    found = queries.likely_charts(referral(family_name="Rívera", birth_date=same.birth_date), nurse)
    assert [one.child for one in found] == [same, twin, mistyped]
    assert "twin" in found[1].why
    assert "nearly the same birth date" in found[2].why


def test_charts_of_other_sites_are_not_offered_nor_linked() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse = person("nurse", "nurse", site=here)
    elsewhere = child(site=there)
    one = referral(site=here)
    assert queries.likely_charts(one, nurse) == []
    with pytest.raises(InvalidActError, match="do not open that chart"):
        Accept(**by(nurse), referral=one, child=elsewhere).execute()


def test_a_chart_needs_a_birth_date_and_simulated_stays_apart() -> None:
    nurse = person("nurse", "nurse")
    one = referral(birth_date=None, age_d=100)
    with pytest.raises(InvalidActError, match="needs the birth date"):
        Accept(**by(nurse), referral=one).execute()
    with pytest.raises(InvalidActError, match="simulated"):
        Accept(**by(nurse), referral=one, child=child(simulated=True)).execute()
    day = timezone.localdate() - timedelta(days=100)
    assert Accept(**by(nurse), referral=one, birth_date=day).execute().birth_date == day
    with pytest.raises(InvalidActError, match="accepted already"):
        Accept(**by(nurse), referral=one).execute()


def test_an_accepted_referral_without_a_chart_cannot_be_stored() -> None:
    one = referral()
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=one.pk).update(state="accepted")


def test_a_red_flag_is_answered_by_a_call_before_it_is_declined() -> None:
    doctor, one = person("doc", "physician"), referral(ago_h=1)
    said = {"referral": one, "reason": "lives 900 km away", "advice": "EEG at once; call us if it is abnormal"}
    with pytest.raises(InvalidActError, match="call first"):
        Decline(**by(doctor), **said).execute()
    LogContact(**by(doctor), referral=one, at=timezone.now(), reached=True).execute()
    for missing, words in (("reason", "say why"), ("advice", "what advice")):
        with pytest.raises(InvalidActError, match=words):
            Decline(**by(doctor), **{**said, missing: " "}).execute()
    Decline(**by(doctor), **said).execute()
    one.refresh_from_db()
    assert (one.state, one.advice, one.state_by) == ("declined", said["advice"], doctor)


def test_send_elsewhere_close_and_reopen() -> None:
    doctor = person("doc", "physician")
    calm = referral(answers=ALL_NO)
    with pytest.raises(InvalidActError, match="where the child is sent"):
        Redirect(**by(doctor), referral=calm, reason="r", advice="a", to=" ").execute()
    Redirect(**by(doctor), referral=calm, reason="no suspicion", advice="as told", to="Pediatric clinic").execute()
    calm.refresh_from_db()
    assert (calm.state, calm.redirected_to) == ("redirected", "Pediatric clinic")
    with pytest.raises(InvalidActError, match="sent elsewhere already"):
        Close(**by(doctor), referral=calm, why="mistake", words="x").execute()
    with pytest.raises(InvalidActError, match="opened again"):
        Reopen(**by(doctor), referral=calm, reason="").execute()
    Reopen(**by(doctor), referral=calm, reason="parents called again").execute()
    calm.refresh_from_db()
    assert calm.open
    with pytest.raises(InvalidActError, match="nothing to reopen"):
        Reopen(**by(doctor), referral=calm, reason="again").execute()


def test_close_asks_for_what_was_found_and_for_attempts() -> None:
    nurse, one = person("nurse", "nurse"), referral(ago_h=1)
    for why, words, said in (
        ("lost", "", "no reason"),
        ("mistake", "", "what was found"),
        ("duplicate", "the same child", "number of the other referral"),
        ("unreachable", "five calls", "no attempts"),
    ):
        with pytest.raises(InvalidActError, match=said):
            Close(**by(nurse), referral=one, why=why, words=words).execute()
    calm = referral(answers=ALL_NO)
    Close(**by(nurse), referral=calm, why="withdrawn").execute()
    calm.refresh_from_db()
    assert (calm.state, calm.state_reason) == ("closed", "Withdrawn by the sender")


RED_CLOSED = {"why": "withdrawn", "words": "the mother wrote to the front desk"}


@pytest.mark.parametrize("why", ["withdrawn", "mistake"])
def test_a_red_flag_nobody_was_reached_about_is_not_closed_by_one_person(why: str) -> None:
    nurse, one = person("nurse", "nurse"), referral(ago_h=5)
    close = Close(**by(nurse), referral=one, why=why, words="a test, surely")
    with pytest.raises(InvalidActError, match="call first"):
        close.execute()
    LogContact(**by(nurse), referral=one, at=timezone.now(), reached=False).execute()
    with pytest.raises(InvalidActError, match="call first"):
        close.execute()
    LogContact(**by(nurse), referral=one, at=timezone.now(), reached=True).execute()
    close.execute()
    one.refresh_from_db()
    assert one.state == "closed"


def test_lowering_the_level_first_does_not_go_around_it() -> None:
    nurse, one = person("nurse", "nurse"), referral()
    AnswerQuestions(**by(nurse), referral=one, answers=ALL_NO, reason="they meant hiccups").execute()
    one.refresh_from_db()
    assert one.level < 3
    with pytest.raises(InvalidActError, match="call first"):
        Close(**by(nurse), referral=one, why="mistake", words="x").execute()
    with pytest.raises(InvalidActError, match="call first"):
        Decline(**by(person("doc", "physician")), referral=one, reason="r", advice="a").execute()


def test_two_people_close_it_and_until_then_it_escalates() -> None:
    nurse, other, one = person("nurse", "nurse"), person("other", "nurse"), referral(ago_h=5)
    asked = AskToClose(**by(nurse), referral=one, **RED_CLOSED).execute()
    one.refresh_from_db()
    assert one.open
    assert [step.referral for step in escalate_due()] == [one]
    with pytest.raises(InvalidActError, match="asked for it already"):
        AskToClose(**by(other), referral=one, **RED_CLOSED).execute()
    agree = {"referral": one, "closing": asked}
    with pytest.raises(InvalidActError, match="somebody else has to agree"):
        AgreeToClose(**by(nurse), **agree, reason="I am sure").execute()
    with pytest.raises(InvalidActError, match="why you agree"):
        AgreeToClose(**by(other), **agree, reason=" ").execute()
    with pytest.raises(NotAllowedError):
        AgreeToClose(**by(person("tech", "technologist")), **agree, reason="x").execute()
    AgreeToClose(**by(other), **agree, reason="I saw the letter").execute()
    one.refresh_from_db()
    assert (one.state, one.state_by) == ("closed", other)
    for said in ("Withdrawn by the sender", RED_CLOSED["words"], "Nurse asked", "Other agreed", "I saw the letter"):
        assert said in one.state_reason
    row = Entry.objects.get(verb="referral.agree_close", outcome="done")
    assert nurse.audit_id in row.detail
    assert "letter" not in row.detail
    with pytest.raises(InvalidActError, match="already"):
        AgreeToClose(**by(other), **agree, reason="again").execute()


def test_who_says_no_leaves_it_open_and_whoever_asked_may_take_it_back() -> None:
    nurse, other, one = person("nurse", "nurse"), person("other", "nurse"), referral(ago_h=5)
    for who, reason in ((other, "the mother never wrote"), (nurse, "my mistake")):
        asked = AskToClose(**by(nurse), referral=one, **RED_CLOSED).execute()
        RefuseToClose(**by(who), referral=one, closing=asked, reason=reason).execute()
        one.refresh_from_db()
        assert one.open
        assert queries.closing_asked(one) is None


def test_what_was_asked_before_a_decision_is_over() -> None:
    nurse, doctor, one = person("nurse", "nurse"), person("doc", "physician"), referral()
    asked = AskToClose(**by(nurse), referral=one, **RED_CLOSED).execute()
    LogContact(**by(nurse), referral=one, at=timezone.now(), reached=True).execute()
    Decline(**by(doctor), referral=one, reason="r", advice="a").execute()
    Reopen(**by(doctor), referral=one, reason="they called").execute()
    with pytest.raises(InvalidActError, match="answered already"):
        AgreeToClose(**by(doctor), referral=one, closing=asked, reason="x").execute()


def test_a_calm_or_answered_referral_needs_no_second_person() -> None:
    nurse = person("nurse", "nurse")
    with pytest.raises(InvalidActError, match="no second person"):
        AskToClose(**by(nurse), referral=referral(answers=ALL_NO), **RED_CLOSED).execute()
    with pytest.raises(InvalidActError, match="no second person"):
        AskToClose(**by(nurse), referral=referral(), why="unreachable", words="x").execute()


def test_a_red_flag_closed_because_of_a_contact_that_never_was_is_open_again() -> None:
    nurse, one = person("nurse", "nurse"), referral(ago_h=5)
    contact = LogContact(**by(nurse), referral=one, at=timezone.now(), reached=True).execute()
    Close(**by(nurse), referral=one, why="withdrawn").execute()
    WithdrawContact(**by(nurse), referral=one, contact=contact, reason="another child").execute()
    one.refresh_from_db()
    assert one.open
    assert one.contacted_at is None
    assert [step.referral for step in escalate_due()] == [one]


def test_what_two_people_closed_stays_closed_whatever_becomes_of_the_log() -> None:
    nurse, other, one = person("nurse", "nurse"), person("other", "nurse"), referral(ago_h=5)
    asked = AskToClose(**by(nurse), referral=one, **RED_CLOSED).execute()
    contact = LogContact(**by(nurse), referral=one, at=timezone.now(), reached=True).execute()
    AgreeToClose(**by(other), referral=one, closing=asked, reason="r").execute()
    WithdrawContact(**by(nurse), referral=one, contact=contact, reason="another child").execute()
    one.refresh_from_db()
    assert one.state == "closed"


def test_the_page_asks_the_second_person() -> None:
    nurse, other, one = person("nurse", "nurse"), person("other", "nurse"), referral(ago_h=5)
    mine, theirs = signed_in(nurse), signed_in(other)
    answer = mine.post(f"/referrals/{one.pk}/close/", RED_CLOSED, follow=True).content.decode()
    assert "A second person has to agree" in answer
    assert "Take it back" in answer
    assert "Agree and close" not in answer
    page = theirs.get(f"/referrals/{one.pk}/").content.decode()
    assert "Agree and close" in page
    closing = one.closings.get()
    where = f"/referrals/{one.pk}/close/{closing.pk}/"
    assert mine.post(where, {"say": "agree", "reason": "me too"}).status_code == 302
    one.refresh_from_db()
    assert one.open
    elsewhere = referral()
    assert theirs.post(f"/referrals/{elsewhere.pk}/close/{closing.pk}/", {"say": "agree"}).status_code == 404
    theirs.post(where, {"say": "agree", "reason": "saw it"})
    one.refresh_from_db()
    assert one.state == "closed"


def test_nobody_is_unreachable_before_so_many_attempts_at_different_times() -> None:
    nurse, one = person("nurse", "nurse"), referral(ago_h=9)
    least, now = load("triage").integer("unreachable.attempts"), timezone.now()
    close = Close(**by(nurse), referral=one, why="unreachable", words="no answer")
    assert least > 1
    for n in range(least):
        with pytest.raises(InvalidActError, match="at different times are needed"):
            close.execute()
        at = now - timedelta(hours=n + 1)
        made = [LogContact(**by(nurse), referral=one, at=at, reached=False).execute() for _ in range(2)]
    for attempt in made:
        WithdrawContact(**by(nurse), referral=one, contact=attempt, reason="not called").execute()
    with pytest.raises(InvalidActError, match=f"{least - 1} attempts"):
        close.execute()
    LogContact(**by(nurse), referral=one, at=now, reached=False).execute()
    close.execute()
    one.refresh_from_db()
    assert one.state == "closed"


def test_a_duplicate_names_another_referral_that_somebody_answers() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse = person("nurse", "nurse", site=here)
    one, other = referral(site=here), referral(site=here)
    far = referral(site=there)

    def close(of: str, which: Referral = one) -> None:
        Close(**by(nurse), referral=which, why="duplicate", of=of, words="twice").execute()

    for of in ("", "R-0000-00", far.number, "the other"):
        with pytest.raises(InvalidActError, match="number of the other"):
            close(of)
    with pytest.raises(InvalidActError, match="this very referral"):
        close(one.number)
    for state in ("closed", "declined", "redirected"):
        Referral.objects.filter(pk=other.pk).update(state=state)
        with pytest.raises(InvalidActError, match="nobody was reached"):
            close(other.number)
    Referral.objects.filter(pk=other.pk).update(contacted_at=timezone.now())
    close(f" {other.number.lower()} ")
    one.refresh_from_db()
    assert one.state_reason == f"The same child was referred before: {other.number}, twice"
    row = Entry.objects.filter(verb="referral.close", outcome="done").get()
    assert other.audit_id in row.detail
    third = referral(site=here)
    with pytest.raises(InvalidActError, match="nobody was reached"):
        close(one.number, third)


def test_a_red_flag_is_no_duplicate_of_what_waits_longer() -> None:
    nurse, one, other = person("nurse", "nurse"), referral(), referral(answers=ALL_NO)
    assert other.level < one.level
    act = Close(**by(nurse), referral=one, why="duplicate", of=other.number)
    with pytest.raises(InvalidActError, match="less urgent"):
        act.execute()
    LogContact(**by(nurse), referral=other, at=timezone.now(), reached=True).execute()
    act.execute()


def test_a_red_flag_is_no_duplicate_of_what_nobody_answered_by_one_person() -> None:
    nurse, doctor, equal, open_ = person("nurse", "nurse"), person("doctor", "physician"), referral(), referral()
    with pytest.raises(InvalidActError, match="ask a second person"):
        Close(**by(nurse), referral=equal, why="duplicate", of=open_.number).execute()
    asked = AskToClose(**by(nurse), referral=equal, why="duplicate", of=open_.number, words="sent twice").execute()
    AgreeToClose(**by(doctor), referral=equal, closing=asked, reason="the same child").execute()
    equal.refresh_from_db()
    assert equal.state_reason.startswith(f"The same child was referred before: {open_.number}, sent twice. Nurse asked")
    back = Close(**by(nurse), referral=open_, why="duplicate", of=equal.number)
    with pytest.raises(InvalidActError, match="nobody was reached"):
        back.execute()


@pytest.mark.parametrize(
    "differs",
    [{"family_name": "Nguyen", "given_name": "An"}, {"given_name": "Sol"}, {"birth_date": None}, {"days": 400}],
)
def test_a_red_flag_is_no_duplicate_of_another_child_by_one_person(differs: dict[str, Any]) -> None:
    nurse, doctor, one = person("nurse", "nurse"), person("doctor", "physician"), referral()
    if "days" in differs:
        differs = {"birth_date": timezone.localdate() - timedelta(days=differs["days"])}
    other = referral()
    Referral.objects.filter(pk=other.pk).update(**differs)
    LogContact(**by(nurse), referral=other, at=timezone.now(), reached=True).execute()
    with pytest.raises(InvalidActError, match="not surely of the same child"):
        Close(**by(nurse), referral=one, why="duplicate", of=other.number, words="twice").execute()
    typed = {"why": "duplicate", "of": other.number, "words": "the mother says so"}
    assert signed_in(nurse).post(f"/referrals/{one.pk}/close/", typed).status_code == 302
    one.refresh_from_db()
    assert one.open
    asked = Closing.objects.get(referral=one)
    assert asked.other == other
    Referral.objects.filter(pk=other.pk).update(contacted_at=None, state="closed")
    asked.refresh_from_db()
    agree = AgreeToClose(**by(doctor), referral=one, closing=asked, reason="I spoke to her")
    with pytest.raises(InvalidActError, match="nobody was reached"):
        agree.execute()
    Referral.objects.filter(pk=other.pk).update(contacted_at=timezone.now(), state="open")
    asked = Closing.objects.get(referral=one)
    AgreeToClose(**by(doctor), referral=one, closing=asked, reason="I spoke to her").execute()
    one.refresh_from_db()
    assert one.state == "closed"


def test_a_nurse_does_not_decline() -> None:
    with pytest.raises(NotAllowedError):
        Decline(**by(person("nurse", "nurse")), referral=referral(), reason="r", advice="a").execute()


def test_a_chart_out_of_reach_is_told_without_what_it_says_and_a_twin_is_told_apart() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    nurse = person("nurse", "nurse", site=here)
    far = child(site=there, given_name="Luz")
    one = referral(site=here, birth_date=far.birth_date)
    page = signed_in(nurse).get(f"/referrals/{one.pk}/").content.decode()
    assert "1 chart out of your reach" in page
    assert far.pseudonym not in page
    with pytest.raises(InvalidActError, match="looks like this child"):
        Accept(**by(nurse), referral=one, not_the_same=frozenset()).execute()
    one.refresh_from_db()
    assert one.open
    opened = Accept(**by(nurse), referral=one, not_the_same=frozenset({far.pk})).execute()
    assert opened != far


BIRTH = {"birth_date": timezone.localdate() - timedelta(days=150)}


@pytest.mark.parametrize(
    "names",
    [
        {}, {"family_name": "RIVERA", "given_name": "LUZ"}, {"family_name": "Ríverà", "given_name": "luz"},
        {"family_name": "Luz", "given_name": "Rivera"}, {"family_name": "Rivera ", "given_name": " Luz"},
    ],
)  # fmt: skip
def test_two_referrals_of_one_child_never_open_two_charts_unasked(names: dict[str, str]) -> None:
    nurse = person("nurse", "nurse")
    first, second = referral(**BIRTH), referral(**BIRTH, **names)
    chart = Accept(**by(nurse), referral=first).execute()
    with pytest.raises(InvalidActError, match="looks like this child"):
        Accept(**by(nurse), referral=second).execute()
    assert Accept(**by(nurse), referral=second, child=chart).execute() == chart
    assert Child.objects.count() == 1


def test_a_page_that_was_opened_before_the_chart_existed_opens_no_second_one() -> None:
    nurse = person("nurse", "nurse")
    client = signed_in(nurse)
    child(given_name="Sol", birth_date=BIRTH["birth_date"])
    first, second = referral(**BIRTH), referral(**BIRTH, family_name="RIVERA")
    pages = {one.pk: looked_at(client.get(f"/referrals/{one.pk}/").content.decode()) for one in (first, second)}
    client.post(f"/referrals/{first.pk}/accept/", {"child": "new", "looked": pages[first.pk]})
    assert Child.objects.count() == 2
    answer = client.post(f"/referrals/{second.pk}/accept/", {"child": "new", "looked": pages[second.pk]})
    assert (answer.status_code, Child.objects.count()) == (422, 2)
    page = answer.content.decode()
    assert "looks like this child" in page
    assert " checked" not in page.partition('id="decide"')[2].partition("</form>")[0]
    chart = Child.objects.get(given_name="Luz")
    assert chart.pseudonym in page
    client.post(f"/referrals/{second.pk}/accept/", {"child": "new", "looked": looked_at(page)})
    assert Child.objects.count() == 3  # now a person has seen it and said so


def looked_at(page: str) -> str:
    return page.partition('name="looked" value="')[2].partition('"')[0]


def test_a_birth_date_given_with_the_decision_is_compared_and_shown() -> None:
    nurse = person("nurse", "nurse")
    client = signed_in(nurse)
    known = child(birth_date=BIRTH["birth_date"], family_name="Rivéra", given_name="Lus")
    one = referral(birth_date=None, age_d=150)
    page = client.get(f"/referrals/{one.pk}/").content.decode()
    said = {"child": "", "birth_date": BIRTH["birth_date"].isoformat(), "looked": looked_at(page)}
    answer = client.post(f"/referrals/{one.pk}/accept/", said)
    assert (answer.status_code, Child.objects.count()) == (422, 1)
    again = answer.content.decode()
    assert known.pseudonym in again
    said |= {"child": str(known.pk), "looked": looked_at(again)}
    assert client.post(f"/referrals/{one.pk}/accept/", said).status_code == 302
    one.refresh_from_db()
    assert (one.child, Child.objects.count()) == (known, 1)


def test_a_chart_out_of_reach_that_came_meanwhile_stops_as_well() -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    client = signed_in(person("nurse", "nurse", site=here))
    one = referral(site=here, **BIRTH)
    page = client.get(f"/referrals/{one.pk}/").content.decode()
    child(site=there, given_name="Luz", birth_date=BIRTH["birth_date"])
    answer = client.post(f"/referrals/{one.pk}/accept/", {"child": "", "looked": looked_at(page)})
    assert (answer.status_code, Child.objects.count()) == (422, 1)
    again = answer.content.decode()
    assert "1 chart out of your reach" in again
    client.post(f"/referrals/{one.pk}/accept/", {"child": "", "looked": looked_at(again)})
    assert Child.objects.count() == 2
