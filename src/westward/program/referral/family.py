"""What a family's page says of the next appointment."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.people.family import APPOINTMENT, add_section
from westward.program.people.models import Child
from westward.program.people.speech import day_in
from westward.program.referral.choices import AppointmentKind, AppointmentState
from westward.program.referral.models import Appointment

KINDS = {
    AppointmentKind.EEG: ("Video-EEG", "Video-EEG"),
    AppointmentKind.VISIT: ("Clinic visit", "Consulta"),
    AppointmentKind.CALL: ("Phone call", "Llamada"),
    AppointmentKind.IMAGING: ("Imaging (such as MRI)", "Imágenes (como resonancia)"),
    AppointmentKind.GENETICS: ("Genetics", "Genética"),
    AppointmentKind.ADMISSION: ("Hospital stay", "Hospitalización"),
    AppointmentKind.OTHER: ("Appointment", "Cita"),
}


def next_appointment(child: Child, user: User) -> dict[str, Any]:
    """The booked appointments that are still to come, the next first; empty if none is."""
    booked = Appointment.objects.filter(child=child, state=AppointmentState.BOOKED, starts__gte=timezone.now())
    found = []
    for one in booked.order_by("starts")[:5]:
        local = timezone.localtime(one.starts)
        words = dict(zip(("en", "es"), KINDS[AppointmentKind(one.kind)], strict=True))
        days = {code: day_in(code, local.date()) for code in ("en", "es")}
        found.append({"words": words, "days": days, "time": f"{local:%H:%M}", "place": one.place})
    return {"appointments": found}


def register() -> None:
    """Add the section."""
    add_section(APPOINTMENT, "referral/family_appointment.html", next_appointment)
