"""Two processes at once: a slot goes to one child, a referral escalates once, each person is told once."""

from __future__ import annotations

import sys
import time

import pytest
from tests.crash.clinic import Clinic

pytestmark = pytest.mark.slow
ROUNDS = 8


def ask(clinic: Clinic, *words: str) -> list[str]:
    status, told = clinic.start([sys.executable, "-m", "tests.crash.racing", *words]).end(120)
    assert status == 0
    return told


def race(clinic: Clinic, *each: tuple[str, ...], module: str = "tests.crash.racing") -> list[list[str]]:
    """Start all, let go when each stands ready, and return what each told."""
    gate = clinic.folder.parent / "gate"
    gate.mkdir()
    running = [clinic.start([sys.executable, "-m", module, *words, str(gate)]) for words in each]
    until = time.monotonic() + 120
    while len(list(gate.iterdir())) < len(each):
        assert all(one.child.poll() is None for one in running), "one ended before it stood ready"
        assert time.monotonic() < until
        time.sleep(0.01)
    (gate / "open").touch()
    told = []
    for one in running:
        status, lines = one.end(120)
        assert status == 0, lines
        told.append(lines)
    return told


def test_of_two_who_book_the_same_slots_one_gets_each(clinic: Clinic) -> None:
    ask(clinic, "scene")
    first, second = race(clinic, ("book", "a"), ("book", "b"))
    booked = [line for line in (*first, *second) if line.startswith("booked")]
    refused = [line for line in (*first, *second) if line.startswith("refused")]
    assert len(booked) == len(set(booked)) == ROUNDS
    assert len(refused) == ROUNDS
    assert all("taken" in line for line in refused)
    assert ask(clinic, "found") == [f"{ROUNDS} 0 0 {ROUNDS} True"]


def test_two_workers_escalate_each_referral_and_tell_each_person_once(clinic: Clinic) -> None:
    ask(clinic, "scene")
    done = [lines[0].split()[1:] for lines in race(clinic, ("escalate",), ("escalate",))]
    assert sum(int(steps) for steps, _ in done) == sum(int(told) for _, told in done) == ROUNDS
    assert ask(clinic, "found") == [f"0 {ROUNDS} {ROUNDS} {ROUNDS} True"]
