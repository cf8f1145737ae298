"""Random role x site x purpose x child x verb against a table of people written out by hand."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from westward.program.accounts import policies
from westward.program.accounts.choices import Purpose, Role
from westward.program.accounts.models import Grant, User

CLINICAL = {"coordinator", "physician", "technologist", "nurse", "genetic_counselor", "pharmacist"}
DESK = {"coordinator", "physician", "nurse"}
ORACLE: dict[str, set[str]] = {
    "people.list": CLINICAL,
    "people.read": CLINICAL,
    "people.add": DESK,
    "people.correct": DESK,
    "people.change_state": DESK,
    "people.add_caregiver": DESK,
    "people.correct_caregiver": DESK,
    "people.invite_caregiver": DESK,
    "people.revoke_caregiver": DESK,
    "people.add_clinician": DESK,
    "people.correct_clinician": DESK,
    "people.tie_clinician": DESK,
    "people.end_tie": DESK,
    "people.consent": DESK | {"genetic_counselor"},
    "people.merge": {"coordinator", "physician"},
    "people.undo_merge": {"coordinator", "physician"},
    "people.read_own": set(),
}
VERBS = sorted(ORACLE)
HELD = st.tuples(st.sampled_from(Role.values), st.sampled_from([None, 1, 2]), st.sampled_from(Purpose.values))
CHILD = st.builds(policies.Subject, id=st.just("child:3"), site=st.sampled_from([None, 1, 2]))


def somebody(held: list[tuple[str, int | None, str]]) -> User:
    user = User(pk=None, username="x", is_active=True)
    user._grants_in_force = [Grant(role=r, site_id=s, purpose=p) for r, s, p in held]  # type: ignore[attr-defined]
    return user


def test_the_tables_name_the_same_verbs() -> None:
    assert {verb for verb in policies.TABLE if verb.startswith("people.")} == set(VERBS)


def test_only_reading_a_chart_is_opened_by_broken_glass() -> None:
    assert [verb for verb in VERBS if policies.TABLE[verb].breakable] == ["people.read"]


@given(st.lists(HELD, max_size=4), st.sampled_from(VERBS), CHILD)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, subject: policies.Subject) -> None:
    expected = any(
        role in ORACLE[verb] and purpose == "care" and site in (None, subject.site) for role, site, purpose in held
    )
    user = somebody(held)
    rule = policies.TABLE[verb]
    without_glass = policies.Rule(
        roles=rule.roles, purpose=rule.purpose, conditions=rule.conditions, anyone=rule.anyone
    )
    kept, policies.TABLE[verb] = rule, without_glass
    try:
        assert policies.allows(user, verb, subject) == expected
    finally:
        policies.TABLE[verb] = kept


@given(st.lists(HELD, max_size=4), st.sampled_from(VERBS))
def test_lists_are_narrowed_to_what_single_children_allow(held: Any, verb: str) -> None:
    within = policies.sites(somebody(held), verb)
    for site in (1, 2):
        expected = any(r in ORACLE[verb] and p == "care" and s in (None, site) for r, s, p in held)
        assert (within is None or site in within) == expected
