"""Orders and the technologist's sheet: allowed, refused, senseless, audited."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.program.diagnosis.support import a_child, a_site, by, person

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.diagnosis.actions.order import CancelOrder, MarkDone, OrderEeg
from westward.program.diagnosis.actions.sheet import WriteSheet
from westward.program.diagnosis.models import EegOrder, TechnologistSheet
from westward.program.people.models import Child

pytestmark = pytest.mark.django_db


def ordered(child: Child, **fields: Any) -> EegOrder:
    user = fields.pop("user", None) or person(f"doc{User.objects.count()}", "physician")
    return OrderEeg(**by(user), child=child, reason="clusters on waking", **fields).execute()


def test_an_order_is_audited_without_its_reason() -> None:
    child = a_child()
    order = ordered(child, urgency="today")
    row = Entry.objects.get(verb="diagnosis.order")
    assert (row.target, row.outcome) == (order.audit_id, "done")
    assert "waking" not in row.detail
    assert f'"children":[{child.pk}]' in row.detail.replace(" ", "")


@pytest.mark.parametrize("role", ["technologist", "genetic_counselor", "pharmacist", "researcher", "caregiver"])
def test_who_may_not_order(role: str) -> None:
    with pytest.raises(NotAllowedError):
        ordered(a_child(), user=person("x", role))
    assert Entry.objects.get(verb="diagnosis.order").outcome == "refused"


def test_a_physician_of_another_site_does_not_order() -> None:
    with pytest.raises(NotAllowedError):
        ordered(a_child(site=a_site("north")), user=person("x", "physician", site=a_site("south")))


@pytest.mark.parametrize(
    "wrong, words",
    [({"urgency": "soon"}, "of the list"), ({"length": "long"}, "of the list"), ({"reason": " "}, "reason")],
)
def test_a_senseless_order(wrong: dict[str, Any], words: str) -> None:
    fields = {"reason": "clusters", **wrong}
    with pytest.raises(InvalidActError, match=words):
        OrderEeg(**by(person("d", "physician")), child=a_child(), **fields).execute()


def test_nothing_is_ordered_on_a_closed_chart() -> None:
    with pytest.raises(InvalidActError, match="closed"):
        ordered(a_child(state="deceased", state_on=date(2025, 11, 1)))
    with pytest.raises(InvalidActError, match="merged"):
        ordered(a_child(2, state="merged"))


def test_an_owner_is_staff() -> None:
    parent = person("mum", "caregiver", kind="caregiver")
    with pytest.raises(InvalidActError, match="owner"):
        ordered(a_child(), owner=parent)


def test_an_order_is_canceled_once_with_a_reason() -> None:
    child = a_child()
    order, nurse = ordered(child), person("n", "nurse")
    with pytest.raises(InvalidActError, match="reason"):
        CancelOrder(**by(nurse), child=child, order=order, reason="").execute()
    CancelOrder(**by(nurse), child=child, order=order, reason="recorded elsewhere").execute()
    with pytest.raises(InvalidActError, match="closed already"):
        CancelOrder(**by(nurse), child=child, order=order, reason="once more").execute()


def test_an_order_of_another_chart_is_refused() -> None:
    one, other = a_child(1), a_child(2)
    with pytest.raises(InvalidActError, match="another chart"):
        MarkDone(**by(person("t", "technologist")), child=other, order=ordered(one), on=date(2025, 10, 5)).execute()


@pytest.mark.parametrize("day, words", [(date(2025, 2, 1), "before the birth"), (None, "future")])
def test_a_recording_day_that_cannot_be(day: date | None, words: str) -> None:
    child = a_child()
    on = day or timezone.localdate() + timedelta(days=2)
    with pytest.raises(InvalidActError, match=words):
        MarkDone(**by(person("t", "technologist")), child=child, order=ordered(child), on=on).execute()


def sheet(child: Child, order: EegOrder, **fields: Any) -> TechnologistSheet:
    user = fields.pop("user", None) or person(f"tec{User.objects.count()}", "technologist")
    return WriteSheet(**by(user), child=child, order=order, recorded_on=date(2025, 10, 5), **fields).execute()


def test_a_sheet_closes_its_order_and_a_second_takes_its_place() -> None:
    child = a_child()
    order = ordered(child)
    first = sheet(child, order, deltoid_emg="yes", impedances_kohm={"Fp1": Decimal("4.5")})
    order.refresh_from_db()
    assert (order.state, order.done_on) == ("done", date(2025, 10, 5))
    second = sheet(child, order, deltoid_emg="no")
    assert (second.replaces, order.sheets.filter(replaced_by=None).get()) == (first, second)
    assert first.impedances_kohm == {"Fp1": "4.5"}
    assert second.impedance_least_kohm is None  # not measured is not zero


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"impedance_least_kohm": Decimal(3)}, "least and the most"),
        ({"impedance_least_kohm": Decimal(9), "impedance_most_kohm": Decimal(3)}, "cannot be"),
        ({"impedances_kohm": {"Cz": Decimal(-1)}}, "below 0"),
        ({"handed_to": "Nurse Kim"}, "to whom, and when"),
    ],
)
def test_a_senseless_sheet(wrong: dict[str, Any], words: str) -> None:
    child = a_child()
    with pytest.raises(InvalidActError, match=words):
        sheet(child, ordered(child), **wrong)


def test_a_nurse_writes_no_sheet() -> None:
    child = a_child()
    with pytest.raises(NotAllowedError):
        sheet(child, ordered(child), user=person("n", "nurse"))


def test_an_order_that_was_closed_since_the_page_was_opened_is_told() -> None:
    child = a_child()
    stale = ordered(child)
    EegOrder.objects.filter(pk=stale.pk).update(state="canceled")
    with pytest.raises(InvalidActError, match="closed already"):
        MarkDone(**by(person("t", "technologist")), child=child, order=stale, on=date(2025, 10, 5)).execute()
