"""What is to be weighed before a treatment is ordered or signed: warnings with reason, source and status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from westward.care.answer import Answer
from westward.care.safety import Verdict, assess
from westward.evidence.protocol import Protocol
from westward.evidence.safety import SafetyRule, load
from westward.program.people.models import Child
from westward.program.treatment.models import Run
from westward.program.treatment.planning import protocol_of
from westward.program.treatment.queries import open_runs, safety_answers, treatments

ACKNOWLEDGED = "acknowledged"
"""What stands beside a warning that a physician has seen, among what a run set aside."""
_ELSEWHERE = frozenset({"ketogenic_diet"})
"""Known from the chart itself, not asked."""


def questions() -> tuple[str, ...]:
    """Every fact that a rule asks for, what blocks before what warns."""
    rules = sorted(load().rules, key=lambda rule: not rule.blocks)
    return tuple(dict.fromkeys(rule.when for rule in rules if rule.when and rule.when not in _ELSEWHERE))


def warned(child: Child, protocols: Iterable[Protocol]) -> tuple[SafetyRule, ...]:
    """Warnings for treatments given together."""
    found = assess(treatments(protocols), safety_answers(child))
    return tuple(one.rule for one in found if one.verdict is Verdict.WARNS)


def warned_of(run: Run) -> tuple[SafetyRule, ...]:
    """Warnings for a run with everything else that is being given."""
    others = [protocol_of(one) for one in open_runs(run.child).exclude(pk=run.pk)]
    return warned(run.child, [protocol_of(run), *others])


def to_acknowledge(rules: Iterable[SafetyRule], run: Run | None = None) -> tuple[SafetyRule, ...]:
    """Those about this child that nobody has acknowledged for the run; what always holds of a drug is shown alone."""
    seen = run.overrides if run is not None else {}
    return tuple(rule for rule in rules if rule.when and rule.id not in seen)


def told(rules: Iterable[SafetyRule]) -> str:
    """Warnings in a line."""
    return "; ".join(f"{r.when.replace('_', ' ')}: {r.reason} ({r.status}; {r.source})" for r in rules)


def present(facts: Mapping[str, Answer]) -> tuple[SafetyRule, ...]:
    """Every warning about a child with these answers, whatever is ordered."""
    return tuple(r for r in load().rules if not r.blocks and r.when and facts.get(r.when) is Answer.YES)
