"""Start a protocol run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from westward.care import plausible
from westward.care.ceilings import by_weight
from westward.care.renal import Share, share
from westward.care.safety import Verdict, assess
from westward.care.sequence import Join, joined, joining
from westward.core.errors import InputError, UsageError
from westward.evidence.protocol import Protocol
from westward.evidence.safety import SafetyRule
from westward.evidence.shelf import LOWERED, lowered
from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.shell.values import sheet
from westward.program.treatment.choices import MeasuredKind, PlanReason
from westward.program.treatment.models import Run
from westward.program.treatment.planning import next_plan, protocol_of
from westward.program.treatment.queries import (
    Shelved,
    latest,
    latest_usable,
    open_runs,
    predecessor,
    safety_answers,
    shelved,
    treatments,
)
from westward.program.treatment.weighing import ACKNOWLEDGED, to_acknowledge, told, warned

AHEAD_D = 14
"""A start further ahead is taken for a mistake: days count."""


@dataclass(frozen=True, kw_only=True)
class StartRun(ChildAct[Run]):
    """Order a protocol for a child. Its first plan waits for a physician's signature and a second person's check.

    Attributes
    ----------
    off_protocol : str
        Why the program's standard is left, if it is.
    overrides : mapping of str to str
        Reason of the physician for each blocking rule that is set aside, by the rule's id.
    follows : Run or None
        The treatment it takes the place of; where none is named, the last one that was ended for failure or to be
        followed. What joins two sources is on protocol only by a sequence that two people have approved as such.
    weighed : bool
        Whether the physician has seen and weighed the warnings about this child.
    clearance : int or None
        In mL/min/1.73 m2, of a child with kidney disease: the dose is lowered by the site's own table.
    """

    verb = "treatment.start"
    protocol: str
    start: date
    off_protocol: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)
    follows: Run | None = None
    weighed: bool = False
    clearance: int | None = None

    def validate(self) -> None:
        """A usable version, a day that can be, no drug or hormone beside another, safety answered, fresh measures."""
        found = self._shelved()
        today = timezone.localdate()
        if not self.child.birth_date <= self.start <= today + timedelta(days=AHEAD_D):
            raise InvalidActError(
                f"a start on {dated(self.start)} makes no sense; give a day up to {AHEAD_D} days ahead"
            )
        if self.child.silent(today):
            raise InvalidActError("the chart is closed; nothing is started")
        if not found.usable:
            raise InvalidActError(
                f"{self.protocol} holds doses that are not sourced and not approved here; two named people have to "
                "approve this version first"
            )
        if self.protocol in joined(sheet("escalation")):
            raise InvalidActError(
                f"{self.protocol} joins two sources and is no order of its own: order its first part, and switch when "
                "that does not work"
            )
        self._sequence()
        self._alone(found)
        self._safe(found)
        self._measured(found)

    def _shelved(self) -> Shelved:
        try:
            return shelved(self.protocol)
        except InputError as error:
            raise InvalidActError(str(error)) from None

    def before(self) -> Run | None:
        """The treatment that this one takes the place of."""
        return self.follows or predecessor(self.child)

    def _sequence(self) -> Shelved | None:
        """The approved sequence that joins it to the treatment before; None where none is needed or a reason is given.

        Raises
        ------
        InvalidActError
            If a switch is provided for nowhere, or its sequence is not approved, and no reason is given.
        """
        before = self.before()
        if before is None or before.protocol == self.protocol:
            return None
        given = frozenset(
            course.kind
            for run in self.child.runs.filter(first_dose_at__isnull=False) | self.child.runs.filter(pk=before.pk)
            for course in protocol_of(run).courses
        )
        found = joining(before.protocol, self.protocol, given=given, sheet=sheet("escalation"))
        if found.join is Join.OTHER_MECHANISM:
            return None
        whole = shelved(found.protocol) if found.protocol else None
        if whole is not None and whole.approved:
            return whole
        if self.off_protocol.strip():
            return None
        if whole is None:
            raise InvalidActError(
                f"no protocol provides {self.protocol} after {before.protocol}; give the reason for leaving the "
                "protocol"
            )
        raise InvalidActError(
            f"{self.protocol} after {before.protocol} is the sequence {found.protocol}, version "
            f"{whole.protocol.version}: two named people have to approve it first, or give the reason for leaving the "
            "protocol"
        )

    def _alone(self, found: Shelved) -> None:
        mine, hormone = set(found.protocol.drugs), _hormones(found.protocol)
        for run in open_runs(self.child):
            if both := mine & set(protocol_of(run).drugs):
                raise InvalidActError(
                    f"{', '.join(sorted(both))} is being given already; stop or switch that run first"
                )
            if hormone and (other := _hormones(protocol_of(run))):
                raise InvalidActError(
                    f"{', '.join(other)} is being given already, and {', '.join(hormone)} is a hormone as well: two "
                    "are not given together; stop or switch that run first"
                )

    def _safe(self, found: Shelved) -> None:
        running = [protocol_of(run) for run in open_runs(self.child)]
        findings = assess(treatments([found.protocol, *running]), safety_answers(self.child))
        ask = [finding.rule.when.replace("_", " ") for finding in findings if finding.verdict is Verdict.ASK]
        if ask:
            raise InvalidActError(f"answer first: {', '.join(ask)}")
        shares = self._lowered(found)
        blocked = [
            f.rule
            for f in findings
            if f.verdict is Verdict.BLOCKS
            and not self.overrides.get(f.rule.id, "").strip()
            and not (f.rule.lowers and any(drug in shares for drug in f.rule.applies_to))
        ]
        if blocked:
            why = "; ".join(f"{rule.when.replace('_', ' ')} ({rule.reason})" for rule in blocked)
            raise InvalidActError(f"not with {why}; a physician may set it aside with a written reason")
        warns = to_acknowledge(rule for rule in self._warned(found) if rule.id not in self.overrides)
        if warns and not self.weighed:
            raise InvalidActError(f"weigh and acknowledge first: {told(warns)}")

    def _lowered(self, found: Shelved) -> dict[str, Share]:
        """The share of each drug whose dose kidney disease lowers, by the site's own table."""
        if self.clearance is None:
            return {}
        findings = assess(treatments([found.protocol]), safety_answers(self.child))
        blocks = [f.rule for f in findings if f.verdict is Verdict.BLOCKS and f.rule.lowers]
        if not blocks:
            raise InvalidActError("a clearance lowers no dose of this protocol in this child; leave it out")
        try:
            return {
                drug: share(sheet(rule.lowers), drug, clearance=self.clearance)
                for rule in blocks
                for drug in found.protocol.drugs
                if drug in rule.applies_to
            }
        except UsageError as error:
            raise InvalidActError(str(error)) from None

    def _warned(self, found: Shelved) -> tuple[SafetyRule, ...]:
        return warned(self.child, [found.protocol, *(protocol_of(run) for run in open_runs(self.child))])

    def _measured(self, found: Shelved) -> None:
        limited = by_weight(found.protocol, sheet=sheet("ceilings"))
        needs = [MeasuredKind.WEIGHT] if found.protocol.needs_weight or limited else []
        needs += [MeasuredKind.LENGTH] if found.protocol.needs_area else []
        for kind in needs:
            newest, usable = latest(self.child, kind), latest_usable(self.child, kind)
            if usable is None and not found.protocol.needs_weight:
                raise InvalidActError(
                    f"the ceiling by weight of {' and '.join(limited)} is not assessable without a weight: weigh first"
                )
            if usable is None:
                raise InvalidActError(f"{self.protocol} doses by {kind.value}: measure it first")
            if newest is not None and newest.pk != usable.pk:
                raise InvalidActError(
                    f"the last {kind.value} is doubted ({newest.doubts[0]}); confirm or measure again"
                )
            if plausible.too_old(plausible.Measurement(plausible.Kind(kind), usable.value, usable.on), on=self.start):
                raise InvalidActError(
                    f"the last {kind.value} is of {dated(usable.on)}, too old to dose by; measure again"
                )

    def write(self) -> tuple[Run, Told]:
        """The run with its first plan, unsigned."""
        found, before, sequence = self._shelved(), self.before(), self._sequence()
        seen = {rule.id: ACKNOWLEDGED for rule in to_acknowledge(self._warned(found))}
        run = Run.objects.create(
            child=self.child,
            protocol=self.protocol,
            version=found.protocol.version,
            title=found.protocol.title,
            texts={
                **found.texts,
                **{f"{LOWERED}{drug}": lowered(one.share, _told(one)) for drug, one in self._lowered(found).items()},
            },
            approved=found.approved,
            start=self.start,
            off_protocol=self.off_protocol.strip(),
            overrides=seen | {key: why.strip() for key, why in self.overrides.items() if why.strip()},
            ordered_by=self.user,
            ordered_at=timezone.now(),
            follows=before,
            sequence=sequence.protocol.id if sequence else "",
            sequence_version=sequence.protocol.version if sequence else "",
        )
        plan = next_plan(run, user=self.user, reason=PlanReason.START)
        detail = {
            "protocol": self.protocol,
            "version": run.version,
            "plan": plan.pk,
            "sequence": run.sequence,
            "overridden": sorted(run.overrides),
        }
        return run, self.told(run.audit_id, detail)


def _hormones(protocol: Protocol) -> tuple[str, ...]:
    return tuple(dict.fromkeys(course.drug for course in protocol.courses if course.kind == "hormone"))


def _told(one: Share) -> str:
    return f"clearance {one.clearance} mL/min/1.73 m2 ({one.fact.status}: {one.fact.source})"
