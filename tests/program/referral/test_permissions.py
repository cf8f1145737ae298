"""Random role x site x purpose x object x verb of referral against a table written out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.program.referral.scene import person, referral
from tests.program.staff import signed_in
from tests.program.test_permissions import HELD, somebody

from westward.program.accounts import policies
from westward.program.accounts.models import Site
from westward.program.referral.models import Referral
from westward.program.referral.policies import subject

ORACLE = {
    "coordinator": """
        referral.list referral.read referral.take_in referral.answer referral.assign referral.contact
        referral.withdraw_contact referral.accept referral.decline referral.redirect referral.close referral.reopen
        referral.ask_close referral.agree_close referral.refuse_close
        child.own child.contact child.fact child.withdraw_fact roster.list roster.change slots.list slots.make
        slots.withdraw appointments.book appointments.change overdue.list surveillance.list surveillance.change
    """,
    "physician": """
        referral.list referral.read referral.take_in referral.answer referral.assign referral.contact
        referral.withdraw_contact referral.accept referral.decline referral.redirect referral.close referral.reopen
        referral.ask_close referral.agree_close referral.refuse_close
        child.own child.contact child.fact child.withdraw_fact roster.list roster.change slots.list
        appointments.book appointments.change overdue.list surveillance.list surveillance.change
    """,
    "nurse": """
        referral.list referral.read referral.take_in referral.answer referral.assign referral.contact
        referral.withdraw_contact referral.accept referral.close
        referral.ask_close referral.agree_close referral.refuse_close
        child.own child.contact child.fact child.withdraw_fact roster.list slots.list
        appointments.book appointments.change overdue.list surveillance.list surveillance.change
    """,
    "technologist": """
        child.contact roster.list slots.list slots.make slots.withdraw appointments.book appointments.change
        overdue.list surveillance.list
    """,
    "genetic_counselor": "child.contact roster.list slots.list overdue.list surveillance.list",
    "pharmacist": "child.contact roster.list slots.list overdue.list surveillance.list",
}
VERBS = sorted({verb for verbs in ORACLE.values() for verb in verbs.split()})
SUBJECTS = st.builds(
    policies.Subject, id=st.sampled_from(["", "referral:7", "child:8"]), site=st.sampled_from([None, 1, 2])
)


def oracle(held: list[tuple[str, int | None, str]], verb: str, asked: policies.Subject) -> bool:
    for role, site, purpose in held:
        if purpose != "care" or verb not in ORACLE.get(role, "").split():
            continue
        if site is None or site == asked.site or (not asked.id and asked.site is None):
            return True
    return False


def test_the_tables_name_the_same_verbs() -> None:
    rooms = ("referral", "roster", "slots", "appointments", "overdue", "surveillance", "child")
    assert {verb for verb in policies.TABLE if verb.split(".")[0] in rooms} == set(VERBS)


@given(st.lists(HELD, max_size=4), st.sampled_from(VERBS), SUBJECTS)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, asked: policies.Subject) -> None:
    assert policies.allows(somebody(held), verb, asked) == oracle(held, verb, asked)


@given(st.lists(HELD, max_size=4), st.sampled_from(VERBS), SUBJECTS)
def test_closed_accounts_and_nobody_may_nothing(held: Any, verb: str, asked: policies.Subject) -> None:
    assert not policies.allows(somebody(held, active=False), verb, asked)
    assert not policies.allows(None, verb, asked)


def test_a_referral_without_a_site_is_open_to_the_intake_of_every_site_and_to_nobody_else() -> None:
    lost = Referral(pk=7, site_id=None)
    assert policies.allows(somebody([("nurse", 2, "care")]), "referral.read", subject(lost))
    assert not policies.allows(somebody([("pharmacist", 2, "care")]), "referral.read", subject(lost))
    assert not policies.allows(somebody([("nurse", 2, "care")]), "referral.read", subject(Referral(pk=7, site_id=1)))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["researcher", "quality", "administrator", "privacy_officer", "caregiver"])
def test_who_does_no_intake_opens_nothing_of_it(role: str) -> None:
    site = Site.objects.create(code="here", name="Here")
    one = referral(site=site)
    purpose = {"researcher": "research", "quality": "quality"}.get(role, "care")
    kind = "caregiver" if role == "caregiver" else "staff"
    client = signed_in(person("somebody", role, purpose=purpose, kind=kind))
    for name in ("referrals", "overdue", "slots", "roster", "surveillance", "take-in"):
        assert client.get(reverse(name)).status_code == 403, name
    assert client.get(reverse("referral", args=[one.pk])).status_code == 403
    for path in ("referrals", "duty", "slots", "overdue", "surveillance", f"referrals/{one.pk}"):
        assert client.get(f"/api/{path}").status_code == 403, path
