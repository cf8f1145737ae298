"""Verbs of letters against a table written out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.program.test_permissions import HELD, somebody

from westward.program.accounts import policies

READERS = {"coordinator", "physician", "technologist", "nurse", "genetic_counselor", "pharmacist"}
WRITERS = {"coordinator", "physician", "nurse", "genetic_counselor"}
SENDERS = {"coordinator", "physician", "nurse"}
ORACLE = {
    "letters.list": READERS,
    "letters.read": READERS,
    "letters.draft": WRITERS,
    "letters.edit": WRITERS,
    "letters.withdraw": WRITERS,
    "letters.correct": WRITERS,
    "letters.sign": {"physician"},
    "letters.send": SENDERS,
    "letters.confirm": SENDERS,
}
SUBJECTS = st.builds(policies.Subject, id=st.sampled_from(["", "child:7"]), site=st.sampled_from([None, 1, 2]))


def oracle(held: list[tuple[str, int | None, str]], verb: str, subject: policies.Subject) -> bool:
    nothing = not subject.id and subject.site is None
    return any(
        role in ORACLE[verb] and purpose == "care" and (site is None or site == subject.site or nothing)
        for role, site, purpose in held
    )


def test_the_table_has_these_verbs_and_no_other() -> None:
    assert {verb for verb in policies.TABLE if verb.startswith("letters.")} == set(ORACLE)
    assert {verb for verb, rule in policies.TABLE.items() if rule.breakable and verb.startswith("letters.")} == {
        "letters.read"
    }


@pytest.mark.django_db
@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(ORACLE)), SUBJECTS)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, subject: policies.Subject) -> None:
    assert policies.allows(somebody(held), verb, subject) == oracle(held, verb, subject)


@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(ORACLE)), SUBJECTS)
def test_closed_accounts_may_nothing(held: Any, verb: str, subject: policies.Subject) -> None:
    assert not policies.allows(somebody(held, active=False), verb, subject)
