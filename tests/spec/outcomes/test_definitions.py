"""One test per clause of each published definition of response."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.answer import Answer
from westward.care.response import Course, EegSeen, met, relapsed, responses
from westward.core.errors import UsageError

START = date(2026, 1, 1)
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def at(day: int) -> date:
    return START + timedelta(days=day - 1)


def eeg(day: int, *, spasms: Answer = NO, hypsarrhythmia: Answer = NO, sleep: Answer = YES) -> EegSeen:
    return EegSeen(on=at(day), spasms=spasms, hypsarrhythmia=hypsarrhythmia, sleep=sleep)


def course(
    counts: dict[int, int] | None = None, *eegs: EegSeen, told: int = 100, second: int | None = None, on: int = 100
) -> Course:
    """Told every day up to ``told``, without spasms but for ``counts``."""
    witnessed = {at(day): 0 for day in range(1, told + 1)} | {at(day): n for day, n in (counts or {}).items()}
    return Course(
        start=START, witnessed=witnessed, eegs=eegs, second_treatment=at(second) if second else None, on=at(on)
    )


def answer(code: str, one: Course) -> Answer:
    return met(responses(one))[code]


@pytest.mark.parametrize("counts, expected", [({}, YES), ({12: 3}, YES), ({13: 1}, NO), ({14: 1}, NO), ({15: 4}, YES)])
def test_ukiss_asks_days_13_and_14(counts: dict[int, int], expected: Answer) -> None:
    assert answer("UKISS13_14", course(counts)) is expected


@pytest.mark.parametrize("counts, expected", [({13: 2}, YES), ({14: 1}, NO), ({42: 1}, NO), ({43: 1}, YES)])
def test_iciss_asks_days_14_to_42(counts: dict[int, int], expected: Answer) -> None:
    assert answer("ICISS14_42", course(counts)) is expected


@pytest.mark.parametrize(
    "counts, expected",
    [({}, YES), ({14: 2}, YES), ({15: 1}, NO), ({10: 1, 38: 1}, NO), ({10: 1, 39: 1}, YES), ({14: 1, 43: 1}, YES)],
)
def test_delphi_asks_28_days_from_the_last_spasm_within_14_days(counts: dict[int, int], expected: Answer) -> None:
    assert answer("DELPHI_CLIN", course(counts)) is expected


def test_delphi_ec_asks_an_eeg_as_well() -> None:
    assert answer("DELPHI_EC", course({10: 1})) is UNKNOWN
    assert answer("DELPHI_EC", course({10: 1}, eeg(15))) is YES
    assert answer("DELPHI_EC", course({10: 1}, eeg(15, hypsarrhythmia=YES))) is NO
    assert answer("DELPHI_EC", course({10: 1}, eeg(15, sleep=NO))) is UNKNOWN


def test_nisc_3mo_asks_three_months_and_an_eeg_on_the_first_treatment() -> None:
    assert answer("NISC_3MO", course({9: 1}, eeg(14))) is YES
    assert answer("NISC_3MO", course({9: 1, 80: 1}, eeg(14))) is NO
    assert answer("NISC_3MO", course({9: 1}, eeg(14), second=40)) is NO
    assert answer("NISC_3MO", course({9: 1}, eeg(14), on=60)) is UNKNOWN


@pytest.mark.parametrize(
    "counts, second, expected",
    [({30: 5}, None, YES), ({31: 1}, None, NO), ({60: 1}, None, NO), ({61: 1}, None, YES), ({}, 60, NO), ({}, 61, YES)],
)
def test_fftf60_asks_days_31_to_60_and_no_second_treatment(
    counts: dict[int, int], second: int | None, expected: Answer
) -> None:
    assert answer("NISC_FFTF60", course(counts, second=second)) is expected


def test_nisc_early_asks_day_14_an_eeg_at_two_to_four_weeks_and_day_30() -> None:
    assert answer("NISC_EARLY", course({14: 1}, eeg(20))) is YES
    assert answer("NISC_EARLY", course({15: 1}, eeg(20))) is NO
    assert answer("NISC_EARLY", course({}, eeg(29))) is UNKNOWN
    assert answer("NISC_EARLY", course({}, eeg(20, hypsarrhythmia=YES))) is NO


def test_ec14_is_the_eeg_of_day_14_alone() -> None:
    assert answer("EC14", course({14: 9}, eeg(14))) is YES
    assert answer("EC14", course({}, eeg(14, spasms=YES))) is NO
    assert answer("EC14", course({}, eeg(19))) is UNKNOWN
    assert answer("EC14", course({})) is UNKNOWN


@pytest.mark.parametrize(
    "counts, expected",
    [({}, YES), (dict.fromkeys(range(1, 14), 1), YES), (dict.fromkeys(range(1, 15), 1), NO), ({13: 1, 20: 1}, YES)],
)
def test_seven_days_begin_within_14(counts: dict[int, int], expected: Answer) -> None:
    assert answer("VGB7IN14", course(counts)) is expected


def test_seven_days_need_to_be_told() -> None:
    assert answer("VGB7IN14", course({}, told=6, on=30)) is UNKNOWN
    assert answer("VGB7IN14", course({}, told=7, on=30)) is YES


def test_silence_is_not_freedom() -> None:
    silent = Course(start=START, witnessed={}, on=at(100))
    assert set(met(responses(silent)).values()) == {UNKNOWN}
    missing = {response.code: response.missing for response in responses(silent)}
    assert missing["UKISS13_14"] == ("days 13 to 14: 2 of 2 days not told",)
    assert all(missing.values())


def test_days_to_come_are_not_judged() -> None:
    early = course({}, told=20, on=20)
    found = {response.code: response for response in responses(early)}
    assert found["UKISS13_14"].met is YES
    assert found["ICISS14_42"].missing == ("day 42 has not come",)


def test_what_rests_on_witnesses_alone_says_so() -> None:
    flags = {response.code: response.by_witness_alone for response in responses(course())}
    assert {code for code, alone in flags.items() if not alone} == {"DELPHI_EC", "NISC_3MO", "NISC_EARLY", "EC14"}


def test_relapse_is_the_first_day_after_the_remission() -> None:
    one = course({10: 1, 50: 2, 60: 1}, eeg(45, spasms=YES))
    assert relapsed(one, remission=at(14)) == at(45)
    assert relapsed(one, remission=at(60)) is None


def test_what_cannot_be() -> None:
    with pytest.raises(UsageError, match="before the first dose"):
        Course(start=START, witnessed={}, on=at(0))
    with pytest.raises(UsageError, match="fewer"):
        Course(start=START, witnessed={START: -1}, on=START)


@given(st.dictionaries(st.integers(1, 100), st.integers(0, 3), max_size=60), st.integers(1, 100), st.integers(1, 100))
def test_more_told_never_turns_an_answer_around(counts: dict[int, int], day: int, extra: int) -> None:
    """A decision stands when an untold day turns out to be free; time passing alone never decides no."""
    before = Course(start=START, witnessed={at(d): n for d, n in counts.items()}, on=at(day))
    told = dict(before.witnessed)
    told.setdefault(at(extra), 0)
    after = Course(start=START, witnessed=told, on=at(day))
    for one, other in zip(responses(before), responses(after), strict=True):
        if one.met is not UNKNOWN:
            assert other.met is one.met
    later = Course(start=START, witnessed={}, on=at(day))
    assert NO not in met(responses(later)).values()
