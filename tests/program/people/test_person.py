"""The page of the person: facts, corrections, state, and the glass before another site's chart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.program.people.charts import chart_of, site
from tests.program.staff import by, person, signed_in

from westward.program.accounts.models import BrokenGlass
from westward.program.acts import InvalidActError, NotAllowedError, acted
from westward.program.audit.models import Entry
from westward.program.people.actions.change_state import ChangeState
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.models import Change, StateChange

pytestmark = pytest.mark.django_db


def test_the_page_tells_who_it_is_and_leaves_one_row() -> None:
    child = chart_of("Rivera", "Ana", gestation_d=240, multiple_birth=True, language="es", interpreter=True)
    client = signed_in(person("kim", "nurse"))
    before = Entry.objects.count()
    page = client.get(reverse("child-person", args=[child.pk])).content.decode()
    for words in ("Ana Rivera", "34\u202fwk 2\u202fd", "multiple birth", "interpreter: Spanish", child.pseudonym):
        assert words in page, words
    row = Entry.objects.latest("seq")
    assert (row.verb, row.target, row.outcome) == ("people.read", child.audit_id, "done")
    assert Entry.objects.count() == before + 1


def test_a_correction_keeps_what_stood_before() -> None:
    child, nurse = chart_of("Rivera", "Ana", gestation_d=270), person("kim", "nurse")
    CorrectChild(
        **by(nurse), child=child, facts={"family_name": " Riviera ", "gestation_d": None, "given_name": "Ana"}
    ).execute()
    child.refresh_from_db()
    assert (child.family_name, child.gestation_d, child.name_key) == ("Riviera", None, "riviera, ana")
    kept = set(Change.objects.values_list("field", "old", "new", "by"))
    assert kept == {("family_name", "Rivera", "Riviera", nurse.pk), ("gestation_d", "270", "", nurse.pk)}
    row = Entry.objects.get(verb="people.correct")
    assert '"fields":["family_name","gestation_d"]' in row.detail
    assert "Riv" not in row.detail


@pytest.mark.parametrize(
    "facts, words",
    [
        ({}, "nothing was changed"),
        ({"family_name": "Rivera"}, "nothing was changed"),
        ({"family_name": " "}, "family name"),
        ({"birth_date": date(2999, 1, 1)}, "future"),
        ({"gestation_d": 20}, "gestational age"),
        ({"sex": "x"}, "no code for sex"),
        ({"state": "active"}, "no fact that can be corrected"),
        ({"record_number": "77"}, "chart at this site already"),
    ],
)
def test_a_correction_that_cannot_be_is_one_line_and_changes_nothing(facts: dict[str, Any], words: str) -> None:
    chart_of("Other", record_number="77")
    child = chart_of("Rivera")
    with pytest.raises(InvalidActError, match=words):
        CorrectChild(**by(person("kim", "nurse")), child=child, facts=facts).execute()
    assert not Change.objects.exists()
    child.refresh_from_db()
    assert child.family_name == "Rivera"


def test_a_correction_in_the_browser() -> None:
    child = chart_of("Rivera", "Ana", gestation_d=240)
    client = signed_in(person("kim", "nurse"))
    page = reverse("child-correct", args=[child.pk])
    assert b'value="34"' in client.get(page).content
    facts = {"family_name": "Rivera", "given_name": "Ana", "birth_date": "2026-05-01", "sex": "female"}
    answer = client.post(page, {**facts, "language": "en", "weeks": "35", "days": "0"})
    assert answer["Location"] == reverse("child-person", args=[child.pk])
    child.refresh_from_db()
    assert (child.sex, child.gestation_d) == ("female", 245)
    assert client.post(page, {**facts, "language": "en", "days": "3"}).status_code == 200
    shown = client.get(answer["Location"]).content.decode()
    assert "Corrections" in shown
    assert "240" in shown


def test_death_and_transfer_silence_at_once_and_the_way_back() -> None:
    child, nurse, told = chart_of("Rivera"), person("kim", "nurse"), []
    hear = lambda sender, children, **rest: told.append(children)  # noqa: E731
    acted.connect(hear)
    today = timezone.localdate()
    ChangeState(**by(nurse), child=child, state="transferred", on=today, note="to another program").execute()
    child.refresh_from_db()
    assert child.silent(today)
    assert not child.silent(today - timedelta(days=1))
    ChangeState(**by(nurse), child=child, state="active", on=today, note="came back").execute()
    child.refresh_from_db()
    assert not child.silent(today)
    assert told == [(child.pk,), (child.pk,)]
    assert list(StateChange.objects.values_list("state", flat=True)) == ["active", "transferred"]
    assert "another program" not in Entry.objects.filter(verb="people.change_state").first().detail  # type: ignore[union-attr]
    acted.disconnect(hear)


@pytest.mark.parametrize(
    "asked, words",
    [
        ({"state": "merged"}, "no state to set"),
        ({"state": "active"}, "already"),
        ({"state": "deceased", "on": timezone.localdate() + timedelta(days=1)}, "future"),
        ({"state": "deceased", "on": date(2020, 1, 1)}, "before the birth date"),
    ],
)
def test_a_state_that_cannot_be(asked: dict[str, Any], words: str) -> None:
    child = chart_of("Rivera")
    with pytest.raises(InvalidActError, match=words):
        ChangeState(**{**by(person("kim", "nurse")), "child": child, "on": timezone.localdate(), **asked}).execute()
    assert not StateChange.objects.exists()


def test_who_may_not_correct() -> None:
    child = chart_of("Rivera")
    for role in ("technologist", "researcher", "pharmacist"):
        who = person(role, role)
        with pytest.raises(NotAllowedError):
            CorrectChild(**by(who), child=child, facts={"family_name": "X"}).execute()
        assert signed_in(who).post(reverse("child-correct", args=[child.pk]), {}).status_code == 403
    with pytest.raises(NotAllowedError):
        ChangeState(**by(person("t", "technologist")), child=child, state="deceased", on=timezone.localdate()).execute()


def test_another_site_breaks_the_glass_and_it_is_told() -> None:
    north, south = site("north"), site("south")
    child = chart_of("Rivera", "Ana", at=south)
    client, page = signed_in(person("kim", "nurse", site=north)), reverse("child-person", args=[child.pk])
    refused = client.get(page)
    assert refused.status_code == 403
    assert "Break the glass" in refused.content.decode()
    assert "Rivera" not in refused.content.decode()
    assert child.pseudonym not in refused.content.decode()
    glass = reverse("child-break-glass", args=[child.pk])
    assert "too short" in client.post(glass, {"reason": "urgent"}, follow=True).content.decode()
    assert not BrokenGlass.objects.exists()
    reason = {"reason": "in our emergency room with a cluster", "page": "child-person"}
    opened = client.post(glass, reason, follow=True)
    assert opened.status_code == 200
    assert "Rivera" in opened.content.decode()
    assert "broken glass" in opened.content.decode()
    row = Entry.objects.latest("seq")
    assert (row.verb, row.outcome, row.detail) == ("people.read", "done", f'{{"glass":{BrokenGlass.objects.get().pk}}}')
    assert client.post(reverse("child-correct", args=[child.pk]), {}).status_code == 403
    officer = signed_in(person("po", "privacy_officer"))
    waiting = officer.get(reverse("reviews")).content.decode()
    assert child.audit_id in waiting
    assert "emergency room" in waiting
    officer.post(reverse("review", args=[BrokenGlass.objects.get().pk]), {"justified": "yes", "words": ""})
    assert BrokenGlass.objects.get().justified
    BrokenGlass.objects.update(expires_at=timezone.now())
    assert client.get(page).status_code == 403


def test_no_glass_for_those_without_a_clinical_role() -> None:
    child = chart_of("Rivera")
    client = signed_in(person("re", "researcher"))
    page = client.get(reverse("child-person", args=[child.pk]))
    assert page.status_code == 403
    assert "glass" not in page.content.decode()
    assert client.post(reverse("child-break-glass", args=[child.pk]), {"reason": "curious " * 5}).status_code == 403
    assert not BrokenGlass.objects.exists()


def test_the_page_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    child = chart_of("Rivera", at=site("north"))
    client = signed_in(person("kim", "nurse", site=child.site))
    page = reverse("child-person", args=[child.pk])
    client.get(page)
    with django_assert_max_num_queries(20):
        client.get(page)
