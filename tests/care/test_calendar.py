"""Properties of every calendar, for all weights and lengths; what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from westward.care.calendar import Calendar, Chosen, build
from westward.care.dosing import Body, area_mm2, dose
from westward.care.strength import measure, strength
from westward.core.errors import RefusedError, UsageError
from westward.evidence.protocol import DoseUnit
from westward.evidence.shelf import load, names, parse
from westward.evidence.status import Status

WEIGHTS, LENGTHS = st.integers(2000, 20_000), st.integers(400, 1100)
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
BOTTLES = {"acth_natural": "80 U/mL", "prednisolone": "15 mg/5 mL", "vigabatrin": "50 mg/mL"}


def possible(name: str, body: Body, **asked: Any) -> Calendar:
    """The calendar; what a hard stop refuses (``test_ceilings.py``) is no example."""
    try:
        return build(load(name), body, **asked)
    except UsageError as error:
        assume("above the ceiling" not in str(error))
        assume("does not go with a length" not in str(error))
        raise


@given(st.sampled_from(names()), WEIGHTS, LENGTHS, DAYS)
def test_every_day_is_dated_and_every_dose_a_whole_number_above_0(
    name: str, weight: int, length: int, start: date
) -> None:
    made = possible(name, Body(weight_g=weight, length_mm=length), start=start, unapproved=True)
    for day in made.days:
        assert day.date == start + timedelta(days=day.day - 1)
        for one in day.doses:
            assert isinstance(one.amount, int)
            assert one.amount > 0
            assert one.volume_ul is None
    numbers = [day.day for day in made.days]
    last = max(day.day for day in made.days if day.doses)
    assert numbers[:last] == list(range(1, last + 1))
    for total in made.cumulative:
        assert total.amount == sum(d.amount for day in made.days for d in day.doses if d.drug == total.drug)


@given(st.sampled_from(["acth_label_150", "prednisolone_perc", "prednisolone_ucla_8mgkg"]), WEIGHTS, LENGTHS)
def test_a_taper_never_rises_as_reckoned_nor_as_measured(name: str, weight: int, length: int) -> None:
    bottles = {c.drug: strength(BOTTLES[c.drug]) for c in load(name).courses}
    body = Body(weight_g=weight, length_mm=length)
    made = possible(name, body, start=date(2026, 1, 1), strengths=bottles, approved=True)
    daily = [(sum(d.amount for d in day.doses), sum(d.volume_ul or 0 for d in day.doses)) for day in made.days]
    daily = [pair for pair in daily if pair[0]]
    assert all(b[0] <= a[0] and b[1] <= a[1] for a, b in pairwise(daily))


@given(WEIGHTS)
def test_the_ceiling_of_60_mg_holds_as_reckoned_and_as_measured(weight: int) -> None:
    made = build(
        load("prednisolone_ucla_8mgkg"),
        Body(weight_g=weight),
        start=date(2026, 1, 1),
        strengths={"prednisolone": strength("15 mg/5 mL")},
        approved=True,
    )
    for day in made.days:
        assert sum(d.amount for d in day.doses) <= 60_000
        assert sum(Fraction(d.volume_ul or 0) * 3 for d in day.doses) <= 60_000


@given(st.integers(1, 2_000_000), st.sampled_from(["80 U/mL", "40U/mL", "100 U per mL"]))
def test_a_volume_is_the_nearest_mark(amount: int, words: str) -> None:
    bottle = strength(words)
    exact = amount / bottle.per_ml * 1000
    try:
        measured = measure(amount, bottle, unit=DoseUnit.MU)
    except UsageError:
        assert exact > 30_000 or exact <= 5
        return
    assert measured.volume_ul % measured.mark_ul == 0
    assert 2 * abs(measured.volume_ul - exact) <= measured.mark_ul


@given(WEIGHTS, LENGTHS)
def test_the_surface_is_mostellers(weight: int, length: int) -> None:
    square = Fraction(weight * length * 10**12, 36_000_000)
    found = area_mm2(Body(weight_g=weight, length_mm=length))
    assert (Fraction(2 * found - 1, 2)) ** 2 <= square <= (Fraction(2 * found + 1, 2)) ** 2


@given(WEIGHTS, LENGTHS)
def test_a_heavier_child_never_gets_less(weight: int, length: int) -> None:
    for name in ("acth_label_150", "vigabatrin_standard"):
        for step in load(name).courses[0].steps:
            here = dose(step, Body(weight_g=weight, length_mm=length))
            there = dose(step, Body(weight_g=weight + 100, length_mm=length))
            assert here is not None
            assert there is not None
            assert here <= there


@pytest.mark.parametrize(
    "name, body, words",
    [
        ("acth_label_150", Body(weight_g=7000), "length"),
        ("vigabatrin_standard", Body(), "weight in grams"),
        ("vigabatrin_standard", Body(weight_g=1999), "outside 2000-20000 g"),
        ("vigabatrin_standard", Body(weight_g=20_001), "outside 2000-20000 g"),
        ("acth_label_150", Body(weight_g=7000, length_mm=399), "outside 400-1100 mm"),
        ("acth_label_150", Body(weight_g=7000, length_mm=1101), "outside 400-1100 mm"),
    ],
)
def test_what_is_missing_or_cannot_be(name: str, body: Body, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        build(load(name), body, start=date(2026, 1, 1), unapproved=True)


@pytest.mark.parametrize("weight, length", [(2000, 400), (20_000, 1100)])
def test_the_limits_themselves_are_allowed(weight: int, length: int) -> None:
    assert build(load("acth_label_150"), Body(weight_g=weight, length_mm=length), start=date(2026, 1, 1)).days


def test_what_is_not_sourced_needs_approval_or_is_marked_and_never_in_milliliters() -> None:
    asked = {"start": date(2026, 1, 1), "strengths": {"prednisolone": strength("3 mg/mL")}}
    with pytest.raises(RefusedError, match="two named people"):
        build(load("prednisolone_ucla_8mgkg"), Body(weight_g=7000), **asked)
    looked_at = build(load("prednisolone_ucla_8mgkg"), Body(weight_g=7000), **asked, unapproved=True)
    assert not any(day.sourced for day in looked_at.days if day.doses)
    assert all(d.volume_ul is None for day in looked_at.days for d in day.doses)
    approved = build(load("prednisolone_ucla_8mgkg"), Body(weight_g=7000), **asked, approved=True)
    assert all(d.volume_ul for day in approved.days for d in day.doses)


def test_units_and_milligrams_are_not_interchangeable() -> None:
    body = Body(weight_g=7000, length_mm=650)
    with pytest.raises(UsageError, match="not interchangeable"):
        build(load("acth_label_150"), body, start=date(2026, 1, 1), strengths={"acth_natural": strength("1 mg/mL")})
    with pytest.raises(UsageError, match="tetracosactide_depot is tetracosactide"):
        build(load("acth_label_150"), body, start=date(2026, 1, 1), products={"acth_natural": "tetracosactide_depot"})
    with pytest.raises(UsageError, match="the protocol gives acth_natural"):
        build(load("acth_label_150"), body, start=date(2026, 1, 1), strengths={"prednisolone": strength("3 mg/mL")})


@pytest.mark.parametrize("branch, day, words", [("none", 7, "has no branch"), ("spasms_on_day_7", 6, "day 7 to 14")])
def test_a_branch_has_its_days(branch: str, day: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        build(
            load("prednisolone_iciss"), Body(), start=date(2026, 1, 1), chosen=[Chosen(branch=branch, day=day)],
            unapproved=True,
        )  # fmt: skip


@pytest.mark.parametrize("words", ["80", "80 U", "0 U/mL", "x mg/mL", "3 mg/0 mL", "3 g/mL"])
def test_a_strength_that_is_not_understood(words: str) -> None:
    with pytest.raises(UsageError, match="not understood"):
        strength(words)


def test_a_coarse_syringe_is_told() -> None:
    made = build(
        load("acth_label_150"),
        Body(weight_g=3000, length_mm=500),
        start=date(2026, 1, 1),
        strengths={"acth_natural": strength("80 U/mL")},
    )
    assert any("coarse" in warning for warning in made.warnings)


def test_checks_stand_on_their_days() -> None:
    made = build(load("prednisolone_perc"), Body(), start=date(2026, 1, 1))
    by_id = {c.id: [d.day for d in made.days if c in d.checks] for d in made.days for c in d.checks}
    assert by_id["day_7"] == [7]
    assert by_id["day_14_eeg"] == [14]
    assert by_id["blood"] == [1, 7, 14, 29]
    assert by_id["blood_pressure_full"] == [4, 8, 11, 14]
    assert by_id["blood_pressure_taper"] == [21, 28]


def test_eyes_are_looked_at_before_the_fourth_week_every_three_months_and_after_the_end() -> None:
    made = build(load("vigabatrin_standard"), Body(weight_g=7000), start=date(2026, 1, 1), unapproved=True)
    by_id = {c.id: [d.day for d in made.days if c in d.checks] for d in made.days for c in d.checks}
    assert by_id["eyes_start"] == [28]
    assert by_id["eyes"] == [92, 183]
    assert by_id["eyes_after"] == [191 + 91]


@pytest.mark.parametrize(
    "change, words",
    [
        ("per_m2 = 75_000->per_m2 = 75.5", "no rate"),
        ("per_m2 = 75_000->per_m2 = 75_000\nper_dose = 1", "one of"),
        ('status = "excerpt"->status = "sure"', "status"),
        ("from_day = 15->from_day = 14", "before the last ends"),
        ("to_day = 14->to_day = 0", "make no sense"),
        ("times_a_day = 2->times_a_day = 5", "not provided for"),
        ('id = "acth_label_150"->id = "x"', "needs id"),
    ],
)
def test_a_broken_protocol_is_refused(change: str, words: str) -> None:
    from importlib.resources import files

    from westward.core.errors import InputError

    text = (files("westward.evidence") / "protocols" / "acth_label_150.toml").read_text(encoding="utf-8")
    old, new = change.split("->")
    with pytest.raises(InputError, match=words):
        parse("acth_label_150", text.replace(old, new, 1))


@pytest.mark.parametrize("day, refused", [(6, True), (13, True), (14, False), (0, False)])
def test_a_branch_that_would_change_days_that_have_passed_is_refused(day: int, refused: bool) -> None:
    """Its first step begins with it, or on a fixed day not before the last on which it may be taken."""
    from importlib.resources import files

    from westward.core.errors import InputError

    text = (files("westward.evidence") / "protocols" / "prednisolone_iciss.toml").read_text(encoding="utf-8")
    assert text.count("from_day = 0") == 1
    changed = text.replace("from_day = 0", f"from_day = {day}")
    if refused:
        with pytest.raises(InputError, match=f"'raised dose' of branch 'spasms_on_day_7' begins on day {day}"):
            parse("prednisolone_iciss", changed)
    else:
        assert parse("prednisolone_iciss", changed).branches


def test_a_step_before_the_day_its_branch_is_taken_is_refused() -> None:
    from tests.support.made_up import course, protocol, step

    fixed = protocol(course(step(to_day=9), step(name="up", from_day=4, to_day=9, branch="add")), branches=("add",))
    made = build(fixed, Body(), start=date(2026, 1, 1), chosen=[Chosen(branch="add", day=4)])
    assert [day.step for day in made.days[2:4]] == ["full dose", "up"]
    with pytest.raises(UsageError, match="up would begin on day 4, which has passed"):
        build(fixed, Body(), start=date(2026, 1, 1), chosen=[Chosen(branch="add", day=5)])


def test_no_ceiling_is_held_against_days_that_are_kept_from_before() -> None:
    """At 2600 g the full dose of 40 mg is above 15 mg/kg; on day 20 only the taper is left."""
    asked = {"start": date(2026, 1, 1)}
    with pytest.raises(UsageError, match=r"day 1: .* above the ceiling"):
        build(load("prednisolone_perc"), Body(weight_g=2600), **asked)
    with pytest.raises(UsageError, match=r"day 14: .* above the ceiling"):
        build(load("prednisolone_perc"), Body(weight_g=2600), **asked, from_day=14)
    assert build(load("prednisolone_perc"), Body(weight_g=2600), **asked, from_day=20).days


def test_the_status_of_a_protocol_is_its_weakest() -> None:
    assert load("acth_label_150").status is Status.EXCERPT
    assert load("prednisolone_perc").status is Status.EXCERPT
    assert load("prednisolone_ucla_8mgkg").status is Status.RECALLED
    assert load("acth_natural_low").empty == ("taper",)


@pytest.mark.parametrize(
    "day, raised", [(7, [7, 9, 11, 13]), (8, [9, 11, 13]), (9, [9, 11, 13]), (10, [11, 13]), (12, [13]), (13, [13])]
)
def test_a_raised_depot_dose_begins_when_the_next_dose_is_due(day: int, raised: list[int]) -> None:
    chosen = [Chosen(branch="spasms_on_day_7", day=day)]
    made = build(load("tetracosactide_iciss"), Body(), start=date(2026, 1, 1), chosen=chosen, unapproved=True)
    amounts = {d.day: dose.amount for d in made.days for dose in d.doses if dose.drug == "tetracosactide"}
    assert [on for on, amount in amounts.items() if amount == 750] == raised
    assert list(amounts) == [1, 3, 5, 7, 9, 11, 13]
    assert not any("after the last dose" in d.step for d in made.days if d.day <= 29)


def test_a_raised_depot_dose_for_which_no_day_is_left_is_refused() -> None:
    chosen = [Chosen(branch="spasms_on_day_7", day=14)]
    with pytest.raises(UsageError, match="due on day 15, after the last day of raised dose"):
        build(load("tetracosactide_iciss"), Body(), start=date(2026, 1, 1), chosen=chosen, unapproved=True)


@pytest.mark.parametrize("words, told", [("80 U/mL", False), ("40 U/mL", True)])
def test_a_bottle_of_an_unusual_strength_is_told(words: str, told: bool) -> None:
    body, bottle = Body(weight_g=7000, length_mm=650), {"acth_natural": strength(words)}
    made = build(load("acth_label_150"), body, start=date(2026, 1, 1), strengths=bottle)
    assert any("acth_gel_80 usually has 80 U/mL" in warning for warning in made.warnings) is told
