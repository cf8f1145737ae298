"""A wean begun early: its own steps, nothing above what was given, a hormone never without it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.made_up import course, protocol, step

from westward.care.calendar import Calendar, Chosen, build
from westward.care.dosing import Body
from westward.care.wean import Wean, weaned
from westward.core.errors import UsageError
from westward.evidence.protocol import Protocol
from westward.evidence.shelf import load, names

START = date(2026, 12, 1)
BODY = Body(weight_g=7000, length_mm=670)


def made(one: Protocol | str, *weans: Wean, chosen: tuple[Chosen, ...] = (), body: Body = BODY) -> Calendar:
    found = load(one) if isinstance(one, str) else one
    return build(found, body, start=START, weans=weans, chosen=chosen, unapproved=True)


def daily(calendar: Calendar, drug: str) -> dict[int, int]:
    return {
        day.day: total
        for day in calendar.days
        if (total := sum(dose.amount for dose in day.doses if dose.drug == drug))
    }


def test_prednisolone_weaned_from_day_9_on_keeps_every_step_of_its_taper() -> None:
    found = daily(made("prednisolone_perc", Wean(kind="hormone", day=9)), "prednisolone")
    expected = dict.fromkeys(range(1, 9), 40_000)
    for first, amount in ((9, 30_000), (14, 20_000), (19, 10_000)):
        expected |= dict.fromkeys(range(first, first + 5), amount)
    assert found == expected


def test_a_depot_ends_and_its_taper_by_mouth_begins() -> None:
    calendar = made("tetracosactide_iciss", Wean(kind="hormone", day=8))
    assert daily(calendar, "tetracosactide") == dict.fromkeys((1, 3, 5, 7), 500)
    oral = daily(calendar, "prednisolone")
    assert oral == dict.fromkeys(range(8, 13), 30_000) | dict.fromkeys(range(13, 18), 20_000) | dict.fromkeys(
        range(18, 23), 10_000
    )


def test_of_two_kinds_only_the_one_is_weaned_and_its_checks_move() -> None:
    plain, calendar = made("hormone_plus_vigabatrin"), made("hormone_plus_vigabatrin", Wean(kind="vigabatrin", day=30))
    assert daily(calendar, "prednisolone") == daily(plain, "prednisolone")
    oral = daily(calendar, "vigabatrin")
    assert [oral[day] for day in (29, 30, 37, 44, 51, 57)] == [700_000, 560_000, 420_000, 280_000, 140_000, 140_000]
    assert max(oral) == 57
    after = [day.day for day in calendar.days if any(check.id == "eyes_after" for check in day.checks)]
    assert after == [57 + 91]


def test_steps_above_the_dose_given_before_are_left_out() -> None:
    """Vigabatrin at 50 mg/kg on day 2: the step of the wean with 100 mg/kg would raise it."""
    found = daily(made("vigabatrin_standard", Wean(kind="vigabatrin", day=2)), "vigabatrin")
    assert found == dict.fromkeys(range(1, 6), 350_000)
    on_day_5 = daily(made("vigabatrin_standard", Wean(kind="vigabatrin", day=5)), "vigabatrin")
    assert [on_day_5[day] for day in range(1, 13)] == [350_000] * 3 + [700_000] * 5 + [350_000] * 4


def test_after_a_raise_the_wean_is_that_of_the_raised_dose() -> None:
    chosen = (Chosen(branch="spasms_on_day_7", day=7),)
    found = daily(made("prednisolone_iciss", Wean(kind="hormone", day=10), chosen=chosen), "prednisolone")
    assert [found[day] for day in (6, 7, 9, 10, 14, 15, 20, 24)] == [
        40_000, 60_000, 60_000, 40_000, 40_000, 20_000, 10_000, 10_000,
    ]  # fmt: skip
    assert max(found) == 24


@pytest.mark.parametrize(
    "name, wean, words",
    [
        ("prednisolone_perc", Wean(kind="vigabatrin", day=5), "gives no vigabatrin that could be weaned"),
        ("acth_natural_low", Wean(kind="hormone", day=5), "has no wean of hormone with numbers"),
        ("pyridoxine_trial", Wean(kind="second_line", day=2), r"gives no second line|has no wean"),
        ("prednisolone_perc", Wean(kind="hormone", day=15), "begins by itself on day 15; an earlier day from 2 on"),
        ("prednisolone_perc", Wean(kind="hormone", day=1), "from 2 on may be chosen, not 1"),
    ],
)
def test_what_cannot_be_weaned_early(name: str, wean: Wean, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        made(name, wean)


def test_the_days_before_and_on_which_it_begins_by_itself() -> None:
    assert daily(made("prednisolone_perc", Wean(kind="hormone", day=14)), "prednisolone")[14] == 30_000
    assert daily(made("prednisolone_perc", Wean(kind="hormone", day=2)), "prednisolone")[2] == 30_000


def test_a_dose_below_every_step_of_the_wean_is_not_raised_to_it() -> None:
    low = protocol(
        course(
            step(name="first", to_day=2),
            step(name="full", from_day=3, to_day=9, rate=9000),
            step(name="taper 1", from_day=10, to_day=12, rate=5000),
        )
    )
    with pytest.raises(UsageError, match="less than every step of its wean"):
        made(low, Wean(kind="hormone", day=3))
    assert daily(made(low, Wean(kind="hormone", day=4)), "prednisolone")[4] == 5000


def test_a_step_as_high_as_the_dose_before_stays() -> None:
    level = protocol(course(step(to_day=9), step(name="taper 1", from_day=10, to_day=12)))
    assert daily(made(level, Wean(kind="hormone", day=4)), "prednisolone") == dict.fromkeys(range(1, 7), 1000)


def test_of_a_drug_every_other_day_the_dose_of_one_day_is_compared() -> None:
    """2000 every other day is 1000 a day: the step of 1500 a day would raise it, that of 1500 every other would not."""
    steps = [
        step(name="first", to_day=8, every_d=2, rate=Fraction(2000)),
        step(name="full", from_day=9, to_day=12, rate=Fraction(2000)),
        step(name="taper 1", from_day=13, to_day=16, rate=Fraction(1500)),
        step(name="taper 2", from_day=17, to_day=20, every_d=2, rate=Fraction(1500)),
    ]
    found = daily(made(protocol(course(*steps)), Wean(kind="hormone", day=5)), "prednisolone")
    assert found == {1: 2000, 3: 2000, 5: 1500, 7: 1500}


def test_of_the_steps_before_only_those_begun_are_kept_and_the_last_ends_the_day_before() -> None:
    line = course(
        step(name="first"),
        step(name="second", from_day=4, to_day=6, rate=Fraction(2000)),
        step(name="third", from_day=7, to_day=9, rate=Fraction(3000)),
        step(name="taper 1", from_day=10, to_day=12, rate=Fraction(500)),
    )
    one = protocol(line)
    for day, kept in (
        (3, [("first", 1, 2)]),
        (4, [("first", 1, 3)]),
        (5, [("first", 1, 3), ("second", 4, 4)]),
        (7, [("first", 1, 3), ("second", 4, 6)]),
    ):
        ((*steps,),) = weaned(one, [line.steps], [Wean(kind="hormone", day=day)], BODY)
        assert [(s.name, s.from_day, s.to_day) for s in steps] == [*kept, ("taper 1", day, day + 2)]


def test_after_a_dose_without_a_number_no_step_of_the_wean_is_known_to_be_no_rise() -> None:
    line = course(step(rate=None, to_day=9), step(name="taper 1", from_day=10, to_day=12, rate=Fraction(1)))
    with pytest.raises(UsageError, match="nothing is left to wean by"):
        weaned(protocol(line), [line.steps], [Wean(kind="hormone", day=4)], BODY)


_WEANED = [name for name in names() if any(s.tapers and not s.empty for c in load(name).courses for s in c.steps)]


@given(st.sampled_from(_WEANED), st.integers(2, 200), st.integers(2700, 12_000))
def test_an_early_wean_changes_no_day_before_and_never_rises_after(name: str, day: int, weight: int) -> None:
    body = Body(weight_g=weight, length_mm=round((weight * 62.5) ** 0.5))
    kind = next(c.kind for c in load(name).courses if any(s.tapers for s in c.steps))
    try:
        plain, calendar = made(name, body=body), made(name, Wean(kind=kind, day=day), body=body)
    except UsageError as error:
        assume(not any(words in str(error) for words in ("above the ceiling", "by itself", "less than every")))
        raise
    assert [d.doses for d in calendar.days if d.day < day] == [d.doses for d in plain.days if d.day < day]
    for drug in {c.drug for c in load(name).courses if c.kind == kind}:
        amounts = daily(calendar, drug)
        after = [amount for on, amount in amounts.items() if on >= day - 1]
        assert all(b <= a for a, b in pairwise(after))
    total = {t.drug: t.amount for t in plain.cumulative}
    assert all(t.amount <= total[t.drug] for t in calendar.cumulative)


def test_a_step_of_a_drug_that_is_being_weaned_is_refused() -> None:
    wean = Wean(kind="hormone", day=9)
    for day in (9, 10):
        with pytest.raises(UsageError, match=f"spasms_on_day_7 on day {day}: its drug is being weaned from day 9"):
            build(
                load("prednisolone_iciss"),
                Body(weight_g=7000),
                start=date(2026, 12, 1),
                chosen=[Chosen(branch="spasms_on_day_7", day=day)],
                weans=[wean],
            )
