"""Hard stops: what a calendar refuses, what it tells, at the limit and one beyond."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.made_up import course, protocol, step

from westward.care.adjust import Adjustment, Kind, adjust
from westward.care.calendar import Calendar, Chosen, build
from westward.care.ceilings import check_build, check_length, per_dose
from westward.care.dosing import Body
from westward.care.exposure import Lessened
from westward.care.site import with_site_values
from westward.care.strength import strength
from westward.core.errors import UsageError
from westward.evidence.loader import load as sheet_of
from westward.evidence.protocol import DoseUnit, Protocol
from westward.evidence.shelf import load, names
from westward.evidence.status import Status

START = date(2026, 3, 2)


def made(name: str, weight: int | None = None, length: int | None = None, *branches: Chosen) -> Calendar:
    body = Body(weight_g=weight, length_mm=length)
    return build(load(name), body, start=START, chosen=branches, unapproved=True)


def test_a_fixed_dose_is_refused_for_a_child_too_small_for_it() -> None:
    with pytest.raises(UsageError, match=r"prednisolone, day 1: 20 mg/kg a day is above the ceiling: at most 15 mg/kg"):
        made("prednisolone_perc", 2000)
    with pytest.raises(UsageError, match="policy: Program policy"):
        made("prednisolone_perc", 2650)
    assert made("prednisolone_perc", 2667).days
    raised = Chosen(branch="spasms_on_day_7", day=7)
    with pytest.raises(UsageError, match="day 7"):
        made("prednisolone_iciss", 3900, None, raised)
    assert made("prednisolone_iciss", 4000, None, raised).days


def test_more_by_weight_than_was_published_is_told_once() -> None:
    high = [words for words in made("prednisolone_perc", 4000).warnings if "/kg a day on day" in words]
    assert len(high) == 1
    assert high[0].startswith("prednisolone: 10 mg/kg a day on day 1; at most 8 mg/kg a day (excerpt: Hussain")
    assert not [words for words in made("prednisolone_perc", 5000).warnings if "/kg a day on day" in words]
    assert not [words for words in made("prednisolone_perc").warnings if "/kg a day on day" in words]


def test_a_hormone_is_not_extended_without_end() -> None:
    label = made("acth_label_150", 7000, 650)
    assert adjust(label, [Adjustment(Kind.EXTEND, 14, 14)]).days
    with pytest.raises(UsageError, match="extended by 15 days in all; at most 14"):
        adjust(label, [Adjustment(Kind.EXTEND, 14, 15)])
    with pytest.raises(UsageError, match="extended by 60 days"):
        adjust(label, [Adjustment(Kind.EXTEND, 14, 60)])
    with pytest.raises(UsageError, match="extended by 15 days in all"):
        adjust(label, [Adjustment(Kind.EXTEND, 14, 10), Adjustment(Kind.EXTEND, 16, 5)])
    assert adjust(label, [Adjustment(Kind.PAUSE, 15, 30)]).days, "a pause extends nothing"


def test_the_days_at_the_highest_dose_have_a_ceiling_of_their_own() -> None:
    label = made("acth_label_150", 7000, 650)
    full = [day for day in label.days if day.step == "full dose"]
    check_length(label.protocol, full * 2)
    with pytest.raises(UsageError, match="acth_natural at its highest dose on 29 days; at most 28"):
        check_length(label.protocol, [*full, *full, replace(full[0])])


@pytest.mark.parametrize("full", [28, 29])
def test_a_hormone_that_is_not_given_is_at_no_highest_dose(full: int) -> None:
    """A second hormone waits in a branch that nobody took; the days of the first are still held against the ceiling."""
    gel = step(name="extra", from_day=0, to_day=9, branch="add")
    one = protocol(
        course(step(to_day=full), step(name="taper 1", from_day=full + 1, to_day=40, rate=Fraction(500))),
        course(gel, drug="acth_natural", unit=DoseUnit.MU),
        branches=("add",),
    )
    if full == 28:
        assert len(build(one, Body(), start=START).days) >= 40
        return
    with pytest.raises(UsageError, match="prednisolone at its highest dose on 29 days; at most 28"):
        build(one, Body(), start=START)


def test_another_drug_may_be_extended_longer() -> None:
    vigabatrin = made("vigabatrin_standard", 7000)
    assert adjust(vigabatrin, [Adjustment(Kind.EXTEND, 100, 60)]).days
    with pytest.raises(UsageError, match="extended by 61 days"):
        adjust(vigabatrin, [Adjustment(Kind.EXTEND, 100, 60), Adjustment(Kind.EXTEND, 100, 1)])


HUSSAIN = "Hussain 2014 (UCLA), excerpt: prednisolone 8 mg/kg a day, at most 60 mg"
PROGRAM = "Program policy, to be set by the site: no published ceiling was found"


@pytest.mark.parametrize("amount, stopped", [(60_000, False), (60_060, False), (60_061, True), (61_000, True)])
def test_the_ceiling_of_a_day_holds_whatever_the_weight(amount: int, stopped: bool) -> None:
    """A thousandth more is rounding; the doses of the day count together."""
    one = protocol(course(step(to_day=1, times=("morning", "evening"), rate=Fraction(amount, 2))))
    whole = protocol(course(step(to_day=1, rate=Fraction(amount))))
    for each in (one, whole) if amount % 2 == 0 else (whole,):
        if not stopped:
            assert build(each, Body(), start=START).days
            continue
        with pytest.raises(UsageError) as caught:
            build(each, Body(), start=START)
        shown = f"{amount / 1000:.4g}"
        assert str(caught.value) == (
            f"prednisolone, day 1: {shown} mg a day is above the ceiling: at most 60 mg a day (excerpt: {HUSSAIN}); "
            "check the weight and the protocol"
        )


def test_each_drug_is_held_against_its_own_ceiling_and_unit() -> None:
    gel = course(step(from_day=2, to_day=2, rate=Fraction(121_000)), drug="acth_natural", unit=DoseUnit.MU)
    with pytest.raises(UsageError) as caught:
        build(protocol(course(step()), gel), Body(), start=START)
    assert str(caught.value) == (
        "acth_natural, day 2: 121 U a day is above the ceiling: at most 120 U a day "
        f"(policy: {PROGRAM}); check the weight and the protocol"
    )


def test_the_words_of_a_ceiling_by_weight() -> None:
    with pytest.raises(UsageError) as caught:
        made("prednisolone_perc", 2000)
    assert str(caught.value) == (
        f"prednisolone, day 1: 20 mg/kg a day is above the ceiling: at most 15 mg/kg a day (policy: {PROGRAM}); "
        "check the weight and the protocol"
    )


def test_a_calendar_that_was_not_extended_passes_a_site_that_allows_no_extension() -> None:
    sheet = with_site_values(sheet_of("ceilings"), {"extension.hormone": 0}, site="Example clinic")
    label = made("acth_label_150", 7000, 650)
    check_length(label.protocol, label.days, sheet=sheet)
    with pytest.raises(UsageError, match="extended by 1 days in all; at most 0"):
        check_length(label.protocol, label.days, extended=1, sheet=sheet)


@pytest.mark.parametrize(
    "weight, length, good",
    [
        (20_000, 400, False),
        (7000, 650, True),
        (2000, 500, True),
        (1999, 500, False),
        (7500, 500, True),
        (7501, 500, False),
        (None, 500, True),
        (7000, None, True),
    ],
)
def test_a_weight_goes_with_its_length(weight: int | None, length: int | None, good: bool) -> None:
    if good:
        check_build(weight, length)
        return
    with pytest.raises(UsageError, match="does not go with a length"):
        check_build(weight, length)


def test_a_weight_that_does_not_go_with_its_length_makes_no_calendar() -> None:
    with pytest.raises(UsageError, match="20000 g does not go with a length of 400 mm"):
        made("acth_label_150", 20_000, 400)


@given(st.sampled_from(names()), st.integers(4000, 20_000))
def test_no_calendar_passes_a_ceiling(name: str, weight: int) -> None:
    length = round((weight * 1000 / 16) ** 0.5)
    ceilings = sheet_of("ceilings")
    for day in made(name, weight, min(length, 1100)).days:
        totals: dict[str, int] = {}
        for dose in day.doses:
            totals[dose.drug] = totals.get(dose.drug, 0) + dose.amount
        for drug, amount in totals.items():
            by_weight = ceilings.integer(f"per_kg.{drug}")
            assert amount * 1000 <= by_weight * weight * 1.001
            if f"per_day.{drug}" in ceilings.facts:
                assert amount <= ceilings.integer(f"per_day.{drug}") * 1.001


def test_every_drug_of_every_protocol_has_a_ceiling_with_a_status() -> None:
    ceilings = sheet_of("ceilings")
    drugs = {course.drug for name in names() for course in load(name).courses}
    for drug in drugs:
        assert ceilings[f"per_kg.{drug}"].status in set(Status)
        assert ceilings[f"per_kg.{drug}"].source


BOTTLES = {
    "acth_natural": ("80 U/mL", "40 U/mL"),
    "prednisolone": ("15 mg/5 mL", "5 mg/mL"),
    "tetracosactide": ("1 mg/mL",),
    "acth_z": ("0.5 mg/mL",),
    "vigabatrin": ("50 mg/mL", "100 mg/mL"),
    "pyridoxine": ("50 mg/mL", "25 mg/mL"),
    "plp": ("50 mg/mL", "10 mg/mL"),
}


@given(st.sampled_from(names()), st.integers(2000, 20_000), st.integers(0, 1))
def test_what_is_drawn_up_passes_no_ceiling_of_a_day(name: str, weight: int, which: int) -> None:
    """Not even by half a mark; written out again from the sheet, and only the mark below may be taken instead."""
    drugs = [one.drug for one in load(name).courses]
    bottles = {drug: strength(BOTTLES[drug][which % len(BOTTLES[drug])]) for drug in drugs if drug in BOTTLES}
    body = Body(weight_g=weight, length_mm=round((weight / 16 * 1000) ** 0.5))
    try:
        days = build(load(name), body, start=START, strengths=bottles, approved=True).days
    except UsageError as error:
        assume(any(why in str(error) for why in ("above the ceiling", "kg/m2", "cannot be measured", "any syringe")))
        raise
    limits = sheet_of("ceilings").facts
    for day in days:
        for drug, bottle in bottles.items():
            doses = [dose for dose in day.doses if dose.drug == drug]
            held = sum(((dose.volume_ul or 0) * bottle.per_ml for dose in doses), Fraction(0)) / 1000
            if (by_weight := limits.get(f"per_kg.{drug}")) is not None:
                assert held * 1000 <= Fraction(str(by_weight.value)) * weight
            if (whole := limits.get(f"per_day.{drug}")) is not None:
                assert held <= Fraction(str(whole.value))
            for dose in doses:
                exact = dose.amount / bottle.per_ml * 1000
                mark = 10 if exact <= 1000 else 100 if exact <= 3000 else 200
                assert -mark < (dose.volume_ul or 0) - exact <= Fraction(mark, 2)


def test_the_highest_dose_of_vigabatrin_is_drawn_up_from_below() -> None:
    """7050 g: 150 mg/kg in two doses of 50 mg/mL are 10.575 mL each; the nearest mark, 10.6, holds 150.35 mg/kg."""
    made = build(
        load("vigabatrin_standard"),
        Body(weight_g=7050),
        start=START,
        strengths={"vigabatrin": strength("50 mg/mL")},
        approved=True,
    )
    assert {dose.volume_ul for dose in made.days[9].doses} == {10_400}
    assert {dose.volume_ul for dose in made.days[4].doses} == {7000}, "100 mg/kg: the nearest mark to 7.05 mL"


@pytest.mark.parametrize(
    "drug, times, weight, most",
    [
        ("vigabatrin", 2, 7050, Fraction(528_750)),
        ("vigabatrin", 2, 20_000, Fraction(1_500_000)),
        ("prednisolone", 4, 4000, Fraction(15_000)),
        ("prednisolone", 4, 3999, Fraction(3999 * 15, 4)),
        ("prednisolone", 3, None, Fraction(20_000)),
        ("topiramate", 2, None, None),
        ("unknown", 1, 7000, None),
    ],
)
def test_the_lower_ceiling_counts_for_a_dose(drug: str, times: int, weight: int | None, most: Fraction | None) -> None:
    assert per_dose(drug, times, weight_g=weight) == most


def test_ceilings_of_a_site_hold_for_days_put_in() -> None:
    label = made("acth_label_150", 7000, 650)
    strict = with_site_values(sheet_of("ceilings"), {"extension.hormone": 3}, site="Example clinic")
    assert adjust(label, [Adjustment(Kind.EXTEND, 14, 3)], limits=strict).days
    with pytest.raises(UsageError, match="extended by 4 days in all; at most 3"):
        adjust(label, [Adjustment(Kind.EXTEND, 14, 4)], limits=strict)


def test_a_day_on_which_less_was_given_is_no_day_at_the_highest_dose() -> None:
    label = made("acth_label_150", 7000, 650)
    wide = with_site_values(sheet_of("ceilings"), {"extension.hormone": 20}, site="Example clinic")
    longer = [Adjustment(Kind.EXTEND, 14, 15)]
    with pytest.raises(UsageError, match="acth_natural at its highest dose on 29 days; at most 28"):
        adjust(label, longer, limits=wide)
    missed = Lessened(START, "evening", "acth_natural")
    assert adjust(label, longer, lessened=[missed], limits=wide).days


def drawn(one: Protocol, words: str, **asked: Any) -> set[int | None]:
    """Microliters of the first course."""
    (course_,) = one.courses
    days = build(one, Body(), start=START, strengths={course_.drug: strength(words)}, approved=True, **asked).days
    return {dose.volume_ul for day in days for dose in day.doses}


def test_the_lower_of_the_protocols_ceiling_and_the_hard_stop_bounds_what_is_drawn_up() -> None:
    """10 mg of 3 mg/mL are 3.33 mL; the nearest mark, 3.4 mL, holds 10.2 mg."""
    ten = step(rate=Fraction(10_000))
    assert drawn(protocol(course(ten)), "3 mg/mL") == {3400}
    assert drawn(protocol(course(replace(ten, max_day=10_000))), "3 mg/mL") == {3200}
    site = with_site_values(sheet_of("ceilings"), {"per_day.prednisolone": 10_000}, site="Example clinic")
    assert drawn(protocol(course(ten)), "3 mg/mL", limits=site) == {3200}


def test_without_any_ceiling_the_nearest_mark_is_drawn_up() -> None:
    """Topiramate has a ceiling by weight alone, and here no weight was given."""
    fixed = protocol(course(step(rate=Fraction(10_000)), drug="topiramate", kind="second_line"))
    assert drawn(fixed, "3 mg/mL") == {3400}
