"""What a site may enter where the evidence is empty: unit, kind, bounds, ceilings, the way a taper runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import made_up

from westward.care import local
from westward.care.calendar import build
from westward.care.dosing import Body
from westward.care.site import with_site_values
from westward.care.strength import strength
from westward.core.errors import RefusedError, UsageError
from westward.evidence import shelf
from westward.evidence.blank import Blank
from westward.evidence.loader import load
from westward.evidence.local import Band, LocalStep, LocalValue
from westward.evidence.protocol import Step
from westward.evidence.status import Status

TAPER = "protocol:acth_natural_low/acth_natural/taper"
TITRATION = "protocol:topiramate/topiramate/titration"
SHARE = "sheet:renal/vigabatrin.share"
STRESS = "sheet:stress/dose.fever_mg_m2_d"
UNITS = {TAPER: "U", TITRATION: "mg", SHARE: "1", STRESS: "mg/m2/d"}
LENGTHS = {4500: 540, 7000: 650, 14_000: 950}


def step(amount: str, days: int = 3, per: str = "dose", **more: int) -> LocalStep:
    return LocalStep(amount=amount, days=days, per=per, **more)


def told(field: str, value: Any, **more: Any) -> LocalValue:
    said = {"unit": UNITS.get(field, ""), "source": "Example rule", "year": 2024} | more
    return LocalValue(field=field, value=value, **said)


def checked(field: str, value: Any, **more: Any) -> None:
    local.check(local.blank(field), told(field, value, **more), this_year=2026)


def test_what_makes_sense_is_accepted() -> None:
    checked(TAPER, (step("10"), step("5", every_d=2)))
    checked(TITRATION, (step("6", per="kg_day", times_a_day=2), step("9", per="kg_day", times_a_day=2)))
    checked(SHARE, (Band(lower=10, upper=30, value=0.25), Band(lower=30, upper=80, value=0.5)))
    checked(STRESS, 50)
    checked(STRESS, 50, year=1950)
    checked(STRESS, 50, year=2026)


@pytest.mark.parametrize(
    "field, value, more, words",
    [
        (STRESS, 50, {"unit": "mg"}, "never converted"),
        (STRESS, 50, {"source": " x "}, "say the source"),
        (STRESS, 50, {"year": 2027}, "year of the source"),
        (STRESS, 50, {"year": 1949}, "year of the source"),
        (STRESS, 0.5, {}, "outside 1 to 200"),
        (STRESS, 201, {}, "outside 1 to 200"),
        (STRESS, (step("1"),), {}, "one number"),
        (SHARE, 0.5, {}, "takes rows"),
        (SHARE, (step("1"),), {}, "takes rows"),
        (SHARE, (Band(lower=30, upper=30, value=0.5),), {}, "no span"),
        (SHARE, (Band(lower=10, upper=30, value=1.5),), {}, "outside"),
        (SHARE, (Band(lower=10, upper=30, value=0.5), Band(lower=31, upper=40, value=0.5)), {}, "leaves a gap"),
        (SHARE, (Band(lower=10, upper=30, value=0.5), Band(lower=29, upper=40, value=0.5)), {}, "overlaps"),
        ("sheet:surveillance/hie.interval_1_d", 28.5, {"unit": "d"}, "not whole"),
        (TAPER, (), {}, "at least one"),
        (TAPER, (step("10", days=367),), {}, "more than 366"),
        (TAPER, (step("10", times_a_day=5),), {}, "5 times a day"),
        (TAPER, (step("10", times_a_day=0),), {}, "0 times a day"),
        (STRESS, 50, {"source": " 7 signs "}, "say the source"),
        (TAPER, (step("31", times_a_day=4),), {}, "gives 124 U a day, above the ceiling of 120"),
        (TAPER, (step("10", per="kg_day"), step("12", per="kg_day")), {}, "step 2 rises from 10 U to 12 U"),
        (TITRATION, (step("9", per="kg_day"), step("8", per="kg_day")), {}, "step 2 falls from 9 mg to 8 mg"),
        (TAPER, (step("10", days=2, every_d=3),), {}, "but it lasts 2"),
        (TAPER, tuple(step("10") for _ in range(13)), {}, "more than 12"),
        (TAPER, (step("10", times_a_day=4), step("5"), step("6")), {}, "rises"),
        (TAPER, (step("21"),), {}, "rises from 20 U to 21 U"),
        (TAPER, (step("10"), step("1", per="kg_day")), {}, "enter all of them in one way"),
        (TAPER, (step("15", days=6, every_d=3), step("15")), {}, "step 2 rises: every 1 days after every 3"),
        (TAPER, (step("130"),), {}, "above the ceiling of 120"),
        (TAPER, (step("16", per="kg_day"),), {}, "above the ceiling of 15"),
        (TITRATION, (step("2", per="kg_day"),), {}, "falls from 3 mg to 2 mg"),
        (TITRATION, (step("25.001", per="kg_day"),), {}, "above the ceiling of 25"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_one_line(field: str, value: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        checked(field, value, **more)
    assert "\n" not in str(caught.value)


def test_the_limits_themselves_are_accepted() -> None:
    checked(TITRATION, (step("25", per="kg_day"),))
    checked(TAPER, (step("20"),))
    checked(TAPER, (step("15", per="kg_day"),))
    checked(STRESS, 1)
    checked(STRESS, 200)
    checked(TAPER, (step("10", days=366),))
    checked(TAPER, tuple(step("10") for _ in range(12)))
    checked(TAPER, (step("5", times_a_day=4),))
    checked(TITRATION, (step("25", per="kg_day", times_a_day=2),))
    checked(TITRATION, (step("3", per="kg_day"), step("3", per="kg_day")))
    checked(STRESS, 50, source="Handbook")
    checked("sheet:blood_pressure/systolic.girls", (Band(lower=0, upper=6, value=100),), unit="mmHg")


@pytest.mark.parametrize(
    "field, value, more, words",
    [
        (STRESS, 50, {"source": "x"},
         "say the source so that somebody else can find it: authors or institution, title, place"),
        (SHARE, 0.5, {}, "this takes rows, at least one"),
        (STRESS, 201, {}, "201 mg/m2/d is outside 1 to 200; look for a slip of the pen"),
        (SHARE, (Band(lower=30, upper=30, value=0.5),), {}, "row 1: from 30 to 30 mL/min/1.73 m2 is no span"),
        (SHARE, (Band(lower=10, upper=30, value=0.5), Band(lower=29, upper=40, value=0.5)), {},
         "row 2 overlaps the row before, which ends at 30 mL/min/1.73 m2"),
        (SHARE, (Band(lower=10, upper=30, value=0.5), Band(lower=31, upper=40, value=0.5)), {},
         "row 2 leaves a gap after the row before, which ends at 30 mL/min/1.73 m2"),
        (SHARE, (Band(lower=10, upper=30, value=1.5),), {},
         "row 1: 1.5 1 is outside 0.05 to 1; look for a slip of the pen"),
        (TAPER, (step("10", days=367),), {}, "step 1 lasts 367 days, more than 366; look for a slip of the pen"),
        (TAPER, (step("31", times_a_day=4),), {},
         "step 1 gives 124 U a day, above the ceiling of 120 (policy: Program policy, to be set by the site: no "
         "published ceiling was found)"),
        (TAPER, (step("9", per="kg_day"), step("15.5", per="kg_day")), {},
         "step 2 gives 15.5 U per kg and day, above the ceiling of 15 (policy: Program policy, to be set by the site: "
         "no published ceiling was found)"),
        (TAPER, (step("10"), step("1", per="kg_day")), {},
         "the steps of a taper are a dose and per kg and day; enter all of them in one way, so that none can rise"),
        (TAPER, (step("21"),), {}, "step 1 rises from 20 U to 21 U; the doses of a taper do not"),
        (TITRATION, (step("2", per="kg_day"),), {}, "step 1 falls from 3 mg to 2 mg; the doses of a titration do not"),
        (TAPER, (step("15", days=6, every_d=3), step("15")), {},
         "step 2 rises: every 1 days after every 3 days is more of the drug; the doses of a taper do not"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_whole(field: str, value: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked(field, value, **more)
    assert str(caught.value) == words


def test_a_value_for_another_field_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        local.check(local.blank(TAPER), told(STRESS, 50), this_year=2026)
    assert str(caught.value) == f"the value is for {STRESS}, not for {TAPER}"


def placed(monkeypatch: pytest.MonkeyPatch, *steps: Step) -> Blank:
    """The empty step of a protocol that nobody published, named ``taper``."""
    made = made_up.protocol(made_up.course(*steps))
    monkeypatch.setattr(shelf, "load", lambda _: made)
    return replace(local.blank(TAPER), field="protocol:made_up/prednisolone/taper", unit="mg")


def entered(blank: Blank, *steps: LocalStep) -> None:
    value = LocalValue(field=blank.field, value=steps, unit="mg", source="Example rule", year=2024)
    local.check(blank, value, this_year=2026)


def test_steps_end_before_the_step_that_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days 1 to 3 are before, the step after begins on day 10: six days are left."""
    blank = placed(
        monkeypatch,
        made_up.step(rate=Fraction(20_000)),
        made_up.step(name="taper", from_day=4, to_day=4, rate=None),
        made_up.step(name="taper end", from_day=10, to_day=12),
        made_up.step(name="taper far", from_day=13, to_day=15),
    )
    entered(blank, step("10", days=6))
    entered(blank, step("10"), step("5"))
    for steps in ((step("10", days=7),), (step("10"), step("5", days=4))):
        with pytest.raises(UsageError) as caught:
            entered(blank, *steps)
        assert str(caught.value) == ("the steps end on day 10, but taper end of prednisolone begins on day 10")


def test_steps_at_the_start_of_a_course_begin_on_day_1_and_follow_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    blank = placed(
        monkeypatch,
        made_up.step(name="taper", to_day=1, rate=None),
        made_up.step(name="taper end", from_day=6, to_day=12),
    )
    entered(blank, step("10", days=5))
    with pytest.raises(UsageError, match="the steps end on day 6, but taper end of prednisolone begins on day 6"):
        entered(blank, step("10", days=6))
    with pytest.raises(UsageError, match="step 2 rises from 5 mg to 6 mg"):
        entered(blank, step("5", days=1), step("6", days=1))


@pytest.mark.parametrize("amount, times, fine", [("20", 1, True), ("10", 2, True), ("20.001", 1, False)])
def test_the_dose_before_is_that_of_the_whole_day(
    monkeypatch: pytest.MonkeyPatch, amount: str, times: int, fine: bool
) -> None:
    """10 mg in the morning and in the evening are 20 mg a day: no step of the taper is above them."""
    blank = placed(
        monkeypatch,
        made_up.step(rate=Fraction(10_000), times=("morning", "evening")),
        made_up.step(name="taper", from_day=4, to_day=4, rate=None),
    )
    if fine:
        entered(blank, step(amount, times_a_day=times))
    else:
        with pytest.raises(UsageError, match="step 1 rises from 20 mg to"):
            entered(blank, step(amount, times_a_day=times))


@pytest.mark.parametrize(
    "field, value, lines",
    [
        (STRESS, 50, ("50 mg/m2/d",)),
        (STRESS, 12.5, ("12.5 mg/m2/d",)),
        (SHARE, (Band(lower=10, upper=30, value=0.25), Band(lower=30, upper=80, value=0.5)),
         ("from 10 to below 30 mL/min/1.73 m2: 0.25", "from 30 to below 80 mL/min/1.73 m2: 0.5")),
        ("sheet:blood_pressure/systolic.girls", (Band(lower=0, upper=6, value=100),),
         ("from 0 to below 6 mo: 100 mmHg",)),
        (TAPER, (step("10"), step("0.5", days=1, every_d=1, times_a_day=2), step("5", days=8, every_d=2)),
         ("3 days: 10 U a dose, once a day", "1 day: 0.5 U a dose, 2 times a day",
          "8 days: 5 U a dose, once a day, every 2 days")),
        (TITRATION, (step("6", per="kg_day", times_a_day=2),), ("3 days: 6 mg per kg and day, 2 times a day",)),
    ],
)  # fmt: skip
def test_a_value_in_lines(field: str, value: Any, lines: tuple[str, ...]) -> None:
    assert local.words(local.blank(field), value) == lines


def test_a_number_without_a_unit_stands_alone() -> None:
    assert local.words(replace(local.blank(STRESS), unit=""), 3) == ("3",)


def test_a_field_that_a_source_fills_is_not_entered_here() -> None:
    with pytest.raises(UsageError, match="what a source gave"):
        local.blank("protocol:acth_label_150/acth_natural/taper 1")


def test_fields_are_named_once() -> None:
    fields = [one.field for one in local.blanks()]
    assert len(fields) == len(set(fields))


def test_a_sheet_takes_it_as_policy_with_its_source() -> None:
    value = told(STRESS, 50, entered="A, Tue 1 Dec 2026", approved="B, Wed 2 Dec 2026")
    fact = with_site_values(load("stress"), {"dose.fever_mg_m2_d": value}, site="Clinic")["dose.fever_mg_m2_d"]
    assert (fact.value, fact.unit, fact.status) == (50, "mg/m2/d", Status.POLICY)
    assert fact.source == (
        "Local value 1: Example rule (2024); entered by A, Tue 1 Dec 2026; approved by B, Wed 2 Dec 2026"
    )
    with pytest.raises(UsageError, match=r"value, unit .*, source and year"):
        with_site_values(load("stress"), {"dose.fever_mg_m2_d": 50}, site="Clinic")
    with pytest.raises(UsageError, match="value alone"):
        with_site_values(load("stress"), {"card.most_months": value}, site="Clinic")


def calendar(*steps: LocalStep, approved: bool, **more: Any) -> Any:
    kept = shelf.texts("acth_natural_low", [told(TAPER, steps)] if steps else [])
    asked = {"strengths": {"acth_natural": strength("80 U/mL")}, "unapproved": not approved} | more
    protocol = shelf.from_texts("acth_natural_low", kept)
    return build(protocol, Body(weight_g=7000), start=date(2026, 12, 1), approved=approved, **asked)


def test_a_taper_that_counts_otherwise_than_the_step_before_is_held_for_the_child() -> None:
    checked(TAPER, (step("10", per="kg_day"),))
    with pytest.raises(UsageError, match="taper rises for this child: 70 U a day after 20 U a day") as caught:
        calendar(step("10", per="kg_day"), approved=True)
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="taper rises for this child: 70 U every 4 days after 20 U a day"):
        calendar(step("10", days=8, per="kg_day", every_d=4), approved=True)
    with pytest.raises(UsageError, match=r"taper rises for this child: 20\.3 U a day"):
        calendar(step("2.9", per="kg_day"), approved=True)
    made = calendar(step("2.857", per="kg_day"), step("1", per="kg_day", times_a_day=2), approved=True)
    assert [sum(d.amount for d in day.doses) for day in made.days if day.day in (14, 15, 18)] == [20_000, 19_999, 7_000]
    # days that are over hold an earlier calendar's doses
    calendar(step("10", days=3, per="kg_day"), approved=True, from_day=18)


@pytest.mark.parametrize("name", shelf.names())
@pytest.mark.parametrize("grams", LENGTHS)
def test_no_published_taper_rises(name: str, grams: int) -> None:
    build(shelf.load(name), Body(weight_g=grams, length_mm=LENGTHS[grams]), start=date(2026, 12, 1), unapproved=True)


def test_without_a_local_value_the_taper_has_no_dose_and_no_day() -> None:
    made = calendar(approved=False)
    assert not any(dose.volume_ul for day in made.days for dose in day.doses)
    assert not [dose for day in made.days if day.day > 14 for dose in day.doses]
    assert any("no taper is sourced" in words for words in made.warnings)


def test_with_it_but_unapproved_the_days_are_marked_and_without_milliliters() -> None:
    made = calendar(step("10"), step("5"), approved=False)
    taper = [day for day in made.days if day.step.endswith(("taper 1", "taper 2"))]
    assert [dose.amount for day in taper for dose in day.doses] == [10_000] * 3 + [5_000] * 3
    assert not any(day.sourced for day in taper)
    assert not any(dose.volume_ul for day in taper for dose in day.doses)
    with pytest.raises(RefusedError, match=r"taper \(policy\)"):
        calendar(step("10"), approved=False, unapproved=False)


def test_approved_it_has_milliliters_and_says_policy_and_source() -> None:
    made = calendar(step("8"), step("4"), approved=True)
    dose = next(day for day in made.days if day.day == 15).doses[0]
    assert (dose.amount, dose.volume_ul, dose.status) == (8_000, 100, Status.POLICY)
    assert dose.source == "Local value 1: Example rule (2024)"
    assert not any("no taper is sourced" in words for words in made.warnings)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12), st.integers(1, 30))
def test_a_taper_is_accepted_if_and_only_if_it_never_rises(units: list[int], days: int) -> None:
    steps = tuple(step(str(one), days=days) for one in units)
    falls = all(after <= before for before, after in zip([20, *units], units, strict=False))
    try:
        checked(TAPER, steps)
    except UsageError:
        assert not falls
    else:
        assert falls
        made = calendar(*steps, approved=True)
        dosed = [day for day in made.days if day.doses]
        assert [day.day for day in dosed] == list(range(1, 15 + days * len(units)))
