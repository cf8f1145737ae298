"""Two charts become one: nothing is lost, whatever app it belongs to, and the way back is open."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.program.people.charts import chart_of, site
from tests.program.people.rows import row
from tests.program.staff import by, person, signed_in

from westward.program.accounts.models import User
from westward.program.acts import InvalidActError, NotAllowedError, acted
from westward.program.audit.models import Entry
from westward.program.people import merging, queries
from westward.program.people.actions.caregivers import AddCaregiver, InviteCaregiver
from westward.program.people.actions.change_state import ChangeState
from westward.program.people.actions.clinicians import AddClinician, TieClinician
from westward.program.people.actions.correct_child import CorrectChild
from westward.program.people.actions.merge_charts import DeclareDifferent, MergeCharts, UndoMerge
from westward.program.people.actions.record_consent import RecordConsent
from westward.program.people.choices import MoveKind
from westward.program.people.models import Caregiver, Child, Clinician, ClinicianTie, Consent, Merge, Moved

pytestmark = pytest.mark.django_db
PLACES = sorted(merging.places(), key=lambda place: (place.label, place.field))


def boss() -> User:
    return User.objects.filter(username="boss").first() or person("boss", "coordinator")


def merge(keep: Child, other: Child) -> Merge:
    done = MergeCharts(**by(boss()), keep=keep, other=other, why="the mother says so").execute()
    keep.refresh_from_db()
    other.refresh_from_db()
    return done


def undo(done: Merge) -> None:
    UndoMerge(**by(boss()), merge=done, why="another mother").execute()


def pointers() -> dict[str, int]:
    """Rows of every table, and where each foreign key that may be empty is not; save what is computed anew."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for names, counting in counted():
            cursor.execute(counting)
            found |= dict(zip(names, cursor.fetchone(), strict=True))
    return found


@cache
def counted() -> list[tuple[list[str], str]]:
    """What is counted in one table, and the statement that counts it."""
    derived = {place.model for place in PLACES if place.own_key}
    quoted = connection.ops.quote_name
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("audit", "sessions") or model in {Merge, Moved, *derived}:
            continue
        keys = [
            field
            for field in model._meta.local_fields
            if isinstance(field, models.ForeignKey) and (model, field.name) != (Child, "merged_into")
        ]
        columns = ", ".join(["COUNT(*)", *(f"COUNT({quoted(field.column)})" for field in keys)])
        names = [model._meta.label, *(f"{model._meta.label}.{field.name}" for field in keys)]
        found.append((names, f"SELECT {columns} FROM {quoted(model._meta.db_table)}"))
    return found


def test_every_app_with_children_takes_part() -> None:
    apps_of = {place.label.split(".")[0] for place in PLACES}
    assert {"people", "referral", "diagnosis"} <= apps_of
    assert not {place.label for place in PLACES} & {"people.merge", "people.moved", "people.change"}


@pytest.mark.parametrize("place", PLACES, ids=[f"{place.label}.{place.field}" for place in PLACES])
def test_a_row_of_any_kind_comes_over_and_goes_back(place: merging.Place) -> None:
    keep, other = chart_of("Keep"), chart_of("Other")
    boss()
    if place.own_key:
        pointing: Any = place.model._base_manager.filter(**{place.field: other}).first()
        pointing = pointing or row(place.model, **{place.field: other})
    elif place.model is Child:
        pointing = chart_of("Third")
        Child.objects.filter(pk=pointing.pk).update(merged_into=other)
    else:
        pointing = row(place.model, **{place.field: other})
    before = pointers()
    done = merge(keep, other)
    assert pointers() == before
    if place.own_key:
        assert done.rows.get(model=place.label).what == MoveKind.DERIVED
        return
    now = place.model._base_manager.filter(pk=pointing.pk).values_list(place.field, flat=True).get()
    assert now == keep.pk
    undo(done)
    assert pointers() == before
    assert place.model._base_manager.filter(pk=pointing.pk).values_list(place.field, flat=True).get() == other.pk


class NothingIsLost(TestCase):
    """Random families, merged in random order and undone in reverse: every row stands, and stands where it stood."""

    @settings(max_examples=8, deadline=None)
    @given(st.data())
    def test_chains_of_merges(self, data: st.DataObject) -> None:
        charts = [chart_of(f"Name{n}") for n in range(4)]
        users = [person(f"p{n}", kind="caregiver") for n in range(2)]
        doctors = [Clinician.objects.create(name=f"Dr {n}") for n in range(2)]
        boss()
        for n in range(data.draw(st.integers(0, 10))):
            child = data.draw(st.sampled_from(charts))
            kind = data.draw(st.sampled_from(["caregiver", "tie", "consent"]))
            if kind == "caregiver":
                user = data.draw(st.sampled_from([*users, None]))
                if not Caregiver.objects.filter(child=child, user=user, revoked_at=None).exclude(user=None).exists():
                    Caregiver.objects.create(child=child, user=user, name=f"C{n}", relation="other")
            elif kind == "tie":
                ClinicianTie.objects.get_or_create(
                    child=child, clinician=data.draw(st.sampled_from(doctors)), role="primary", ended_at=None
                )
            else:
                Consent.objects.create(
                    child=child, purpose="care", answer="given", on=date(2026, 6, 1), recorded_by=boss()
                )
        before, stood = pointers(), standing()
        merges = []
        for _ in range(data.draw(st.integers(1, 3))):
            open_ones = [child for child in charts if child.state != "merged"]
            keep, other = data.draw(st.permutations(open_ones))[:2]
            merges.append(merge(keep, other))
            assert pointers() == before
            assert not Caregiver.objects.filter(child=other).exists()
        for done in reversed(merges):
            undo(Merge.objects.select_related("keep", "other").get(pk=done.pk))
            assert pointers() == before
        assert standing() == stood


def standing() -> dict[str, list[tuple[Any, ...]]]:
    return {
        "caregivers": list(Caregiver.objects.order_by("pk").values_list("pk", "child", "user", "revoked_at")),
        "ties": list(ClinicianTie.objects.order_by("pk").values_list("pk", "child", "clinician", "ended_at")),
        "consents": list(Consent.objects.order_by("pk").values_list("pk", "child")),
        "children": list(Child.objects.order_by("pk").values_list("pk", "state", "state_on", "merged_into")),
    }


def test_what_both_have_in_force_is_closed_once_and_told() -> None:
    keep, other = chart_of("Keep"), chart_of("Other")
    lee = AddClinician(**by(boss()), name="Lee").execute()
    for child in (keep, other):
        TieClinician(**by(boss()), child=child, clinician=lee, role="primary").execute()
    mother = AddCaregiver(**by(boss()), child=keep, name="Rosa", relation="mother", phone="1").execute()
    InviteCaregiver(**by(boss()), child=keep, caregiver=mother).execute()
    mother.refresh_from_db()
    twice = Caregiver.objects.create(child=other, user=mother.user, name="Rosa", relation="mother")
    done = merge(keep, other)
    twice.refresh_from_db()
    assert (twice.child_id, twice.revoked_at is not None) == (keep.pk, True)
    assert queries.recipients(keep) == [lee]
    assert keep.clinicians.count() == 2
    assert done.rows.filter(what=MoveKind.CLOSED).count() == 2
    assert "closed as a duplicate: caregiver, clinician tie" in done.summary
    undo(done)
    twice.refresh_from_db()
    assert (twice.child_id, twice.revoked_at) == (other.pk, None)


def test_owner_and_told_days_of_the_kept_chart_stay_in_force() -> None:
    from westward.program.referral.models import ChildFact, Ownership

    keep, other = chart_of("Keep"), chart_of("Other")
    now = timezone.now()
    for child, day in ((keep, 3), (other, 9)):
        Ownership.objects.create(child=child, user=boss(), since=now)
        told = {"source": "family", "recorded_by": boss(), "recorded_at": now}
        when = date(2026, 6, day)
        ChildFact.objects.create(child=child, milestone="onset", earliest=when, latest=when, **told)
    done = merge(keep, other)
    assert ChildFact.objects.get(child=keep, superseded_at=None).earliest == date(2026, 6, 3)
    assert ChildFact.objects.filter(child=keep).count() == 2
    assert Ownership.objects.filter(child=keep, ended_at=None).count() == 1
    undo(done)
    assert ChildFact.objects.get(child=other, superseded_at=None).earliest == date(2026, 6, 9)
    assert Ownership.objects.filter(ended_at=None).count() == 2


ONLY_ONE = [place for place in PLACES if not place.own_key and place.model._meta.get_field(place.field).unique]


@pytest.mark.parametrize("place", ONLY_ONE, ids=[place.label for place in ONLY_ONE])
def test_what_a_chart_has_only_one_of_stays_and_is_told(place: merging.Place) -> None:
    keep, other = chart_of("Keep"), chart_of("Other")
    mine, theirs = (row(place.model, **{place.field: child}) for child in (keep, other))
    done = merge(keep, other)
    assert dict(place.model._base_manager.values_list("pk", place.field)) == {mine.pk: keep.pk, theirs.pk: other.pk}
    assert done.rows.get(model=place.label).what == MoveKind.STAYED
    assert "stayed, since there is one here" in done.summary


def test_what_may_not_be_closed_refuses_the_merge_and_nothing_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    keep, other = chart_of("Keep"), chart_of("Other")
    lee = AddClinician(**by(boss()), name="Lee").execute()
    for child in (keep, other):
        TieClinician(**by(boss()), child=child, clinician=lee, role="primary").execute()
        AddCaregiver(**by(boss()), child=child, name="Rosa", relation="mother").execute()
    monkeypatch.delattr(ClinicianTie, "closed_by_merge")
    before = standing()
    with pytest.raises(InvalidActError, match="both charts have this in force: clinician tie"):
        merge(keep, other)
    assert standing() == before
    assert not Merge.objects.exists()


def test_the_merged_chart_leads_to_the_other_and_keeps_its_facts() -> None:
    keep, other = chart_of("Keep", record_number="1"), chart_of("Other", record_number="2")
    told: list[tuple[int, ...]] = []
    hear = lambda sender, children, **rest: told.append(children)  # noqa: E731
    acted.connect(hear)
    merge(keep, other)
    acted.disconnect(hear)
    assert told == [(keep.pk, other.pk)]
    assert (other.state, other.merged_into_id, other.family_name, other.record_number) == (
        "merged",
        keep.pk,
        "Other",
        "2",
    )
    assert other.silent(date(2026, 6, 1))
    client = signed_in(boss())
    answer = client.get(reverse("child-person", args=[other.pk]))
    assert answer["Location"] == reverse("child-person", args=[keep.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "the mother says so" in page
    assert other.pseudonym in page
    assert [child.pk for child in queries.children(None, words="other")] == [other.pk]
    row_of = Entry.objects.get(verb="people.merge", outcome="done", target=keep.audit_id, detail__contains="merge")
    assert "mother" not in row_of.detail
    assert f'"other":"{other.audit_id}"' in row_of.detail


@pytest.mark.parametrize(
    "facts, words",
    [
        ({"simulated": True}, "simulated"),
        ({"state": "deceased", "state_on": date(2026, 6, 1)}, "set the state that is true"),
        ({"state": "merged"}, "merged already"),
    ],
)
def test_charts_that_do_not_go_together(facts: dict[str, Any], words: str) -> None:
    keep, other = chart_of("Keep"), chart_of("Other")
    Child.objects.filter(pk=other.pk).update(**facts)
    with pytest.raises(InvalidActError, match=words):
        merge(keep, other)
    with pytest.raises(InvalidActError, match="into itself"):
        merge(keep, keep)
    assert not Merge.objects.exists()


def test_undoing_goes_backwards_and_needs_a_free_record_number() -> None:
    a, b, c = (chart_of(name, record_number=name) for name in ("Aa", "Bb", "Cc"))
    first = merge(b, c)
    second = merge(a, b)
    c.refresh_from_db()
    assert c.merged_into_id == a.pk
    with pytest.raises(InvalidActError, match="merged in turn"):
        undo(first)
    CorrectChild(**by(boss()), child=a, facts={"record_number": "Bb"}).execute()
    with pytest.raises(InvalidActError, match="record number"):
        undo(second)
    CorrectChild(**by(boss()), child=a, facts={"record_number": "Aa"}).execute()
    undo(second)
    with pytest.raises(InvalidActError, match="undone already"):
        undo(second)
    undo(Merge.objects.get(pk=first.pk))
    assert set(Child.objects.values_list("state", "merged_into")) == {("active", None)}


def test_what_came_after_a_merge_stays_and_is_counted() -> None:
    keep, other = chart_of("Keep"), chart_of("Other")
    mine = AddCaregiver(**by(boss()), child=other, name="Rosa", relation="mother").execute()
    done = merge(keep, other)
    later = AddCaregiver(**by(boss()), child=keep, name="Luis", relation="father").execute()
    third = chart_of("Third")
    Caregiver.objects.filter(pk=mine.pk).update(child=third)
    undo(done)
    assert Caregiver.objects.get(pk=later.pk).child_id == keep.pk
    assert Caregiver.objects.get(pk=mine.pk).child_id == third.pk
    assert '"not_moved_back":1' in Entry.objects.get(verb="people.undo_merge").detail


def test_both_sites_and_the_role_are_asked() -> None:
    north, south = site("north"), site("south")
    keep, other = chart_of("Keep", at=north), chart_of("Other", at=south)
    for who in (person("n", "coordinator", site=north), person("s", "coordinator", site=south), person("k", "nurse")):
        for act in (
            MergeCharts(**by(who), keep=keep, other=other, why="I say so"),
            DeclareDifferent(**by(who), child=keep, other=other),
        ):
            with pytest.raises(NotAllowedError):
                act.execute()
    done = merge(keep, other)
    with pytest.raises(NotAllowedError):
        UndoMerge(**by(person("n2", "coordinator", site=north)), merge=done, why="I say so").execute()
    nurse = signed_in(User.objects.get(username="k"))
    assert nurse.get(reverse("child-merge-find", args=[keep.pk])).status_code == 403
    northern = signed_in(User.objects.get(username="n"))
    third = chart_of("Third", at=south)
    assert northern.get(reverse("child-merge", args=[keep.pk, third.pk])).status_code == 403


def test_a_merge_in_the_browser() -> None:
    keep, other = chart_of("Rivera", "Ana"), chart_of("Riviera", "Anna", record_number="A-9")
    for child, said in ((keep, "given"), (other, "declined")):
        RecordConsent(**by(boss()), child=child, purpose="research", answer=said, on=date(2026, 6, 1)).execute()
    client = signed_in(boss())
    found = client.get(reverse("child-merge-find", args=[keep.pk])).content.decode()
    assert "similar name" in found or "same name" in found
    searched = client.post(reverse("child-merge-find", args=[keep.pk]), {"words": "a-9"}).content.decode()
    assert other.pseudonym in searched
    page = reverse("child-merge", args=[keep.pk, other.pk])
    shown = client.get(page).content.decode()
    assert "1 consent" in shown
    assert "Consents differ" in shown
    assert client.post(page, {"why": " "}).status_code == 200
    assert client.post(page, {"why": "one mother, one bracelet"})["Location"] == reverse("child-person", args=[keep.pk])
    done = Merge.objects.get()
    client.post(reverse("child-undo-merge", args=[keep.pk, done.pk]), {"why": "two bracelets"})
    done.refresh_from_db()
    assert done.undone_at is not None


def test_two_charts_told_apart_are_not_asked_about_again() -> None:
    one, other = chart_of("Rivera", "Ana"), chart_of("Rivera", "Anna")
    person_page = reverse("child-person", args=[one.pk])
    client = signed_in(boss())
    assert "looks alike" in client.get(person_page).content.decode()
    client.post(reverse("child-different", args=[one.pk, other.pk]))
    assert "looks alike" not in client.get(person_page).content.decode()
    assert queries.likely(queries.person_of(other), besides=other) == []


def test_a_death_on_one_chart_is_set_on_both_first() -> None:
    keep, other = chart_of("Keep"), chart_of("Other")
    today = timezone.localdate()
    ChangeState(**by(boss()), child=other, state="deceased", on=today).execute()
    with pytest.raises(InvalidActError, match="set the state"):
        merge(keep, other)
    ChangeState(**by(boss()), child=keep, state="deceased", on=today).execute()
    done = merge(keep, other)
    undo(done)
    other.refresh_from_db()
    assert (other.state, other.state_on) == ("deceased", today)
