"""A step on the way to the drug that is past its time reaches a second person, once, and the chart and board say so."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.program.referral.scene import STRANGER, on_duty
from tests.program.staff import by, person, signed_in
from tests.program.treatment import scene

from westward.evidence.loader import load
from westward.program.accounts.models import Site, User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.audit.record import SYSTEM
from westward.program.journey.models import Standing
from westward.program.people.models import Child
from westward.program.people.veil import Veil
from westward.program.shell import ticks
from westward.program.treatment import journey, overdue
from westward.program.treatment.actions.day_zero import RecordAccess
from westward.program.treatment.actions.escalate import EscalateAccess, escalate_due, mail_due, watch
from westward.program.treatment.actions.give import RecordFirstDose
from westward.program.treatment.models import AccessNotice, AccessStep

pytestmark = pytest.mark.django_db
H, MIN = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def people() -> dict[str, User]:
    """The team: the coordinator owns the step and is first on duty, the nurse second, the doctor third."""
    found = scene.team()
    for rank, name in enumerate(("co", "nurse", "doc"), 1):
        on_duty(found[name], rank=rank, hours=(-24, 72))
    return found


@pytest.fixture
def child(people: dict[str, User]) -> Child:
    return scene.child()


def step(people: dict[str, User], child: Child, *, owner: str = "co", stage: str = "authorization") -> AccessStep:
    asked = {"child": child, "drug": "acth_natural", "owner": people[owner], "stage": stage, "words": "SECRET"}
    return RecordAccess(**by(people["co"]), **asked).execute()


def past(one: AccessStep, by_h: float = 1) -> AccessStep:
    """The same step, recorded so long ago that it is late."""
    shift = (one.due_at - timezone.now()) + by_h * H
    AccessStep.objects.filter(pk=one.pk).update(at=one.at - shift, due_at=one.due_at - shift)
    one.refresh_from_db()
    return one


def told() -> list[str]:
    found = AccessNotice.objects.select_related("to").order_by("pk")
    return [one.to.username if one.to else "nobody" for one in found]


def test_not_before_24_hours_then_the_second_person_once(people: dict[str, User], child: Child) -> None:
    one = step(people, child)
    assert load("day_zero")["access.step_h"].value == 24
    assert escalate_due(one.at + 24 * H - MIN) == []
    [notice] = escalate_due(one.at + 24 * H)
    assert (notice.to, notice.step) == (people["nurse"], one)
    assert escalate_due(one.at + 24 * H + MIN) == []
    assert escalate_due(one.at + 60 * H) == []
    assert told() == ["nurse"]


def test_an_owner_who_is_not_on_duty_is_followed_by_the_first_who_is(people: dict[str, User], child: Child) -> None:
    past(step(people, child, owner="pharm"))
    escalate_due()
    assert told() == ["co"]


def test_a_step_closed_meanwhile_is_told_to_nobody(people: dict[str, User], child: Child) -> None:
    one = past(step(people, child))
    step(people, child, stage="approved")
    assert escalate_due() == []
    with pytest.raises(InvalidActError, match="no longer late"):
        EscalateAccess(step=one, now=timezone.now()).execute()
    past(step(people, child, stage="in_hand"), by_h=9)
    assert escalate_due() == []


@pytest.mark.parametrize("state", ["deceased", "transferred", "merged"])
def test_silence(state: str, people: dict[str, User], child: Child) -> None:
    past(step(people, child))
    other = scene.child(pseudonym="W-TEST-0002")
    into = {"merged_into": other} if state == "merged" else {}
    Child.objects.filter(pk=child.pk).update(state=state, state_on=timezone.localdate(), **into)
    assert escalate_due() == []


def test_the_first_dose_closes_the_steps_to_its_drug_and_no_other(people: dict[str, User], child: Child) -> None:
    scene.approve("acth_label_150", people["doc"], people["pharm"])
    scene.measured(people["nurse"], child)
    scene.cleared(people["nurse"], child)
    asked = {"child": child, "owner": people["co"], "stage": "shipped"}
    acth = RecordAccess(**by(people["co"]), drug="ACTH natural ", **asked).execute()
    other = RecordAccess(**by(people["co"]), drug="vigabatrin", **asked).execute()
    run = scene.started(people, child, "acth_label_150")
    scene.in_force(people, run)
    RecordFirstDose(**by(people["nurse"]), run=run, at=timezone.now()).execute()
    acth.refresh_from_db()
    other.refresh_from_db()
    assert acth.closed_at is not None
    assert other.closed_at is None


def test_two_workers_tell_once(people: dict[str, User], child: Child) -> None:
    one = past(step(people, child))
    now = timezone.now()
    EscalateAccess(step=one, now=now).execute()
    with pytest.raises(InvalidActError, match="another worker"):
        EscalateAccess(step=one, now=now).execute()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessNotice.objects.create(step=one, to=people["nurse"], at=now)
    AccessNotice.objects.create(step=one, to=None, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessNotice.objects.create(step=one, to=None, at=now)


def test_it_is_an_act_of_the_program_in_the_audit_chain_without_a_word(people: dict[str, User], child: Child) -> None:
    one = past(step(people, child))
    with pytest.raises(NotAllowedError):
        EscalateAccess(who=STRANGER, step=one, now=timezone.now()).execute()
    escalate_due()
    row = Entry.objects.get(verb="treatment.escalate", outcome="done")
    assert (row.actor, row.target) == (SYSTEM, child.audit_id)
    assert people["nurse"].audit_id in row.detail
    assert f'"access":{one.pk}' in row.detail.replace(" ", "")
    assert not any(word in row.detail for word in ("SECRET", "Rivera", "acth"))


# Nobody on duty.


def test_with_nobody_further_on_duty_the_other_coordinators_are_told(people: dict[str, User], child: Child) -> None:
    for name in ("nurse", "doc"):
        people[name].shifts.all().delete()
    person("co2", "coordinator")
    past(step(people, child))
    escalate_due()
    assert told() == ["co2"], "not the owner, whose step it is"
    assert escalate_due() == []


def test_without_another_coordinator_everybody_who_answers_is_told(people: dict[str, User], child: Child) -> None:
    for name in ("co", "nurse", "doc"):
        people[name].shifts.all().delete()
    past(step(people, child))
    escalate_due()
    assert told() == ["doc", "doc2", "nurse"]


def test_nobody_at_all_is_said_once_and_whoever_comes_is_told_at_once(people: dict[str, User], child: Child) -> None:
    User.objects.exclude(pk=people["co"].pk).update(is_active=False)
    past(step(people, child))
    assert [one.to for one in escalate_due()] == [None]
    assert escalate_due() == []
    assert "late; nobody further was there to be told" in page(people["co"], child)
    late = person("late", "nurse")
    on_duty(late, rank=3)
    escalate_due()
    assert told() == ["nobody", "late"]


def test_who_was_told_and_is_gone_is_followed_by_the_next(people: dict[str, User], child: Child) -> None:
    past(step(people, child))
    escalate_due()
    people["nurse"].grants.update(revoked_at=timezone.now())
    escalate_due()
    assert told() == ["nurse", "doc"]


def test_duty_at_another_site_is_none_here(people: dict[str, User]) -> None:
    here, there = (Site.objects.create(code=code, name=code) for code in ("here", "there"))
    people["nurse"].shifts.update(site=there)
    past(step(people, scene.child(site=here)))
    escalate_due()
    assert told() == ["doc"]


def test_whoever_is_to_read_an_eeg_of_the_child_blind_is_told_nothing(people: dict[str, User], child: Child) -> None:
    past(step(people, child))

    def of(user: User, children: Any = None) -> dict[int, Veil]:
        return {child.pk: Veil(timezone.localdate(), "", "")} if user == people["nurse"] else {}

    with mock.patch.object(overdue, "veils", of):
        escalate_due()
    assert told() == ["doc"]


# Mail.


@pytest.fixture
def mail(settings: Any, people: dict[str, User]) -> Any:
    settings.MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    User.objects.filter(pk=people["nurse"].pk).update(email="nurse@example.org")
    return settings


def test_one_mail_without_a_clinical_word(mail: Any, people: dict[str, User], child: Child) -> None:
    past(step(people, child))
    watch()
    watch()
    [sent] = outbox.outbox
    assert sent.to == ["nurse@example.org"]
    said = f"{sent.subject}\n{sent.body}".lower()
    assert "overdue since" in said
    assert "/overdue/" in said
    for word in ("acth", "drug", "author", "secret", "rivera", "treatment", "children/", child.pseudonym.lower()):
        assert word not in said
    assert Entry.objects.filter(verb="mail.access", target=child.audit_id).count() == 1
    assert AccessNotice.objects.get().mailed_at is not None


def test_a_mail_nobody_took_is_tried_again_until_the_step_is_closed(
    mail: Any, people: dict[str, User], child: Child
) -> None:
    past(step(people, child))
    escalate_due()
    now = timezone.now()
    with mock.patch("westward.program.accounts.mail.send", return_value=False):
        assert mail_due(now) == 0
    assert mail_due(now + MIN) == 0, "claimed a minute ago"
    AccessStep.objects.update(closed_at=now)
    assert mail_due(now + 3 * MIN) == 0
    AccessStep.objects.update(closed_at=None)
    assert mail_due(now + 3 * MIN) == 1


# Shown.


def page(user: User, child: Child) -> str:
    return signed_in(user).get(f"/children/{child.pk}/treatment/").content.decode()


def words(child: Child) -> list[str]:
    return [one.words for one in journey.next_acts([child.pk], now=timezone.now()).get(child.pk, [])]


def test_the_chart_and_the_board_say_whom_it_went_to(people: dict[str, User], child: Child) -> None:
    one = step(people, child)
    assert "told to" not in page(people["doc"], child)
    assert "Get ACTH natural: prior authorization asked" in words(child)
    past(one)
    escalate_due()
    shown = page(people["doc"], child)
    assert f"told to {people['nurse'].name} on " in shown
    assert "24 h after it was recorded" in shown
    assert "(policy: Program policy" in shown
    assert f"Get ACTH natural: prior authorization asked; escalated to {people['nurse'].name}" in words(child)


def strip(user: User) -> str:
    """The strip of late steps on a page that is not about any child."""
    body = signed_in(user).get("/protocols/").content.decode()
    found = re.search(r'<aside class="waits late" aria-label="Steps to a drug.*?</aside>', body, re.DOTALL)
    return found[0] if found else ""


def test_a_strip_stands_on_the_pages_of_the_owner_and_of_who_was_told(people: dict[str, User], child: Child) -> None:
    one = step(people, child)
    assert strip(people["co"]) == ""
    past(one)
    assert strip(people["nurse"]) == ""
    escalate_due()
    for name in ("co", "nurse"):
        shown = strip(people[name])
        assert "A step to a drug is late" in shown
        assert f"escalated to {people['nurse'].name}" in shown
        assert f'href="/children/{child.pk}/treatment/#access"' in shown
        assert not any(word in shown for word in ("Rivera", "ACTH", "acth", "SECRET", child.pseudonym))
    assert strip(people["doc"]) == strip(person("q", "quality", purpose="quality")) == ""
    step(people, child, stage="approved")
    assert strip(people["nurse"]) == strip(people["co"]) == ""


def test_the_strip_names_three_and_counts_the_rest(people: dict[str, User]) -> None:
    for n in range(5):
        past(step(people, scene.child(pseudonym=f"W-TEST-001{n}")))
    shown = strip(people["co"])
    assert shown.count("A step to a drug is late") == 3
    assert "2 more are late" in shown


def test_a_view_of_the_chart_escalates_without_a_worker(people: dict[str, User], child: Child) -> None:
    past(step(people, child))
    assert f"told to {people['nurse'].name}" in page(people["doc"], child)
    assert told() == ["nurse"]


@pytest.mark.board
def test_the_board_and_the_list_of_what_is_overdue_have_it_at_once(people: dict[str, User], child: Child) -> None:
    past(step(people, child))
    escalate_due()
    assert f"escalated to {people['nurse'].name}" in str(Standing.objects.filter(child=child).values().get())
    assert f"escalated to {people['nurse'].name}" in signed_in(people["nurse"]).get("/overdue/").content.decode()


def test_the_worker_asks_for_it() -> None:
    assert ticks._TICKS["treatment.escalate"].do is watch
