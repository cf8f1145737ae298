"""What the criteria are fed with: signed reads put together, history, and the age at the first spasm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from westward.care.answer import Answer, all_of, any_of
from westward.care.criteria import Judgment, judge, operational_rule
from westward.care.findings import Findings
from westward.care.when import Days
from westward.evidence.loader import Fact

_INTERICTAL = ("hypsarrhythmia", "focal_or_multifocal", "suppression_burst", "sleep_recorded")
_ANY = (*_INTERICTAL, "event_recorded", "ictal_correlate")


def eeg_answers(reads: Iterable[Any]) -> dict[str, Any]:
    """Several signed reads as one set of answers.

    A finding that one EEG shows is there. The interictal EEG is normal if every read says so and none shows a
    finding; the EEG of an event is normal if no event of any study had the ictal correlate. The highest grade counts.
    Without a read everything is unknown.
    """
    said = list(reads)
    if not said:
        return {}
    out: dict[str, Any] = {name: any_of(Answer(getattr(read, name)) for read in said) for name in _ANY}
    normal = all_of(Answer(read.interictal_normal) for read in said)
    abnormal = any_of((out["hypsarrhythmia"], out["focal_or_multifocal"]))
    out["interictal_normal"] = Answer.NO if abnormal is Answer.YES else normal
    during = any_of(Answer(read.event_eeg_normal) for read in said)
    out["event_eeg_normal"] = Answer.NO if out["ictal_correlate"] is Answer.YES else during
    if out["event_recorded"] is Answer.NO:
        out["event_eeg_normal"] = Answer.UNKNOWN
    grades = [read.based for read in said if read.based is not None]
    out["based_score"] = max(grades) if grades else None
    return out


def onset_age(birth: date, earliest: date | None, latest: date | None) -> Days | None:
    """Age at the first spasm in days, a range if the day is approximate; None if it is not known."""
    if earliest is None or latest is None:
        return None
    return Days(max(0, (earliest - birth).days), max(0, (latest - birth).days))


def findings(reads: Iterable[Any], history: Mapping[str, str], onset: Days | None) -> Findings:
    """Everything together.

    Raises
    ------
    UsageError
        If two findings contradict each other.
    """
    answers: dict[str, Any] = {name: Answer(answer) for name, answer in history.items()}
    if answers.get("eeg_available") is not Answer.NO:
        answers["eeg_available"] = Answer.YES
    return Findings(**answers, **eeg_answers(reads), onset_age_d=onset)


def as_json(found: Findings, judgment: Judgment) -> dict[str, Any]:
    """The judgment whole: findings, items with fact, source and status, and the operational rule beside it."""
    rule, facts = operational_rule(found)
    return {
        "criteria": "ILAE 2022",
        "outcome": judgment.outcome.value,
        "words": judgment.words,
        "without_eeg": judgment.without_eeg,
        "missing": list(judgment.missing),
        "still_to_ask": list(judgment.still_to_ask),
        "items": [
            {
                "role": item.role.value,
                "present": item.present.value,
                "missing": item.missing,
                "remark": item.remark,
                "fact": _fact(item.fact),
            }
            for item in judgment.items
        ],
        "operational": {"answer": rule.value, "facts": [_fact(fact) for fact in facts]},
        "findings": _plain(found),
    }


def judged(found: Findings) -> tuple[Judgment, dict[str, Any]]:
    """The criteria applied, and the same as plain values."""
    judgment = judge(found)
    return judgment, as_json(found, judgment)


def _plain(found: Findings) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in asdict(found).items():
        out[name] = value.value if isinstance(value, Answer) else value
    return out


def _fact(fact: Fact) -> dict[str, str]:
    return {
        "key": fact.key,
        "value": str(fact.value),
        "meaning": fact.meaning,
        "status": str(fact.status),
        "source": fact.source,
    }
