"""The family's page tells of appointments to come, of the own child alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.program.people.charts import chart_of
from tests.program.staff import person

from westward.program.people.models import Caregiver, Child
from westward.program.referral.choices import AppointmentKind, AppointmentState
from westward.program.referral.models import Appointment

pytestmark = pytest.mark.django_db


def book(child: Child, days: int, place: str, **rest: str) -> None:
    kim = child.created_by
    assert kim is not None
    starts = timezone.now() + timedelta(days=days)
    facts = {"kind": AppointmentKind.EEG, "state": AppointmentState.BOOKED, **rest}
    Appointment.objects.create(child=child, starts=starts, place=place, booked_by=kim, **facts)


def test_what_is_booked_and_to_come_the_next_first() -> None:
    child, other = chart_of("Rivera", "Ana"), chart_of("Other")
    parent = person("parent", kind="caregiver")
    Caregiver.objects.create(child=child, user=parent, name="Rosa", relation="mother", language="es")
    client = Client()
    client.force_login(parent)
    assert "no hay ninguna cita" in client.get(reverse("my-child")).content.decode()
    book(child, 9, "Room Nine", kind=AppointmentKind.VISIT)
    book(child, 2, "Room Two")
    book(child, -2, "Room Past")
    book(child, 3, "Room Released", state=AppointmentState.RELEASED)
    book(other, 1, "Room Other")
    page = client.get(reverse("my-child")).content.decode()
    assert page.index("Room Two") < page.index("Room Nine")
    assert "Consulta" in page
    for absent in ("Room Past", "Room Released", "Room Other", "no hay ninguna cita"):
        assert absent not in page, absent
