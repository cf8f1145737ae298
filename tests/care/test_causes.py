"""Causes: published shares kept apart, the program's own beside them, and treatable causes."""

from __future__ import annotations

import pytest

from westward.care.causes import Cause, cohorts, side_by_side, treatable
from westward.care.site import with_site_values
from westward.evidence.loader import load
from westward.evidence.status import Status

OWN = [Cause.UNKNOWN] * 6 + [Cause.GENETIC] * 4 + [None] * 5


@pytest.mark.parametrize("key", ["cohort_nisc_2015", "cohort_peng_2022"])
def test_a_full_table_of_classes_adds_up_to_all_children(key: str) -> None:
    cohort = next(c for c in cohorts() if c.key == key)
    assert set(cohort.shares) == set(Cause)
    assert sum(float(f.value) for f in cohort.shares.values()) == pytest.approx(1, abs=1e-9)


def test_conflicting_shares_of_unknown_cause_stand_side_by_side() -> None:
    row = next(r for r in side_by_side(OWN) if r.cause is Cause.UNKNOWN)
    assert {(c.name, f.value) for c, f in row.published} == {
        ("NISC, US", 0.356),
        ("Peng, China", 0.468),
        ("UKISS, UK", 0.39),
        ("ICISS, international", 0.419),
    }
    assert (row.low, row.high) == (0.356, 0.468)
    assert {f.status for _, f in row.published} == {Status.DERIVED}


def test_every_cohort_says_year_size_and_depth_of_work_up() -> None:
    for cohort in cohorts():
        assert cohort.n > 100
        assert cohort.work_up.value
        assert (cohort.year is None) == (cohort.key == "cohort_turkey")


def test_children_not_yet_classified_count_in_no_class() -> None:
    rows = {r.cause: r.own for r in side_by_side(OWN)}
    assert (rows[Cause.UNKNOWN].k, rows[Cause.UNKNOWN].n) == (6, 10)
    assert rows[Cause.METABOLIC].k == 0
    assert side_by_side([None])[0].own.value is None


def test_an_unreported_class_is_absent_and_not_zero() -> None:
    turkey = next(c for c in cohorts() if c.key == "cohort_turkey")
    assert set(turkey.shares) == {Cause.GENETIC, Cause.METABOLIC}


def test_words_of_the_classes() -> None:
    assert [c.words for c in Cause][:4] == [
        "structural, acquired",
        "structural, congenital",
        "genetic",
        "genetic-structural",
    ]


def test_treatable_causes_carry_their_status() -> None:
    facts = {f.key.split(".")[1]: f for f in treatable()}
    assert {"pyridoxine_dependent", "glut1", "biotinidase", "tuberous_sclerosis", "menkes"} <= set(facts)
    assert facts["glut1"].status is Status.RECALLED
    assert facts["tuberous_sclerosis"].status is Status.EXCERPT
    assert len(facts) == len(load("causes").section("treatable"))


def test_analytes_speak_to_a_cause_where_one_is_known() -> None:
    from westward.care.causes import spoken_to_by

    found = spoken_to_by("biotinidase")
    assert found is not None
    assert found.value == ("biotinidase",)
    assert spoken_to_by("tuberous_sclerosis") is None


def test_a_corrected_share_reaches_the_comparison() -> None:
    sheet = with_site_values(load("causes"), {"cohort_nisc_2015.genetic": 0.999}, site="Example clinic")
    genetic = next(one for one in side_by_side(OWN, sheet=sheet) if one.cause is Cause.GENETIC)
    assert genetic.high == 0.999
    assert genetic.published == tuple(
        (cohort, cohort.shares[Cause.GENETIC]) for cohort in cohorts(sheet=sheet) if Cause.GENETIC in cohort.shares
    )
