"""What a follow-up can say of spasms."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.support.compared import side

from westward.eeg.compare.parameters import facts
from westward.eeg.compare.watched import INSUFFICIENT, FollowUp, follow_up, watched
from westward.evidence.status import Status


def judged(**told: Any) -> FollowUp:
    one = side("b", **told)
    return follow_up(one, watched(one))


def test_minutes_of_sleep_and_after_awakenings_are_counted() -> None:
    one = side("b", nrem=30.0, awakenings=((1800.0, 3000.0), (2400.0, 3600.0)))
    one.usable[2000:2060] = False
    seen = watched(one)
    assert seen.sleep_minutes == 30
    assert seen.awakenings == 2
    assert seen.post_awakening_minutes == 29
    assert seen.usable_minutes == 59


@pytest.mark.parametrize(
    "told, why",
    [
        ({"cycles": 0}, "no full sleep-wake cycle was recorded"),
        ({"cycles": None, "nrem": None}, "sleep states were not assessed"),
        ({"spasms": None}, "spasms were not looked for (no EEG)"),
    ],
)
def test_without_a_full_cycle_it_is_insufficient(told: dict[str, Any], why: str) -> None:
    found = judged(**told)
    assert found.statement.startswith(INSUFFICIENT)
    assert why in found.statement
    assert found.why_insufficient.startswith(why.split(" (")[0])


def test_unassessed_states_count_nothing() -> None:
    seen = watched(side("b", cycles=None, nrem=None))
    assert (seen.sleep_minutes, seen.awakenings, seen.post_awakening_minutes) == (None, None, None)


def test_a_full_cycle_without_a_candidate_shows_nothing_more() -> None:
    found = judged()
    assert found.why_insufficient == ""
    assert found.full_cycle is True
    assert "No spasm candidate in 1\u202fh of usable time" in found.statement
    assert "does not show that there are none" in found.statement


@pytest.mark.parametrize(
    "told, looked",
    [
        ({}, "what was looked at is EEG and limb EMG,"),
        ({"with_emg": False}, "what was looked at is EEG alone, no limb EMG,"),
        ({"emg": "place not named"}, "what was looked at is EEG and an EMG whose place is not named,"),
        ({"emg": "none"}, "what was looked at is EEG alone, no limb EMG,"),
        ({"with_motion": True}, "EEG and limb EMG, with the motion of the video,"),
    ],
)
def test_it_says_what_was_looked_at(told: dict[str, Any], looked: str) -> None:
    assert looked in judged(**told).statement


def test_what_hides_spasms_is_carried_over() -> None:
    found = judged(with_emg=False, doubt="no limb EMG, and 12 attenuations of the background")
    assert found.statement.endswith("In it: no limb EMG, and 12 attenuations of the background.")
    assert "In it" not in judged().statement


def test_candidates_are_candidates_even_in_a_short_study() -> None:
    assert (
        judged(spasms=4).statement
        == "4 spasm candidates in the follow-up. Each is a candidate until it is seen on video."
    )
    short = judged(spasms=4, cycles=0)
    assert INSUFFICIENT in short.statement
    assert short.full_cycle is False


@pytest.mark.parametrize("spasms", [None, 0, 7])
@pytest.mark.parametrize("cycles", [None, 0, 2])
def test_it_never_promises(spasms: int | None, cycles: int | None) -> None:
    told = judged(spasms=spasms, cycles=cycles, score=0).statement
    assert not re.search(r"\bnormal\b|remission|cured|spasm-free|excluded", told, re.IGNORECASE)


def test_published_figures_carry_a_status() -> None:
    assert {Status(f.status) for f in facts()} == {Status.EXCERPT}
