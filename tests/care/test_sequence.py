"""A switch: what joins two sources is one protocol of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from westward.care.calendar import build
from westward.care.dosing import Body
from westward.care.sequence import Join, Joining, joined, joining, protocols_of
from westward.evidence import shelf
from westward.evidence.loader import load
from westward.evidence.protocol import DoseUnit

HORMONE = frozenset({"hormone"})


@pytest.mark.parametrize(
    ("before", "after", "given", "expected"),
    [
        ("prednisolone_ucla_8mgkg", "acth_label_150", HORMONE, Joining(Join.JOINED, "prednisolone_ucla_then_acth")),
        ("prednisolone_iciss", "acth_label_150", HORMONE, Joining(Join.JOINED, "prednisolone_iciss_then_acth")),
        ("prednisolone_perc", "acth_label_150", HORMONE, Joining(Join.JOINED, "prednisolone_perc_then_acth")),
        ("acth_natural_low", "acth_label_150", HORMONE, Joining(Join.JOINED)),
        ("prednisolone_perc", "vigabatrin_standard", HORMONE, Joining(Join.OTHER_MECHANISM)),
        ("vigabatrin_standard", "prednisolone_perc", frozenset({"vigabatrin"}), Joining(Join.OTHER_MECHANISM)),
        ("vigabatrin_standard", "prednisolone_perc", frozenset({"vigabatrin", "hormone"}), Joining(Join.NEITHER)),
        ("acth_label_150", "prednisolone_perc", HORMONE, Joining(Join.NEITHER)),
        ("vigabatrin_standard", "topiramate", frozenset({"vigabatrin"}), Joining(Join.NEITHER)),
    ],
)
def test_what_a_switch_is(before: str, after: str, given: frozenset[str], expected: Joining) -> None:
    assert joining(before, after, given=given) == expected


def test_the_sequences_that_join_two_sources() -> None:
    assert joined() == {
        "prednisolone_ucla_then_acth", "prednisolone_iciss_then_acth", "prednisolone_perc_then_acth",
    }  # fmt: skip


@pytest.mark.parametrize(
    "value, expected", [("acth_z", ("acth_z",)), (("acth_z", "plp_trial"), ("acth_z", "plp_trial"))]
)
def test_a_fact_names_one_protocol_or_several(value: str | tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert protocols_of(replace(load("escalation").section("mechanism")[0], value=value)) == expected


def test_every_joined_protocol_is_on_the_shelf_and_ends_where_its_sequence_does() -> None:
    sheet = load("escalation")
    assert joined() <= set(shelf.names())
    for fact in sheet.section("joined"):
        before = fact.key.split(".", 1)[1]
        after = str(sheet[f"sequence.{before}"].value)
        whole = shelf.load(str(fact.value))
        parts = set(shelf.texts(str(fact.value))) - {str(fact.value)}
        assert parts == {before, after}
        assert not whole.empty


@pytest.mark.parametrize("name", sorted(joined()))
def test_between_the_two_there_is_no_day_without_a_hormone_and_no_taper(name: str) -> None:
    made = build(shelf.load(name), Body(weight_g=7350, length_mm=665), start=date(2026, 3, 2), unapproved=True)
    oral = [sum(d.amount for d in day.doses if d.unit is DoseUnit.UG) for day in made.days]
    gel = [sum(d.amount for d in day.doses if d.unit is DoseUnit.MU) for day in made.days]
    assert len(set(oral[:14])) == 1
    assert not any(oral[14:])
    assert not any(gel[:14])
    assert gel[14]
    assert all(gel[14:28])
