"""The numbers behind the grade and how they are printed."""

from __future__ import annotations

from dataclasses import fields

import pytest

from westward.core.errors import UsageError
from westward.eeg.grading.rules import BasedRules
from westward.evidence.loader import load
from westward.evidence.status import Status


def test_rules_are_the_shipped_evidence() -> None:
    rules, sheet = BasedRules.from_evidence(), load("based_2021")
    for f in fields(rules):
        assert getattr(rules, f.name) == sheet[f.metadata["key"]].value


def test_every_fact_is_printed_with_status_and_source() -> None:
    rows = BasedRules.from_evidence().printed()
    assert [r.name for r in rows] == [f.key for f in load("based_2021")]
    by_name = {r.name: r for r in rows}
    assert by_name["amplitude.posterior_uv"].value == "300"
    assert by_name["amplitude.posterior_uv"].status is Status.UNCONFIRMED
    assert by_name["grouped_multifocal_spikes.both_hemispheres"].value == "yes"


def test_an_overridden_value_is_a_policy_of_the_run_and_names_what_it_replaces() -> None:
    row = {r.name: r for r in BasedRules.from_evidence(posterior_uv=350).printed()}["amplitude.posterior_uv"]
    assert (row.value, row.status) == ("350", Status.POLICY)
    assert "otherwise 300 (unconfirmed)" in row.source


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"posterior": 350}, "no such BASED rule: posterior"),
        ({"posterior_uv": -1}, "posterior_uv is -1"),
        ({"recurrence": 1.5}, "between 0 and 1"),
        ({"anterior_uv": float("nan")}, "anterior_uv is nan"),
        ({"page_s": 7}, "cannot be cut into pages"),
        ({"min_spikes": "2"}, "min_spikes is '2'"),
    ],
)
def test_senseless_rules_are_refused(bad: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        BasedRules.from_evidence(**bad)


@pytest.mark.parametrize(("name", "limit"), [("P7-O1", 300), ("O1-O2", 300), ("P7-T7", 200), ("Fp1-F7", 200)])
def test_occipital_derivations_have_the_posterior_limit(name: str, limit: float) -> None:
    assert BasedRules.from_evidence().limit_uv(name) == limit
