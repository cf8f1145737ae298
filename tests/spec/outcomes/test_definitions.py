"""One test per clause of each published definition of response."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.answer import Answer
from westward.care.response import Course, EegSeen, met, relapsed, relapses, remissions, responses
from westward.care.site import with_site_values
from westward.core.errors import UsageError
from westward.evidence.loader import load

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


def missing(code: str, one: Course) -> tuple[str, ...]:
    return {response.code: response.missing for response in responses(one)}[code]


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


EEG_DELPHI = "a signed video-EEG with sleep on days 11 to 38, read for spasms and hypsarrhythmia"


@pytest.mark.parametrize(
    "seen, expected",
    [
        (eeg(10), UNKNOWN),
        (eeg(11), YES),
        (eeg(38), YES),
        (eeg(39), UNKNOWN),
        (eeg(11, spasms=UNKNOWN), UNKNOWN),
        (eeg(10, hypsarrhythmia=YES), UNKNOWN),
        (eeg(11, hypsarrhythmia=YES), NO),
        (eeg(38, spasms=YES), NO),
        (eeg(39, spasms=YES), UNKNOWN),
    ],
)
def test_delphi_ec_reads_the_eegs_of_its_28_days(seen: EegSeen, expected: Answer) -> None:
    """The last spasm was on day 10."""
    assert answer("DELPHI_EC", course({10: 1}, seen)) is expected
    assert missing("DELPHI_EC", course({10: 1}, seen)) == ((EEG_DELPHI,) if expected is UNKNOWN else ())


def test_delphi_ec_needs_what_delphi_needs() -> None:
    assert answer("DELPHI_EC", course({10: 1, 20: 1}, eeg(15))) is NO
    assert answer("DELPHI_EC", course({10: 1}, eeg(15), told=37, on=38)) is UNKNOWN
    assert missing("DELPHI_EC", course({10: 1}, eeg(15), told=37, on=37)) == ("day 38 has not come",)


def test_delphi_ec_begins_after_spasms_that_only_an_eeg_saw() -> None:
    """Recorded on day 12: the 28 days of the EEGs are 13 to 40, those of the witness 11 to 38."""
    recorded = eeg(12, spasms=YES)
    assert answer("DELPHI_EC", course({10: 1}, recorded, eeg(40))) is YES
    assert answer("DELPHI_CLIN", course({10: 1}, recorded)) is YES
    assert answer("DELPHI_CLIN", course({10: 1}, eeg(20, spasms=YES))) is YES


def test_without_any_spasm_delphi_asks_days_1_to_28() -> None:
    assert answer("DELPHI_CLIN", course({}, told=28, on=28)) is YES
    assert answer("DELPHI_CLIN", course({}, told=27, on=28)) is UNKNOWN
    silent_first = Course(start=START, witnessed={at(day): 0 for day in range(2, 40)}, on=at(40))
    assert {one.code: one.missing for one in responses(silent_first)}["DELPHI_CLIN"] == (
        "days 1 to 28: 1 of 28 days not told",
    )


def test_the_day_itself_counts() -> None:
    """What was witnessed, recorded or begun on the day for which it is judged belongs to it."""
    assert answer("DELPHI_CLIN", course({10: 1}, told=10, on=10)) is UNKNOWN
    assert missing("DELPHI_CLIN", course({10: 1}, told=10, on=10)) == ("day 38 has not come",)
    assert missing("DELPHI_EC", course({}, eeg(10, spasms=YES), told=10, on=10)) == (
        "day 28 has not come",
        EEG_DELPHI,
    )
    assert answer("EC14", course({}, eeg(14), on=14)) is YES
    assert answer("EC14", course({}, eeg(14), on=13)) is UNKNOWN
    assert answer("NISC_FFTF60", course({}, second=40, on=40)) is NO
    assert answer("NISC_FFTF60", course({}, second=41, on=40)) is UNKNOWN


@pytest.mark.parametrize(
    "seen, expected",
    [
        (eeg(9), UNKNOWN),
        (eeg(10), YES),
        (eeg(91), YES),
        (eeg(92), UNKNOWN),
        (eeg(10, spasms=UNKNOWN), UNKNOWN),
        (eeg(9, hypsarrhythmia=YES), UNKNOWN),
        (eeg(10, hypsarrhythmia=YES), NO),
        (eeg(91, spasms=YES), NO),
    ],
)
def test_nisc_3mo_reads_the_eegs_from_the_last_spasm_to_three_months(seen: EegSeen, expected: Answer) -> None:
    """The last spasm was on day 9."""
    assert answer("NISC_3MO", course({9: 1}, seen)) is expected
    wanted = ("a signed video-EEG with sleep on days 10 to 91, read for spasms and hypsarrhythmia",)
    assert missing("NISC_3MO", course({9: 1}, seen)) == (wanted if expected is UNKNOWN else ())


def test_nisc_3mo_begins_after_the_last_spasm_witnessed_or_recorded() -> None:
    assert answer("NISC_3MO", course({}, eeg(9, spasms=YES), eeg(20))) is YES
    assert answer("NISC_3MO", course({14: 1}, eeg(20))) is YES
    assert answer("NISC_3MO", course({15: 1}, eeg(20))) is NO
    silent = Course(start=START, witnessed={at(d): int(d == 9) for d in range(1, 101) if d != 10}, on=at(100))
    assert {one.code: one.missing for one in responses(silent)}["NISC_3MO"][0] == "days 10 to 91: 1 of 82 days not told"


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
    assert answer("NISC_EARLY", course({}, eeg(20, spasms=UNKNOWN))) is YES
    assert missing("NISC_EARLY", course({}, eeg(13))) == (
        "a signed video-EEG with sleep on days 14 to 28, read for hypsarrhythmia",
    )


@pytest.mark.parametrize("day, expected", [(14, YES), (15, NO), (20, NO), (30, NO), (31, YES)])
def test_nisc_early_counts_spasms_that_only_an_eeg_saw(day: int, expected: Answer) -> None:
    assert answer("NISC_EARLY", course({}, eeg(20), eeg(day, spasms=YES))) is expected
    assert answer("NISC_EARLY", course({}, eeg(20), eeg(day, spasms=YES), told=30, on=30)) is (
        YES if day == 31 else expected
    )


def test_nisc_early_counts_the_day_itself_and_nothing_later() -> None:
    assert answer("NISC_EARLY", course({}, eeg(20), eeg(25, spasms=YES), told=25, on=25)) is NO
    assert answer("NISC_EARLY", course({}, eeg(20), eeg(26, spasms=YES), told=25, on=25)) is UNKNOWN


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
    assert missing("VGB7IN14", course({}, told=6, on=30)) == ("days 1 to 7: 1 of 7 days not told",)
    assert missing("VGB7IN14", course({7: 1}, told=7, on=7)) == ("day 14 has not come",)


def test_silence_is_not_freedom() -> None:
    silent = Course(start=START, witnessed={}, on=at(100))
    assert set(met(responses(silent)).values()) == {UNKNOWN}
    assert missing("UKISS13_14", silent) == ("days 13 to 14: 2 of 2 days not told",)
    assert all(one.missing for one in responses(silent))


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
    assert relapsed(one, remission=at(44)) == at(45)
    assert relapsed(one, remission=at(45)) == at(50)


def test_a_relapse_on_the_day_itself_counts_and_later_ones_do_not() -> None:
    assert relapsed(course({50: 1}, on=50), remission=at(14)) == at(50)
    assert relapsed(course({50: 1}, on=49), remission=at(14)) is None
    assert relapsed(course({}, eeg(50, spasms=YES), on=50), remission=at(14)) == at(50)
    assert relapsed(course({}, eeg(50, spasms=YES), on=49), remission=at(14)) is None


def test_what_cannot_be() -> None:
    with pytest.raises(UsageError) as caught:
        Course(start=START, witnessed={}, on=at(0))
    assert str(caught.value) == "the response on 2025-12-31 cannot be judged before the first dose on 2026-01-01"
    with pytest.raises(UsageError) as caught:
        Course(start=START, witnessed={START: -1}, on=START)
    assert str(caught.value) == "a day cannot have fewer than no spasms"


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


def test_each_remission_is_complete_when_its_own_definition_was_met() -> None:
    one = course({10: 1}, eeg(16))
    assert remissions(one) == {
        "EC14": at(16),
        "NISC_EARLY": at(30),
        "DELPHI_CLIN": at(38),
        "DELPHI_EC": at(38),
        "NISC_3MO": at(91),
    }
    assert relapses(one) == {}
    assert remissions(course({10: 1})) == {"DELPHI_CLIN": at(38)}, "no EEG: only the 28 days of Delphi"


@pytest.mark.parametrize(
    "spasms, codes",
    [
        (16, set()),
        (17, {"EC14"}),
        (30, {"EC14"}),
        (31, {"EC14", "NISC_EARLY"}),
        (38, {"EC14", "NISC_EARLY"}),
        (39, {"EC14", "NISC_EARLY", "DELPHI_CLIN", "DELPHI_EC"}),
        (92, {"EC14", "NISC_EARLY", "DELPHI_CLIN", "DELPHI_EC", "NISC_3MO"}),
    ],
)
def test_the_first_spasms_after_each_remission_are_its_relapse(spasms: int, codes: set[str]) -> None:
    assert relapses(course({10: 1, spasms: 2}, eeg(16))) == dict.fromkeys(codes, at(spasms))


def test_spasms_that_only_an_eeg_saw_move_the_remission_of_delphi_ec_alone() -> None:
    """Witnessed to day 10, recorded on day 12: 28 days from each."""
    found = remissions(course({10: 1}, eeg(12, spasms=YES), eeg(20)))
    assert (found["DELPHI_CLIN"], found["DELPHI_EC"]) == (at(38), at(40))


def test_ec14_is_complete_with_the_eeg_that_was_read_for_both() -> None:
    assert remissions(course({}, eeg(13, spasms=UNKNOWN), eeg(16)))["EC14"] == at(16)
    assert remissions(course({}, eeg(16), eeg(13)))["EC14"] == at(13)


def test_days_of_a_site_reach_remissions_and_relapses() -> None:
    sheet = with_site_values(load("outcomes"), {"days.ec14_to": 17}, site="Example clinic")
    one = course({10: 1, 50: 2}, eeg(18))
    assert "EC14" in remissions(one)
    assert "EC14" in relapses(one)
    assert "EC14" not in remissions(one, sheet=sheet)
    assert "EC14" not in relapses(one, sheet=sheet)


@pytest.mark.parametrize(
    ("second", "on", "words"),
    [
        (12, 11, "day 14 has not come"),
        (12, 12, "another treatment began on day 12"),
        (13, 20, "another treatment began on day 13"),
        (14, 20, "days 13 to 14: 2 of 2 days not told"),
        (15, 20, "days 13 to 14: 2 of 2 days not told"),
    ],
)
def test_another_treatment_is_named_from_its_day_if_it_began_before_the_last_that_is_asked(
    second: int, on: int, words: str
) -> None:
    assert missing("UKISS13_14", course({}, told=0, second=second, on=on)) == (words,)


def test_spasms_recorded_after_another_treatment_began_are_not_held_against_the_first() -> None:
    seen = (eeg(20), eeg(25, spasms=YES))
    assert answer("NISC_EARLY", course({}, *seen, second=25)) is NO
    assert answer("NISC_EARLY", course({}, *seen, second=24)) is UNKNOWN


def test_success_after_another_treatment_is_not_credited_to_the_first() -> None:
    told = dict.fromkeys(range(1, 12), 5)
    first = course(told, eeg(16), second=10, on=60)
    found = {one.code: one for one in responses(first)}
    assert not [code for code, one in found.items() if one.met is YES]
    for code in ("UKISS13_14", "ICISS14_42", "EC14", "DELPHI_CLIN"):
        assert found[code].met is UNKNOWN
        assert found[code].missing == ("another treatment began on day 10",)
    assert remissions(first) == {}
    same_day = course({}, eeg(14), second=14)
    assert answer("EC14", same_day) is YES, "the EEG of the day on which another one began still tells of the first"
    assert answer("UKISS13_14", course({14: 2}, second=14)) is NO
