"""Shares after the first dose: what counts, what is open, what is hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from westward.care.answer import Answer
from westward.care.quality_treatment import Aim, Count, Treated, by_quarter, by_stratum, count
from westward.care.run_chart import Point
from westward.care.shares import HIDDEN, share
from westward.care.site import with_site_values
from westward.evidence.loader import load


def row(on: date = date(2026, 2, 1), **changes: Any) -> Treated:
    base: dict[str, Any] = dict.fromkeys(
        ("standard_first", "eeg_14", "remission_14", "remission_3mo", "relapse", "next_in_time"), Answer.UNKNOWN
    )
    return Treated(first_dose=on, **(base | {"checks_due": 0, "checks_done": 0} | changes))


FIELDS = {
    Aim.STANDARD_FIRST: "standard_first",
    Aim.EEG_14: "eeg_14",
    Aim.REMISSION_14: "remission_14",
    Aim.REMISSION_3MO: "remission_3mo",
    Aim.RELAPSE: "relapse",
    Aim.NEXT_DRUG: "next_in_time",
}


@pytest.mark.parametrize("aim", FIELDS)
def test_what_cannot_be_judged_counts_in_neither_part(aim: Aim) -> None:
    rows = [row(**{FIELDS[aim]: answer}) for answer in [Answer.YES] * 4 + [Answer.NO] * 2 + [Answer.UNKNOWN] * 3]
    found = count(aim, rows)
    assert (found.share.k, found.share.n, found.open_) == (4, 6, 3)


@pytest.mark.parametrize(("n", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_small_cells_are_hidden(n: int, hidden: bool) -> None:
    found = count(Aim.EEG_14, [row(eeg_14=Answer.YES) for _ in range(n)])
    assert found.share.suppressed is hidden
    assert (found.open_ is None) is hidden
    checks = count(Aim.MONITORING, [row(checks_due=9, checks_done=3) for _ in range(n)])
    assert checks.share.suppressed is hidden


def test_monitoring_counts_checks() -> None:
    rows = [row(checks_due=4, checks_done=3) for _ in range(5)] + [row()]
    assert (count(Aim.MONITORING, rows).share.k, count(Aim.MONITORING, rows).share.n) == (15, 20)


def test_steps_to_the_drug_are_counted_as_checks_are() -> None:
    rows = [row(access_due=2, access_in_time=1) for _ in range(5)] + [row()]
    found = count(Aim.ACCESS, rows)
    assert (found.share.k, found.share.n, found.open_) == (5, 10, 0)
    assert count(Aim.ACCESS, rows[:4]).share.suppressed


def by(groups: dict[str, int], answer: Answer = Answer.YES) -> list[Treated]:
    return [
        row(remission_14=answer, strata={"cause": key} if key else {}) for key, n in groups.items() for _ in range(n)
    ]


def test_strata_hide_small_groups_and_what_the_total_would_reveal() -> None:
    rows = by({"Genetic": 9, "Unknown": 6, "Metabolic": 2})
    found = by_stratum(Aim.REMISSION_14, rows, stratum="cause")
    assert list(found) == ["Genetic", "Unknown", "Metabolic"]
    assert [one.share.suppressed for one in found.values()] == [False, True, True]
    assert found["Genetic"].share.k == 9
    assert found["Metabolic"].open_ is None
    assert count(Aim.REMISSION_14, rows).share.n == 17


def test_a_group_is_hidden_by_those_who_can_be_judged_not_by_its_size() -> None:
    rows = by({"Genetic": 9}) + by({"Unknown": 4}) + by({"Unknown": 20}, Answer.UNKNOWN)
    found = by_stratum(Aim.REMISSION_14, rows, stratum="cause")
    assert list(found) == ["Unknown", "Genetic"]
    assert {one.share.suppressed for one in found.values()} == {True}


def test_what_is_not_recorded_is_a_group_of_its_own() -> None:
    found = by_stratum(Aim.REMISSION_14, by({"Genetic": 6, "": 7}), stratum="cause")
    assert {key: one.share.n for key, one in found.items()} == {"not recorded": 7, "Genetic": 6}


def test_a_small_quarter_is_hidden_with_the_next_smallest() -> None:
    rows = [row(date(2026, 1, 5), eeg_14=Answer.YES) for _ in range(9)]
    rows += [row(date(2026, 4, 5), eeg_14=Answer.NO) for _ in range(6)]
    rows += [row(date(2026, 7, 5), eeg_14=Answer.NO) for _ in range(2)]
    found = by_quarter(Aim.EEG_14, rows)
    assert [(p.period, p.value) for p in found.points] == [("2026 Q1", 1.0), ("2026 Q2", None), ("2026 Q3", None)]
    assert all(p.n is None for p in found.points if p.value is None)


def test_a_count_says_what_it_counts_shown_or_hidden() -> None:
    yes = [row(eeg_14=Answer.YES, checks_due=2, checks_done=1)]
    assert count(Aim.EEG_14, yes * 5) == Count(Aim.EEG_14, share(5, 5), 0)
    assert count(Aim.EEG_14, yes) == Count(Aim.EEG_14, HIDDEN, None)
    assert count(Aim.MONITORING, yes * 5) == Count(Aim.MONITORING, share(5, 10), 0)
    assert count(Aim.MONITORING, yes) == Count(Aim.MONITORING, HIDDEN, None)


@pytest.mark.parametrize(
    ("on", "label"),
    [
        (date(2026, 3, 31), "2026 Q1"), (date(2026, 4, 1), "2026 Q2"), (date(2026, 9, 30), "2026 Q3"),
        (date(2026, 10, 1), "2026 Q4"), (date(2026, 12, 31), "2026 Q4"),
    ],
)  # fmt: skip
def test_the_quarter_is_that_of_the_first_dose(on: date, label: str) -> None:
    found = by_quarter(Aim.EEG_14, [row(on, eeg_14=Answer.YES)] * 6)
    assert found.points == (Point(label, 1.0, 6),)


def test_a_quarter_counts_those_who_can_be_judged() -> None:
    rows = [row(eeg_14=Answer.YES)] * 5 + [row(eeg_14=Answer.NO)] * 5 + [row()] * 3
    assert by_quarter(Aim.EEG_14, rows).points == (Point("2026 Q1", 0.5, 10),)
    checks = [row(checks_due=4, checks_done=3)] * 5 + [row()] * 3
    assert by_quarter(Aim.MONITORING, checks).points == (Point("2026 Q1", 0.75, 5),)
    assert by_quarter(Aim.EEG_14, [row()] * 6).points == (Point("2026 Q1", None, None),)


def test_limits_of_a_site_reach_the_quarters() -> None:
    rows = [row(eeg_14=Answer.YES)] * 6
    strict = with_site_values(load("quality"), {"cells.below": 10}, site="Example clinic")
    assert by_quarter(Aim.EEG_14, rows, sheet=strict).points == (Point("2026 Q1", None, None),)
    loose = with_site_values(load("quality"), {"cells.below": 2, "run_chart.baseline": 1}, site="Example clinic")
    found = by_quarter(Aim.EEG_14, rows[:3], sheet=loose)
    assert (found.points, found.signals) == ((Point("2026 Q1", 1.0, 3),), ())


def test_checks_that_were_due_and_never_done_count() -> None:
    rows = [row(checks_due=2, checks_done=0)] * 5
    assert count(Aim.MONITORING, rows) == Count(Aim.MONITORING, share(0, 10), 0)
    assert by_quarter(Aim.MONITORING, rows).points == (Point("2026 Q1", 0.0, 5),)


def test_limits_of_a_site_reach_the_strata() -> None:
    rows = [row(eeg_14=Answer.YES, strata={"cause": key}) for key in ("Genetic", "Unknown") for _ in range(3)]
    hidden = by_stratum(Aim.EEG_14, rows, stratum="cause")
    assert hidden == dict.fromkeys(("Genetic", "Unknown"), Count(Aim.EEG_14, HIDDEN, None))
    loose = with_site_values(load("quality"), {"cells.below": 2}, site="Example clinic")
    shown = by_stratum(Aim.EEG_14, rows, stratum="cause", sheet=loose)
    assert shown == dict.fromkeys(("Genetic", "Unknown"), Count(Aim.EEG_14, share(3, 3), 0))


def test_strata_of_checks_are_hidden_by_the_children_with_checks() -> None:
    rows = [row(checks_due=9, checks_done=9, strata={"cause": "Genetic"})] * 6
    rows += [row(checks_due=9, checks_done=9, strata={"cause": "Unknown"})] * 2
    rows += [row(strata={"cause": "Unknown"})] * 9 + [row(strata={"cause": "Metabolic"})] * 9
    found = by_stratum(Aim.MONITORING, rows, stratum="cause")
    assert {key: one.share.suppressed for key, one in found.items()} == {
        "Genetic": True, "Unknown": True, "Metabolic": False,
    }  # fmt: skip
