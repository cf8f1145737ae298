"""A chart is opened, or refused with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.program.staff import by, person

from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.people.actions.add_child import AddChild
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


def test_a_coordinator_opens_a_chart_and_the_audit_row_holds_no_name() -> None:
    child = AddChild(**by(person("co", "coordinator")), family_name="Rivera", birth_date=date(2026, 5, 1)).execute()
    row = Entry.objects.get(verb="people.add")
    assert (row.target, row.outcome) == (f"child:{child.pk}", "done")
    assert "Rivera" not in row.detail
    assert str(child.pk) in row.detail


def test_a_researcher_does_not() -> None:
    with pytest.raises(NotAllowedError):
        AddChild(**by(person("re", "researcher")), family_name="Rivera", birth_date=date(2026, 5, 1)).execute()
    assert not Child.objects.exists()


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"family_name": " "}, "family name"),
        ({"birth_date": timezone.localdate() + timedelta(days=1)}, "future"),
        ({"gestation_d": 20}, "gestational age"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(wrong: dict[str, object], words: str) -> None:
    fields = {"family_name": "Rivera", "birth_date": date(2026, 5, 1), **wrong}
    with pytest.raises(InvalidActError, match=words):
        AddChild(**by(person("co", "coordinator")), **fields).execute()


def test_a_record_number_has_one_chart() -> None:
    asked = {**by(person("co", "coordinator")), "family_name": "Rivera", "birth_date": date(2026, 5, 1)}
    AddChild(**asked, record_number="77").execute()
    with pytest.raises(InvalidActError, match="chart at this site already"):
        AddChild(**asked, record_number=" 77 ").execute()
