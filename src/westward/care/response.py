"""Response to a treatment by every published definition, side by side: met, not met, or exactly what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from westward.care.answer import Answer
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load


@dataclass(frozen=True, slots=True, kw_only=True)
class EegSeen:
    """A video-EEG after the start, as its reader signed it.

    Attributes
    ----------
    spasms, hypsarrhythmia : Answer
        What it showed.
    sleep : Answer
        Whether it holds sleep; without sleep an EEG says nothing against either.
    source : str
        The signed read it comes from, such as ``read:12``; empty outside a chart.
    """

    on: date
    spasms: Answer = Answer.UNKNOWN
    hypsarrhythmia: Answer = Answer.UNKNOWN
    sleep: Answer = Answer.UNKNOWN
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is known of a child since the first dose.

    Attributes
    ----------
    start : date
        Day of the first dose, day 1.
    witnessed : mapping of date to int
        Spasms witnessed on a day, 0 for a day on which none were seen. A day that is absent was not told of: it is
        never taken for a day without spasms.
    eegs : tuple of EegSeen
        Video-EEGs on day 1 or later.
    second_treatment : date or None
        First day of another treatment for spasms; None if there was none up to ``on``. What is seen after that day is
        not credited to this treatment, nor held against it.
    on : date
        The day for which it is judged; nothing later counts.
    """

    start: date
    witnessed: Mapping[date, int]
    eegs: tuple[EegSeen, ...] = ()
    second_treatment: date | None = None
    on: date

    def __post_init__(self) -> None:
        if self.on < self.start:
            raise UsageError(f"the response on {self.on} cannot be judged before the first dose on {self.start}")
        if any(count < 0 for count in self.witnessed.values()):
            raise UsageError("a day cannot have fewer than no spasms")

    def count(self, day: int) -> int | None:
        """Spasms witnessed on a day of this treatment; None if not told, not passed, or after another one began."""
        on = self.start + timedelta(days=day - 1)
        return self.witnessed.get(on) if on <= self.until else None

    @property
    def until(self) -> date:
        """The last day that tells of this treatment alone: today, or the day on which another one began."""
        return self.on if self.second_treatment is None else min(self.on, max(self.second_treatment, self.start))

    def another(self, last: int) -> tuple[str, ...]:
        """Words if another treatment began before a day."""
        second = self.second_treatment
        if second is None or second > self.on or self.day_of(second) >= last:
            return ()
        return (f"another treatment began on day {self.day_of(second)}",)

    def seen(self, first: int, last: int) -> list[EegSeen]:
        """Video-EEGs of the days from ``first`` to ``last``, as far as they tell of this treatment alone."""
        return [eeg for eeg in self.eegs if first <= self.day_of(eeg.on) <= last and eeg.on <= self.until]

    def passed(self, day: int) -> bool:
        """Whether a day of the treatment has come."""
        return self.start + timedelta(days=day - 1) <= self.on

    def day_of(self, on: date) -> int:
        """Number of a date."""
        return (on - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Response:
    """One definition applied.

    Attributes
    ----------
    met : Answer
        Unknown as long as anything is missing that could decide it.
    missing : tuple of str
        What must still pass, be told or be done.
    by_witness_alone : bool
        Whether it rests on what was witnessed, without EEG: about a third of the children said to be free of
        spasms still had them on EEG (Yuskaitis 2021, excerpt), so it never stands for remission.
    """

    fact: Fact
    met: Answer
    missing: tuple[str, ...]
    by_witness_alone: bool

    @property
    def code(self) -> str:
        """Code of the definition, such as ``ICISS14_42``."""
        return self.fact.key.split(".", 1)[1]


def responses(course: Course, *, sheet: Sheet | None = None) -> tuple[Response, ...]:
    """Every definition for one child on one day, in the order of the evidence; see ``evidence/outcomes.toml``."""
    sheet = sheet or load("outcomes")
    found = []
    for fact in sheet.section("definition"):
        rule, witnessed_only = _RULES[fact.key.removeprefix("definition.")]
        verdict = rule(course, sheet)
        found.append(Response(fact, verdict.met, verdict.missing, witnessed_only))
    return tuple(found)


def remissions(course: Course, *, sheet: Sheet | None = None) -> dict[str, date]:
    """Day on which the remission by each definition was complete, of those that were met; later spasms are a relapse.

    Each as published: that of EC14 is the video-EEG of day 14, that of the others the last day that they ask for or
    the video-EEG, whichever is later. Definitions by witness alone are no remission, but for the 28 days of Delphi.
    """
    sheet = sheet or load("outcomes")
    found = met(responses(course, sheet=sheet))
    by, free, early, months = _days(sheet, "delphi_by", "delphi_free", "early_to", "nisc_months_d")
    asked = {
        "EC14": ("ec14_from", "ec14_to", True, 0),
        "NISC_EARLY": ("early_eeg_from", "early_eeg_to", False, early),
    }
    complete: dict[str, int] = {}
    for code, (first, last, spasms, day) in asked.items():
        if found[code] is Answer.YES:
            complete[code] = max(day, _clear(course, *_days(sheet, first, last), spasms=spasms))
    if found["DELPHI_CLIN"] is Answer.YES:
        complete["DELPHI_CLIN"] = _ceased(course, by, recorded=False) + free
    if found["DELPHI_EC"] is Answer.YES:
        since = _ceased(course, by, recorded=True)
        complete["DELPHI_EC"] = max(complete["DELPHI_CLIN"], since + free)
    if found["NISC_3MO"] is Answer.YES:
        complete["NISC_3MO"] = months
    return {code: course.start + timedelta(days=day - 1) for code, day in complete.items()}


def relapses(course: Course, *, sheet: Sheet | None = None) -> dict[str, date]:
    """First day of spasms after the remission by each definition that was met; definitions without any are absent."""
    found = {code: relapsed(course, remission=day) for code, day in remissions(course, sheet=sheet).items()}
    return {code: day for code, day in found.items() if day is not None}


def relapsed(course: Course, *, remission: date) -> date | None:
    """First day on which spasms were witnessed or recorded after a remission; None if there was none so far."""
    days = [day for day, count in course.witnessed.items() if count and remission < day <= course.on]
    days += [eeg.on for eeg in course.eegs if eeg.spasms is Answer.YES and remission < eeg.on <= course.on]
    return min(days, default=None)


@dataclass(frozen=True, slots=True)
class _Verdict:
    met: Answer
    missing: tuple[str, ...] = ()


def _free(course: Course, first: int, last: int) -> _Verdict:
    """No spasms witnessed on any day from ``first`` to ``last``."""
    counts = [course.count(day) for day in range(first, last + 1)]
    if any(counts):
        return _Verdict(Answer.NO)
    told = sum(count is not None for count in counts)
    if told == len(counts):
        return _Verdict(Answer.YES)
    if another := course.another(last):
        return _Verdict(Answer.UNKNOWN, another)
    if not course.passed(last):
        return _Verdict(Answer.UNKNOWN, (f"day {last} has not come",))
    return _Verdict(Answer.UNKNOWN, (f"days {first} to {last}: {len(counts) - told} of {len(counts)} days not told",))


def _all(*verdicts: _Verdict) -> _Verdict:
    if any(verdict.met is Answer.NO for verdict in verdicts):
        return _Verdict(Answer.NO)
    missing = tuple(dict.fromkeys(words for verdict in verdicts for words in verdict.missing))
    return _Verdict(Answer.UNKNOWN if missing else Answer.YES, missing)


def _eeg(course: Course, first: int, last: int, *, spasms: bool) -> _Verdict:
    """No hypsarrhythmia (and no spasms) on the EEGs from ``first`` to ``last``, at least one of them with sleep."""
    what = "spasms and hypsarrhythmia" if spasms else "hypsarrhythmia"
    inside = course.seen(first, last)
    if any(eeg.hypsarrhythmia is Answer.YES or (spasms and eeg.spasms is Answer.YES) for eeg in inside):
        return _Verdict(Answer.NO)
    if _clear(course, first, last, spasms=spasms):
        return _Verdict(Answer.YES)
    wanted = f"a signed video-EEG with sleep on days {first} to {last}, read for {what}"
    return _Verdict(Answer.UNKNOWN, course.another(first) or (wanted,))


def _clear(course: Course, first: int, last: int, *, spasms: bool) -> int:
    """Day of the first EEG with sleep that shows neither; 0 if there is none."""
    days = [
        course.day_of(eeg.on)
        for eeg in course.seen(first, last)
        if eeg.sleep is Answer.YES and eeg.hypsarrhythmia is Answer.NO and (not spasms or eeg.spasms is Answer.NO)
    ]
    return min(days, default=0)


def _none_recorded(course: Course, first: int, last: int) -> _Verdict:
    """No spasms on any EEG from ``first`` to ``last``; asks for none, but spasms that were recorded are spasms."""
    shown = any(eeg.spasms is Answer.YES for eeg in course.seen(first, last))
    return _Verdict(Answer.NO if shown else Answer.YES)


def _ceased(course: Course, by: int, *, recorded: bool) -> int:
    """Day of the last spasm up to day ``by``, witnessed or (where ``recorded``) on EEG; 0 if there was none."""
    days = [course.day_of(day) for day, count in course.witnessed.items() if count and day <= course.until]
    if recorded:
        days += [course.day_of(eeg.on) for eeg in course.eegs if eeg.spasms is Answer.YES and eeg.on <= course.until]
    return max([0, *(day for day in days if day <= by)])


def _days(sheet: Sheet, *names: str) -> list[int]:
    return [sheet.integer(f"days.{name}") for name in names]


def _ukiss(course: Course, sheet: Sheet) -> _Verdict:
    return _free(course, *_days(sheet, "ukiss_from", "ukiss_to"))


def _iciss(course: Course, sheet: Sheet) -> _Verdict:
    return _free(course, *_days(sheet, "iciss_from", "iciss_to"))


def _delphi(course: Course, sheet: Sheet) -> _Verdict:
    by, free = _days(sheet, "delphi_by", "delphi_free")
    last = _ceased(course, by, recorded=False)
    return _free(course, last + 1, last + free)


def _delphi_ec(course: Course, sheet: Sheet) -> _Verdict:
    by, free = _days(sheet, "delphi_by", "delphi_free")
    last = _ceased(course, by, recorded=True)
    return _all(_delphi(course, sheet), _eeg(course, last + 1, last + free, spasms=True))


def _nisc_3mo(course: Course, sheet: Sheet) -> _Verdict:
    by, months = _days(sheet, "nisc_ceased_by", "nisc_months_d")
    last = _ceased(course, by, recorded=True)
    return _all(
        _free(course, last + 1, months), _eeg(course, last + 1, months, spasms=True), _no_second(course, months)
    )


def _no_second(course: Course, until: int) -> _Verdict:
    second = course.second_treatment
    if second is not None and second <= course.on and course.day_of(second) <= until:
        return _Verdict(Answer.NO)
    if not course.passed(until):
        return _Verdict(Answer.UNKNOWN, (f"day {until} has not come",))
    return _Verdict(Answer.YES)


def _fftf60(course: Course, sheet: Sheet) -> _Verdict:
    first, last = _days(sheet, "fftf_from", "fftf_to")
    return _all(_free(course, first, last), _no_second(course, last))


def _early(course: Course, sheet: Sheet) -> _Verdict:
    first, last, eeg_from, eeg_to = _days(sheet, "early_from", "early_to", "early_eeg_from", "early_eeg_to")
    return _all(
        _free(course, first, last), _none_recorded(course, first, last), _eeg(course, eeg_from, eeg_to, spasms=False)
    )


def _ec14(course: Course, sheet: Sheet) -> _Verdict:
    first, last = _days(sheet, "ec14_from", "ec14_to")
    return _eeg(course, first, last, spasms=True)


def _seven(course: Course, sheet: Sheet) -> _Verdict:
    run, by = _days(sheet, "run", "run_by")
    verdicts = [_free(course, first, first + run - 1) for first in range(1, by + 1)]
    if any(verdict.met is Answer.YES for verdict in verdicts):
        return _Verdict(Answer.YES)
    if all(verdict.met is Answer.NO for verdict in verdicts):
        return _Verdict(Answer.NO)
    missing = next(verdict.missing for verdict in verdicts if verdict.met is Answer.UNKNOWN)
    return _Verdict(Answer.UNKNOWN, missing)


_RULES: dict[str, tuple[Callable[[Course, Sheet], _Verdict], bool]] = {
    "UKISS13_14": (_ukiss, True),
    "ICISS14_42": (_iciss, True),
    "DELPHI_CLIN": (_delphi, True),
    "DELPHI_EC": (_delphi_ec, False),
    "NISC_3MO": (_nisc_3mo, False),
    "NISC_FFTF60": (_fftf60, True),
    "NISC_EARLY": (_early, False),
    "EC14": (_ec14, False),
    "VGB7IN14": (_seven, True),
}


def met(found: Iterable[Response]) -> dict[str, Answer]:
    """Code of each definition with its answer."""
    return {response.code: response.met for response in found}
