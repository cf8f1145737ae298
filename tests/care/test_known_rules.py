"""Published results side by side: order, conflicts, contradicting predictors, and the populations of a child."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from westward.care.answer import Answer
from westward.care.known import Likeness, conflicting, known, populations_of
from westward.care.known_document import costs, documents, predictors
from westward.care.shares import share
from westward.core.errors import UsageError
from westward.evidence import predictors as shelf
from westward.evidence.predictors import Predictor
from westward.evidence.status import Status
from westward.evidence.trials import Arm

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def arm(
    study: str, responders: int | None, n: int | None = 100, *, drug: str = "acth", population: str = "all",
    outcome: str = "EC14", events: bool = False, percent: str = "", day: int | None = 14,
) -> Arm:  # fmt: skip
    return Arm(
        study=study, year=2020, design="RCT", arm="a", drug=drug, n=n, responders=responders,
        reported_percent=percent, outcome=outcome, day=day, population=population, events=events,
        status=Status.EXCERPT, source="a paper",
    )  # fmt: skip


def conflicts(*arms: Arm) -> tuple[str, ...]:
    return tuple(words for group in known(arms=arms) for words in group.conflicts)


LOW, HIGH = arm("Low", 20), arm("High", 80)
AGAINST = "Low 2020 (a: 20 of 100) against High 2020 (a: 80 of 100): their intervals do not meet"


def test_two_studies_whose_intervals_do_not_meet_are_a_conflict_in_either_order() -> None:
    assert conflicts(LOW, HIGH) == conflicts(HIGH, LOW) == (AGAINST,)


def test_a_conflict_is_found_behind_pairs_that_are_none() -> None:
    assert conflicts(arm("Other", 50, drug="vigabatrin"), LOW, HIGH) == (AGAINST,)


@pytest.mark.parametrize(
    "one, other",
    [
        (LOW, arm("Low", 80)),
        (LOW, arm("High", 80, drug="vigabatrin")),
        (LOW, arm("High", 80, population="TSC")),
        (LOW, arm("High", 80, events=True)),
        (arm("Low", 20, drug="any"), arm("High", 80, drug="any")),
        (LOW, arm("High", None, percent="80")),
        (LOW, arm("High", 80, None, percent="80")),
        (arm("Low", None, percent="20"), HIGH),
        (LOW, arm("High", 25)),
        (LOW, arm("High", 80, outcome="UKISS13_14")),
        (arm("Low", 0, 1), arm("High", 1, 1)),
        (arm("Low", 0), arm("High", 0)),
        (arm("Low", 100), arm("High", 100)),
        (arm("Low", 0, 0), HIGH),
    ],
)
def test_what_is_no_conflict(one: Arm, other: Arm) -> None:
    """One study, another drug, population, outcome or kind of count, no count at all, or intervals that meet."""
    assert conflicts(one, other) == conflicts(other, one) == ()


def test_none_of_many_against_all_of_many() -> None:
    none, all_ = arm("Low", 0, 50), arm("High", 50, 50)
    assert len(conflicts(none, all_)) == 1
    assert conflicts(none, all_) == conflicts(all_, none)


def test_the_largest_study_and_the_most_arms_come_first() -> None:
    arms = (
        arm("Bare", None, None, percent="50", outcome="Z"), arm("Small", 1, 1, outcome="Z"),
        arm("Big", 1, 9, outcome="Z"), arm("One", 1, 5, outcome="B"), arm("Two", 1, 5, outcome="A"),
    )  # fmt: skip
    found = known(arms=arms)
    assert [group.outcome for group in found] == ["Z", "A", "B"]
    assert [result.arm.study for result in found[0].results] == ["Big", "Small", "Bare"]


def test_what_fits_is_matched_exactly() -> None:
    arms = (LOW, arm("TSC", 5, population="TSC"), arm("VGB", 5, drug="vigabatrin", outcome="X"))
    assert [r.arm.study for g in known(arms=arms, population="TSC") for r in g.results] == ["TSC"]
    assert [r.arm.study for g in known(arms=arms, drug="vigabatrin") for r in g.results] == ["VGB"]
    assert [r.arm.study for g in known(arms=arms, outcome="EC14") for r in g.results] == ["Low", "TSC"]


@pytest.mark.parametrize(
    "asked, words",
    [
        ({"drug": "x"}, "there is no drug 'x'; the table has acth, vigabatrin"),
        ({"population": "x"}, "there is no population 'x'; the table has all"),
        ({"outcome": "x"}, "there is no outcome 'x'; the table has EC14, X"),
    ],
)
def test_a_code_that_does_not_exist_is_answered_with_those_that_do(asked: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        known(arms=(LOW, arm("VGB", 5, drug="vigabatrin", outcome="X")), **asked)  # type: ignore[arg-type]
    assert str(caught.value) == words


def predictor(line: int, words: str, direction: str) -> Predictor:
    return Predictor(
        line=line, predictor=words, outcome="o", effect="odds_ratio", estimate="", low="", high="", n=None,
        direction=direction, status=Status.EXCERPT, source="a paper",
    )  # fmt: skip


@pytest.mark.parametrize(
    "one, other, contradict",
    [
        ("better", "worse", True),
        ("worse", "none", True),
        ("none", "better", True),
        ("worse", "better", True),
        ("better", "better", False),
        ("none", "none", False),
        ("better", "unclear", False),
        ("unclear", "worse", False),
    ],
)
@pytest.mark.parametrize("words", ["Lead time", "Lag", "No hypsarrhythmia", "Structural cause"])
def test_sources_that_contradict_each_other(words: str, one: str, other: str, contradict: bool) -> None:
    table = [
        predictor(1, "Age", "better"),
        predictor(2, f"{words} to treatment", one),
        predictor(3, f"Etiology or {words.lower()}", other),
        predictor(4, "Age", "worse"),
    ]
    assert conflicting(table) == (frozenset({2, 3}) if contradict else frozenset())


def test_two_contradictions_are_both_found_and_topics_are_not_mixed() -> None:
    table = [
        predictor(1, "lag", "better"), predictor(2, "lag", "worse"), predictor(3, "lead time", "none"),
        predictor(4, "structural cause", "better"), predictor(5, "structural cause", "none"),
    ]  # fmt: skip
    assert conflicting(table) == {1, 2, 4, 5}


ALL = Likeness("all", "every child")


@pytest.mark.parametrize(
    "tsc, t21, cause, failed, expected",
    [
        (UNKNOWN, UNKNOWN, UNKNOWN, False, ()),
        (YES, NO, UNKNOWN, False, (Likeness("TSC", "tuberous sclerosis"),)),
        (NO, UNKNOWN, UNKNOWN, False, (Likeness("non-TSC", "no tuberous sclerosis"),)),
        (UNKNOWN, YES, UNKNOWN, False, (Likeness("trisomy_21", "trisomy 21"),)),
        (UNKNOWN, UNKNOWN, YES, False, (Likeness("proven_etiology", "a cause was found"),)),
        (UNKNOWN, UNKNOWN, NO, False, (Likeness("no_proven_etiology", "no cause was found after the work-up"),)),
        (UNKNOWN, UNKNOWN, UNKNOWN, True, (Likeness("failed_first", "a first standard treatment failed"),)),
    ],
)
def test_each_population_by_itself(
    tsc: Answer, t21: Answer, cause: Answer, failed: bool, expected: tuple[Likeness, ...]
) -> None:
    facts = {"tuberous_sclerosis": tsc, "trisomy_21": t21}
    assert populations_of(facts, cause_found=cause, failed=failed) == (*expected, ALL)


def test_populations_by_default_and_in_order() -> None:
    assert populations_of({}) == (ALL,)
    both = populations_of({"tuberous_sclerosis": YES, "trisomy_21": YES}, cause_found=YES, failed=True)
    assert [one.population for one in both] == ["TSC", "trisomy_21", "failed_first", "proven_etiology", "all"]
    none = populations_of({"tuberous_sclerosis": NO}, cause_found=NO, failed=True)
    assert [one.population for one in none] == ["failed_first", "no_proven_etiology", "non-TSC", "all"]


def test_results_as_a_document() -> None:
    (one,) = documents(known(arms=(LOW, HIGH, arm("Bare", None, None, percent="50", day=None, events=True))))
    found = share(20, 100)
    assert (one["outcome"], one["conflicts"]) == ("EC14", [AGAINST])
    assert one["results"][0] == {
        "study": "Low", "year": 2020, "design": "RCT", "arm": "a", "drug": "acth", "population": "all", "n": 100,
        "responders": 20, "counts": "success", "share": 0.2, "low": found.low, "high": found.high,
        "reported_percent": None, "day": 14, "status": "excerpt", "source": "a paper",
    }  # fmt: skip
    assert one["results"][2] == {
        "study": "Bare", "year": 2020, "design": "RCT", "arm": "a", "drug": "acth", "population": "all", "n": None,
        "responders": None, "counts": "event", "share": None, "low": None, "high": None,
        "reported_percent": "50", "day": None, "status": "excerpt", "source": "a paper",
    }  # fmt: skip
    assert {type(result["status"]) for result in one["results"]} == {str}
    assert set(one) == {"outcome", "results", "conflicts"}


def test_predictors_as_a_document() -> None:
    rows, lines = predictors(), conflicting(shelf.predictors())
    assert rows == [
        asdict(one) | {"status": str(one.status), "conflict": one.line in lines} for one in shelf.predictors()
    ]
    assert {row["conflict"] for row in rows} == {True, False}
    assert {type(row["status"]) for row in rows} == {str}


def test_costs_as_a_document_of_one_drug_or_of_all() -> None:
    rows = costs()
    assert rows == [asdict(one) | {"status": str(one.status)} for one in shelf.costs()]
    assert {type(row["status"]) for row in rows} == {str}
    drug = shelf.costs()[0].drug
    assert costs(drug=drug) == [row for row in rows if row["drug"] == drug] != rows
