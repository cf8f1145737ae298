"""The calendar as an iCalendar file: one event a dose, in the site's time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from westward.program.treatment.family import Given
from westward.program.treatment.models import Plan
from westward.program.treatment.wording import amount, volume, words

HOURS = {"morning": time(8), "noon": time(12), "afternoon": time(16), "evening": time(20)}
"""When the events stand; a family moves them."""


def icalendar(plan: Plan, *, language: str) -> bytes:
    """The file; its events carry the drug, never the child's name."""
    from icalendar import Calendar, Event

    said = words(language)
    made = Calendar()
    made.add("prodid", "-//Westward//calendar//EN")
    made.add("version", "2.0")
    for day in plan.document["days"]:
        on = date.fromisoformat(day["date"])
        for n, dose in enumerate(day["doses"]):
            given = Given(
                said["times"][dose["time_of_day"]],
                said["drugs"].get(dose["drug"], dose["drug"]),
                amount(dose["amount"], dose["unit"]),
                "" if dose["volume_ul"] is None else volume(dose["volume_ul"]),
            )
            event = Event()
            event.add("uid", f"run{plan.run_id}-plan{plan.number}-day{day['day']}-{n}@westward")
            begins = timezone.make_aware(datetime.combine(on, HOURS[dose["time_of_day"]]))
            event.add("dtstamp", plan.made_at)
            event.add("dtstart", begins)
            event.add("dtend", begins + timedelta(minutes=15))
            event.add("summary", f"{given.drug}: {given.measure or given.amount}")
            event.add("description", f"{given.amount}. {said['version']} {plan.number}. {said['void']}")
            made.add_component(event)
    return bytes(made.to_ical())
