"""Record a weight or a length, entered twice; confirm one that was doubted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from westward.care import plausible
from westward.core.errors import UsageError
from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.treatment.actions.base import need_words
from westward.program.treatment.choices import MeasuredKind, PlanReason
from westward.program.treatment.exposure import HORMONES
from westward.program.treatment.growth import z_score
from westward.program.treatment.models import Measurement
from westward.program.treatment.planning import next_dose_day, next_plan, protocol_of
from westward.program.treatment.queries import latest, latest_usable, open_runs, standing_plan, waiting_plan

_UNITS = {MeasuredKind.WEIGHT: "g", MeasuredKind.LENGTH: "mm"}


@dataclass(frozen=True, kw_only=True)
class RecordMeasurement(ChildAct[Measurement]):
    """A weight in grams or a length in millimeters.

    What is doubted (for age, against the last one that may be dosed by) is kept and not dosed by until a second person
    confirms it; entering it again confirms nothing. A new weight changes no dose: where it is the newest and differs
    enough it proposes the next plan of each open run, unsigned, from the next dose day on; no day before changes.
    """

    verb = "treatment.measure"
    kind: str
    value: int
    again: int
    on: date

    def validate(self) -> None:
        """Entered alike twice, on a day that can be."""
        if self.kind not in MeasuredKind.values:
            raise InvalidActError(f"{self.kind!r} is not measured here; weight or length")
        try:
            plausible.agree(self.value, self.again)
        except UsageError as error:
            raise InvalidActError(str(error)) from None
        if self.value <= 0:
            raise InvalidActError(f"a {self.kind} of {self.value} {_UNITS[MeasuredKind(self.kind)]} cannot be")
        if not self.child.birth_date <= self.on <= timezone.localdate():
            raise InvalidActError(f"{dated(self.on)} lies before birth or in the future")

    def write(self) -> tuple[Measurement, Told]:
        """The measurement, with what is doubted about it."""
        z = z_score(self.child, self.kind, self.value, self.on)
        last = latest_usable(self.child, self.kind, until=self.on)
        kind = plausible.Kind(self.kind)
        earlier = plausible.Measurement(kind, last.value, last.on) if last else None
        doubts = plausible.doubts(plausible.Measurement(kind, self.value, self.on), last=earlier, z=z)
        made = Measurement.objects.create(
            child=self.child,
            kind=self.kind,
            value=self.value,
            on=self.on,
            z=None if z is None else Decimal(f"{max(-99.0, min(99.0, z)):.2f}"),
            doubts=list(doubts),
            by=self.user,
            at=timezone.now(),
        )
        proposed = propose(made, self) if not doubts else []
        detail = {"measurement": made.pk, "kind": self.kind, "doubted": bool(doubts), "proposed": proposed}
        return made, self.told(detail=detail)


@dataclass(frozen=True, kw_only=True)
class ConfirmMeasurement(ChildAct[Measurement]):
    """A second person has measured again and stands for a doubted value."""

    verb = "treatment.confirm_measure"
    measurement: Measurement
    why: str

    def validate(self) -> None:
        """A doubted one of this child, by somebody other than who entered it, with a reason."""
        if self.measurement.child_id != self.child.pk or self.measurement.usable:
            raise InvalidActError("there is nothing to confirm")
        if self.measurement.by_id == self.user.pk:
            raise InvalidActError("a second person has to measure again and confirm")
        need_words(self.why, "how it was confirmed")

    def write(self) -> tuple[Measurement, Told]:
        """The measurement, confirmed."""
        self.measurement.confirmed_by, self.measurement.confirmed_at = self.user, timezone.now()
        self.measurement.confirmed_why = self.why.strip()
        self.measurement.save(update_fields=["confirmed_by", "confirmed_at", "confirmed_why"])
        proposed = propose(self.measurement, self)
        return self.measurement, self.told(detail={"measurement": self.measurement.pk, "proposed": proposed})


def propose(measurement: Measurement, act: ChildAct[Measurement]) -> list[int]:
    """The next plan of each open run whose doses the measurement would change enough; keys of the plans."""
    newest = latest(act.child, measurement.kind)
    if measurement.kind != MeasuredKind.WEIGHT or newest is None or newest.pk != measurement.pk:
        return []
    proposed: list[int] = []
    for run in open_runs(act.child):
        last, waiting = standing_plan(run), waiting_plan(run)
        if last is None or last.weight_g is None or not protocol_of(run).needs_weight:
            continue
        # a proposal that waits goes out of date with the next weight as a plan in force does
        dosed = {plan.weight_g for plan in (last, waiting) if plan is not None and plan.weight_g}
        if any(plausible.proposes(dosed_by=one, new=measurement.value) for one in dosed):
            share = (measurement.value - last.weight_g) / last.weight_g
            hormone = bool(HORMONES & set(protocol_of(run).drugs))
            steroid = " Under a hormone weight rises by appetite and water." if hormone and share > 0 else ""
            words = f"{last.weight_g} g to {measurement.value} g ({share:+.0%}).{steroid}"
            plan = next_plan(
                run,
                user=act.user,
                reason=PlanReason.WEIGHT,
                words=words,
                from_on=next_dose_day(last, after=timezone.localdate()),
                weight_g=measurement.value,
            )
            proposed.append(plan.pk)
    return proposed
