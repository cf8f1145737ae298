"""Consent before a genetic sample, an opt-in before a secondary finding: clause by clause."""

from __future__ import annotations

from datetime import date

import pytest

from westward.care.workup import Test
from westward.program.etiology.rules import Talk, latest, no_consent, no_secondary

DAY = date(2026, 11, 10)
LATER = date(2026, 11, 12)


def talk(
    consent: str = "given", secondary: str = "opt_in", *, on: date = DAY, number: int = 1, test: str = "exome"
) -> Talk:
    answer = secondary if consent == "given" else ""
    return Talk(on=on, number=number, tests=frozenset({test}), consent=consent, secondary=answer)


@pytest.mark.parametrize("test", [Test.EXAMINATION, Test.MRI, Test.METABOLIC])
def test_what_does_not_read_the_genome_needs_no_talk(test: Test) -> None:
    assert no_consent([], test, on=DAY) == ""


@pytest.mark.parametrize("test", [Test.MICROARRAY, Test.PANEL, Test.EXOME, Test.GENOME])
def test_a_genetic_test_waits_for_a_talk(test: Test) -> None:
    assert "no talk" in no_consent([], test, on=DAY)
    assert no_consent([talk(test=test.value)], test, on=DAY) == ""


def test_consent_to_one_test_is_none_to_another() -> None:
    assert "no talk about the genome" in no_consent([talk()], Test.GENOME, on=DAY)


@pytest.mark.parametrize("answer, words", [("declined", "declined"), ("withdrawn", "withdrawn")])
def test_the_latest_answer_counts(answer: str, words: str) -> None:
    talks = [talk(), talk(answer, on=LATER, number=2)]
    assert words in no_consent(talks, Test.EXOME, on=LATER)
    assert no_consent([talk(answer), talk(on=LATER, number=2)], Test.EXOME, on=LATER) == ""


def test_of_two_talks_on_one_day_the_later_recorded_counts() -> None:
    talks = [talk("declined", number=2), talk(number=1)]
    held = latest(talks, Test.EXOME)
    assert held is not None
    assert held.consent == "declined"


def test_consent_after_the_sample_is_none() -> None:
    assert "after the sample" in no_consent([talk(on=LATER)], Test.EXOME, on=DAY)
    assert no_consent([talk(on=LATER)], Test.EXOME, on=LATER) == ""


def test_secondary_findings_ask_for_an_opt_in_to_this_very_test() -> None:
    assert no_secondary([talk()], Test.EXOME) == ""
    assert "does not want to know" in no_secondary([talk(secondary="opt_out")], Test.EXOME)
    assert "no answer" in no_secondary([talk()], Test.GENOME)
    assert "no answer" in no_secondary([talk("declined")], Test.EXOME)
    assert "no answer" in no_secondary([], Test.EXOME)
