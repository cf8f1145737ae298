"""Quality: intervals, shares within standard, suppression, strata and run charts over plain rows (simulated)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from statistics import median as plain_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.clocks import ClockName, Milestone
from westward.care.quality import NOT_RECORDED, Row, aan_measure, by_quarter, by_stratum, measure, usable
from westward.care.quality import quarters as groups
from westward.care.run_chart import Point, run_chart
from westward.care.shares import HIDDEN, is_small, share, small_cells
from westward.care.silence import Silence, Why
from westward.care.site import with_site_values
from westward.care.waiting import Wait, median
from westward.care.when import UNKNOWN_DAY, When, on_day
from westward.core.errors import UsageError
from westward.evidence.loader import load

D0 = date(2026, 1, 5)
ON = date(2026, 12, 1)
REFERRAL, EEG = Milestone.REFERRAL, Milestone.EEG


def row(days: int | None, *, start: date = D0, **more) -> Row:
    facts = {REFERRAL: on_day(start)}
    if days is not None:
        facts[EEG] = on_day(start + timedelta(days=days))
    return Row(facts=facts, strata=more.pop("strata", {}), **more)


def to_eeg(rows, *, on: date = ON, **more):
    return measure(ClockName.REFERRAL_TO_EEG, rows, on=on, **more)


@pytest.mark.parametrize(
    "k, n, low, high",
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (29, 100, 0.2101, 0.3854)],
)
def test_wilson_as_in_the_tables(k: int, n: int, low: float, high: float) -> None:
    found = share(k, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_share_of_nothing_has_no_value_and_nonsense_is_refused() -> None:
    assert share(0, 0).value is None
    with pytest.raises(UsageError, match="3 of 2"):
        share(3, 2)


@given(st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(kn: tuple[int, int]) -> None:
    k, n = kn
    one, other = share(k, n), share(n - k, n)
    if n:
        assert one.low <= one.value <= one.high
        assert one.low == pytest.approx(1 - other.high, abs=1e-12)


def test_median_and_share_within_standard() -> None:
    found = to_eeg([row(d) for d in (0, 1, 2, 3, 10)])
    assert (found.n, found.waiting, found.median_d, found.suppressed) == (5, 0, 2, False)
    (within,) = found.within
    assert (within.share.k, within.share.n, within.max_d) == (3, 5, 2)
    assert within.standard.startswith("less than 3 days (CEWT")


def test_usable_are_children_whose_days_are_known_ended_or_still_running() -> None:
    unknown = Row(facts={REFERRAL: UNKNOWN_DAY, EEG: on_day(D0)}, strata={})
    rows = [row(0), row(5), row(None), unknown, Row(facts={}, strata={})]
    assert usable(ClockName.REFERRAL_TO_EEG, rows, on=ON) == to_eeg(rows * 5).n / 5 == 3
    assert usable(ClockName.DIAGNOSIS_TO_TREATMENT, rows, on=ON) == 0


def test_children_still_waiting_count_against_a_standard_they_have_passed() -> None:
    found = to_eeg([row(d) for d in (0, 1, 2, 2)] + [row(None)])
    assert (found.within[0].share.k, found.within[0].share.n) == (4, 5)


def test_children_still_in_time_are_open() -> None:
    rows = [row(d) for d in (0, 1, 2, 2, 9)] + [row(None, start=ON)]
    found = to_eeg(rows)
    assert (found.within[0].share.n, found.within[0].open_, found.waiting) == (5, 1, 1)


def test_unknown_days_are_not_assessable_and_never_zero() -> None:
    unknown = Row(facts={REFERRAL: UNKNOWN_DAY, EEG: on_day(D0)}, strata={})
    found = to_eeg([row(4)] * 5 + [unknown] * 2)
    assert (found.n, found.not_assessable, found.median_d) == (5, 2, 4)


def test_approximate_days_count_by_their_middle_and_are_told() -> None:
    vague = Row(facts={REFERRAL: When(D0, D0 + timedelta(days=2)), EEG: on_day(D0 + timedelta(days=3))}, strata={})
    found = to_eeg([row(1)] * 3 + [vague] + [row(9)] * 3)
    assert (found.approximate, found.median_d) == (1, 2)
    assert (found.within[0].share.k, found.within[0].share.n, found.within[0].uncertain) == (3, 6, 1)


def test_silenced_children_count_only_if_their_clock_had_stopped() -> None:
    silence = Silence(Why.TRANSFERRED, D0)
    assert to_eeg([row(1)] * 5 + [row(None, silence=silence)]).n == 5
    assert to_eeg([row(1)] * 5 + [row(2, silence=silence)]).n == 6


def test_every_standard_has_its_own_share() -> None:
    facts = {Milestone.DIAGNOSIS: on_day(D0), Milestone.TREATMENT: on_day(D0 + timedelta(days=3))}
    found = measure(ClockName.DIAGNOSIS_TO_TREATMENT, [Row(facts=facts, strata={})] * 6, on=ON)
    assert sorted((w.max_d, w.share.k) for w in found.within) == [(0, 0), (7, 6), (7, 6)]


def test_small_groups_are_suppressed_and_none_is_not_small() -> None:
    hidden = to_eeg([row(1)] * 4)
    assert hidden.suppressed
    assert (hidden.n, hidden.median_d, hidden.within, hidden.not_assessable) == (None, None, (), None)
    assert to_eeg([]).n == 0
    assert not to_eeg([row(1)] * 5).suppressed
    sheet = with_site_values(load("quality"), {"cells.below": 10}, site="Example clinic")
    assert to_eeg([row(1)] * 9, sheet=sheet).suppressed


def test_figures_that_leave_the_program_hide_small_numerators() -> None:
    rows = [row(1)] * 18 + [row(9)] * 2
    assert to_eeg(rows).within[0].share.k == 18
    assert to_eeg(rows, numerators=True).within[0].share.suppressed
    assert is_small(share(2, 20), below=5, numerators=True)
    assert not is_small(share(0, 20), below=5, numerators=True)


def test_a_hidden_stratum_cannot_be_told_from_the_total() -> None:
    words = ["English"] * 12 + ["Spanish"] * 7 + ["Somali"] * 2
    found = by_stratum(
        ClockName.REFERRAL_TO_EEG, [row(1, strata={"language": w}) for w in words], stratum="language", on=ON
    )
    assert list(found) == ["English", "Spanish", "Somali"]
    assert [m.suppressed for m in found.values()] == [False, True, True]


def test_a_stratum_not_recorded_is_a_stratum() -> None:
    rows = [row(1, strata={"language": "Spanish"})] * 6 + [row(1)] * 5
    found = by_stratum(ClockName.REFERRAL_TO_EEG, rows, stratum="language", on=ON)
    assert {key: m.n for key, m in found.items()} == {"Spanish": 6, NOT_RECORDED: 5}


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 20)))
def test_what_is_hidden_is_never_one_cell_or_few_children_if_others_are_left(counts: dict[str, int]) -> None:
    hidden = small_cells(counts, below=5)
    assert {k for k, n in counts.items() if 0 < n < 5} <= hidden
    left = [n for k, n in counts.items() if k not in hidden and n > 0]
    if hidden and left:
        assert len(hidden) >= 2
        assert sum(counts[k] for k in hidden) >= 5


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_without_waiting_children_the_median_is_the_ordinary_one(days: list[int]) -> None:
    assert median(Wait(d, ended=True) for d in days) == plain_median(days)


def test_the_median_counts_those_who_wait() -> None:
    ended = [Wait(d, ended=True) for d in (1, 2, 3)]
    assert median(ended) == 2
    assert median([*ended, Wait(40, ended=False), Wait(50, ended=False)]) == 3
    assert median([*ended, *[Wait(40, ended=False)] * 4]) is None
    assert median([]) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=20), st.integers(0, 30))
def test_one_more_child_who_waits_never_shortens_the_median(waits, more: int) -> None:
    before = median(Wait(d, ended=e) for d, e in waits)
    after = median([*(Wait(d, ended=e) for d, e in waits), Wait(max([more, *(d for d, _ in waits)]), ended=False)])
    assert after is None or (before is not None and after >= before)


def quarters(values) -> list[Point]:
    return [Point(f"{2020 + i // 4} Q{i % 4 + 1}", v, 9) for i, v in enumerate(values)]


def test_a_shift_is_six_points_on_one_side() -> None:
    chart = run_chart(quarters([9, 8, 9, 8, 9, 8, 2, 3, 2, 3, 2, 3]))
    assert chart.center == 5.5
    assert chart.signals is not None
    assert [(s.kind, s.first, s.last) for s in chart.signals] == [
        ("shift", "2020 Q1", "2021 Q2"),
        ("shift", "2021 Q3", "2022 Q4"),
    ]


def test_five_points_on_one_side_are_no_shift() -> None:
    assert run_chart(quarters([9, 8, 9, 8, 9, 2, 3, 2, 3, 2])).signals == ()


def test_a_trend_is_five_points_in_one_direction() -> None:
    chart = run_chart(quarters([5, 9, 5, 1, 2, 3, 3, 4, 9, 5, 1, 5]))
    assert chart.signals is not None
    assert [(s.kind, s.first, s.last) for s in chart.signals] == [("trend", "2020 Q4", "2022 Q1")]
    assert run_chart(quarters([5, 9, 5, 1, 2, 3, 4, 1, 9, 5, 1, 5])).signals == ()


def test_few_points_are_drawn_and_not_read() -> None:
    chart = run_chart(quarters([1, 2, 3, None, 5, 6, 7, 8, 9, 10]))
    assert (chart.center, chart.signals) == (6, None)
    assert run_chart([]).center is None


def test_quarters_are_those_of_the_start_and_small_ones_hidden() -> None:
    rows = [row(2)] * 5 + [row(4, start=date(2026, 4, 1))] * 3
    rows.append(Row(facts={REFERRAL: When(date(2026, 3, 30), date(2026, 4, 5))}, strata={}))
    chart = by_quarter(ClockName.REFERRAL_TO_EEG, rows, on=ON)
    assert [(p.period, p.value, p.n) for p in chart.points] == [("2026 Q1", 2, 5), ("2026 Q2", None, None)]


def test_a_measure_says_what_it_measures_shown_or_hidden() -> None:
    assert to_eeg([row(1)] * 5).name is to_eeg([row(1)] * 2).name is ClockName.REFERRAL_TO_EEG
    assert to_eeg([row(1)]).suppressed, "one child is few"
    rows = [row(1, strata={"language": w}) for w in ["English"] * 12 + ["Spanish"] * 7 + ["Somali"] * 2]
    found = by_stratum(ClockName.REFERRAL_TO_EEG, rows, stratum="language", on=ON)
    assert {one.name for one in found.values()} == {ClockName.REFERRAL_TO_EEG}


def test_strata_hide_small_numerators_only_for_figures_that_leave_the_program() -> None:
    rows = [row(d, strata={"language": w}) for w in ("English", "Spanish") for d in [1] * 18 + [9] * 2]
    plain = by_stratum(ClockName.REFERRAL_TO_EEG, rows, stratum="language", on=ON)
    assert [one.within[0].share.k for one in plain.values()] == [18, 18]
    leaving = by_stratum(ClockName.REFERRAL_TO_EEG, rows, stratum="language", on=ON, numerators=True)
    assert [one.within[0].share.suppressed for one in leaving.values()] == [True, True]


def test_a_site_sets_what_is_small_everywhere() -> None:
    sheet = with_site_values(load("quality"), {"cells.below": 10}, site="Example clinic")
    rows = [row(1, strata={"language": "English"})] * 9
    assert by_stratum(ClockName.REFERRAL_TO_EEG, rows, stratum="language", on=ON, sheet=sheet)["English"].suppressed
    assert by_quarter(ClockName.REFERRAL_TO_EEG, rows, on=ON, sheet=sheet).points[0].value is None
    assert aan_measure([treated(1)] * 9, on=ON, sheet=sheet).suppressed
    assert not aan_measure([treated(1)] * 10, on=ON, sheet=sheet).suppressed
    assert aan_measure([treated(1)] * 4, on=ON).suppressed
    chart = with_site_values(load("quality"), {"run_chart.baseline": 1}, site="Example clinic")
    assert by_quarter(ClockName.REFERRAL_TO_EEG, [row(1)] * 9, on=ON, sheet=chart).signals == ()
    assert by_quarter(ClockName.REFERRAL_TO_EEG, [row(1)] * 9, on=ON).signals is None


def test_a_hidden_share_keeps_the_name_of_its_standard() -> None:
    rows = [row(1)] * 18 + [row(9)] * 2
    (shown,), (hidden,) = to_eeg(rows).within, to_eeg(rows, numerators=True).within
    assert (hidden.standard, hidden.max_d) == (shown.standard, shown.max_d)
    assert (hidden.share, hidden.open_, hidden.uncertain) == (HIDDEN, None, None)


def test_what_is_open_and_what_is_uncertain_are_told_apart() -> None:
    vague = Row(facts={REFERRAL: When(D0, D0 + timedelta(days=2)), EEG: on_day(D0 + timedelta(days=3))}, strata={})
    rows = [row(1)] * 4 + [row(9)] * 3 + [row(None, start=ON)] * 2 + [vague]
    (within,) = to_eeg(rows).within
    assert (within.share.k, within.share.n, within.open_, within.uncertain) == (4, 7, 2, 1)


def test_a_standard_that_one_child_has_counts_for_that_child() -> None:
    plain = [row(1, conditions=frozenset())] * 6
    found = to_eeg([*plain, row(1, conditions=frozenset({"eeg_in_24_h"}))])
    assert [(one.max_d, one.share.suppressed) for one in found.within] == [(2, False), (1, True)]


@pytest.mark.parametrize(
    "start, label",
    [
        (date(2026, 1, 1), "2026 Q1"),
        (date(2026, 3, 31), "2026 Q1"),
        (date(2026, 4, 1), "2026 Q2"),
        (date(2026, 6, 30), "2026 Q2"),
        (date(2026, 9, 30), "2026 Q3"),
        (date(2026, 10, 1), "2026 Q4"),
        (ON, "2026 Q4"),
    ],
)
def test_the_quarter_is_that_of_the_start(start: date, label: str) -> None:
    long = Row(facts={REFERRAL: on_day(start), EEG: on_day(start + timedelta(days=120))}, strata={})
    assert list(groups(ClockName.REFERRAL_TO_EEG, [long], on=ON)) == [label]


def test_children_without_a_known_start_are_left_out_and_others_are_not() -> None:
    unknown = [
        Row(facts={EEG: on_day(D0)}, strata={}), Row(facts={REFERRAL: UNKNOWN_DAY}, strata={}),
        row(None, start=ON + timedelta(days=1)),
    ]  # fmt: skip
    assert groups(ClockName.REFERRAL_TO_EEG, [*unknown, row(1)], on=ON) == {"2026 Q1": [row(1)]}


def test_a_quarter_without_a_usable_interval_is_absent() -> None:
    silent = row(None, start=date(2026, 5, 1), silence=Silence(Why.TRANSFERRED, date(2026, 5, 2)))
    chart = by_quarter(ClockName.REFERRAL_TO_EEG, [silent] * 6 + [row(1)] * 6, on=ON)
    assert [(one.period, one.n) for one in chart.points] == [("2026 Q1", 6)]
    one_child = with_site_values(load("quality"), {"cells.below": 1}, site="Example clinic")
    alone = by_quarter(ClockName.REFERRAL_TO_EEG, [row(1)], on=ON, sheet=one_child)
    assert [(one.period, one.n) for one in alone.points] == [("2026 Q1", 1)]


def test_aan_measure_passes_over_a_child_without_days() -> None:
    unknown = replace(treated(1), facts={Milestone.DIAGNOSIS: UNKNOWN_DAY})
    assert aan_measure([unknown, *[treated(1)] * 5], on=ON).n == 5


def treated(days: int | None, **more) -> Row:
    facts = {Milestone.DIAGNOSIS: on_day(D0)}
    if days is not None:
        facts[Milestone.TREATMENT] = on_day(D0 + timedelta(days=days))
    return Row(facts=facts, strata={}, **({"age_at_diagnosis_d": 200} | more))


def test_aan_measure_is_one_week_from_diagnosis() -> None:
    rows = [treated(d) for d in (0, 6, 7, 8)] + [treated(None)]
    found = aan_measure(rows, on=ON)
    assert (found.k, found.n) == (3, 5)


@pytest.mark.parametrize(
    "change, counted",
    [
        ({"age_at_diagnosis_d": 13}, 0),
        ({"age_at_diagnosis_d": 14}, 1),
        ({"age_at_diagnosis_d": 730}, 1),
        ({"age_at_diagnosis_d": 731}, 0),
        ({"age_at_diagnosis_d": None}, 0),
        ({"excluded": "in a trial"}, 0),
    ],
)
def test_aan_measure_counts_2_weeks_to_24_months_and_nobody_excluded(change, counted: int) -> None:
    rows = [treated(1)] * 5
    assert aan_measure([*rows, replace(treated(1), **change)], on=ON).n == 5 + counted


def test_aan_measure_leaves_open_who_is_still_in_time() -> None:
    assert aan_measure([treated(1)] * 5 + [treated(None)], on=D0 + timedelta(days=7)).n == 5
    assert aan_measure([treated(1)] * 5 + [treated(None)], on=D0 + timedelta(days=8)).n == 6
