"""What stands on the days of a calendar and under it, word by word; how branches cut a course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from tests.support.made_up import course, protocol, step

from westward.care.calendar import (
    HORMONES_WITHOUT_TAPER,
    NOT_SOURCED,
    Calendar,
    Chosen,
    Dose,
    Total,
    build,
    unweighed,
)
from westward.care.dosing import Body
from westward.care.site import with_site_values
from westward.care.strength import strength
from westward.care.wean import Wean
from westward.core.errors import RefusedError, UsageError
from westward.evidence.loader import load as sheet_of
from westward.evidence.protocol import Basis, DoseUnit, Protocol
from westward.evidence.shelf import load
from westward.evidence.status import Status

START = date(2026, 12, 1)
BODY = Body(weight_g=7350, length_mm=665)
NO_BOTTLE = "prednisolone: no milliliters until the strength on the bottle dispensed is given"
MG_3 = {"prednisolone": strength("3 mg/mL")}


def made(one: Protocol, **options: object) -> Calendar:
    return build(one, BODY, start=START, **options)  # type: ignore[arg-type]


def amounts(calendar: Calendar) -> dict[int, list[int]]:
    return {day.day: [dose.amount for dose in day.doses] for day in calendar.days}


def test_a_dose_says_all_of_itself() -> None:
    label = load("acth_label_150")
    found = build(
        label, Body(weight_g=3000, length_mm=500), start=START, strengths={"acth_natural": strength("80 U/mL")}
    )
    source = "Acthar Gel label 3/2019 (excerpt); 29 days, as PERC by the MSD Manual (excerpt)"
    assert found.protocol is label
    assert found.status is Status.EXCERPT
    assert found.days[0].doses == tuple(
        Dose(
            time_of_day=time, drug="acth_natural", product="acth_gel_80", route="intramuscular", amount=15_309,
            unit=DoseUnit.MU, volume_ul=190, measured=15_200, capped=False, status=Status.EXCERPT, source=source,
        )
        for time in ("morning", "evening")
    )  # fmt: skip
    assert found.cumulative == (Total("acth_natural", DoseUnit.MU, 468_456, 26),)
    coarse = "the marks of the syringe are coarse for this dose: +18 %; ask the pharmacy for a weaker preparation"
    assert found.warnings == (
        f"acth_natural, taper 3: {coarse}",
        f"acth_natural, taper 4, every other day: {coarse}",
        *label.notes,
    )


@pytest.mark.parametrize("per_ml, off", [("21 U/mL", "+5"), ("19 U/mL", "-5")])
def test_a_syringe_is_coarse_from_five_percent_either_way(per_ml: str, off: str) -> None:
    """10 microliters of 21 U/mL hold 210 mU, 5 % more than 200; of 19 U/mL 190 mU, 5 % less."""
    gel = course(step(rate=Fraction(200)), drug="acth_natural", unit=DoseUnit.MU)
    near = course(step(rate=Fraction(201 if off == "+5" else 199)), drug="acth_natural", unit=DoseUnit.MU)
    bottle = {"acth_natural": strength(per_ml)}
    assert made(protocol(gel), strengths=bottle).warnings == (
        f"acth_natural: the bottle says {per_ml}, acth_gel_80 usually has 80 U/mL; check the product on the label",
        f"acth_natural, full dose: the marks of the syringe are coarse for this dose: {off} %; "
        "ask the pharmacy for a weaker preparation",
    )
    assert not [one for one in made(protocol(near), strengths=bottle).warnings if "coarse" in one]


def test_how_coarse_is_told_in_percent() -> None:
    """110 mU of 20 U/mL are 5.5 microliters; the nearest mark, 10, holds 200 mU."""
    gel = course(step(rate=Fraction(110)), drug="acth_natural", unit=DoseUnit.MU)
    found = made(protocol(gel), strengths={"acth_natural": strength("20 U/mL")})
    assert [warning for warning in found.warnings if "coarse for this dose: +82 %;" in warning] == [
        warning for warning in found.warnings if "coarse" in warning
    ]
    assert len(found.warnings) == 2


def test_the_product_dispensed_stands_on_the_dose() -> None:
    found = made(load("acth_label_150"), products={"acth_natural": "cortrophin_gel"})
    assert {dose.product for day in found.days for dose in day.doses} == {"cortrophin_gel"}


def test_what_is_marked_as_not_sourced_and_what_an_approval_lifts() -> None:
    one = protocol(course(step(), step(name="more", from_day=4, to_day=5, status=Status.RECALLED)), notes=("A note.",))
    looked_at = made(one, strengths=MG_3, unapproved=True)
    assert looked_at.status is Status.RECALLED
    assert [(day.sourced, day.doses[0].volume_ul, day.doses[0].measured) for day in looked_at.days] == [
        *[(True, 330, 990)] * 3, *[(False, None, None)] * 2,
    ]  # fmt: skip
    assert looked_at.warnings == (NOT_SOURCED, "A note.")
    approved = made(one, strengths=MG_3, approved=True)
    assert [(day.sourced, day.doses[0].volume_ul) for day in approved.days] == [(True, 330)] * 5
    assert approved.warnings == ("A note.",)


def test_a_refusal_names_the_steps() -> None:
    one = protocol(
        course(
            step(),
            step(name="more", from_day=4, to_day=5, status=Status.RECALLED),
            step(name="less", from_day=6, to_day=7, status=Status.POLICY),
        )
    )
    with pytest.raises(RefusedError) as caught:
        made(one)
    assert str(caught.value) == (
        "made_up has doses that are not sourced well enough and not approved: less (policy), more (recalled); "
        "have two named people approve it, or look at it with --unapproved"
    )


def test_every_status_that_may_be_used_at_once() -> None:
    statuses = (Status.VERIFIED, Status.EXCERPT, Status.DERIVED)
    found = made(protocol(course(*(step(from_day=n, to_day=n, status=one) for n, one in enumerate(statuses, 1)))))
    assert found.status is Status.DERIVED
    assert all(day.sourced for day in found.days)
    assert found.warnings == (NO_BOTTLE,)


def test_limits_of_a_site_reach_the_calendar() -> None:
    sheet = with_site_values(sheet_of("products"), {"limits.weight_most_g": 25_000}, site="Example clinic")
    heavy = Body(weight_g=21_000, length_mm=1000)
    assert build(load("acth_label_150"), heavy, start=START, sheet=sheet).days
    with pytest.raises(UsageError, match="outside 2000-20000 g"):
        build(load("acth_label_150"), heavy, start=START)


@pytest.mark.parametrize(
    "options, words",
    [
        (
            {"strengths": {"vigabatrin": strength("50 mg/mL"), "plp": strength("50 mg/mL")}},
            "a strength is given for plp, vigabatrin; the protocol gives acth_natural, prednisolone",
        ),
        ({"products": {"x": "y"}}, "a product is given for x; the protocol gives acth_natural, prednisolone"),
        ({"products": {"acth_natural": "nothing"}}, "there is no product 'nothing'"),
        (
            {"products": {"acth_natural": "tetracosactide_depot"}},
            "tetracosactide_depot is tetracosactide, the protocol gives acth_natural",
        ),
        ({"chosen": [Chosen(branch="x", day=7)]}, "prednisolone_ucla_then_acth has no branch 'x'; it has none"),
    ],
)
def test_what_does_not_fit_the_protocol(options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        made(load("prednisolone_ucla_then_acth"), unapproved=True, **options)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    "branch, day, words",
    [
        ("third", 5, "made_up has no branch 'third'; it has first, second"),
        ("first", 1, "first begins on day 2 to 9, not 1"),
        ("first", 10, "first begins on day 2 to 9, not 10"),
    ],
)
def test_a_branch_that_cannot_be_taken(branch: str, day: int, words: str) -> None:
    one = protocol(course(step()), branches=("first", "second"))
    with pytest.raises(UsageError) as caught:
        made(one, chosen=[Chosen(branch=branch, day=day)])
    assert str(caught.value) == words


def test_a_branch_may_begin_on_its_first_and_on_its_last_day() -> None:
    rise = step(name="more", from_day=0, to_day=12, rate=Fraction(2000), branch="rise")
    one = protocol(course(step(to_day=12), rise), branches=("rise",))
    for day in (2, 9):
        found = amounts(made(one, chosen=[Chosen(branch="rise", day=day)]))
        assert found == {n: [1000] if n < day else [2000] for n in range(1, 13)}


def test_a_step_that_a_branch_replaces_from_its_first_day_is_gone() -> None:
    """Its status no longer weighs on the calendar, and neither does its missing number."""
    rise = step(name="more", from_day=0, to_day=9, rate=Fraction(2000), branch="rise")
    one = protocol(
        course(step(), step(name="higher", from_day=4, to_day=9, rate=None, status=Status.UNCONFIRMED), rise),
        branches=("rise",),
    )
    found = made(one, chosen=[Chosen(branch="rise", day=4)])
    assert amounts(found) == {n: [1000] if n < 4 else [2000] for n in range(1, 10)}
    assert (found.status, found.warnings) == (Status.EXCERPT, (NO_BOTTLE,))


def test_two_branches_each_of_its_own_drug() -> None:
    up = step(name="more", from_day=0, to_day=9, rate=Fraction(2000))
    one = protocol(
        course(step(to_day=9), replace(up, branch="first")),
        course(step(to_day=9), replace(up, branch="second"), drug="acth_natural", unit=DoseUnit.MU),
        branches=("first", "second"),
    )
    found = amounts(made(one, chosen=[Chosen(branch="first", day=3), Chosen(branch="second", day=5)]))
    assert found == {n: [1000 if n < 3 else 2000, 1000 if n < 5 else 2000] for n in range(1, 10)}


@pytest.mark.parametrize("day, first", [(2, 4), (4, 4), (5, 7), (6, 7), (7, 7), (8, 10)])
def test_a_branch_keeps_the_distance_of_doses_every_third_day(day: int, first: int) -> None:
    rise = step(name="more", from_day=0, to_day=12, every_d=3, rate=Fraction(2000), branch="rise")
    one = protocol(course(step(to_day=12, every_d=3), rise), branches=("rise",))
    found = amounts(made(one, chosen=[Chosen(branch="rise", day=day)]))
    expected = {n: [2000 if n >= first else 1000] for n in (1, 4, 7, 10)}
    assert {n: doses for n, doses in found.items() if doses} == expected


def test_until_a_branch_begins_the_dose_before_goes_on() -> None:
    """A branch taken on day 3 whose first step begins on day 6 leaves no day between without a dose."""
    rise = step(name="more", from_day=6, to_day=9, rate=Fraction(2000), branch="rise")
    one = protocol(course(step(to_day=9), rise), branches=("rise",))
    assert amounts(made(one, chosen=[Chosen(branch="rise", day=3)])) == {
        n: [1000] if n < 6 else [2000] for n in range(1, 10)
    }


def test_the_usual_strength_of_a_site_is_not_unusual() -> None:
    sheet = with_site_values(sheet_of("products"), {"acth_gel_80.usual_strength": "40 U/mL"}, site="Example clinic")
    bottle = {"acth_natural": strength("40 U/mL")}
    told = "acth_natural: the bottle says 40 U/mL, acth_gel_80 usually has 80 U/mL; check the product on the label"
    assert told in made(load("acth_label_150"), strengths=bottle).warnings
    assert not [
        words for words in made(load("acth_label_150"), strengths=bottle, sheet=sheet).warnings if "usually" in words
    ]


def test_a_drug_of_a_branch_only_is_not_given_before_the_branch() -> None:
    extra = course(
        step(name="extra", from_day=0, to_day=6, branch="add"), drug="acth_natural", kind="hormone", unit=DoseUnit.MU
    )
    one = protocol(course(step()), extra, branches=("add",))
    without = made(one)
    assert amounts(without) == {1: [1000], 2: [1000], 3: [1000]} | {day.day: [] for day in without.days if day.day > 3}
    assert [total.drug for total in without.cumulative] == ["prednisolone"]
    assert without.warnings == (NO_BOTTLE,)
    added = made(one, chosen=[Chosen(branch="add", day=3)])
    assert [total.amount for total in added.cumulative] == [3000, 4000]
    assert added.days[2].step == "prednisolone: full dose; acth_natural: extra"


def test_days_between_doses_and_after_the_last_say_so() -> None:
    third = protocol(course(step(name="every third day", to_day=8, every_d=3), kind="second_line"))
    assert amounts(made(third)) == {n: [1000] if n in (1, 4, 7) else [] for n in range(1, 9)}
    later = protocol(course(step(name="every third day", from_day=2, to_day=8, every_d=3), kind="second_line"))
    assert amounts(made(later)) == {n: [1000] if n in (2, 5, 8) else [] for n in range(1, 9)}
    assert [day.step for day in made(later).days[:2]] == ["after the last dose", "every third day"]
    vigabatrin = made(load("vigabatrin_standard"), unapproved=True)
    assert [(day.day, day.step, day.doses) for day in vigabatrin.days[191:]] == [(282, "after the last dose", ())]


def test_two_drugs_are_told_apart() -> None:
    both = made(load("hormone_plus_vigabatrin"), unapproved=True)
    assert both.days[0].step == "prednisolone: full dose; vigabatrin: first day"
    assert made(load("prednisolone_perc")).days[0].step == "full dose"


@pytest.mark.parametrize("max_day, capped", [(None, False), (3003, False), (3002, True), (3000, True), (1000, True)])
def test_a_dose_at_its_ceiling_says_so(max_day: int | None, capped: bool) -> None:
    """Three doses of 1000 a day."""
    one = protocol(course(step(times=("morning", "noon", "evening"), max_day=max_day)))
    assert {dose.capped for day in made(one).days for dose in day.doses} == {capped}


def test_the_least_dose_is_one_small_unit() -> None:
    assert amounts(made(protocol(course(step(to_day=1, rate=Fraction(1)))))) == {1: [1]} | {
        day.day: [] for day in made(protocol(course(step(to_day=1)))).days[1:]
    }
    with pytest.raises(UsageError) as caught:
        made(protocol(course(step(rate=Fraction(1, 10**6), basis=Basis.WEIGHT))))
    assert str(caught.value) == "a dose of prednisolone comes out as zero; check the weight"


NO_NUMBER = "no source has a number; enter the site's own value and source"


@pytest.mark.parametrize(
    "kind, rates, warnings",
    [
        ("hormone", (1000, None), (f"prednisolone, taper: {NO_NUMBER}", HORMONES_WITHOUT_TAPER, NO_BOTTLE)),
        ("hormone", (None, 1000), (f"prednisolone, full dose: {NO_NUMBER}", NO_BOTTLE)),
        ("hormone", (1000, 500), (NO_BOTTLE,)),
        ("second_line", (1000, None), (f"prednisolone, taper: {NO_NUMBER}", NO_BOTTLE)),
    ],
)
def test_a_number_that_no_source_gives(
    kind: str, rates: tuple[int | None, int | None], warnings: tuple[str, ...]
) -> None:
    full, taper = (None if rate is None else Fraction(rate) for rate in rates)
    one = protocol(course(step(rate=full), step(name="taper", from_day=4, to_day=6, rate=taper), kind=kind))
    found = made(one)
    assert found.warnings == warnings
    assert [day.doses == () for day in found.days[:6]] == [full is None] * 3 + [taper is None] * 3
    assert HORMONES_WITHOUT_TAPER == (
        "no taper is sourced: a hormone is never stopped suddenly; enter the site's own taper"
    )
    assert NOT_SOURCED == "not sourced: needs approval by two named people; no milliliters are printed"


@pytest.mark.parametrize(
    "own, words",
    [
        ({"build.most": 16}, "a weight of 7350 g does not go with a length of 665 mm"),
        ({"per_day.prednisolone": 998}, "day 1: 1 mg a day is above the ceiling: at most 0.998 mg a day"),
        ({"per_kg.prednisolone": 100}, "day 1: 0.1361 mg/kg a day is above the ceiling: at most 0.1 mg/kg a day"),
        ({"full_days.hormone": 2}, "prednisolone at its highest dose on 3 days; at most 2"),
    ],
)
def test_a_ceiling_of_a_site_stops_a_calendar(own: dict[str, int], words: str) -> None:
    limits = with_site_values(sheet_of("ceilings"), own, site="Example clinic")
    with pytest.raises(UsageError) as caught:
        made(protocol(course(step())), limits=limits)
    assert words in str(caught.value)
    assert made(protocol(course(step()))).days


def test_what_a_site_tells_of_the_dose_by_weight_is_told() -> None:
    limits = with_site_values(sheet_of("ceilings"), {"told_per_kg.prednisolone": 100}, site="Example clinic")
    told = made(protocol(course(step())), limits=limits).warnings
    assert told[0].startswith("prednisolone: 0.1361 mg/kg a day on day 1; at most 0.1 mg/kg a day (policy: ")
    assert told[1:] == (NO_BOTTLE,)


def test_without_a_weight_every_drug_with_a_ceiling_by_weight_is_named_and_no_other() -> None:
    words = "the ceiling by weight is not assessable, no weight was given; weigh before a dose is given"
    one = protocol(course(step()))
    assert unweighed(one) == (f"prednisolone: {words}",)
    assert build(one, Body(), start=START).warnings == (f"prednisolone: {words}", NO_BOTTLE)
    sheet = sheet_of("ceilings")
    none = replace(sheet, facts={key: fact for key, fact in sheet.facts.items() if not key.startswith("per_kg.")})
    assert unweighed(one, limits=none) == ()
    assert build(one, Body(), start=START, limits=none).warnings == (NO_BOTTLE,)


def test_a_day_says_the_weight_and_a_dose_its_rhythm() -> None:
    third = protocol(course(step(to_day=4, every_d=3)))
    assert {day.weight_g for day in made(third).days} == {7350}
    assert {dose.every_d for day in made(third).days for dose in day.doses} == {3}
    assert {day.weight_g for day in build(third, Body(), start=START).days} == {None}


def test_a_step_is_not_taken_once_its_own_drug_is_being_weaned() -> None:
    up = step(name="more", from_day=0, to_day=9, rate=Fraction(2000), branch="rise")
    last = {"from_day": 10, "to_day": 12}
    one = protocol(
        course(
            step(to_day=9),
            step(name="taper 1", rate=Fraction(500), **last),
            up,
            step(name="taper 2", rate=Fraction(500), branch="rise", **last),
        ),
        course(step(to_day=9), step(name="wean 1", rate=Fraction(500), **last), drug="vigabatrin", kind="vigabatrin"),
        branches=("rise",),
    )
    chosen = [Chosen(branch="rise", day=5)]
    assert amounts(made(one, chosen=chosen, weans=[Wean(kind="vigabatrin", day=5)]))[5] == [2000, 500]
    assert amounts(made(one, chosen=chosen, weans=[Wean(kind="hormone", day=6)]))[5] == [2000, 1000]
    with pytest.raises(UsageError) as caught:
        made(one, chosen=chosen, weans=[Wean(kind="hormone", day=5)])
    assert str(caught.value) == (
        "rise on day 5: its drug is being weaned from day 5 on; the step can no longer be taken"
    )


def test_a_branch_for_which_no_day_is_left_or_that_has_passed_is_said_whole() -> None:
    late = step(name="more", from_day=0, to_day=8, every_d=3, rate=Fraction(2000), branch="rise")
    one = protocol(course(step(to_day=12, every_d=3), late), branches=("rise",))
    with pytest.raises(UsageError) as caught:
        made(one, chosen=[Chosen(branch="rise", day=9)])
    assert str(caught.value) == (
        "rise on day 9: the next dose of prednisolone is due on day 10, after the last day of more (8); it can no "
        "longer be taken"
    )
    fixed = protocol(course(step(to_day=9), step(name="up", from_day=4, to_day=9, branch="rise")), branches=("rise",))
    with pytest.raises(UsageError) as caught:
        made(fixed, chosen=[Chosen(branch="rise", day=5)])
    assert str(caught.value) == "rise on day 5: up would begin on day 4, which has passed"


def test_a_branch_whose_last_day_is_the_next_dose_is_taken() -> None:
    late = step(name="more", from_day=0, to_day=10, every_d=3, rate=Fraction(2000), branch="rise")
    one = protocol(course(step(to_day=12, every_d=3), late), branches=("rise",))
    found = amounts(made(one, chosen=[Chosen(branch="rise", day=9)]))
    assert {n: doses for n, doses in found.items() if doses} == {1: [1000], 4: [1000], 7: [1000], 10: [2000]}
