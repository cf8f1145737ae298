"""Random role x site x purpose x object x verb against a table written out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.program.accounts import policies
from westward.program.accounts.choices import Purpose, Role
from westward.program.accounts.models import Grant, User

ALL, SITE = "role for all sites", "role for the site of the object, or for all sites"
ORACLE = {
    ("administrator", "accounts.list"): SITE,
    ("privacy_officer", "accounts.list"): SITE,
    ("administrator", "accounts.invite"): SITE,
    ("administrator", "accounts.link"): ALL,
    ("administrator", "accounts.grant"): SITE,
    ("administrator", "accounts.revoke"): SITE,
    ("administrator", "accounts.deactivate"): ALL,
    ("administrator", "accounts.end_sessions"): ALL,
    ("administrator", "accounts.add_site"): ALL,
    ("privacy_officer", "access.review"): ALL,
    ("privacy_officer", "audit.read"): ALL,
    ("coordinator", "access.break_glass"): SITE,
    ("physician", "access.break_glass"): SITE,
    ("technologist", "access.break_glass"): SITE,
    ("nurse", "access.break_glass"): SITE,
    ("genetic_counselor", "access.break_glass"): SITE,
    ("pharmacist", "access.break_glass"): SITE,
}
NOT_ON_ONESELF = {
    *("accounts.link", "accounts.grant", "accounts.revoke", "accounts.deactivate", "accounts.end_sessions"),
    "access.review",
}
VERBS = sorted({verb for _, verb in ORACLE})
HELD = st.tuples(st.sampled_from(Role.values), st.sampled_from([None, 1, 2]), st.sampled_from(Purpose.values))
SUBJECTS = st.builds(policies.Subject, id=st.sampled_from(["", "user:7", "user:8"]), site=st.sampled_from([None, 1, 2]))


def somebody(held: list[tuple[str, int | None, str]], *, active: bool = True) -> User:
    user = User(pk=7, username="x", is_active=active)
    user._grants_in_force = [Grant(role=r, site_id=s, purpose=p) for r, s, p in held]  # type: ignore[attr-defined]
    return user


def oracle(held: list[tuple[str, int | None, str]], verb: str, subject: policies.Subject) -> bool:
    if verb in NOT_ON_ONESELF and subject.id == "user:7":
        return False
    for role, site, purpose in held:
        scope = ORACLE.get((role, verb))
        if scope is None or purpose != "care":
            continue
        names_nothing = not subject.id and subject.site is None
        if site is None or (scope == SITE and (site == subject.site or names_nothing)):
            return True
    return False


def test_the_tables_name_the_same_verbs() -> None:
    ours = {verb for verb in policies.TABLE if verb.split(".")[0] in ("accounts", "access", "audit")}
    assert ours == set(VERBS)


@given(st.lists(HELD, max_size=4), st.sampled_from([*VERBS, "chart.burn"]), SUBJECTS)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, subject: policies.Subject) -> None:
    assert policies.allows(somebody(held), verb, subject) == oracle(held, verb, subject)


@given(st.lists(HELD, max_size=4), st.sampled_from(VERBS), SUBJECTS)
def test_closed_accounts_and_nobody_may_nothing(held: Any, verb: str, subject: policies.Subject) -> None:
    assert not policies.allows(somebody(held, active=False), verb, subject)
    assert not policies.allows(None, verb, subject)


@given(st.lists(HELD, max_size=4), st.sampled_from(VERBS))
def test_lists_are_narrowed_to_what_single_objects_allow(held: Any, verb: str) -> None:
    within = policies.sites(somebody(held), verb)
    for site in (1, 2):
        one = policies.Subject(id="user:8", site=site)
        assert (within is None or site in within) == policies.allows(somebody(held), verb, one)


def test_a_verb_has_one_rule() -> None:
    with pytest.raises(ValueError, match="already"):
        policies.add("audit.read", policies.Rule(anyone=True))
