"""Infants at risk of spasms: when the next EEG is due, by a published schedule where there is one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from westward.care.silence import Silence
from westward.core.ages import days_from_months
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load


class Risk(StrEnum):
    """Why an infant is on the list; each is a section of ``evidence/surveillance.toml``."""

    TUBEROUS_SCLEROSIS = "tuberous_sclerosis"
    TRISOMY_21 = "trisomy_21"
    HIE = "hie"
    MALFORMATION = "malformation"
    PERINATAL_STROKE = "perinatal_stroke"
    GENETIC = "genetic"
    OTHER = "other"


class Standing(StrEnum):
    """Where an infant stands on the list."""

    SCHEDULED = "scheduled"
    OVERDUE = "overdue"
    NO_SCHEDULE = "no schedule"
    COMPLETE = "complete"
    DIAGNOSED = "diagnosed"
    SILENCED = "silenced"


@dataclass(frozen=True, slots=True)
class NextEeg:
    """The next surveillance EEG of an infant.

    Attributes
    ----------
    due : date or None
        Last day in time; None unless scheduled or overdue.
    risk : Risk or None
        The risk whose schedule sets the day.
    facts : tuple of Fact
        Interval and end of the schedule, with source and status; for ``no schedule`` its end alone.
    why : str
        One line.
    """

    standing: Standing
    due: date | None
    risk: Risk | None
    facts: tuple[Fact, ...]
    why: str


def next_eeg(
    *,
    birth: date,
    risks: Collection[Risk],
    listed: date,
    eegs: Collection[date],
    on: date,
    diagnosed: date | None = None,
    silence: Silence | None = None,
    sheet: Sheet | None = None,
) -> NextEeg:
    """When the next EEG is due; with several risks the earliest day counts.

    The first EEG is due on the day the infant is listed (policy); each later one an interval after the last, the
    interval being that of the age at the last. An EEG that would fall past the end of the schedule is not due. Ages
    are chronological; whether the published schedule means corrected age is not known.

    Parameters
    ----------
    listed : date
        The day the infant came on the list.
    eegs : collection of date
        EEGs done; those after ``on`` are left out.
    diagnosed : date, optional
        The day spasms were diagnosed; from then on the child's clocks count, not this list.

    Raises
    ------
    UsageError
        If there is no risk, or the listing lies before birth.

    Notes
    -----
    Sources: ``evidence/surveillance.toml``; tuberous sclerosis recalled, everything else empty until a site enters it.
    """
    if not risks:
        raise UsageError("an infant on the surveillance list needs at least one risk")
    if listed < birth:
        raise UsageError(f"listed on {listed}, before the birth date")
    if silence is not None and silence.holds(on):
        return NextEeg(Standing.SILENCED, None, None, (), silence.words)
    if diagnosed is not None and diagnosed <= on:
        return NextEeg(Standing.DIAGNOSED, None, None, (), f"diagnosed on {diagnosed.isoformat()}")
    sheet = sheet or load("surveillance")
    done = max((eeg for eeg in eegs if birth <= eeg <= on), default=None)
    found = [_by_risk(risk, birth, listed, done, on, sheet) for risk in Risk if risk in risks]
    dated = [n for n in found if n.due is not None]
    if dated:
        return min(dated, key=lambda n: n.due or date.max)
    without = [n for n in found if n.standing is Standing.NO_SCHEDULE]
    return without[0] if without else found[0]


def _by_risk(risk: Risk, birth: date, listed: date, done: date | None, on: date, sheet: Sheet) -> NextEeg:
    bands = _bands(risk, sheet)
    end = birth + timedelta(days=days_from_months(max(sheet.number(until.key) for _, until in bands)))
    from_day = done if done is not None else listed
    band = next((b for b in bands if from_day <= birth + _months(sheet, b[1])), None)
    if band is None or on > end:
        return NextEeg(Standing.COMPLETE, None, risk, _told(bands[-1]), f"schedule ended on {end.isoformat()}")
    interval, until = band
    if interval is None:
        why = sheet.blanks[f"{risk}.interval_{bands.index(band) + 1}_d"].source
        return NextEeg(Standing.NO_SCHEDULE, None, risk, _told(band), why)
    days = sheet.integer(interval.key)
    if done is None:
        due, why = listed, "no EEG yet"
    else:
        due, why = done + timedelta(days=days), f"every {days} days; last {done.isoformat()}"
    if due > end:
        return NextEeg(Standing.COMPLETE, None, risk, _told(band), f"no further EEG before {end.isoformat()}")
    standing = Standing.OVERDUE if due < on else Standing.SCHEDULED
    return NextEeg(standing, due, risk, (interval, until), why)


_Band = tuple[Fact | None, Fact]
"""Interval, None while it is empty, and the age up to which it holds."""


def _bands(risk: Risk, sheet: Sheet) -> tuple[_Band, ...]:
    ends = {int(f.key.split("_")[-2]): f for f in sheet.section(risk) if ".until_" in f.key}
    return tuple((sheet.given(f"{risk}.interval_{n}_d"), ends[n]) for n in sorted(ends))


def _told(band: _Band) -> tuple[Fact, ...]:
    return tuple(fact for fact in band if fact is not None)


def _months(sheet: Sheet, until: Fact) -> timedelta:
    return timedelta(days=days_from_months(sheet.number(until.key)))
