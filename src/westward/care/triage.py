"""How soon a referral must be answered, by explicit rules from structured answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from westward.care.answer import Answer
from westward.care.when import Days
from westward.core.ages import DAYS_PER_MONTH
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, Sheet, load


class Level(IntEnum):
    """How soon; a higher one is more urgent."""

    ROUTINE = 0
    SECOND_OPINION = 1
    NEXT_DAYS = 2
    SAME_DAY = 3
    EMERGENCY_NOW = 4

    @property
    def key(self) -> str:
        """Its name in the evidence, such as ``same_day``."""
        return self.name.lower()

    @property
    def words(self) -> str:
        """Its name on a page, such as ``same day``."""
        return self.key.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageAnswers:
    """What a referral says; what it does not say stays unknown.

    The wording of each question is in ``evidence/triage.toml``.

    Attributes
    ----------
    onset_age_d : Days or None
        Age at the first event, days, as a range if approximate.
    age_d : int or None
        Age at the referral, days.
    diagnosed : Answer
        Infantile spasms are already diagnosed; then the questions of suspicion no longer matter.
    treated : Answer
        A diagnosed child is on a treatment for spasms.
    failing : Answer
        Spasms or an abnormal EEG persist under treatment.
    """

    breathing: Answer = Answer.UNKNOWN
    convulsion: Answer = Answer.UNKNOWN
    unwell_on_hormone: Answer = Answer.UNKNOWN
    events: Answer = Answer.UNKNOWN
    clusters: Answer = Answer.UNKNOWN
    regression: Answer = Answer.UNKNOWN
    known_cause: Answer = Answer.UNKNOWN
    video: Answer = Answer.UNKNOWN
    cry: Answer = Answer.UNKNOWN
    parent_concern: Answer = Answer.UNKNOWN
    epileptic_eeg: Answer = Answer.UNKNOWN
    diagnosed: Answer = Answer.UNKNOWN
    treated: Answer = Answer.UNKNOWN
    failing: Answer = Answer.UNKNOWN
    onset_age_d: Days | None = None
    age_d: int | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that applied.

    ``assumed`` is True if it applied because the answer is not known.
    """

    level: Level
    fact: Fact
    assumed: bool

    @property
    def rule(self) -> str:
        """Key of the rule, such as ``same_day.clusters``."""
        return self.fact.key


@dataclass(frozen=True, slots=True)
class Triage:
    """The level of a referral and what follows.

    Attributes
    ----------
    level : Level
        The highest among the rules that applied.
    fired : tuple of Fired
        Every rule that applied, gravest first, answers before assumptions.
    ask : tuple of Fact
        Questions still open, in the order in which to ask them.
    contact_by : datetime
        Latest time of the first contact.
    escalate_at : datetime
        Unanswered then, the referral goes to the next on duty.
    emergency_number : str
        The site's, if the level is an emergency; else empty.
    times : tuple of Fact
        The two limits behind the times.
    """

    level: Level
    fired: tuple[Fired, ...]
    ask: tuple[Fact, ...]
    contact_by: datetime
    escalate_at: datetime
    emergency_number: str
    times: tuple[Fact, Fact]

    @property
    def conditions(self) -> frozenset[str]:
        """Conditions for the clocks: ``red_flag`` from same day upward."""
        return frozenset({"red_flag"} if self.level >= Level.SAME_DAY else ())

    def must_escalate(self, *, now: datetime, contacted: datetime | None) -> bool:
        """Whether it is unanswered at ``now`` and its time to escalate has come."""
        answered = contacted is not None and contacted <= now
        return not answered and now >= self.escalate_at


_EMERGENCIES = ("breathing", "convulsion", "unwell_on_hormone")
_FLAGS = ("clusters", "regression", "known_cause", "video", "epileptic_eeg", "cry", "parent_concern")


def triage(answers: TriageAnswers, *, received: datetime, emergency_number: str, sheet: Sheet | None = None) -> Triage:
    """Level of a referral, the rules behind it, what to ask, and by when to call.

    An open answer never gives a lower level than ``no``; for the questions listed in ``unknown.counts_as_yes`` it
    counts as the graver answer, unless there are no events at all. With any question open the level is at least
    ``next days``.

    Parameters
    ----------
    received : datetime
        When the referral came in, with its time zone.
    emergency_number : str
        The site's, such as 911.
    sheet : Sheet, optional
        Evidence in place of the shipped ``triage``.

    Raises
    ------
    UsageError
        If ``received`` has no time zone.

    Notes
    -----
    The flags are excerpts; levels and hours are policy: ``evidence/triage.toml``.
    """
    if received.tzinfo is None:
        raise UsageError(f"the time of receipt {received.isoformat()} needs a time zone")
    sheet = sheet or load("triage")
    rules = _Rules(answers, sheet)
    rules.emergencies()
    if answers.diagnosed is not Answer.YES:
        rules.suspicion()
    if answers.diagnosed is not Answer.NO:
        rules.diagnosed()
    rules.floor()
    fired = sorted(rules.fired, key=lambda f: (-f.level, f.assumed))
    level = fired[0].level
    contact, escalate = sheet[f"contact.{level.key}_h"], sheet[f"escalate.{level.key}_h"]
    return Triage(
        level,
        tuple(fired),
        tuple(rules.ask),
        received + timedelta(hours=sheet.number(contact.key)),
        received + timedelta(hours=sheet.number(escalate.key)),
        emergency_number if level is Level.EMERGENCY_NOW else "",
        (contact, escalate),
    )


class _Rules:
    """Rules applied one after the other; what fired and what is open."""

    def __init__(self, answers: TriageAnswers, sheet: Sheet) -> None:
        self.answers, self.sheet = answers, sheet
        self.fired: list[Fired] = []
        self.ask: list[Fact] = []
        graver = sheet["unknown.counts_as_yes"].value
        self.graver = frozenset(graver) if isinstance(graver, tuple) else frozenset()

    def emergencies(self) -> None:
        for name in _EMERGENCIES:
            self._question(Level.EMERGENCY_NOW, name, getattr(self.answers, name))

    def suspicion(self) -> None:
        a = self.answers
        no_events = a.events is Answer.NO
        self._question(Level.NEXT_DAYS, "events", a.events)
        for name in _FLAGS:
            if name == "known_cause" and no_events:
                self._question(Level.NEXT_DAYS, "at_risk", a.known_cause)
            else:
                self._question(Level.SAME_DAY, name, getattr(a, name), graver=not no_events and name in self.graver)
        if not no_events:
            self._onset()

    def diagnosed(self) -> None:
        a = self.answers
        sure = a.diagnosed is Answer.YES
        if not sure:
            self.ask.append(self.sheet["second_opinion.diagnosed"])
        untreated = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}.get(a.treated, Answer.UNKNOWN)
        self._question(Level.SAME_DAY, "untreated", untreated, graver="untreated" in self.graver, sure=sure)
        if a.treated is not Answer.NO:
            self._question(Level.NEXT_DAYS, "failing", a.failing, graver="failing" in self.graver, sure=sure)
        if sure:
            self._fire(Level.SECOND_OPINION, "diagnosed")

    def floor(self) -> None:
        if self.ask:
            self._fire(Level.NEXT_DAYS, "incomplete", assumed=True)
        elif not self.fired:
            self._fire(Level.ROUTINE, "no_suspicion")

    def _onset(self) -> None:
        first = self.sheet.number("onset.from_months") * DAYS_PER_MONTH // 1
        last = -(-self.sheet.number("onset.to_months") * DAYS_PER_MONTH // 1)
        onset = self.answers.onset_age_d
        if onset is None:
            self.ask.append(self.sheet["same_day.onset_in_range"])
            if self.answers.age_d is None or self.answers.age_d >= first:
                self._fire(Level.SAME_DAY, "onset_in_range", assumed=True)
            else:
                self._fire(Level.SAME_DAY, "onset_before_range")
        elif onset.high < first:
            self._fire(Level.SAME_DAY, "onset_before_range")
        elif onset.low <= last:
            sure = first <= onset.low and onset.high <= last
            self._fire(Level.SAME_DAY, "onset_in_range", assumed=not sure)

    def _question(self, level: Level, name: str, answer: Answer, *, graver: bool = False, sure: bool = True) -> None:
        if answer is Answer.UNKNOWN:
            self.ask.append(self.sheet[f"{level.key}.{name}"])
        if answer is Answer.YES or (answer is Answer.UNKNOWN and graver):
            self._fire(level, name, assumed=not sure or answer is Answer.UNKNOWN)

    def _fire(self, level: Level, name: str, *, assumed: bool = False) -> None:
        self.fired.append(Fired(level, self.sheet[f"{level.key}.{name}"], assumed))
