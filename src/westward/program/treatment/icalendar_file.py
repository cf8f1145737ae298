"""The calendar as an iCalendar file: one event a dose, in the site's time; a later one replaces it on the phone.

An event keeps its identity (run, day, time and drug) through every version of the calendar and carries the number of
its version as SEQUENCE; doses of earlier versions that are no longer given go out as cancelled (RFC 5545, 3.8.1.11,
3.8.4.7 and 3.8.7.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from westward.program.treatment.expiry import after_expiry, of_products
from westward.program.treatment.family import Given
from westward.program.treatment.labels import NO_LABEL, Label, Labels
from westward.program.treatment.models import Plan, Run
from westward.program.treatment.wording import amount, volume, words

HOURS = {"morning": time(8), "noon": time(12), "afternoon": time(16), "evening": time(20)}
"""When the events stand; a family moves them."""


def icalendar(plan: Plan, *, language: str) -> bytes:
    """The file of the calendar in force; its events carry the drug, never the child's name."""
    said, run = words(language), plan.run
    held, labels = of_products(run.bottles.all()), Labels(plan, said)
    made, given = _empty(), set()
    for uid, day, dose in _doses(plan):
        given.add(uid)
        on = date.fromisoformat(day["date"])
        event = _event(uid, on, dose, sequence=plan.number, stamp=plan.made_at, said=said, bottle=labels.of(dose, on))
        late = after_expiry(held, dose, on)
        parts = (f"{amount(dose['amount'], dose['unit'])}.", f"{said['version']} {plan.number}.", said["void"])
        event.add("description", " ".join((*parts, f"{said['new_bottle']}.") if late else parts))
        made.add_component(event)
    for event in _gone(run, given, before=plan.number, sequence=plan.number, stamp=plan.made_at, said=said):
        made.add_component(event)
    return bytes(made.to_ical())


def ended(run: Run, *, language: str) -> bytes:
    """The file that takes every dose after the last one given off the phone, once a treatment was ended early."""
    said, made = words(language), _empty()
    number = max(run.plans.values_list("number", flat=True), default=0) + 1
    now = timezone.now()
    for event in _gone(run, set(), before=number, sequence=number, stamp=now, said=said, after=run.stopped_on):
        made.add_component(event)
    return bytes(made.to_ical())


def _empty() -> Any:
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//Westward//calendar//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    return made


def _doses(plan: Plan) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each dose with its identity and its day."""
    for day in plan.document["days"]:
        for dose in day["doses"]:
            drug = dose["drug"].replace("_", "-")
            yield f"run{plan.run_id}-{day['date']}-{dose['time_of_day']}-{drug}@westward", day, dose


def _gone(
    run: Run,
    given: set[str],
    *,
    before: int,
    sequence: int,
    stamp: datetime,
    said: dict[str, Any],
    after: date | None = None,
) -> Iterator[Any]:
    """Cancelled events: doses of signed and checked earlier versions that are not among those given."""
    seen = set(given)
    for plan in run.plans.filter(number__lt=before, signed_at__isnull=False, checked_at__isnull=False):
        for uid, day, dose in _doses(plan):
            on = date.fromisoformat(day["date"])
            if uid in seen or (after is not None and on <= after):
                continue
            seen.add(uid)
            event = _event(uid, on, dose, sequence=sequence, stamp=stamp, said=said)
            event.add("status", "CANCELLED")
            yield event


def _event(
    uid: str,
    on: date,
    dose: dict[str, Any],
    *,
    sequence: int,
    stamp: datetime,
    said: dict[str, Any],
    bottle: Label = NO_LABEL,
) -> Any:
    from icalendar import Event

    given = Given(
        said["times"][dose["time_of_day"]],
        said["drugs"].get(dose["drug"], dose["drug"]),
        amount(dose["amount"], dose["unit"]),
        "" if dose["volume_ul"] is None else volume(dose["volume_ul"]),
    )
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    begins = timezone.make_aware(datetime.combine(on, HOURS[dose["time_of_day"]]))
    event.add("dtstamp", stamp)
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=15))
    told = f" ({bottle})" if bottle else ""
    event.add("summary", f"{given.drug}: {given.measure or given.amount}{told}")
    return event
