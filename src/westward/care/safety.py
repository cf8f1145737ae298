"""May this treatment start in this child: what blocks, what must be weighed, what must still be asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from westward.care.answer import Answer
from westward.evidence.safety import SafetyRule, SafetySheet, VaccineRule, load

COMBINATION = "hormone_and_vigabatrin"


class Verdict(StrEnum):
    """What a rule says."""

    BLOCKS = "blocks"
    WARNS = "warns"
    ASK = "ask first"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applies."""

    rule: SafetyRule
    verdict: Verdict


def assess(
    treatments: Collection[str], facts: Mapping[str, Answer], *, sheet: SafetySheet | None = None
) -> tuple[Finding, ...]:
    """Everything that speaks against, gravest first.

    An unknown fact behind a blocking rule must be asked before the start; it is never taken for no. Behind a warning
    it warns.

    Parameters
    ----------
    treatments : collection of str
        Kinds and drugs that would be given together, such as ``{"hormone", "acth_natural"}``; a hormone together with
        vigabatrin is recognized.
    facts : mapping of str to Answer
        What is known of the child, by the names of the rules; absent is unknown.

    Notes
    -----
    Sources and statuses: ``evidence/tables/safety.toml``.
    """
    given = set(treatments)
    if {"hormone", "vigabatrin"} <= given:
        given.add(COMBINATION)
    found = []
    for rule in (sheet or load()).rules:
        if not given & set(rule.applies_to):
            continue
        present = Answer.YES if not rule.when else facts.get(rule.when, Answer.UNKNOWN)
        if present is Answer.NO:
            continue
        if rule.blocks:
            found.append(Finding(rule, Verdict.BLOCKS if present is Answer.YES else Verdict.ASK))
        elif present is Answer.YES:
            found.append(Finding(rule, Verdict.WARNS))
    order = list(Verdict)
    return tuple(sorted(found, key=lambda finding: (order.index(finding.verdict), finding.rule.id)))


def to_ask(treatments: Collection[str], *, sheet: SafetySheet | None = None) -> tuple[str, ...]:
    """Facts that must be known before a treatment starts, in the order of the evidence."""
    given = set(treatments)
    rules = (rule for rule in (sheet or load()).rules if rule.blocks and rule.when and given & set(rule.applies_to))
    return tuple(dict.fromkeys(rule.when for rule in rules))


@dataclass(frozen=True, slots=True)
class VaccineBlock:
    """Until when live vaccines wait, by the longest of the rules that apply; all of them are shown."""

    until: date | None
    rules: tuple[VaccineRule, ...]

    @property
    def conflict(self) -> bool:
        """Whether the sources differ."""
        return len({rule.wait_d for rule in self.rules}) > 1


def live_vaccines(
    *, last_dose: date | None, days: int, most_ug_per_kg_day: int, most_ug_day: int, sheet: SafetySheet | None = None
) -> VaccineBlock:
    """Live vaccines during and after a hormone.

    Parameters
    ----------
    last_dose : date or None
        Day of the last dose; None while the course runs, then there is no end yet.
    days : int
        Days with a dose.
    most_ug_per_kg_day, most_ug_day : int
        Largest daily dose in prednisone, micrograms; for ACTH 0, to which only rules without a least dose apply.
    """
    rules = tuple(
        rule
        for rule in (sheet or load()).vaccines
        if days >= rule.least_days
        and (most_ug_per_kg_day >= rule.least_ug_per_kg_day or most_ug_day >= rule.least_ug_day)
    )
    if last_dose is None or not rules:
        return VaccineBlock(None, rules)
    return VaccineBlock(last_dose + timedelta(days=max(rule.wait_d for rule in rules)), rules)
