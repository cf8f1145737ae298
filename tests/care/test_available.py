"""Which drug is here today, how long a confirmation holds, and in which order protocols are named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from westward.care.answer import Answer
from westward.care.available import At, Supply, check, choices, order, standing
from westward.core.errors import UsageError
from westward.evidence.loader import load

TODAY = date(2026, 12, 1)
SHEET = load("day_zero")


def supply(at: At = At.HERE, *, days: int | None = None, ago: int = 0) -> Supply:
    return Supply(drug="acth_natural", at=at, days=days, confirmed_on=TODAY - timedelta(days=ago))


def told(one: Supply | None) -> tuple[At, str]:
    found = standing("acth_natural", one, on=TODAY, sheet=SHEET)
    return found.at, found.words


def test_what_was_confirmed_holds_for_a_week_and_no_longer() -> None:
    assert told(supply(ago=7)) == (At.HERE, "ACTH natural: here now")
    assert told(supply(ago=8)) == (At.UNKNOWN, "ACTH natural: last confirmed Mon 23 Nov 2026, ask again")
    assert told(None) == (At.UNKNOWN, "ACTH natural: nobody has confirmed whether it is here")


def test_what_must_be_ordered_says_how_long() -> None:
    assert told(supply(At.ORDER, days=3)) == (At.ORDER, "ACTH natural: must be ordered, 3 d from the order")
    assert told(supply(At.ORDER)) == (At.ORDER, "ACTH natural: must be ordered, days to arrive not known")
    assert told(supply(At.NONE)) == (At.NONE, "ACTH natural: not to be had")


ONLY_ORDERED = "days to arrive belong to a drug that must be ordered"


@pytest.mark.parametrize(
    "at, days, words",
    [
        (At.HERE, 0, ONLY_ORDERED),
        (At.NONE, 3, ONLY_ORDERED),
        (At.ORDER, 366, "366 days to arrive make no sense"),
        (At.ORDER, -1, "-1 days to arrive make no sense"),
        (At.UNKNOWN, None, "say where the drug stands: here, to be ordered, or not to be had"),
    ],
)
def test_days_that_make_no_sense_are_refused(at: At, days: int | None, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(at, days)
    assert str(caught.value) == words


def test_days_that_make_sense_are_taken() -> None:
    check(At.HERE, None)
    check(At.ORDER, 0)
    check(At.ORDER, 365)
    check(At.ORDER, None)


def test_the_order_is_that_of_the_sources_and_vigabatrin_is_first_in_tuberous_sclerosis() -> None:
    sheet = load("escalation")
    usual = [name for name, _ in order(sheet, tuberous_sclerosis=Answer.NO)]
    assert usual == [name for name, _ in order(sheet, tuberous_sclerosis=Answer.UNKNOWN)]
    assert (usual[0], usual[-1]) == ("acth_label_150", "vigabatrin_standard")
    assert [name for name, _ in order(sheet, tuberous_sclerosis=Answer.YES)][:2] == [usual[-1], usual[0]]


def test_a_protocol_is_here_if_every_drug_of_it_is() -> None:
    ordered = order(load("escalation"), tuberous_sclerosis=Answer.NO)
    drugs = {"acth_label_150": ("acth_natural", "prednisolone"), "vigabatrin_standard": ("vigabatrin",)}
    held = {"acth_natural": supply(), "vigabatrin": supply()}
    found = choices(ordered, drugs, held, on=TODAY, sheet=SHEET)
    assert [(one.protocol, one.here) for one in found] == [("acth_label_150", False), ("vigabatrin_standard", True)]
    assert [[drug.words for drug in one.drugs] for one in found] == [
        ["ACTH natural: here now", "prednisolone: nobody has confirmed whether it is here"], ["vigabatrin: here now"],
    ]  # fmt: skip
    assert [one.fact for one in found] == [fact for name, fact in ordered if name in drugs]
    held["prednisolone"] = supply()
    assert choices(ordered, drugs, held, on=TODAY, sheet=SHEET)[0].here
