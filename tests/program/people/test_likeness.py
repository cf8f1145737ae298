"""Whether two charts are one child, case by case; and that a second chart is not opened unseen."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.program.people.charts import chart_of, site
from tests.program.staff import by, person, signed_in

from westward.program.audit.models import Entry
from westward.program.people.actions.add_child import AddChild, LikelyDuplicateError
from westward.program.people.likeness import Person, Verdict, compare, near_dates
from westward.program.people.models import Child, Different

DAY = date(2026, 5, 1)
ANA = Person("Rivera", "Ana", DAY, "female")


@pytest.mark.parametrize(
    "other, verdict",
    [
        (Person("Rivera", "Ana", DAY, "female"), Verdict.SAME),
        (Person("RIVERA", "ana", DAY), Verdict.SAME),
        (Person("Riviera", "Ana", DAY), Verdict.SAME),
        (Person("Ana", "Rivera", DAY), Verdict.SAME),
        (Person("Rivera López", "Ana María", DAY), Verdict.SAME),
        (Person("Rivera", "Ana", DAY, "male"), Verdict.MAYBE),
        (Person("Rivera", "Anja", DAY), Verdict.MAYBE),
        (Person("Rivera", "", DAY), Verdict.MAYBE),
        (Person("Rivera", "Baby Girl", DAY), Verdict.MAYBE),
        (Person("Rivera", "Eva", DAY), Verdict.MAYBE),
        (Person("Rivera", "Ana", date(2026, 1, 5)), Verdict.MAYBE),
        (Person("Rivera", "Ana", date(2025, 5, 1)), Verdict.MAYBE),
        (Person("Rivera", "Ana", date(2026, 5, 21)), Verdict.MAYBE),
        (Person("Rivera", "Eva", DAY, "female", multiple_birth=True), Verdict.TWIN),
        (Person("Rivera", "Ana", date(2020, 9, 9)), None),
        (Person("Rivera", "Eva", date(2026, 5, 2)), None),
        (Person("Okafor", "Ana", DAY), None),
        (Person("Okafor", "Chidi", DAY), None),
    ],
)
def test_ana_rivera_and(other: Person, verdict: Verdict | None) -> None:
    for found in (compare(ANA, other), compare(other, ANA)):
        assert (found.verdict if found else None) == verdict


@pytest.mark.parametrize(
    "one, other, verdict",
    [
        ("Twin A", "Twin B", Verdict.TWIN),
        ("Baby Girl A", "Baby Girl B", Verdict.TWIN),
        ("Baby Boy", "Baby Boy", Verdict.SAME),
        ("Twin A", "Twin A", Verdict.SAME),
        ("Twin A", "", Verdict.MAYBE),
        ("Twin A", "Eva", Verdict.MAYBE),
    ],
)
def test_infants_without_a_name_yet(one: str, other: str, verdict: Verdict) -> None:
    found = compare(Person("Rivera", one, DAY, multiple_birth=True), Person("Rivera", other, DAY, multiple_birth=True))
    assert found is not None
    assert found.verdict == verdict


NAMES = st.sampled_from(["Rivera", "Riviera", "Okafor", "García", "", "Baby Boy", "Twin A", "Twin B", "李"])
PEOPLE = st.builds(
    Person,
    family_name=NAMES,
    given_name=NAMES,
    birth_date=st.dates(date(2025, 12, 1), date(2026, 3, 1)),
    sex=st.sampled_from(["female", "male", "unknown"]),
    multiple_birth=st.booleans(),
)


@given(PEOPLE, PEOPLE)
def test_it_does_not_matter_who_is_asked_first(one: Person, other: Person) -> None:
    assert compare(one, other) == compare(other, one)


@given(PEOPLE)
def test_a_child_is_itself(one: Person) -> None:
    found = compare(one, one)
    assert (found is not None) == bool(one.family_name)
    assert found is None or found.verdict != Verdict.TWIN


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.dates(date(2020, 1, 1), date(2026, 12, 31)))
def test_near_is_mutual(one: date, other: date) -> None:
    assert (other in near_dates(one)) == (one in near_dates(other))


FACTS = {"family_name": "Rivera", "given_name": "Ana", "birth_date": "2026-05-01", "sex": "female", "language": "en"}


@pytest.mark.django_db
def test_a_second_chart_is_opened_after_somebody_looked() -> None:
    first = chart_of("Rivera", "Ana")
    client, page = signed_in(person("co", "coordinator")), reverse("child-new")
    answer = client.post(page, FACTS)
    assert answer.status_code == 200
    assert "Look first" in answer.content.decode()
    assert first.pseudonym in answer.content.decode()
    assert Child.objects.count() == 1
    late = chart_of("Rivera", "Anna")
    again = client.post(page, {**FACTS, "another": "on"})
    assert late.pseudonym in again.content.decode()
    assert Child.objects.count() == 2
    assert client.post(page, {**FACTS, "another": "on"}).status_code == 302
    new = Child.objects.latest("pk")
    assert {row.other_id for row in Different.objects.filter(child=new)} == {first.pk, late.pk}
    row = Entry.objects.filter(verb="people.add").latest("seq")
    assert f"child:{first.pk}" in row.detail
    assert "Rivera" not in row.detail


@pytest.mark.django_db
def test_a_box_ticked_before_anything_was_shown_counts_for_nothing() -> None:
    chart_of("Rivera", "Ana")
    client = signed_in(person("co", "coordinator"))
    assert "Look first" in client.post(reverse("child-new"), {**FACTS, "another": "on"}).content.decode()
    assert Child.objects.count() == 1


@pytest.mark.django_db
def test_a_twin_and_a_stranger_are_not_asked_about() -> None:
    chart_of("Rivera", "Eva", multiple_birth=True)
    chart_of("Okafor", "Ana")
    client = signed_in(person("co", "coordinator"))
    assert client.post(reverse("child-new"), {**FACTS, "multiple_birth": "on"}).status_code == 302


@pytest.mark.django_db
def test_a_chart_of_another_site_is_told_without_its_name() -> None:
    north, south = site("north"), site("south")
    theirs = chart_of("Riviera", "Ana", at=south, record_number="SECRET-9")
    client = signed_in(person("co", "coordinator", site=north))
    page = client.post(reverse("child-new"), {**FACTS, "site": north.pk}).content.decode()
    assert "South" in page
    assert theirs.pseudonym in page
    assert "Riviera" not in page
    assert "SECRET-9" not in page


@pytest.mark.django_db
def test_the_act_itself_stops() -> None:
    chart_of("Rivera", "Ana")
    who = by(person("co", "coordinator"))
    with pytest.raises(LikelyDuplicateError):
        AddChild(**who, family_name="Rivera", given_name="Ana", birth_date=DAY, not_the_same=frozenset()).execute()
