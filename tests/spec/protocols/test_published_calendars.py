"""Each published schedule day by day, reckoned a second time by other means (decimals, no shared code)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_DOWN, Decimal, getcontext

import pytest

from westward.care.calendar import Calendar, Chosen, build
from westward.care.dosing import Body
from westward.care.strength import strength
from westward.evidence.shelf import load, names

getcontext().prec = 40
START = date(2026, 12, 1)
CHILDREN = [(5200, 590), (7350, 665), (11800, 790)]


def surface_dose(per_m2_units: str, weight_g: int, length_mm: int) -> int:
    """Milliunits by Mosteller: the square root of cm times kg over 3600."""
    square = Decimal(length_mm) / 10 * Decimal(weight_g) / 1000 / 3600
    return int((Decimal(per_m2_units) * 1000 * square.sqrt()).quantize(Decimal(1), ROUND_HALF_DOWN))


def table(calendar: Calendar, drug: str) -> dict[int, list[int]]:
    return {day.day: [dose.amount for dose in day.doses if dose.drug == drug] for day in calendar.days}


@pytest.mark.parametrize("weight_g, length_mm", CHILDREN)
def test_acth_label_150(weight_g: int, length_mm: int) -> None:
    made = build(load("acth_label_150"), Body(weight_g=weight_g, length_mm=length_mm), start=START)
    expected: dict[int, list[int]] = {}
    for day in range(1, 30):
        if day <= 14:
            expected[day] = [surface_dose("75", weight_g, length_mm)] * 2
        elif day <= 17:
            expected[day] = [surface_dose("30", weight_g, length_mm)]
        elif day <= 20:
            expected[day] = [surface_dose("15", weight_g, length_mm)]
        elif day <= 23 or day in (24, 26, 28):
            expected[day] = [surface_dose("10", weight_g, length_mm)]
        else:
            expected[day] = []
    found = table(made, "acth_natural")
    assert {day: found[day] for day in expected} == expected
    assert [day.date for day in made.days] == [START + timedelta(days=day.day - 1) for day in made.days]


def test_acth_at_0_4_square_meters_is_30_units_twice_a_day() -> None:
    """The example of the reference: 60 U a day, 0.375 mL of 80 U/mL twice a day, here at the nearest lower mark."""
    made = build(
        load("acth_label_150"),
        Body(weight_g=9000, length_mm=640),
        start=START,
        strengths={"acth_natural": strength("80 U/mL")},
    )
    first = made.days[0].doses
    assert [(d.amount, d.time_of_day) for d in first] == [(30_000, "morning"), (30_000, "evening")]
    assert first[0].volume_ul == 370


def fixed_40(day: int) -> list[int]:
    return [10_000] * (4 if day <= 14 else 3 if day <= 19 else 2 if day <= 24 else 1)


@pytest.mark.parametrize("name", ["prednisolone_perc", "prednisolone_iciss"])
def test_prednisolone_fixed(name: str) -> None:
    found = table(build(load(name), Body(), start=START), "prednisolone")
    assert found == {day: fixed_40(day) for day in range(1, 30)}


@pytest.mark.parametrize("on", [7, 8, 14])
def test_prednisolone_iciss_raised(on: int) -> None:
    made = build(
        load("prednisolone_iciss"),
        Body(),
        start=START,
        chosen=[Chosen(branch="spasms_on_day_7", day=on)],
        unapproved=True,
    )
    expected = {day: [10_000] * 4 for day in range(1, on)} | {day: [20_000] * 3 for day in range(on, 15)}
    for first, times in ((15, 4), (20, 2), (25, 1)):
        expected |= {day: [10_000] * times for day in range(first, first + 5)}
    assert table(made, "prednisolone") == expected
    assert [day.day for day in made.days if not day.sourced] == list(range(on, 30))


def test_tetracosactide_iciss() -> None:
    made = build(load("tetracosactide_iciss"), Body(), start=START, unapproved=True)
    depot = table(made, "tetracosactide")
    assert {day for day, doses in depot.items() if doses} == {1, 3, 5, 7, 9, 11, 13}
    assert depot[13] == [500]
    taper = table(made, "prednisolone")
    assert {day: doses for day, doses in taper.items() if doses} == {
        day: [10_000] * (3 if day <= 19 else 2 if day <= 24 else 1) for day in range(15, 30)
    }


def test_tetracosactide_iciss_raised_on_day_7() -> None:
    made = build(
        load("tetracosactide_iciss"),
        Body(),
        start=START,
        chosen=[Chosen(branch="spasms_on_day_7", day=7)],
        unapproved=True,
    )
    assert {d: a for d, a in table(made, "tetracosactide").items() if a} == {
        1: [500], 3: [500], 5: [500], 7: [750], 9: [750], 11: [750], 13: [750],
    }  # fmt: skip
    assert table(made, "prednisolone")[15] == [10_000] * 4


@pytest.mark.parametrize("weight_g, each", [(4200, 11_200), (7350, 19_600), (7500, 20_000), (11_800, 20_000)])
def test_prednisolone_ucla_8mgkg(weight_g: int, each: int) -> None:
    made = build(load("prednisolone_ucla_8mgkg"), Body(weight_g=weight_g), start=START, unapproved=True)
    found = table(made, "prednisolone")
    assert all(found[day] == [each] * 3 for day in range(1, 15))
    assert [sum(found[day]) * 5 // (3 * each) for day in (15, 19, 23, 26)] == [4, 3, 2, 1]
    assert max(found) == 28
    assert made.days[0].doses[0].capped == (weight_g >= 7500)


def test_prednisolone_ucla_then_acth_has_no_taper_between() -> None:
    body = Body(weight_g=7350, length_mm=665)
    made = build(load("prednisolone_ucla_then_acth"), body, start=START, unapproved=True)
    oral, gel = table(made, "prednisolone"), table(made, "acth_natural")
    assert {day for day, doses in oral.items() if doses} == set(range(1, 15))
    assert gel[15] == [surface_dose("75", 7350, 665)] * 2
    assert gel[28] == gel[15]
    assert gel[29] == [surface_dose("30", 7350, 665)]
    assert max(day for day, doses in gel.items() if doses) == 42


@pytest.mark.parametrize("weight_g", [5200, 7350, 11_800])
def test_vigabatrin_standard(weight_g: int) -> None:
    found = table(
        build(load("vigabatrin_standard"), Body(weight_g=weight_g), start=START, unapproved=True), "vigabatrin"
    )
    for day, doses in found.items():
        rate = 50 if day <= 3 else 100 if day <= 6 else 150 if day <= 183 else 100 if day <= 187 else 50
        each = (Decimal(rate) * weight_g / 2).quantize(Decimal(1), ROUND_HALF_DOWN)
        assert doses == ([int(each)] * 2 if day <= 191 else []), day


def test_vigabatrin_iciss_is_weaned_over_a_month_after_three_months() -> None:
    found = table(build(load("vigabatrin_iciss"), Body(weight_g=6000), start=START, unapproved=True), "vigabatrin")
    daily = {day: sum(doses) // 6000 * 1000 for day, doses in found.items() if doses}
    assert (daily[1], daily[2], daily[91]) == (50_000, 100_000, 100_000)
    assert [daily[day] for day in (92, 99, 106, 113, 119)] == [80_000, 60_000, 40_000, 20_000, 20_000]
    assert max(daily) == 119


def test_hormone_plus_vigabatrin_is_both() -> None:
    made = build(load("hormone_plus_vigabatrin"), Body(weight_g=6000), start=START, unapproved=True)
    assert table(made, "prednisolone")[20] == [10_000] * 2
    assert table(made, "vigabatrin")[20] == [300_000] * 2


@pytest.mark.parametrize("on", [7, 9, 14])
@pytest.mark.parametrize("weight_g", [5200, 7350])
def test_hormone_plus_vigabatrin_raises_prednisolone_as_its_own_arm(on: int, weight_g: int) -> None:
    """ICISS: 20 mg three times a day until day 14, then 40, 20, 10 mg a day; vigabatrin goes on unchanged."""
    body, chosen = Body(weight_g=weight_g), [Chosen(branch="spasms_on_day_7", day=on)]
    made = build(load("hormone_plus_vigabatrin"), body, start=START, chosen=chosen, unapproved=True)
    expected = {day: [10_000] * 4 for day in range(1, on)} | {day: [20_000] * 3 for day in range(on, 15)}
    for first, times in ((15, 4), (20, 2), (25, 1)):
        expected |= {day: [10_000] * times for day in range(first, first + 5)}
    found = table(made, "prednisolone")
    assert {day: found[day] for day in range(1, 30)} == expected
    assert not any(found[day] for day in found if day > 29)
    plain = build(load("hormone_plus_vigabatrin"), body, start=START, unapproved=True)
    assert table(made, "vigabatrin") == table(plain, "vigabatrin")


@pytest.mark.parametrize("on", [5, 10, 14])
def test_hormone_plus_vigabatrin_raises_vigabatrin_as_its_own_arm(on: int) -> None:
    chosen = [Chosen(branch="spasms_after_96_h", day=on)]
    made = build(load("hormone_plus_vigabatrin"), Body(weight_g=6000), start=START, chosen=chosen, unapproved=True)
    alone = build(load("vigabatrin_iciss"), Body(weight_g=6000), start=START, chosen=chosen, unapproved=True)
    found = {day: doses for day, doses in table(made, "vigabatrin").items() if doses}
    assert found == {day: doses for day, doses in table(alone, "vigabatrin").items() if doses}
    rates = {day: 50 if day == 1 else 100 if day < on else 150 for day in range(1, 92)}
    rates |= {day: 120 - 30 * ((day - 92) // 7) for day in range(92, 120)}
    assert found == {day: [rate * 6000 // 2] * 2 for day, rate in rates.items()}
    fixed = table(made, "prednisolone")
    assert {day: doses for day, doses in fixed.items() if doses} == {day: fixed_40(day) for day in range(1, 30)}


@pytest.mark.parametrize("name, drug, last", [("acth_natural_low", "acth_natural", 14), ("acth_z", "acth_z", 14)])
def test_a_taper_without_source_stays_empty_and_is_told(name: str, drug: str, last: int) -> None:
    made = build(load(name), Body(weight_g=6000), start=START, unapproved=True)
    assert max(day for day, doses in table(made, drug).items() if doses) == last
    assert any("never stopped suddenly" in warning for warning in made.warnings)
    assert any("no source has a number" in warning for warning in made.warnings)


def test_acth_z_is_12_5_micrograms_per_kg() -> None:
    made = build(load("acth_z"), Body(weight_g=6000), start=START, unapproved=True)
    assert table(made, "acth_z")[1] == [75]


@pytest.mark.parametrize(
    "name, dose", [("prednisolone_perc_then_acth", 10_000), ("prednisolone_iciss_then_acth", 10_000)]
)
@pytest.mark.parametrize("weight_g, length_mm", CHILDREN)
def test_prednisolone_for_14_days_then_the_label_schedule_without_a_taper_between(
    name: str, dose: int, weight_g: int, length_mm: int
) -> None:
    made = build(load(name), Body(weight_g=weight_g, length_mm=length_mm), start=START, unapproved=True)
    oral, gel = table(made, "prednisolone"), table(made, "acth_natural")
    assert {day: doses for day, doses in oral.items() if doses} == {day: [dose] * 4 for day in range(1, 15)}
    expected: dict[int, list[int]] = {day: [surface_dose("75", weight_g, length_mm)] * 2 for day in range(15, 29)}
    for days, rate in ((range(29, 32), "30"), (range(32, 35), "15"), ((35, 36, 37, 38, 40, 42), "10")):
        expected |= {day: [surface_dose(rate, weight_g, length_mm)] for day in days}
    assert {day: doses for day, doses in gel.items() if doses} == expected


FIRST_WEEK = {
    "pyridoxine_trial": ("pyridoxine", "30", 2),
    "plp_trial": ("plp", "30", 4),
    "topiramate": ("topiramate", "3", 2),
    "zonisamide": ("zonisamide", "2", 2),
    "valproate": ("valproate", "20", 2),
    "clobazam": ("clobazam", "0.1", 2),
    "nitrazepam": ("nitrazepam", "0.5", 2),
}
"""Milligrams per kilogram and day, and how many times: what follows the first week has no sourced number."""


@pytest.mark.parametrize("name", FIRST_WEEK)
@pytest.mark.parametrize("weight_g", [5200, 7350, 11_800])
def test_the_first_week_of_trials_and_second_line_drugs_and_nothing_after_it(name: str, weight_g: int) -> None:
    drug, rate, times = FIRST_WEEK[name]
    found = table(build(load(name), Body(weight_g=weight_g), start=START, unapproved=True), drug)
    each = (Decimal(rate) * weight_g / times).quantize(Decimal(1), ROUND_HALF_DOWN)
    assert {day: doses for day, doses in found.items() if doses} == {day: [int(each)] * times for day in range(1, 8)}


def test_every_published_protocol_stands_here_day_by_day() -> None:
    """Its name stands in a test of this page; a protocol without one would go unreckoned."""
    from pathlib import Path

    said = Path(__file__).read_text("utf-8")
    assert [name for name in names() if f'"{name}"' not in said] == []
