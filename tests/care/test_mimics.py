"""The list of mimics."""

from __future__ import annotations

import pytest

from westward.care.answer import Answer
from westward.care.mimics import mimics
from westward.core.errors import UsageError
from westward.evidence.status import Status


def test_what_was_not_considered_is_not_excluded() -> None:
    found = {m.key: m for m in mimics({"not_epileptic.moro": Answer.NO})}
    assert found["not_epileptic.moro"].considered is Answer.NO
    assert {m.considered for key, m in found.items() if key != "not_epileptic.moro"} == {Answer.UNKNOWN}


def test_other_epilepsies_are_told_from_what_is_none() -> None:
    found = {m.key: m for m in mimics({})}
    assert found["epileptic.dravet"].epileptic
    assert not found["not_epileptic.benign_myoclonus"].epileptic
    assert found["not_epileptic.benign_myoclonus"].tells_apart == "normal ictal and interictal EEG"


def test_a_distinction_without_a_source_is_left_empty() -> None:
    assert all(m.fact.status is not Status.RECALLED for m in mimics({}) if m.tells_apart)


def test_an_answer_off_the_list_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        mimics({"not_epileptic.hiccup": Answer.YES})
    assert str(caught.value) == "'not_epileptic.hiccup' is not on the list of mimics"


def test_an_entry_is_what_the_evidence_says() -> None:
    for one in mimics({}):
        assert (one.key, one.name, one.tells_apart) == (one.fact.key, one.fact.meaning, one.fact.value)
