"""Two people at one recording, child or chart at the same moment: one is done, the other told, nothing is torn."""

from __future__ import annotations

import sys

import pytest
from tests.crash.clinic import Clinic
from tests.crash.test_races import ROUNDS, race

pytestmark = pytest.mark.slow
MODULE = "tests.crash.meeting"


def ask(clinic: Clinic, *words: str) -> list[str]:
    status, told = clinic.start([sys.executable, "-m", MODULE, *words]).end(120)
    assert status == 0
    return told


def outcomes(lines: list[str]) -> tuple[int, list[str]]:
    """How many were done, and the refusals."""
    refused = [line for line in lines if line.startswith("refused")]
    return len(lines) - len(refused), refused


def test_of_attach_and_reject_one_is_done_and_the_other_told(clinic: Clinic) -> None:
    ask(clinic, "scene")
    told = race(clinic, ("attach", "own"), ("reject",), module=MODULE)
    attached, late = outcomes(told[0])
    rejected, early = outcomes(told[1])
    assert attached + rejected == ROUNDS
    assert all("rejected meanwhile: a test of the cap" in line for line in late)
    assert all("on a chart already; nothing was rejected" in line for line in early)
    assert ask(clinic, "found") == [f"{attached} {rejected} {attached} 0 True True"]


def test_of_two_charts_one_gets_the_recording(clinic: Clinic) -> None:
    ask(clinic, "scene")
    told = race(clinic, ("attach", "own"), ("attach", "first"), module=MODULE)
    done, refused = outcomes([*told[0], *told[1]])
    assert (done, len(refused)) == (ROUNDS, ROUNDS)
    assert all("on a chart already" in line for line in refused)
    assert ask(clinic, "found") == [f"{ROUNDS} 0 {ROUNDS} 0 True True"]


def test_a_chart_corrected_while_its_recording_is_attached_is_graded_at_the_age_it_has_then(clinic: Clinic) -> None:
    ask(clinic, "scene")
    told = race(clinic, ("attach", "own"), ("correct",), module=MODULE)
    assert [outcomes(lines) for lines in told] == [(ROUNDS, []), (ROUNDS, [])]
    assert ask(clinic, "found") == [f"{ROUNDS} 0 {ROUNDS} 0 True True"]


def test_two_referrals_of_one_child_open_one_chart(clinic: Clinic) -> None:
    ask(clinic, "scene")
    told = race(clinic, ("accept", "0"), ("accept", "1"), module=MODULE)
    done, refused = outcomes([*told[0], *told[1]])
    assert (done, len(refused)) == (ROUNDS, ROUNDS)
    assert all("looks like this child" in line for line in refused)
    assert ask(clinic, "found") == [f"0 0 0 {ROUNDS} True True"]
