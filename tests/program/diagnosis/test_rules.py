"""Rules of reads: contradictions, urgency, movement toward the engine, and what the criteria are fed with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from westward.care.answer import Answer
from westward.care.criteria import Outcome
from westward.care.when import Days
from westward.core.errors import UsageError
from westward.program.diagnosis.rules import urgent
from westward.program.diagnosis.rules.findings import eeg_answers, findings, judged, onset_age
from westward.program.diagnosis.rules.questions import HISTORY, SIGNS, check_answers, mimic_questions
from westward.program.diagnosis.rules.reading import contradictions, toward


@pytest.mark.parametrize(
    "side, finding", [("discharge_side", "focal_or_multifocal"), ("ictal_side", "ictal_correlate")]
)
def test_a_side_belongs_to_what_was_seen(side: str, finding: str) -> None:
    for value in ("left", "right", "bilateral", "not_lateralized"):
        assert any("of what was not seen" in line for line in contradictions({"based": 3, side: value, finding: "no"}))
        assert contradictions({"based": 3, side: value, finding: "yes"}) == []
    for value in ("not_assessable", "unknown"):
        assert contradictions({"based": 3, side: value, finding: "no"}) == []
    assert any("is no side" in line for line in contradictions({"based": 3, side: "up", finding: "yes"}))


@pytest.mark.parametrize(
    "said, words",
    [
        ({"based": None}, "say why"),
        ({"based": 3, "not_assessable_because": "lost leads"}, "keep one"),
        ({"based": 6}, "0 to 5"),
        ({"based": 2, "interictal_normal": "yes", "hypsarrhythmia": "yes"}, "normal and epileptiform"),
        ({"based": 2, "event_recorded": "no", "ictal_correlate": "yes"}, "no event was recorded"),
        ({"based": 2, "ictal_correlate": "yes", "event_eeg_normal": "yes"}, "normal and ictal"),
    ],
)  # fmt: skip
def test_a_contradiction_is_one_line(said: dict[str, Any], words: str) -> None:
    assert any(words in line for line in contradictions(said))


@pytest.mark.parametrize("said", [{"based": 0}, {"based": None, "not_assessable_because": "artifact throughout"}])
def test_what_makes_sense_is_stored(said: dict[str, Any]) -> None:
    assert contradictions(said) == []


@pytest.mark.parametrize(
    "score, clusters, expected",
    [(5, 0, True), (4, None, True), (3, 0, False), (None, 1, True), (None, None, False), (0, 0, False), (2, 3, True)],
)
def test_an_urgent_read_is_suggested(score: int | None, clusters: int | None, expected: bool) -> None:
    assert urgent.suggested(score=score, clusters=clusters) is expected


def test_the_words_of_urgency_hold_no_grade() -> None:
    assert not any(c.isdigit() for c in urgent.WORDS)


@pytest.mark.parametrize(
    "own, engine, final, how",
    [
        (3, 5, 5, "to"), (2, 5, 4, "toward"), (3, 5, 3, "same"), (3, 5, 1, "away"), (4, 3, 5, "away"),
        (5, 3, 4, "toward"),
        (5, 5, 5, "not comparable"), (None, 5, 5, "from none"), (None, 5, 4, "not comparable"),
        (None, None, None, "not comparable"), (None, 5, None, "not comparable"), (3, None, 5, "not comparable"),
        (3, 5, None, "not comparable"),
    ],
)  # fmt: skip
def test_how_a_grade_moved(own: int | None, engine: int | None, final: int | None, how: str) -> None:
    assert toward(own, engine, final) == how


@dataclass
class Said:
    based: int | None = 3
    hypsarrhythmia: str = "unknown"
    focal_or_multifocal: str = "unknown"
    interictal_normal: str = "unknown"
    suppression_burst: str = "unknown"
    sleep_recorded: str = "unknown"
    event_recorded: str = "unknown"
    ictal_correlate: str = "unknown"
    event_eeg_normal: str = "unknown"


def test_without_a_read_everything_is_unknown() -> None:
    assert eeg_answers([]) == {}
    assert findings([], {}, None).hypsarrhythmia is Answer.UNKNOWN


def test_a_finding_of_one_study_is_there() -> None:
    awake = Said(based=0, hypsarrhythmia="no", focal_or_multifocal="no", interictal_normal="yes", sleep_recorded="no")
    asleep = Said(based=5, hypsarrhythmia="yes", interictal_normal="no", sleep_recorded="yes")
    found = findings([awake, asleep], {}, None)
    assert (found.hypsarrhythmia, found.interictal_normal) == (Answer.YES, Answer.NO)
    assert (found.sleep_recorded, found.based_score) == (Answer.YES, 5)


def test_an_event_with_its_correlate_outweighs_one_with_a_normal_eeg() -> None:
    startle = Said(event_recorded="yes", ictal_correlate="no", event_eeg_normal="yes")
    spasm = Said(event_recorded="yes", ictal_correlate="yes", event_eeg_normal="no")
    found = findings([startle, spasm], {}, None)
    assert (found.ictal_correlate, found.event_eeg_normal) == (Answer.YES, Answer.NO)


def test_normal_needs_every_read() -> None:
    found = findings([Said(interictal_normal="yes"), Said()], {}, None)
    assert found.interictal_normal is Answer.UNKNOWN


def test_no_eeg_can_be_had_only_if_somebody_says_so() -> None:
    assert findings([], {"eeg_available": "unknown"}, None).eeg_available is Answer.YES
    assert findings([], {"eeg_available": "no"}, None).eeg_available is Answer.NO


def test_age_at_onset_is_a_range() -> None:
    birth = date(2025, 3, 1)
    assert onset_age(birth, date(2025, 9, 1), date(2025, 9, 30)) == Days(184, 213)
    assert onset_age(birth, None, None) is None


def test_the_judgment_is_kept_whole() -> None:
    read = Said(based=5, hypsarrhythmia="yes", event_recorded="no", sleep_recorded="yes")
    history = {"spasms": "yes", "plateau_or_regression": "yes"}
    judgment, plain = judged(findings([read], history, Days(184, 184)))
    assert judgment.outcome is Outcome.MET
    assert plain["outcome"] == "met"
    assert plain["findings"]["onset_age_d"] == {"low": 184, "high": 184}
    assert plain["operational"]["answer"] in ("yes", "no", "unknown")
    for item in plain["items"]:
        assert item["fact"]["status"]
        assert item["fact"]["source"]
        assert item["present"] in ("yes", "no", "unknown")


def test_what_was_not_answered_is_not_known() -> None:
    assert set(check_answers("history", {}).values()) == {"unknown"}
    assert check_answers("semiology", {"type": "flexor"})["type"] == "flexor"
    assert set(check_answers("mimics", {})) == {one.code for one in mimic_questions()}


@pytest.mark.parametrize(
    "part, answers",
    [("mood", {}), ("history", {"shoe": "yes"}), ("history", {"spasms": "maybe"}), ("semiology", {"type": "sideways"}),
     ("history", {"type": "flexor"})],
)  # fmt: skip
def test_only_what_is_asked_is_answered(part: str, answers: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        check_answers(part, answers)


def test_questions_of_the_history_are_those_of_the_criteria() -> None:
    import inspect

    from westward.care.findings import Findings

    known = set(inspect.signature(Findings).parameters)
    assert {one.code for one in HISTORY} <= known
    assert len({one.code for one in SIGNS}) == len(SIGNS)
