"""Verbs of etiology against a table written out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.program.test_permissions import HELD, somebody

from westward.program.accounts import policies

READERS = {"coordinator", "physician", "technologist", "nurse", "genetic_counselor", "pharmacist"}
GENETICS = {"physician", "genetic_counselor"}
ORACLE = {
    "etiology.list": READERS,
    "etiology.read": READERS,
    "etiology.shares": READERS,
    "etiology.open": {"physician", "genetic_counselor", "coordinator"},
    "etiology.order": GENETICS,
    "etiology.counsel": GENETICS,
    "etiology.sample": {"physician", "genetic_counselor", "nurse", "coordinator"},
    "etiology.collect_without_consent": {"physician"},
    "etiology.result": GENETICS,
    "etiology.imaging": GENETICS,
    "etiology.disclose": GENETICS,
    "etiology.phenotype": GENETICS,
    "etiology.treatable": GENETICS,
    "etiology.classify": {"physician"},
}
SUBJECTS = st.builds(policies.Subject, id=st.sampled_from(["", "child:7"]), site=st.sampled_from([None, 1, 2]))


def oracle(held: list[tuple[str, int | None, str]], verb: str, subject: policies.Subject) -> bool:
    nothing = not subject.id and subject.site is None
    return any(
        role in ORACLE[verb] and purpose == "care" and (site is None or site == subject.site or nothing)
        for role, site, purpose in held
    )


def test_the_table_has_these_verbs_and_no_other() -> None:
    ours = {verb: rule for verb, rule in policies.TABLE.items() if verb.startswith("etiology.")}
    assert set(ours) == set(ORACLE)
    assert {verb for verb, rule in ours.items() if rule.breakable} == {"etiology.read"}


@pytest.mark.django_db
@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(ORACLE)), SUBJECTS)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, subject: policies.Subject) -> None:
    assert policies.allows(somebody(held), verb, subject) == oracle(held, verb, subject)


@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(ORACLE)), SUBJECTS)
def test_closed_accounts_may_nothing(held: Any, verb: str, subject: policies.Subject) -> None:
    assert not policies.allows(somebody(held, active=False), verb, subject)
