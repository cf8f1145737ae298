"""Caregivers: their entries, their accounts, their PINs, and what they see: their own child and nothing else."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from tests.program.people.charts import chart_of, site
from tests.program.staff import by, person, signed_in
from tests.program.test_routes import routes

from westward.program.accounts import pins, policies
from westward.program.accounts.models import SetupLink, User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.models import Entry
from westward.program.people import family, queries
from westward.program.people.actions.caregivers import (
    AddCaregiver,
    CorrectCaregiver,
    InviteCaregiver,
    RevokeCaregiver,
    ShareAccount,
)
from westward.program.people.models import Caregiver, Change, Child
from westward.program.people.policies import subject

pytestmark = pytest.mark.django_db
PIN = "470281"
OWN = frozenset({"diary", "diary-sync", "diary-entry"})
"""Routes that open to a caregiver for the own child."""


def nurse() -> User:
    return User.objects.filter(username="kim").first() or person("kim", "nurse")


def mother_of(child: Child, name: str = "Rosa Rivera", **facts: Any) -> Caregiver:
    return AddCaregiver(**by(nurse()), child=child, name=name, relation="mother", **facts).execute()


def invited(caregiver: Caregiver) -> str:
    return InviteCaregiver(**by(nurse()), child=caregiver.child, caregiver=caregiver).execute().secret


def at_home(caregiver: Caregiver) -> Client:
    client, page = Client(), reverse("set-up", args=[invited(caregiver)])
    answer = client.post(page, {"password": PIN, "again": PIN})
    assert answer["Location"] == reverse("my-child")
    caregiver.refresh_from_db()
    return client


@pytest.mark.parametrize("pin", ["470281", "81927364", "30518274"])
def test_pins_that_hold(pin: str) -> None:
    pins.check_pin(pin)


@pytest.mark.parametrize(
    "pin, words",
    [
        ("12345", "6 to 12 digits"),
        ("1234567890123", "6 to 12 digits"),
        ("47028a", "6 to 12 digits"),
        ("４７０２８１", "6 to 12 digits"),
        ("000000", "repeats"),
        ("121212", "repeats"),
        ("123123", "repeats"),
        ("445544", "repeats"),
        ("123456", "in a row"),
        ("987654", "in a row"),
        ("890123", "in a row"),
        ("147258", "in a row"),
        ("050126", "date"),
        ("260501", "date"),
        ("05012026", "date"),
        ("20260501", "date"),
        ("310385", "date"),
    ],
)
def test_pins_that_are_guessed_first(pin: str, words: str) -> None:
    with pytest.raises(InvalidActError, match=words) as told:
        pins.check_pin(pin)
    assert pin not in str(told.value)


def test_a_caregiver_sets_a_pin_by_a_link_that_works_once_and_signs_in_with_it() -> None:
    mother = mother_of(chart_of("Rivera", "Ana"))
    secret = invited(mother)
    client, page = Client(), reverse("set-up", args=[secret])
    assert "Write it down" in client.get(page).content.decode()
    assert "in a row" in client.post(page, {"password": "123456", "again": "123456"}).content.decode()
    home = client.post(page, {"password": PIN, "again": PIN}, follow=True)
    assert home.redirect_chain[-1][0] == reverse("my-child")
    assert "Ana Rivera" in home.content.decode()
    assert Client().get(page).status_code == 404
    mother.refresh_from_db()
    assert mother.user is not None
    assert PIN not in mother.user.password
    again = Client().post("/sign-in/login/", {"login": mother.user.username, "password": PIN})
    assert again["Location"] == reverse("my-child")


def test_after_ten_wrong_tries_only_a_fresh_link_opens(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    mother = mother_of(chart_of("Rivera", "Ana"))
    at_home(mother)
    name = mother.user.username  # type: ignore[union-attr]
    sign_in = lambda pin: Client().post("/sign-in/login/", {"login": name, "password": pin}).status_code  # noqa: E731
    for _ in range(pins.TRIES - 1):
        assert sign_in("470282") == 200
    assert sign_in(PIN) == 302
    mother.user.refresh_from_db()  # type: ignore[union-attr]
    assert mother.user.wrong_tries == 0  # type: ignore[union-attr]
    for _ in range(pins.TRIES):
        assert sign_in("470282") == 200
    assert sign_in(PIN) == 200
    assert Entry.objects.filter(verb="accounts.shut").count() == 1
    at_home(mother)
    assert sign_in(PIN) == 302


def test_a_changed_pin_obeys_the_rules_of_pins_and_staff_those_of_passwords() -> None:
    mother = mother_of(chart_of("Rivera", "Ana"))
    client = at_home(mother)
    change = lambda new: client.post(  # noqa: E731
        reverse("account_change_password"), {"oldpassword": PIN, "password1": new, "password2": new}
    )
    assert "in a row" in change("123456").content.decode()
    assert change("902746").status_code == 302
    mother.user.refresh_from_db()  # type: ignore[union-attr]
    assert mother.user.check_password("902746")  # type: ignore[union-attr]
    kim = signed_in(nurse())
    asked = {"oldpassword": "correct horse battery", "password1": "902746", "password2": "902746"}
    assert kim.post(reverse("account_change_password"), asked).status_code == 200
    assert nurse().check_password("correct horse battery")


def test_revoking_ends_the_session_and_voids_pin_and_link_at_once() -> None:
    child = chart_of("Rivera", "Ana")
    mother = mother_of(child)
    client = at_home(mother)
    invited(mother)
    RevokeCaregiver(**by(nurse()), child=child, caregiver=mother, why="custody order").execute()
    assert client.get(reverse("my-child")).status_code == 302
    user = mother.user
    assert user is not None
    user.refresh_from_db()
    assert not user.is_active
    assert not user.check_password(PIN)
    assert not SetupLink.objects.filter(used_at=None, revoked_at=None).exists()
    assert not policies.allows(user, "people.read_own", subject(child))
    assert "custody" not in Entry.objects.get(verb="people.revoke_caregiver").detail
    with pytest.raises(InvalidActError, match="revoked"):
        CorrectCaregiver(**by(nurse()), child=child, caregiver=mother, facts={"phone": "1"}).execute()


def test_whoever_was_revoked_is_invited_again_as_a_new_entry_with_the_same_account() -> None:
    child = chart_of("Rivera", "Ana")
    mother = mother_of(child, phone="555 0100")
    at_home(mother)
    RevokeCaregiver(**by(nurse()), child=child, caregiver=mother, why="custody order").execute()
    invited(mother)
    old, new = Caregiver.objects.order_by("pk")
    assert (old.revoked_at is not None, new.revoked_at, new.user_id, new.phone) == (True, None, old.user_id, "555 0100")
    assert Client().post("/sign-in/login/", {"login": new.user.username, "password": PIN}).status_code == 200  # type: ignore[union-attr]
    with pytest.raises(InvalidActError, match="newer entry"):
        invited(old)
    assert "Ana Rivera" in at_home(new).get(reverse("my-child")).content.decode()


def test_a_mother_of_twins_sees_both_with_one_account_and_loses_one_alone() -> None:
    ana, eva = (chart_of("Rivera", name, multiple_birth=True) for name in ("Ana", "Eva"))
    first, second = mother_of(ana, phone="(555) 0100"), mother_of(eva, phone="555-0100")
    client = at_home(first)
    assert queries.accounts_to_share(nurse(), [second]) == {second.pk: first}
    ShareAccount(**by(nurse()), child=eva, caregiver=second, account_of=first).execute()
    page = client.get(reverse("my-child")).content.decode()
    assert "Ana Rivera" in page
    assert "Eva Rivera" in page
    RevokeCaregiver(**by(nurse()), child=ana, caregiver=first, why="moved").execute()
    page = client.get(reverse("my-child")).content.decode()
    assert "Ana Rivera" not in page
    assert "Eva Rivera" in page


def test_an_account_is_not_shared_with_somebody_else_or_across_sites() -> None:
    ana, eva = chart_of("Rivera", "Ana", at=site("north")), chart_of("Rivera", "Eva", at=site("south"))
    first, second = mother_of(ana, phone="555 0100"), mother_of(eva, phone="555 0199")
    at_home(first)
    assert queries.accounts_to_share(nurse(), [second]) == {}
    with pytest.raises(InvalidActError, match="differ"):
        ShareAccount(**by(nurse()), child=eva, caregiver=second, account_of=first).execute()
    Caregiver.objects.filter(pk=second.pk).update(phone="555 0100")
    second.refresh_from_db()
    southern = person("south", "nurse", site=site("south"))
    assert queries.accounts_to_share(southern, [second]) == {}
    with pytest.raises(NotAllowedError):
        ShareAccount(**by(southern), child=eva, caregiver=second, account_of=first).execute()


def test_corrections_of_a_caregiver_are_kept() -> None:
    child = chart_of("Rivera", "Ana")
    mother = mother_of(child, phone="555 0100")
    CorrectCaregiver(
        **by(nurse()), child=child, caregiver=mother, facts={"phone": "555 0111", "name": "Rosa Rivera"}
    ).execute()
    assert list(Change.objects.values_list("caregiver", "field", "old", "new")) == [
        (mother.pk, "phone", "555 0100", "555 0111")
    ]
    assert "555" not in Entry.objects.get(verb="people.correct_caregiver").detail
    with pytest.raises(InvalidActError, match="another child"):
        CorrectCaregiver(**by(nurse()), child=chart_of("Other"), caregiver=mother, facts={"phone": "1"}).execute()


@pytest.mark.parametrize(
    "facts, words",
    [({"name": " "}, "name"), ({"relation": "aunt"}, "no relation"), ({"email": "nowhere"}, "e-mail")],
)
def test_a_caregiver_that_cannot_be(facts: dict[str, str], words: str) -> None:
    asked = {"name": "Rosa", "relation": "mother", **facts}
    with pytest.raises(InvalidActError, match=words):
        AddCaregiver(**by(nurse()), child=chart_of("Rivera"), **asked).execute()
    assert not Caregiver.objects.exists()


def test_technologists_and_caregivers_manage_nobody() -> None:
    child = chart_of("Rivera", "Ana")
    mother = mother_of(child)
    at_home(mother)
    for who in (person("tec", "technologist"), mother.user):
        with pytest.raises(NotAllowedError):
            AddCaregiver(**by(who), child=child, name="X", relation="other").execute()  # type: ignore[arg-type]
        with pytest.raises(NotAllowedError):
            RevokeCaregiver(**by(who), child=child, caregiver=mother, why="why").execute()  # type: ignore[arg-type]


def test_the_link_is_shown_once_and_on_this_chart_alone() -> None:
    child, other = chart_of("Rivera", "Ana"), chart_of("Other")
    mother, client = mother_of(child), signed_in(nurse())
    client.post(reverse("child-invite-caregiver", args=[child.pk, mother.pk]))
    assert "/set-up/" not in client.get(reverse("child-person", args=[other.pk])).content.decode()
    assert "/set-up/" in client.get(reverse("child-person", args=[child.pk])).content.decode()
    assert "/set-up/" not in client.get(reverse("child-person", args=[child.pk])).content.decode()
    assert client.post(reverse("child-invite-caregiver", args=[other.pk, mother.pk])).status_code == 404


def test_the_page_of_the_family() -> None:
    child = chart_of("Rivera", "Ana", record_number="A-77")
    mother = mother_of(child, language="es", interpreter=True)
    client = at_home(mother)
    before = Entry.objects.count()
    page = client.get(reverse("my-child")).content.decode()
    for words in ('lang="es"', "Próxima cita", "A quién llamar", "A-77", "intérprete", mother.user.username):  # type: ignore[union-attr]
        assert words in page, words
    row = Entry.objects.latest("seq")
    assert (row.verb, row.target, Entry.objects.count()) == ("people.read_own", child.audit_id, before + 1)
    Child.objects.update(state="deceased", state_on=timezone.localdate())
    page = client.get(reverse("my-child")).content.decode()
    assert "Lamentamos" in page
    assert "Próxima cita" not in page


def test_apps_add_sections_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "_SECTIONS", [])
    family.add_section(10, "people/test_section.html", lambda child, user: None)
    family.add_section(5, "accounts/link.html", lambda child, user: {"link": {"name": child.name, "address": "x"}})
    family.add_section(5, "accounts/link.html", family._SECTIONS[0].context)
    child = chart_of("Rivera", "Ana")
    mother = mother_of(child)
    page = at_home(mother).get(reverse("my-child")).content.decode()
    assert page.count("Set-up link for Ana Rivera") == 1
    assert "None is booked here" not in page


def test_staff_and_caregivers_of_nobody_have_no_such_page() -> None:
    assert signed_in(nurse()).get(reverse("my-child")).status_code == 403
    parent = person("parent", kind="caregiver")
    client = Client()
    client.force_login(parent)
    assert client.get(reverse("my-child")).status_code == 403
    assert Entry.objects.filter(verb="people.read_own", outcome="refused").count() == 2


@pytest.mark.parametrize("seed", range(5))
def test_no_caregiver_ever_reads_another_child(seed: int) -> None:
    draw = random.Random(seed)
    sites = [None, site("north"), site("south")]
    children = [chart_of(f"Secret{n}", f"Kid{n}", at=draw.choice(sites)) for n in range(6)]
    users = [person(f"parent{n}", kind="caregiver") for n in range(5)]
    own: dict[int, set[int]] = {user.pk: set() for user in users}
    for n in range(14):
        child, user = draw.choice(children), draw.choice(users)
        revoked = draw.random() < 0.4
        if not revoked and child.pk in own[user.pk]:
            continue
        Caregiver.objects.create(
            child=child, user=user, name=f"P{n}", relation="other", revoked_at=timezone.now() if revoked else None
        )
        own[user.pk] |= set() if revoked else {child.pk}
    for user in users:
        for child in children:
            assert policies.allows(user, "people.read_own", subject(child)) == (child.pk in own[user.pk])
            for verb in policies.TABLE:
                if verb.startswith("people.") and verb != "people.read_own":
                    assert not policies.allows(user, verb, subject(child)), verb
        client = Client()
        client.force_login(user)
        page = client.get(reverse("my-child"))
        assert page.status_code == (200 if own[user.pk] else 403)
        for child in children:
            assert (child.family_name in page.content.decode()) == (child.pk in own[user.pk])


def test_no_route_tells_a_caregiver_of_a_child() -> None:
    """Every address of the program, with the key of the own child and of another, by GET and by POST."""
    mine, other = chart_of("Mine", "Ana"), chart_of("Secret", "Eva", birth_date=date(2026, 2, 3))
    client = at_home(mother_of(mine))
    mother_of(other, "Other Mother")
    walked = 0
    for name, pattern in sorted(set(routes(get_resolver().url_patterns))):
        if "<int:key>" not in pattern and "child" not in pattern:
            continue
        for key in (mine.pk, other.pk):
            filled = "/" + pattern.replace("<int:key>", str(key))
            for part in ("caregiver", "other", "tie", "merge", "grant", "pk"):
                filled = filled.replace(f"<int:{part}>", "1")
            if "<" in filled or "(?P" in filled:
                continue
            for method in ("get", "post"):
                answer = getattr(client, method)(filled)
                walked += 1
                body = getattr(answer, "content", b"").decode(errors="replace")
                assert "Secret" not in body, (name, filled)
                assert "Other Mother" not in body, (name, filled)
                if not (name == "my-child" or (name in OWN and key == mine.pk)):
                    refusals = (302, 400, 403, 404, 405, 422)
                    assert answer.status_code in refusals, (name, filled, answer.status_code)
    assert walked > 60
