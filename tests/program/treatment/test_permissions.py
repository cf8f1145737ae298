"""Who may do what of treatment, against a table written out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.program.test_permissions import HELD, SUBJECTS, somebody

from westward.program.accounts import policies

READERS = {"coordinator", "physician", "technologist", "nurse", "genetic_counselor", "pharmacist"}
ORACLE = {
    "treatment.read": READERS,
    "treatment.protocols": READERS,
    "treatment.approve": {"physician", "pharmacist"},
    "treatment.measure": {"physician", "nurse", "pharmacist"},
    "treatment.confirm_measure": {"physician", "nurse", "pharmacist"},
    "treatment.answer_safety": {"physician", "nurse", "pharmacist"},
    "treatment.start": {"physician"},
    "treatment.sign": {"physician"},
    "treatment.check": {"physician", "nurse", "pharmacist"},
    "treatment.change": {"physician"},
    "treatment.stop": {"physician"},
    "treatment.bottle": {"physician", "nurse", "pharmacist"},
    "treatment.teach": {"physician", "nurse", "pharmacist"},
    "treatment.print": {"physician", "nurse", "pharmacist", "coordinator"},
    "treatment.first_dose": {"physician", "nurse", "pharmacist"},
    "treatment.missed": {"physician", "nurse", "pharmacist", "coordinator"},
    "treatment.monitor": {"physician", "nurse", "pharmacist"},
    "treatment.alert": {"physician"},
    "treatment.access": {"physician", "nurse", "pharmacist", "coordinator"},
    "treatment.day_zero": {"physician"},
    "treatment.diet": {"physician"},
    "treatment.diet_check": {"physician", "nurse", "pharmacist"},
    "treatment.diet_value": {"physician", "nurse", "pharmacist"},
    "treatment.surgery": {"physician"},
    "treatment.stimulation": {"physician", "nurse"},
    "treatment.alternative": {"physician", "nurse", "pharmacist", "coordinator"},
    "treatment.day_zero_done": {"physician", "nurse", "pharmacist", "coordinator"},
}


def test_the_tables_name_the_same_verbs() -> None:
    assert {verb for verb in policies.TABLE if verb.startswith("treatment.")} == set(ORACLE)


@pytest.mark.django_db
@given(st.lists(HELD, max_size=4), st.sampled_from(sorted(ORACLE)), SUBJECTS)
def test_the_policies_say_what_the_table_says(held: Any, verb: str, subject: policies.Subject) -> None:
    names_nothing = not subject.id and subject.site is None
    expected = any(
        role in ORACLE[verb] and purpose == "care" and (site is None or site == subject.site or names_nothing)
        for role, site, purpose in held
    )
    assert policies.allows(somebody(held), verb, subject) == expected
