"""What comes next when a treatment does not work: proposals by rule with their evidence, never an act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from westward.care.answer import Answer
from westward.care.failure import told_free_first, witnessed_later
from westward.care.response import Course, met, responses
from westward.care.sequence import joining, protocols_of
from westward.evidence.loader import Fact, Sheet, load
from westward.evidence.protocol import Branch
from westward.evidence.status import Status


class Step(StrEnum):
    """What a proposal would do."""

    ASK = "ask"
    EEG = "eeg"
    RAISE = "raise"
    SWITCH = "switch"
    ADD = "add"
    NO_STANDARD = "no_standard_left"
    SURGERY = "surgery"


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a step is proposed."""

    words: str
    status: Status
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One step that a physician may take.

    Attributes
    ----------
    protocol, branch : str
        The protocol to start or the branch to take; empty where the step is neither.
    differs : str
        In what the step leaves its source; then it needs the physician's written reason. Empty if it does not.
    sequence : str
        The protocol that joins what is given to ``protocol``; it has to be approved as such.
    due_d : int or None
        Days within which it is to be decided.
    since : date or None
        Day of the fact from which these days count; None if that day is not known.
    """

    step: Step
    words: str
    grounds: tuple[Ground, ...]
    protocol: str = ""
    branch: str = ""
    differs: str = ""
    sequence: str = ""
    due_d: int | None = None
    since: date | None = None

    @property
    def due(self) -> date | None:
        """The last day in time; None if nothing bounds it."""
        return None if self.since is None or self.due_d is None else self.since + timedelta(days=self.due_d)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A child under treatment on one day.

    Attributes
    ----------
    protocol : str
        The protocol that runs.
    kinds : frozenset of str
        Mechanisms it gives, such as ``{"hormone"}``.
    tried : frozenset of str
        Mechanisms of earlier treatments.
    day : int
        Day of the treatment, the first dose is on day 1.
    free_at_7, responded_at_14 : Answer
        See :func:`free_at_7` and :func:`responded_at_14`.
    branches : tuple of Branch
        Branches of the protocol that were not taken.
    failures : int
        Standard treatments that failed, with this one if it did.
    ended : bool
        Whether the treatment has ended, failed or with a relapse after it, and nothing follows yet.
    answered : bool
        Whether a diet or an operation is the next step already, see :func:`answered`.
    started_on, not_free_on, failed_on, surgery_since : date or None
        Days of the facts from which the clocks count: the first dose, the first spasms from day 7 on, the failure
        (:func:`westward.care.failure.failure`), the lesion seen or the failure that opens a surgical referral.
    seen : tuple of int
        Days of the treatment on which spasms were witnessed.
    """

    protocol: str
    kinds: frozenset[str]
    tried: frozenset[str] = frozenset()
    day: int
    free_at_7: Answer
    responded_at_14: Answer
    branches: tuple[Branch, ...] = ()
    failures: int = 0
    focal_lesion: Answer = Answer.UNKNOWN
    tuberous_sclerosis: Answer = Answer.UNKNOWN
    relapsed: bool = False
    ended: bool = False
    answered: bool = False
    surgery_referred: bool = False
    started_on: date | None = None
    not_free_on: date | None = None
    failed_on: date | None = None
    surgery_since: date | None = None
    seen: tuple[int, ...] = ()
    sheet: Sheet = field(default_factory=lambda: load("escalation"))


def free_at_7(course: Course, *, sheet: Sheet | None = None) -> Answer:
    """Whether no spasms were witnessed from day 7 on, to day 14 or today; a day not told leaves it open."""
    sheet = sheet or load("escalation")
    first, second = sheet.integer("checkpoint.first_d"), sheet.integer("checkpoint.second_d")
    if not course.passed(first):
        return Answer.UNKNOWN
    counts = [course.count(day) for day in range(first, second + 1) if course.passed(day)]
    if any(counts):
        return Answer.NO
    return Answer.UNKNOWN if None in counts else Answer.YES


def responded_at_14(course: Course) -> Answer:
    """Yes only by video-EEG; no by video-EEG or by spasms witnessed. A diary alone never says yes.

    Spasms witnessed on days 13 and 14 say no, and so do later ones if no day from day 13 up to them was told as free;
    if one was, or a remission was complete, they are a failure or a relapse on their own day and day 14 stays as it is.
    """
    found = met(responses(course))
    if Answer.NO in (found["EC14"], found["UKISS13_14"]):
        return Answer.NO
    if witnessed_later(course) is not None and not told_free_first(course):
        return Answer.NO
    return found["EC14"]


def answered(course: Course, *, failed_on: date | None, other_on: date | None, sheet: Sheet | None = None) -> bool:
    """Whether a diet or an operation is the next step after a failure: begun since, and with days left to work or free
    of spasms ever after, as far as told and recorded.

    Parameters
    ----------
    failed_on : date or None
        Day on which the failure was established.
    other_on : date or None
        First day of the diet, or the day of the operation, whichever was later.
    """
    if failed_on is None or other_on is None or not failed_on <= other_on <= course.on:
        return False
    works_by = other_on + timedelta(days=(sheet or load("escalation")).integer("other.works_by_d") - 1)
    seen = any(count for day, count in course.witnessed.items() if works_by < day <= course.on)
    shown = any(Answer.YES in (eeg.spasms, eeg.hypsarrhythmia) for eeg in course.eegs if works_by < eeg.on <= course.on)
    return not seen and not shown


def next_steps(situation: Situation) -> tuple[Proposal, ...]:
    """Everything the protocol or a published sequence provides now; empty while all goes as planned.

    Sources and statuses: ``evidence/escalation.toml`` and the protocols.
    """
    sheet = situation.sheet
    second = sheet.integer("checkpoint.second_d")
    found: list[Proposal] = []
    failed = situation.relapsed or situation.ended or situation.failed_on is not None
    if failed or (situation.day >= second and situation.responded_at_14 is Answer.NO):
        found += () if situation.answered else _after_failure(situation)
    elif situation.day <= second:
        found += _raises(situation)
    if situation.day >= second and situation.responded_at_14 is Answer.UNKNOWN and not failed:
        words = f"Video-EEG with sleep around day {second}: without it nobody can say whether the treatment works"
        grounds = _grounds(sheet["checkpoint.second_d"])
        found.append(
            Proposal(step=Step.EEG, words=words, grounds=grounds, due_d=second - 1, since=situation.started_on)
        )
    return (*found, *_surgery(situation))


def _raises(situation: Situation) -> Iterable[Proposal]:
    """What the family is asked from the checkpoint of day 7 on, and the branches that are open.

    A branch of days before the checkpoint, such as the raise after 96 hours, is open from its own first day on, if
    spasms were witnessed since, until days told as free close it.
    """
    sheet = situation.sheet
    first = sheet.integer("checkpoint.first_d")
    if situation.day >= first and situation.free_at_7 is Answer.UNKNOWN:
        words = "Ask the family whether each day since day 7 was free of spasms; days not told leave the step open"
        yield Proposal(step=Step.ASK, words=words, grounds=_grounds(sheet["published.week_1"]))
    open_ = [one for one in situation.branches if one.first_day <= situation.day <= one.last_day]
    open_ = [one for one in open_ if _called_for(one, situation, first)]
    single = (sheet["raise.in_one_step"],) if len(open_) > 1 else ()
    for branch in open_:
        words = f"The protocol provides: {branch.words}"
        yield Proposal(
            step=Step.RAISE,
            words=f"{words}. Not in one step with the other raise" if single else words,
            grounds=(Ground(branch.words, branch.status, branch.source), *_grounds(sheet["published.week_1"], *single)),
            branch=branch.id,
            due_d=sheet.integer("due.next_drug_d"),
            since=_seen_since(branch, situation, first),
        )


def _called_for(branch: Branch, situation: Situation, checkpoint: int) -> bool:
    if situation.day >= checkpoint and situation.free_at_7 is not Answer.UNKNOWN:
        return situation.free_at_7 is Answer.NO
    return branch.first_day < checkpoint and any(day >= branch.first_day for day in situation.seen)


def _seen_since(branch: Branch, situation: Situation, checkpoint: int) -> date | None:
    """The first day with spasms since the branch opened."""
    early = [day for day in situation.seen if branch.first_day <= day < checkpoint]
    if not early or situation.started_on is None:
        return situation.not_free_on
    return situation.started_on + timedelta(days=min(early) - 1)


def _after_failure(situation: Situation) -> Iterable[Proposal]:
    sheet, due, since = situation.sheet, situation.sheet.integer("due.next_drug_d"), situation.failed_on
    again = _grounds(sheet["again.relapse"]) if situation.relapsed else ()
    have = situation.kinds | situation.tried
    standard = {kind: sheet[f"mechanism.{kind}"] for kind in ("vigabatrin", "hormone")}
    left = [kind for kind in standard if kind not in have]
    for kind in left:
        adding = kind == "hormone" and situation.tuberous_sclerosis is Answer.YES and "vigabatrin" in situation.kinds
        facts = [sheet["published.other_mechanism"], sheet["published.other_sequence"]]
        if adding:
            facts.insert(0, sheet["add.tuberous_sclerosis"])
        for protocol in protocols_of(standard[kind]):
            yield Proposal(
                step=Step.ADD if adding else Step.SWITCH,
                words=f"A standard drug of another mechanism at once: {kind}" + (", added" if adding else ""),
                grounds=(*_grounds(*facts), *again),
                protocol=protocol,
                due_d=due,
                since=since,
            )
    sequence = sheet.facts.get(f"sequence.{situation.protocol}")
    if sequence is not None:
        published = [sheet["published.acth_after_prednisolone_ucla"], sheet["published.acth_after_prednisolone_india"]]
        differs = sequence.source if sequence.status is Status.POLICY else ""
        yield Proposal(
            step=Step.SWITCH,
            words="The sequence within the same mechanism, without a taper between",
            grounds=(*_grounds(sequence, *(published if "prednisolone" in situation.protocol else ())), *again),
            protocol=str(sequence.value),
            differs=differs,
            sequence=joining(situation.protocol, str(sequence.value), given=have, sheet=sheet).protocol,
            due_d=due,
            since=since,
        )
    if not left:
        words = "Both standard mechanisms were given: think of ketogenic diet, surgery and second-line drugs"
        grounds = (*_grounds(sheet["published.third"]), *again)
        yield Proposal(step=Step.NO_STANDARD, words=words, grounds=grounds, due_d=due, since=since)


def _surgery(situation: Situation) -> Iterable[Proposal]:
    sheet = situation.sheet
    if situation.surgery_referred:
        return
    why = []
    if situation.focal_lesion is Answer.YES:
        why.append(sheet["surgery.lesions"])
    if situation.failures >= sheet.integer("surgery.failures"):
        why.append(sheet["surgery.failures"])
    if why:
        reasons = " and ".join(
            "a lesion on one side" if f.key == "surgery.lesions" else "a second failure" for f in why
        )
        yield Proposal(
            step=Step.SURGERY,
            words=f"Surgical referral in parallel, for {reasons}; treatment goes on",
            grounds=_grounds(*why, sheet["published.surgery_free"]),
            due_d=sheet.integer("due.surgery_d"),
            since=situation.surgery_since,
        )


def _grounds(*facts: Fact) -> tuple[Ground, ...]:
    return tuple(Ground(_words(fact), fact.status, fact.source) for fact in facts)


def _words(fact: Fact) -> str:
    counted = fact.key.startswith("published.")
    return f"{fact.value}: {fact.meaning}" if counted else fact.meaning
