"""What holds for a child on a hormone, and for months after it, in the words of letters and of the steroid card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from westward.core.ages import days_from_months
from westward.evidence.loader import Fact, Sheet
from westward.look import words
from westward.program.letters.blocks import gap
from westward.program.people.models import Child
from westward.program.shell.values import sheet
from westward.program.treatment import vaccines
from westward.program.treatment.ending import hormone_ends
from westward.program.treatment.models import Run


@dataclass(frozen=True, slots=True)
class Cover:
    """Until when stress cover is thought of.

    Attributes
    ----------
    run : Run
        The treatment whose hormone ends last.
    ends : date
        Its last day, as planned; where it was stopped earlier, that day.
    until : date
        The card is carried until then.
    most : Fact
        Months from one to the other.
    """

    run: Run
    ends: date
    until: date
    most: Fact


def cover(child: Child, since: date) -> Cover | None:
    """As long as a hormone of any treatment asks for it; None without one, or where that ended before a day."""
    ends = {end: run for run in child.runs.all() if (end := _last(run)) is not None}
    if not ends:
        return None
    stress, last = sheet("stress"), max(ends)
    until = last + timedelta(days=days_from_months(stress.number("card.most_months")))
    return Cover(ends[last], last, until, stress["card.most_months"]) if until >= since else None


def _last(run: Run) -> date | None:
    """None also where the treatment ended before any dose was given."""
    end = hormone_ends(run)
    if end is None or run.stopped_on is None:
        return end
    return min(end, run.stopped_on) if run.first_dose_at is not None and run.stopped_on >= run.start else None


def never_suddenly(*, family: bool) -> str:
    """Why a hormone is not left off."""
    return "Never stop the hormone suddenly, and do not leave out its last, smaller doses: " + (
        "your child's body needs time to make its own." if family else "the adrenal axis is suppressed."
    )


def vaccine_lines(child: Child, since: date, *, family: bool) -> list[str]:
    """The longest wait of any treatment; nothing if it ended before a day."""
    found = vaccines.latest(child)
    if found is None or found[0].until is None or found[0].until < since:
        return []
    block, run = found
    counted = "if the last hormone dose is on the day planned" if run.open else "counted from the last hormone dose"
    several = " (sources differ; the longest wait counts)" if block.conflict else ""
    rules = "; ".join(f"{rule.words} ({rule.status})" for rule in block.rules)
    return [
        f"No live vaccines until {words.day(found[0].until)}, {counted}{several}."
        + ("" if family else f" Rules: {rules}."),
        "Inactivated vaccines are not affected by this.",
    ]


def carried(card: Cover, *, family: bool) -> str:
    """Until when the card is carried."""
    return words.day(card.until) + (
        "" if family else f" ({card.most.value} months after the last dose; {card.most.status}, local rule may differ)"
    )


def in_illness(*, family: bool) -> str:
    """What fever, vomiting, an injury or an operation ask for."""
    if family:
        return "Fever, vomiting, an injury, an operation: call us at once, your child may need more hormone."
    return (
        f"Fever, vomiting, injury or surgery: stress dose {_stress_dose(sheet('stress'))}, "
        "and a call to us the same day. Infection can be masked."
    )


def _stress_dose(stress: Sheet) -> str:
    """Hydrocortisone by the site's own rule; a gap to fill where the site has entered none."""
    given = [fact for key in stress.blanks if (fact := stress.given(key)) is not None]
    if not given:
        return gap("stress dose by the rule of the site")
    told = [f"{fact.meaning.split(',')[0]}: {fact.value} {fact.unit} ({fact.status}: {fact.source})" for fact in given]
    return f"by the rule of this site ({'; '.join(told)})"
