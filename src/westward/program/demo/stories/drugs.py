"""Steps of a treatment: approved, weighed, ordered, agreed on by two people, dispensed, given, checked, changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils import timezone

from westward.evidence.safety import load
from westward.program.demo.stage import Stage
from westward.program.people.models import Child as Chart
from westward.program.treatment import queries, wording
from westward.program.treatment.actions.answer_safety import AnswerSafety
from westward.program.treatment.actions.approve import ApproveProtocol
from westward.program.treatment.actions.change import StopRun, TakeBranch
from westward.program.treatment.actions.day_zero import FinishTask, OpenDayZero, RecordAccess
from westward.program.treatment.actions.dispense import PrintCalendar, RecordBottle, RecordTeachBack
from westward.program.treatment.actions.give import RecordFirstDose, RecordMissed
from westward.program.treatment.actions.measure import RecordMeasurement
from westward.program.treatment.actions.monitor import AnswerAlert, RecordCheck
from westward.program.treatment.actions.review_words import ReviewWords
from westward.program.treatment.actions.sign import CheckPlan, SignPlan
from westward.program.treatment.actions.start import StartRun
from westward.program.treatment.actions.switch import SwitchRun
from westward.program.treatment.models import Measurement, Run
from westward.program.treatment.planning import protocol_of

APPROVED = (
    "acth_label_150", "hormone_plus_vigabatrin", "prednisolone_iciss", "prednisolone_ucla_8mgkg",
    "prednisolone_ucla_then_acth", "vigabatrin_standard",
)  # fmt: skip
"""Protocols that the simulated program uses; the others wait on the shelf."""

STRENGTHS = {"prednisolone": "15 mg/5 mL", "acth_natural": "80 U/mL", "vigabatrin": "50 mg/mL"}
"""What the label of the bottle says."""

GROWTH = ((91, 6100, 605), (122, 6900, 630), (152, 7400, 650), (183, 7800, 667), (244, 8500, 700), (305, 9050, 727),
          (366, 9500, 752), (457, 10300, 790), (548, 10900, 820))  # fmt: skip
"""Age in days, weight in g and length in mm of the simulated children, before each one's own share."""


def approve(stage: Stage) -> None:
    """Two people put their names under each protocol; a physician stands for the Spanish words. All of it simulated."""
    for name in APPROVED:
        for username in ("physician", "pharmacist"):
            ApproveProtocol(
                **stage.by(username),
                protocol=name,
                digest=queries.shelved(name).digest,
                note="Simulated approval: nobody has read these doses for use.",
            ).execute()
    ReviewWords(**stage.by("physician"), language="es", digest=wording.digest("es")).execute()


def day_zero(stage: Stage, chart: Chart) -> None:
    """Everything is opened at once."""
    OpenDayZero(**stage.by("physician"), child=chart, owner=stage.people["coordinator"]).execute()


def done(stage: Stage, chart: Chart, *steps: str) -> None:
    """Steps of day 0 are done."""
    for task in chart.day_zero.filter(step__in=steps, done_on=None):
        FinishTask(**stage.by("coordinator"), child=chart, task=task, on=timezone.localdate()).execute()


def size(chart: Chart, *, on: date, share: float) -> tuple[int, int]:
    """Weight in g and length in mm at an age: the table between its rows, times the child's own share."""
    age = (on - chart.birth_date).days
    age = min(max(age, GROWTH[0][0]), GROWTH[-1][0])
    for (d0, g0, l0), (d1, g1, l1) in pairwise(GROWTH):
        if d0 <= age <= d1:
            way = (age - d0) / (d1 - d0)
            return round((g0 + (g1 - g0) * way) * share / 10) * 10, round((l0 + (l1 - l0) * way) * share ** (1 / 3))
    raise AssertionError("the table covers every age")


def weigh(stage: Stage, chart: Chart, *, grams: int, length_mm: int | None = None) -> Measurement:
    """The nurse weighs, and measures where a length is given; each entered twice."""
    day = timezone.localdate()
    if length_mm is not None:
        RecordMeasurement(
            **stage.by("nurse"), child=chart, kind="length", value=length_mm, again=length_mm, on=day
        ).execute()
    return RecordMeasurement(
        **stage.by("nurse"), child=chart, kind="weight", value=grams, again=grams, on=day
    ).execute()


def cleared(stage: Stage, chart: Chart, **answers: str) -> None:
    """The questions that a treatment asks are answered."""
    facts = {rule.when: "no" for rule in load().rules if rule.when}
    AnswerSafety(**stage.by("nurse"), child=chart, answers={**facts, **answers}).execute()


def start(stage: Stage, chart: Chart, protocol: str, **asked: Any) -> Run:
    """The physician orders."""
    return StartRun(
        **stage.by("physician"), child=chart, protocol=protocol, start=timezone.localdate(), weighed=True, **asked
    ).execute()


def switch(stage: Stage, run: Run, protocol: str, *, words: str, **asked: Any) -> Run:
    """The old treatment ends yesterday, the next begins today."""
    today = timezone.localdate()
    return SwitchRun(
        **stage.by("physician"),
        run=run,
        protocol=protocol,
        start=today,
        last_dose_on=today - timedelta(days=1),
        words=words,
        weighed=True,
        **asked,
    ).execute()


def agree(stage: Stage, run: Run) -> None:
    """The physician signs the newest calendar, the pharmacist checks every dose."""
    plan = queries.waiting_plan(run)
    assert plan is not None, f"{run} waits for nobody"
    signed = SignPlan(**stage.by("physician"), run=run, plan=plan, weighed=True).execute()
    CheckPlan(**stage.by("pharmacist"), run=run, plan=signed).execute()


def dispensed(stage: Stage, run: Run) -> None:
    """A bottle of each drug, read by the pharmacist; the calendar in milliliters is agreed on again."""
    courses = {course.drug: course for course in protocol_of(run).courses}
    for drug, course in courses.items():
        RecordBottle(
            **stage.by("pharmacist"),
            run=run,
            drug=drug,
            product=course.product,
            strength=STRENGTHS[drug],
            strength_again=STRENGTHS[drug],
            expires_on=timezone.localdate() + timedelta(days=300),
        ).execute()
    agree(stage, run)


def given(stage: Stage, run: Run, *, parent: str) -> None:
    """Taught, the first dose given, the calendar in the family's hands."""
    injected = any(course.route != "oral" for course in protocol_of(run).courses)
    RecordTeachBack(
        **stage.by("nurse"),
        run=run,
        what="injection" if injected else "syringe",
        shown_by=parent,
        interpreter=run.child.interpreter,
    ).execute()
    RecordFirstDose(**stage.by("nurse"), run=run, at=stage.now()).execute()
    printed(stage, run)


def printed(stage: Stage, run: Run) -> None:
    """The family's calendar, in their language where its words are reviewed."""
    language = run.child.language if queries.reviewed(run.child.language) else wording.ORIGINAL
    PrintCalendar(**stage.by("nurse"), run=run, language=language).execute()


def branch(stage: Stage, run: Run, name: str) -> None:
    """The next step of the protocol from today on, agreed on and printed."""
    day = (timezone.localdate() - run.start).days + 1
    TakeBranch(**stage.by("physician"), run=run, branch=name, day=day).execute()
    agree(stage, run)
    printed(stage, run)


def completed(stage: Stage, run: Run) -> None:
    """The calendar has come to its end."""
    last = queries.standing_plan(run)
    assert last is not None
    StopRun(
        **stage.by("physician"),
        run=run,
        last_dose_on=last.last_day,
        reason="other",
        words="The calendar has come to its last day.",
    ).execute()


def missed(stage: Stage, run: Run, why: str) -> None:
    """The first dose of today was not kept down."""
    plan = queries.plan_in_force(run)
    day = plan.day(timezone.localdate()) if plan is not None else None
    assert day is not None
    dose = day["doses"][0]
    RecordMissed(
        **stage.by("nurse"),
        run=run,
        on=timezone.localdate(),
        time_of_day=dose["time_of_day"],
        drug=dose["drug"],
        why=why,
    ).execute()


FOUND = {
    "blood_pressure": "{n}/5{d}, at rest",
    "blood": "taken in the morning",
    "infection": "no exposure, varicella immune by the mother, no sign of infection",
    "fever": "no fever; drinks well, irritable, sleeps 2 h less; stools as always",
    "weight": "weighed, see measurements",
    "day_7": "diary gone through with the family",
    "day_14": "recorded, see EEG",
    "stress": "card handed over and explained",
    "rems": "prescriber, pharmacy and family enrolled",
    "eyes": "anterior segment, fundus and visual behavior without change",
    "vigabatrin": "diary gone through, EEG see there",
    "vabam": "no new movements, not drowsy, tone as before",
}  # fmt: skip
"""What a check showed, by the beginning of its name."""


MEASURED = {"blood": {"glucose": "5.{d}", "potassium": "4.{d}", "sodium": "138"}}
"""Values of a check that measures, by its name; a blood pressure is read from its words."""


def checked(stage: Stage, chart: Chart, *, over: Mapping[str, tuple[str, str]] = {}) -> None:
    """Answer every check whose day has come; ``over`` names those beyond their limit, with result and act.

    A physician answers the alert of each of those.
    """
    today = timezone.localdate()
    for run in chart.runs.filter(first_dose_at__isnull=False):
        plan = queries.plan_in_force(run) or queries.newest_plan(run)
        for due in queries.checks(run, plan):
            if due.done is not None or due.on > today:
                continue
            name = str(due.check["id"])
            result, act = over.get(name, ("", ""))
            digits = {"n": 84 + (run.pk + due.on.day) % 9, "d": due.on.day % 9}
            values = {} if result else MEASURED.get(name, {})
            answer = RecordCheck(
                **stage.by("nurse"),
                run=run,
                check_id=name,
                due_on=due.on,
                done_on=today,
                result=result or next(v for k, v in FOUND.items() if name.startswith(k)).format(**digits),
                outcome="over" if result else "within",
                act=act,
                values={what: Decimal(value.format(**digits)) for what, value in values.items()},
            )
            if not result and answer.unjudged(due):
                answer = replace(answer, outcome="not_judged")
            made = answer.execute()
            if made.alert:
                decided = "Seen; the dose stays, measured again in two days."
                AnswerAlert(**stage.by("physician"), run=run, check=made, decided=decided).execute()


def access(stage: Stage, chart: Chart, drug: str, step: str, words: str = "") -> None:
    """One step on the way to the drug."""
    RecordAccess(
        **stage.by("coordinator"), child=chart, drug=drug, stage=step, owner=stage.people["coordinator"], words=words
    ).execute()
