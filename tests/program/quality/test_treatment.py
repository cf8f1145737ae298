"""The quality of treatment: rows from charts, the page, who sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from tests.program.followup.test_followup import mother
from tests.program.followup.test_next_steps import running, told
from tests.program.staff import by, signed_in
from tests.program.treatment import scene

from westward.care.answer import Answer
from westward.program.accounts.models import Grant, User
from westward.program.audit.models import Entry
from westward.program.etiology.models import Classed
from westward.program.followup.queries import judged, judged_of
from westward.program.quality.treated import treated
from westward.program.treatment.actions.day_zero import RecordAccess
from westward.program.treatment.actions.monitor import RecordCheck
from westward.program.treatment.models import AccessStep
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
        result="simulated", outcome="not_judged",
    ).execute()  # fmt: skip
    (after,) = treated([child.pk], on=today())
    assert after.checks_done == 1


def test_many_are_judged_as_each_alone_in_as_many_queries(django_assert_max_num_queries: Any) -> None:
    child = scene.child()
    running(child, day=20)
    told(child, mother(child), 3, 6)
    with django_assert_max_num_queries(4):
        many = judged_of([child.pk, 999], on=today())
    assert [one.responses for one in many[child.pk]] == [one.responses for one in judged(child, on=today())]


def test_rows_carry_cause_equity_and_the_way_to_the_drug() -> None:
    child = scene.child()
    people, _ = running(child, day=20)
    assert treated([child.pk], on=today())[0].strata == {}
    Classed.objects.create(
        child=child, number=1, cause="genetic", evidence=[], reason="x", by=people["doc"], at=timezone.now()
    )
    for stage, hours in (("authorization", 30), ("approved", 20), ("shipped", 1)):
        RecordAccess(**by(people["co"]), child=child, drug="prednisolone", stage=stage, owner=people["co"]).execute()
        AccessStep.objects.filter(stage=stage).update(
            due_at=timezone.now() - timedelta(hours=hours)
            if stage == "authorization"
            else timezone.now() + timedelta(hours=hours)
        )
    (one,) = treated([child.pk], on=today(), strata={child.pk: {"language": "Spanish"}})
    assert one.strata == {"language": "Spanish", "cause": "Genetic"}
    assert (one.access_due, one.access_in_time) == (2, 1), "shipped is neither followed nor late yet"


def test_the_page_gives_each_aim_by_strata_without_telling_small_groups() -> None:
    people: dict[str, Any] = {}
    for n in range(6):
        child = scene.child(pseudonym=f"W-TEST-{n}", language="es" if n else "en")
        User.objects.update(username=Concat(Cast("pk", CharField()), Value("-"), "username"))
        people, _ = running(child, day=20)
    Grant.objects.create(user=people["doc"], role="physician", site=None, purpose="quality")
    doc = signed_in(people["doc"])
    page = doc.get("/quality/treatment/?aim=standard_first").content.decode()
    section = page[page.index('id="strata"') : page.index("By quarter of the first dose")]
    assert "Standard drug first" in section
    assert "Language" in section
    assert section.count("too few to show") == 2, "five of Spanish would give away the one of English"
    assert "100% (6 of 6" in page
    assert "Class of cause" not in section, "no child differs in it"
    assert 'aria-current="true">Standard drug first' in page
    assert "Remission at day 14" in doc.get("/quality/treatment/?aim=x").content.decode()


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


def test_limits_are_drawn_where_there_are_enough_quarters_and_told_where_there_are_not() -> None:
    from westward.care.control_limits import p_limits
    from westward.care.run_chart import Point, run_chart
    from westward.program.quality import charts, rules

    points = [Point(f"20{20 + n // 4} Q{n % 4 + 1}", 0.5 if n < 12 else 0.95, 20) for n in range(13)]
    chart = run_chart(points)
    control = p_limits(points)
    drawn = charts.aim(chart, control, name="Remission", key="aim-test")
    without = charts.aim(run_chart(points[:11]), p_limits(points[:11]), name="Remission", key="aim-less")
    assert drawn is not None
    assert without is not None
    assert drawn.count("mark-rect") > without.count("mark-rect") or len(drawn) > len(without)
    assert control.beyond == ("2023 Q1",)
    rows = rules.with_limits(chart, control)
    assert all(limits is not None for _, limits in rows)
    assert [limits for _, limits in rules.with_limits(chart, p_limits(points[:11]))] == [None] * 13
