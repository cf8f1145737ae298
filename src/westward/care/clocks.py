"""Clocks from the first spasm to the first treatment, and of the treatment in use, against their standards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from westward.care.silence import Silence
from westward.care.standards import Standard, conflict, standards
from westward.care.when import Days, When, days_from, on_day
from westward.core.ages import days_from_months
from westward.evidence.loader import Sheet, load


class Milestone(StrEnum):
    """A fact on a child's way; ``effective_provider`` is the first who acted on the suspicion.

    The last four are of the treatment in use: its first dose, the video-EEG that says whether it works, the day that
    established that it does not, and the first dose of the next.
    """

    ONSET = "onset"
    SUSPICION = "suspicion"
    EFFECTIVE_PROVIDER = "effective_provider"
    REFERRAL = "referral"
    CONTACT = "contact"
    EEG = "eeg"
    DIAGNOSIS = "diagnosis"
    TREATMENT = "treatment"
    COURSE = "course"
    SECOND_EEG = "second_eeg"
    FAILURE = "failure"
    NEXT_DRUG = "next_drug"


class ClockName(StrEnum):
    """The clocks; those without a section in the evidence have no published standard that we found."""

    ONSET_TO_EFFECTIVE_PROVIDER = "onset_to_effective_provider"
    ONSET_TO_REFERRAL = "onset_to_referral"
    REFERRAL_TO_CONTACT = "referral_to_contact"
    SUSPICION_TO_EEG = "suspicion_to_eeg"
    REFERRAL_TO_EEG = "referral_to_eeg"
    EEG_TO_DIAGNOSIS = "eeg_to_diagnosis"
    EEG_TO_TREATMENT = "eeg_to_treatment"
    DIAGNOSIS_TO_TREATMENT = "diagnosis_to_treatment"
    ONSET_TO_DIAGNOSIS = "onset_to_diagnosis"
    ONSET_TO_TREATMENT = "onset_to_treatment"
    COURSE_TO_SECOND_EEG = "course_to_second_eeg"
    FAILURE_TO_NEXT_DRUG = "failure_to_next_drug"

    @property
    def ends(self) -> tuple[Milestone, Milestone]:
        """The fact that starts the clock and the one that stops it."""
        start, end = self.value.split("_to_")
        return Milestone(start), Milestone(end)


OF_TREATMENT = frozenset({ClockName.COURSE_TO_SECOND_EEG, ClockName.FAILURE_TO_NEXT_DRUG})
"""Clocks that begin anew with each treatment; the others run once."""


class State(StrEnum):
    """What a clock does."""

    NOT_STARTED = "not started"
    RUNNING = "running"
    STOPPED = "stopped"
    SILENCED = "silenced"
    NOT_ASSESSABLE = "not assessable"


class Verdict(StrEnum):
    """A clock against one standard; ``no number`` for a standard in words."""

    WITHIN = "within"
    EXCEEDED = "exceeded"
    UNCERTAIN = "cannot be said"
    NO_NUMBER = "no number"


@dataclass(frozen=True, slots=True)
class Judged:
    """A clock against one standard.

    Attributes
    ----------
    due : date or None
        Last day that keeps the standard if the start is taken at its earliest; None for a standard in words.
    due_latest : date or None
        The same if the start is taken at its latest; differs only if the start is approximate.
    """

    standard: Standard
    verdict: Verdict
    due: date | None
    due_latest: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one child on one day.

    Attributes
    ----------
    days : Days or None
        Days so far if it runs, days needed if it stopped; None if it does neither.
    judged : tuple of Judged
        Against each standard that applies; empty if nothing can be judged.
    conflict : str
        One line if the standards that apply differ, else empty.
    reason : str
        Why it is silenced, not started or not assessable; empty otherwise.
    """

    name: ClockName
    state: State
    days: Days | None
    standards: tuple[Standard, ...]
    judged: tuple[Judged, ...]
    conflict: str
    reason: str

    @property
    def strictest(self) -> Judged | None:
        """The applying standard with the fewest days; None if none has a number."""
        numbered = [j for j in self.judged if j.standard.max_d is not None]
        return min(numbered, key=lambda j: j.standard.max_d or 0, default=None)

    @property
    def overdue(self) -> bool | None:
        """Whether a running clock has passed its strictest standard; None if that cannot be said."""
        if self.state is not State.RUNNING or self.strictest is None:
            return None
        return {Verdict.EXCEEDED: True, Verdict.WITHIN: False}.get(self.strictest.verdict)


DEFAULT_CONDITIONS = frozenset({"red_flag", "diagnostic_eeg"})
"""What is assumed until triage and EEG say otherwise: not knowing never lengthens a limit."""


def run_clock(
    name: ClockName,
    facts: Mapping[Milestone, When],
    *,
    on: date,
    silence: Silence | None = None,
    conditions: Collection[str] = DEFAULT_CONDITIONS,
    sheet: Sheet | None = None,
) -> Clock:
    """One clock on a day.

    Parameters
    ----------
    facts : mapping of Milestone to When
        What has happened; ``UNKNOWN_DAY`` if it has and nobody knows when. What is absent has not happened.
    on : date
        The day for which the clock is read; facts after it have not happened yet.
    silence : Silence, optional
        Death or transfer; a running clock is silenced from that day, a stopped one keeps its result.
    conditions : collection of str, optional
        Which conditional standards apply: ``red_flag``, ``diagnostic_eeg``, ``eeg_in_24_h`` (a site's own rule).
    sheet : Sheet, optional
        Evidence in place of the shipped ``clocks``.

    Notes
    -----
    Sources and their status: ``evidence/clocks.toml``.
    """
    applying = standards(sheet or load("clocks"), name, conditions=conditions)
    first, last = name.ends
    start, end = _happened(facts, first, on), _happened(facts, last, on)

    def idle(state: State, reason: str) -> Clock:
        return Clock(name, state, None, applying, (), conflict(applying), reason)

    if end is None and silence is not None and silence.holds(on):
        return idle(State.SILENCED, silence.words)
    if start is None:
        if end is not None:
            return idle(State.NOT_ASSESSABLE, f"{_word(last)} is recorded, {_word(first)} is not")
        return idle(State.NOT_STARTED, f"no {_word(first)} yet")
    days = days_from(start, end or on_day(on))
    if days is None:
        return idle(State.NOT_ASSESSABLE, f"the day of {_word(last if start.known else first)} is not known")
    if days.high < 0:
        return idle(State.NOT_ASSESSABLE, f"{_word(last)} came {-days.high} days or more before {_word(first)}")
    judged = tuple(_judge(standard, days, start) for standard in applying)
    state = State.RUNNING if end is None else State.STOPPED
    return Clock(name, state, days, applying, judged, conflict(applying), "")


def run_clocks(
    facts: Mapping[Milestone, When],
    *,
    on: date,
    silence: Silence | None = None,
    conditions: Collection[str] = DEFAULT_CONDITIONS,
    sheet: Sheet | None = None,
) -> tuple[Clock, ...]:
    """Every clock of a child on a day, in the order of the journey; those of a treatment once it has begun.

    See :func:`run_clock`.
    """
    every = (run_clock(name, facts, on=on, silence=silence, conditions=conditions, sheet=sheet) for name in ClockName)
    return tuple(one for one in every if one.name not in OF_TREATMENT or one.state is not State.NOT_STARTED)


def lead_time_class(days: Days | None, *, sheet: Sheet | None = None) -> str:
    """UKISS class of the time from onset to treatment: ``7 days or less`` ... ``unknown``.

    An approximate time that falls into two classes is ``unknown``. Source: ``evidence/clocks.toml``, section
    ``lead_time`` (excerpt).
    """
    sheet = sheet or load("clocks")
    if days is None or days.low < 0:
        return "unknown"
    limits = (
        (sheet.integer("lead_time.up_to_1_week_d"), "7 days or less"),
        (sheet.integer("lead_time.up_to_2_weeks_d"), "8-14 days"),
        (days_from_months(sheet.number("lead_time.up_to_1_month_mo")), "15 days to 1 month"),
        (days_from_months(sheet.number("lead_time.up_to_2_months_mo")), "above 1 to 2 months"),
    )
    low, high = (next((word for limit, word in limits if d <= limit), "above 2 months") for d in (days.low, days.high))
    return low if low == high else "unknown"


def _happened(facts: Mapping[Milestone, When], milestone: Milestone, on: date) -> When | None:
    when = facts.get(milestone)
    if when is None or when.earliest is None or when.latest is None:
        return when
    if when.earliest > on:
        return None
    return When(when.earliest, min(when.latest, on))


def _judge(standard: Standard, days: Days, start: When) -> Judged:
    if standard.max_d is None or start.earliest is None or start.latest is None:
        return Judged(standard, Verdict.NO_NUMBER, None, None)
    limit = timedelta(days=standard.max_d)
    if days.low > standard.max_d:
        verdict = Verdict.EXCEEDED
    else:
        verdict = Verdict.WITHIN if days.high <= standard.max_d else Verdict.UNCERTAIN
    return Judged(standard, verdict, start.earliest + limit, start.latest + limit)


def _word(milestone: Milestone) -> str:
    return WORDS.get(milestone, milestone.value.replace("_", " "))


WORDS = {Milestone.EEG: "EEG", Milestone.SECOND_EEG: "second EEG", Milestone.COURSE: "first dose"}
"""Milestones whose code is not what people say."""
