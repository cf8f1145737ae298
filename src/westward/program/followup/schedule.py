"""Of each child the developmental assessment that comes and the outcomes after the first dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from westward.care.clocks import Milestone
from westward.care.development import (
    Assessed,
    Expected,
    OutcomeAt,
    OutcomeState,
    next_assessment,
    outcomes_at,
)
from westward.program.diagnosis import journey as diagnosis
from westward.program.diagnosis.choices import Outcome
from westward.program.diagnosis.models import FirstTreatment
from westward.program.followup.choices import OutcomeMonth
from westward.program.followup.models import Assessment, OutcomeRecord
from westward.program.people.models import Child
from westward.program.people.reading import having, one_reading
from westward.program.shell.values import sheet
from westward.program.treatment import journey as treatment


@dataclass(frozen=True, slots=True)
class Schedule:
    """What follow-up of one child expects.

    Attributes
    ----------
    assessment : Expected or None
        The assessment that comes first.
    outcomes : tuple of OutcomeAt
        Empty without a first dose.
    """

    assessment: Expected | None
    outcomes: tuple[OutcomeAt, ...]

    @property
    def outcome(self) -> OutcomeAt | None:
        """The outcome that is due."""
        return next((one for one in self.outcomes if one.state is OutcomeState.DUE), None)

    @property
    def open_outcomes(self) -> tuple[OutcomeAt, ...]:
        """Those that are not recorded."""
        return tuple(one for one in self.outcomes if one.state is not OutcomeState.RECORDED)


def schedules(children: Sequence[int], *, on: date) -> dict[int, Schedule]:
    """Of each of the children, on a day. Where spasms were ruled out only an assessment agreed on is expected."""
    made: dict[int, list[Assessment]] = {}
    for assessment in Assessment.objects.filter(child__in=having((Assessment,), children)):
        made.setdefault(assessment.child_id, []).append(assessment)
    recorded: dict[int, list[OutcomeRecord]] = {}
    for outcome in OutcomeRecord.objects.filter(child__in=having((OutcomeRecord,), children)):
        recorded.setdefault(outcome.child_id, []).append(outcome)
    doses, diagnosed, out = _first_doses(children), _diagnosed(children), diagnosis.ruled_out(children)
    found = {}
    for key in children:
        first, since = (None, None) if key in out else (doses.get(key), doses.get(key) or diagnosed.get(key))
        found[key] = _schedule(made.get(key, ()), recorded.get(key, ()), first=first, since=since, on=on)
    return found


def schedule_of(
    child: Child, assessments: Sequence[Assessment], outcomes: Sequence[OutcomeRecord], *, on: date
) -> Schedule:
    """The same of one child whose rows were read already."""
    with one_reading():
        doses, diagnosed = _first_doses([child.pk]), _diagnosed([child.pk])
        if diagnosis.ruled_out([child.pk]):
            return _schedule(assessments, outcomes, first=None, since=None, on=on)
    first = doses.get(child.pk)
    return _schedule(assessments, outcomes, first=first, since=first or diagnosed.get(child.pk), on=on)


def _schedule(
    assessments: Sequence[Assessment],
    outcomes: Sequence[OutcomeRecord],
    *,
    first: date | None,
    since: date | None,
    on: date,
) -> Schedule:
    rules = sheet("development")
    made = [Assessed(one.instrument, one.on, one.next_on) for one in assessments]
    expected = next_assessment(made, since=since, sheet=rules)
    if first is None:
        return Schedule(expected, ())
    recorded = {one.months for one in outcomes}
    months = [month.value for month in OutcomeMonth]
    return Schedule(expected, outcomes_at(months, recorded=recorded, first_dose=first, on=on, sheet=rules))


def _first_doses(children: Sequence[int]) -> dict[int, date]:
    """The first dose of each child that was given one: here, or as the diagnosis page was told of it, the earlier."""
    told = FirstTreatment.objects.filter(child__in=having((FirstTreatment,), children)).order_by("recorded_at", "pk")
    found = {one.child_id: one.on for one in told}  # the latest row of each child stays
    for key, facts in treatment.facts(having(treatment.TABLES, children)).items():
        when = facts.get(Milestone.TREATMENT)
        if when is not None and when.latest is not None:
            found[key] = min(when.latest, found.get(key, when.latest))
    return found


def _diagnosed(children: Sequence[int]) -> dict[int, date]:
    decided = diagnosis.decisions(children).items()
    return {key: decision.on for key, decision in decided if decision.outcome == Outcome.CONFIRMED}
