"""Warnings of a calendar that was changed from a day on: each once, with its days where it holds for some alone."""

from __future__ import annotations

from typing import Any

import pytest

from westward.care.calendar import HORMONES_WITHOUT_TAPER, NOT_SOURCED
from westward.care.calendar_warnings import warnings_of

BOTTLE = "acth: no milliliters until the strength on the bottle dispensed is given"
COARSE = "acth, full dose: the marks of the syringe are coarse"
HIGH = "acth: 9.524 mg/kg a day on day {}; at most 8 mg/kg a day"


def day(number: int, *, step: str = "full dose", drugs: tuple[str, ...] = ("acth",), mark: str = "") -> dict[str, Any]:
    """One day of December."""
    doses = [{"drug": drug} for drug in drugs]
    return {"date": f"2026-12-{number:02}", "day": number, "step": step, "doses": doses, "mark": mark}


def days(*steps: str) -> list[dict[str, Any]]:
    """Days from 1 on, of these steps."""
    return [day(number, step=step) for number, step in enumerate(steps, start=1)]


SIX = days(*["full dose"] * 4, "taper", "taper")


def changed(
    before: list[str], after: list[str], *, on: int = 4, of: list[dict[str, Any]] = SIX, to: Any = None
) -> list[str]:
    """What is told where one calendar is followed until a day, and the other from it on."""
    to = of if to is None else to
    return warnings_of(
        {"days": of, "warnings": before},
        {"days": to, "warnings": after},
        kept=[one for one in of if one["day"] < on],
        coming=[one for one in to if one["day"] >= on],
    )


def test_what_both_tell_is_told_once_without_days() -> None:
    assert changed(["A note.", BOTTLE], [BOTTLE, "A note."]) == [BOTTLE, "A note."]


def test_what_one_tells_has_its_days_in_front_and_earlier_ones_come_first() -> None:
    assert changed(["X", "A note."], ["A note.", "Y"]) == ["day 1 to 3: X", "A note.", "day 4 to 6: Y"]
    assert changed(["X"], [], on=2) == ["day 1: X"]
    assert changed([], ["Y"], on=6) == ["day 6: Y"]


def test_where_nothing_is_kept_or_nothing_comes_no_days_are_named() -> None:
    assert changed(["X"], ["Y", BOTTLE, COARSE], on=1) == ["Y", BOTTLE, COARSE]
    assert changed(["X", BOTTLE], ["Y"], on=7) == ["X", BOTTLE]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (["day 1 to 2: X"], [], ["day 1 to 2: X"]),
        (["day 1 to 2: X"], ["X"], ["day 1 to 2 and 4 to 6: X"]),
        (["day 2: X"], ["X"], ["day 2 and 4 to 6: X"]),
        (["day 1 and 3: X"], [], ["day 1 and 3: X"]),
        (["day 1 and 3: X"], ["X"], ["day 1 and 3 to 6: X"]),
        (["day 2 to 6: X"], [], ["day 2 to 3: X"]),
        (["day 4 to 6: X"], [], []),
        (["day 1 to 3: X", "day 2 to 3: acth: Y"], ["X", "acth: Y"], ["X", "day 2 to 6: acth: Y"]),
        (["day by day: X"], [], ["day 1 to 3: day by day: X"]),
    ],
)
def test_days_of_an_earlier_change_stay(before: list[str], after: list[str], told: list[str]) -> None:
    assert changed(before, after) == told


def test_a_step_s_warning_goes_with_the_days_of_the_step() -> None:
    taper = "acth, taper: the marks are coarse for this dose: -10 %"
    assert changed([COARSE, taper], [COARSE, taper]) == [COARSE, taper]
    assert changed([COARSE, taper], []) == [f"day 1 to 3: {COARSE}"], "its taper is never given"
    assert changed([], [COARSE, taper]) == [f"day 4: {COARSE}", taper]
    assert changed([COARSE], [COARSE, taper], on=5) == [COARSE, taper]
    assert changed([], [COARSE, taper], on=5) == [taper], "its full dose has passed"
    step = "acth, taper, every other day: no source has a number"
    assert changed([], [step], of=days("full dose", "full dose", "full dose", "taper, every other day", "end")) == [
        step
    ]


def test_of_two_drugs_each_step_is_its_own() -> None:
    both = days("acth: full dose; vigabatrin: start", "vigabatrin: start; acth: taper", "vigabatrin: full dose")
    vigabatrin = "vigabatrin, full dose: coarse"
    assert changed([COARSE, vigabatrin], [COARSE, vigabatrin], of=both, on=2) == [COARSE, vigabatrin]
    assert changed([COARSE, vigabatrin], [], of=both, on=3) == [COARSE]
    assert changed([], ["vigabatrin, start: X"], of=both, on=2) == ["day 2: vigabatrin, start: X"]


def test_a_drug_s_warning_goes_with_the_days_of_its_doses() -> None:
    three = [day(1), day(2, drugs=()), day(3, drugs=("acth", "other")), day(4, drugs=("other",)), day(5, drugs=())]
    assert changed([BOTTLE], [], of=three, on=3) == [f"day 1: {BOTTLE}"]
    assert changed([], [BOTTLE], of=three, on=2) == [f"day 3: {BOTTLE}"]
    assert changed([], [BOTTLE], of=three, on=4) == []
    assert changed([], ["other: X: y"], of=three, on=2) == ["other: X: y"]
    none = [day(1, drugs=()), day(2, drugs=())]
    assert changed([BOTTLE], [], of=none, on=2) == [f"day 1: {BOTTLE}"]


def test_a_gap_without_doses_does_not_part_the_days_of_a_warning() -> None:
    rhythm = [day(1), day(2, drugs=()), day(3), day(4, drugs=()), day(5)]
    assert changed([BOTTLE], [], of=rhythm, on=5) == [f"day 1 to 3: {BOTTLE}"]


def test_days_held_though_the_drug_is_given_on_others_alone_are_named() -> None:
    """Before, no dose had a number; from day 2 on the site's own stands."""
    empty, filled = [day(1, drugs=()), day(2, drugs=())], [day(1), day(2)]
    assert changed([BOTTLE], [], of=empty, to=filled, on=2) == [f"day 1: {BOTTLE}"]
    assert changed([BOTTLE], [BOTTLE], of=empty, to=filled, on=2) == [BOTTLE]


def test_what_is_told_of_one_dose_goes_with_its_day_and_is_told_without_days() -> None:
    assert changed([HIGH.format(2)], []) == [HIGH.format(2)]
    assert changed([HIGH.format(4)], []) == [], "the day is another now"
    assert changed([HIGH.format(1)], [HIGH.format(4)]) == [HIGH.format(1), HIGH.format(4)]
    assert changed([], [HIGH.format(3)]) == []
    assert changed([f"{HIGH.format(2)} of it; day 3"], []) == [f"{HIGH.format(2)} of it; day 3"]


def test_where_day_1_moved_that_day_is_counted_anew() -> None:
    moved = [{**one, "day": one["day"] - 1} for one in SIX[1:]]
    found = warnings_of(
        {"days": SIX, "warnings": [HIGH.format(2), "X"]}, {"days": moved, "warnings": ["X"]},
        kept=moved[:2], coming=moved[2:],
    )  # fmt: skip
    assert found == [HIGH.format(1), "X"]


def test_not_sourced_goes_with_the_days_that_are_marked() -> None:
    mixed = [day(1), day(2), day(3, mark="not sourced"), day(4)]
    assert changed([NOT_SOURCED], [], of=mixed, on=4) == [NOT_SOURCED]
    assert changed([NOT_SOURCED], [], of=mixed, on=3) == []
    plain = [day(number) for number in (1, 2, 3, 4)]
    marked = [day(number, mark="not sourced") for number in (1, 2, 3, 4)]
    assert changed([NOT_SOURCED], ["X"], of=marked, to=plain, on=3) == [NOT_SOURCED, "day 3 to 4: X"]
    assert changed([], [NOT_SOURCED], of=plain, to=marked, on=4) == [NOT_SOURCED]


def test_a_hormone_without_a_taper_is_told_of_the_end_alone() -> None:
    assert changed([HORMONES_WITHOUT_TAPER], [], on=6) == []
    assert changed([], [HORMONES_WITHOUT_TAPER]) == [HORMONES_WITHOUT_TAPER]
    assert changed([HORMONES_WITHOUT_TAPER], [], on=7) == [HORMONES_WITHOUT_TAPER]
