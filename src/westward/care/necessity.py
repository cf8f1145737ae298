"""Published facts for a letter of necessity: what delay costs, within which time treatment begins, what a drug did.

Rows are chosen by ``evidence/necessity.toml``; each is said with its own source and status, and what found nothing is
said as well. Only what was verified, read in an excerpt or derived is cited to a payer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from westward.care.known import Result, known
from westward.evidence.loader import Fact, load
from westward.evidence.predictors import Predictor, predictors
from westward.evidence.protocol import USABLE
from westward.evidence.status import Status
from westward.look.words import coded


@dataclass(frozen=True, slots=True)
class Cited:
    """One sentence with its source."""

    words: str
    source: str
    status: Status

    @property
    def line(self) -> str:
        """Both."""
        status = "" if str(self.status) in self.source else f"; {self.status}"
        return f"{self.words} ({self.source}{status})"


def standards() -> tuple[Cited, ...]:
    """Published limits from the diagnosis to the treatment, those with a number."""
    facts = load("clocks").section(load("necessity").text("delay.clock"))
    return tuple(_cited(fact) for fact in facts if fact.unit and fact.status in USABLE)


def _cited(fact: Fact) -> Cited:
    return Cited(f"{fact.meaning[:1].upper()}{fact.meaning[1:]}", fact.source, fact.status)


def delay() -> tuple[Cited, ...]:
    """What was published on the time before treatment, for and against."""
    wanted = load("necessity")["delay.predictors"].value
    rows = [one for one in predictors() if isinstance(wanted, tuple) and one.predictor in wanted]
    return tuple(_said(one) for one in rows if one.status in USABLE)


def _said(one: Predictor) -> Cited:
    if one.direction == "none":
        words = f"{one.predictor}: no association with {one.outcome} was found"
    elif one.estimate and one.effect == "points":
        span = f" ({one.low} to {one.high})" if one.low else ""
        words = f"{one.predictor}: {one.estimate} points{span}, {one.outcome}"
    else:
        words = f"{one.predictor}: {one.direction}, {one.outcome}" + (f", n {one.n}" if one.n else "")
    return Cited(words, one.source, one.status)


def results(drugs: Sequence[str], populations: Sequence[str]) -> tuple[Cited, ...]:
    """Published results of the drugs in the first population that has any, by definition of the outcome, not pooled."""
    sheet = load("necessity")
    codes = dict.fromkeys(sheet.text(key) for drug in drugs if (key := f"results.{drug}") in sheet.facts)
    most = sheet.integer("results.most")
    for population in populations:
        found = [
            (group.outcome, result)
            for code in codes
            for group in known(drug=code, population=population)
            for result in group.results
            if result.share is not None and result.arm.status in USABLE
        ]
        if found:
            found.sort(key=lambda one: -(one[1].arm.n or 0))
            return tuple(_result(outcome, population, result) for outcome, result in found[:most])
    return ()


def _result(outcome: str, population: str, result: Result) -> Cited:
    arm, meanings = result.arm, load("outcomes").facts
    meaning = meanings.get(f"definition.{outcome}")
    code = outcome.replace("_", " ")
    told = [f"{code}: {meaning.value}" if meaning else coded(outcome)]
    told += [f"day {arm.day}"] if arm.day is not None else []
    shown = f"{arm.responders} of {arm.n} ({', '.join(told)}; population {coded(population)})"
    return Cited(f"{coded(arm.study)} {arm.year}, {coded(arm.arm)}: {shown}", arm.source, arm.status)
