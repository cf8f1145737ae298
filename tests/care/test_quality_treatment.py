"""Shares after the first dose: what counts, what is open, what is hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from westward.care.answer import Answer
from westward.care.quality_treatment import Aim, Treated, by_quarter, by_stratum, count


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
