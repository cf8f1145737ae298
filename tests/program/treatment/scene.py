"""A child, a team and a treatment for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from tests.program.staff import by, person

from westward.evidence.safety import load
from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.treatment.actions.answer_safety import AnswerSafety
from westward.program.treatment.actions.approve import ApproveProtocol
from westward.program.treatment.actions.dispense import RecordBottle
from westward.program.treatment.actions.measure import RecordMeasurement
from westward.program.treatment.actions.sign import CheckPlan, SignPlan
from westward.program.treatment.actions.start import StartRun
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.planning import protocol_of
from westward.program.treatment.queries import newest_plan, shelved


def team() -> dict[str, User]:
    return {name: person(name, role) for name, role in (
        ("doc", "physician"), ("doc2", "physician"), ("pharm", "pharmacist"), ("nurse", "nurse"), ("co", "coordinator"),
    )}  # fmt: skip


def child(**changes: Any) -> Child:
    fields: dict[str, Any] = {
        "pseudonym": "W-TEST-0001",
        "family_name": "Rivera",
        "given_name": "Ana",
        "birth_date": timezone.localdate() - timedelta(days=213),
        "sex": "female",
        "simulated": True,
    }
    return Child.objects.create(**(fields | changes))


def approve(name: str, *users: User) -> None:
    for user in users:
        ApproveProtocol(**by(user), protocol=name, digest=shelved(name).digest).execute()


def measured(user: User, of: Child, *, weight: int = 7000, length: int | None = 670, on: date | None = None) -> None:
    day = on or timezone.localdate()
    RecordMeasurement(**by(user), child=of, kind="weight", value=weight, again=weight, on=day).execute()
    if length is not None:
        RecordMeasurement(**by(user), child=of, kind="length", value=length, again=length, on=day).execute()


def cleared(user: User, of: Child, **answers: str) -> None:
    facts = {rule.when: "no" for rule in load().rules if rule.when}
    AnswerSafety(**by(user), child=of, answers={**facts, **answers}).execute()


def started(people: dict[str, User], of: Child, protocol: str = "prednisolone_perc", **asked: Any) -> Run:
    asked.setdefault("start", timezone.localdate())
    return StartRun(**by(people["doc"]), child=of, protocol=protocol, **asked).execute()


def combined(people: dict[str, User], *, start: date) -> Run:
    """Prednisolone and vigabatrin of a child that was measured and cleared on the first day."""
    approve("hormone_plus_vigabatrin", people["doc"], people["pharm"])
    of = child()
    measured(people["nurse"], of, on=start)
    cleared(people["nurse"], of)
    return started(people, of, "hormone_plus_vigabatrin", start=start)


def in_force(people: dict[str, User], run: Run) -> Plan:
    plan = newest_plan(run)
    assert plan is not None
    SignPlan(**by(people["doc"]), run=run, plan=plan).execute()
    CheckPlan(**by(people["pharm"]), run=run, plan=plan).execute()
    plan.refresh_from_db()
    return plan


def bottle(people: dict[str, User], run: Run, strength: str = "15 mg/5 mL", drug: str = "prednisolone") -> None:
    expires = timezone.localdate() + timedelta(days=200)
    usual = protocol_of(run).usual[drug]
    read = {"product": usual, "strength": strength, "strength_again": strength, "expires_on": expires}
    RecordBottle(**by(people["nurse"]), run=run, drug=drug, **read).execute()
