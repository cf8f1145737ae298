"""The quality of treatment: rows from charts, the page, who sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.program.followup.test_followup import mother
from tests.program.followup.test_next_steps import running, told
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.care.answer import Answer
from westward.program.accounts.models import Grant
from westward.program.audit.models import Entry
from westward.program.followup.queries import judged, judged_of
from westward.program.quality.treated import treated
from westward.program.treatment.actions.monitor import RecordCheck
from westward.program.treatment.queries import checks, plan_in_force

pytestmark = pytest.mark.django_db


def today() -> Any:
    return timezone.localdate()


def test_a_child_that_failed_and_waits() -> None:
    child = scene.child()
    people, run = running(child, day=25)
    told(child, mother(child), 11, 12)
    (one,) = treated([child.pk], on=today())
    assert one.standard_first is Answer.YES
    assert one.eeg_14 is Answer.NO
    assert one.remission_14 is Answer.UNKNOWN
    assert one.next_in_time is Answer.UNKNOWN, "eleven days since the failure: still open"
    (later,) = treated([child.pk], on=today() + timedelta(days=10))
    assert later.next_in_time is Answer.NO
    assert one.checks_due > 0
    assert one.checks_done == 0
    plan = plan_in_force(run)
    first = next(due for due in checks(run, plan) if due.on < today())
    RecordCheck(
        **by(people["nurse"]), run=run, check_id=first.check["id"], due_on=first.on, done_on=today(),
        result="simulated", outcome="within",
    ).execute()  # fmt: skip
    (after,) = treated([child.pk], on=today())
    assert after.checks_done == 1


def test_many_are_judged_as_each_alone_in_as_many_queries(django_assert_max_num_queries: Any) -> None:
    child = scene.child()
    running(child, day=20)
    told(child, mother(child), 3, 6)
    with django_assert_max_num_queries(3):
        many = judged_of([child.pk, 999], on=today())
    assert [one.responses for one in many[child.pk]] == [one.responses for one in judged(child, on=today())]


def test_the_page_hides_few_children_and_leaves_one_audit_row() -> None:
    child = scene.child()
    people, _ = running(child, day=20)
    user = people["doc"]
    Grant.objects.create(user=user, role="physician", site=None, purpose="quality")
    doc = signed_in(user)
    before = Entry.objects.count()
    page = doc.get("/quality/treatment/").content.decode()
    assert Entry.objects.count() == before + 1
    assert "too few to show" in page
    assert child.family_name not in page
    assert "114 of 115 after a protocol" in page
    assert signed_in(people["nurse"]).get("/quality/treatment/").status_code == 403
