"""The letter on the diagnosis, composed from the decision, the signed reads and the tests that are due.

It stands here because it says what diagnosis knows and which tests come next, and only this app sees both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils import timezone

from westward.look import words
from westward.program.diagnosis import sight
from westward.program.diagnosis import standing as diagnosis
from westward.program.diagnosis.choices import Known as Answered
from westward.program.diagnosis.choices import Outcome
from westward.program.diagnosis.models import Decision, Read
from westward.program.etiology import standing
from westward.program.letters.blocks import Block
from westward.program.letters.choices import LetterKind
from westward.program.letters.compose import blank
from westward.program.letters.compose import diagnosis as letter
from westward.program.letters.compose.said import Known, Reader
from westward.program.letters.hooks import Recipient, offer
from westward.program.letters.letterhead import contact
from westward.program.people.models import Caregiver, Child

OUTCOMES = {
    Outcome.CONFIRMED: letter.Outcome.CONFIRMED,
    Outcome.SUSPECTED: letter.Outcome.OPEN,
    Outcome.NOT: letter.Outcome.NOT_CONFIRMED,
}
SEEN = {
    "hypsarrhythmia": ("hypsarrhythmia", "a very disorganized pattern (hypsarrhythmia)"),
    "focal_or_multifocal": (
        "focal or multifocal epileptiform activity",
        "epileptic activity in one or several places (focal or multifocal)",
    ),
    "suppression_burst": (
        "suppression-burst",
        "bursts of activity between stretches of almost none (suppression-burst)",
    ),
    "interictal_normal": ("normal between events", "a normal pattern between events"),
    "ictal_correlate": ("events recorded with the EEG of epileptic spasms", "spasms were recorded (epileptic spasms)"),
    "event_eeg_normal": (
        "an event recorded without change in the EEG",
        "an event was recorded and the brain waves did not change",
    ),
}
"""What a signed read says with yes, to a clinician and to a family."""


def gather(child: Child, recipient: Recipient, language: str) -> Sequence[Block]:
    """The blocks; headings with gaps while nothing has been decided."""
    reader = Reader.FAMILY if isinstance(recipient, Caregiver) else Reader.CLINICIAN
    decision = diagnosis.decision(child)
    if decision is None:
        return blank.compose(child.name, contact=contact(), reader=reader)
    return letter.compose(facts(child, decision, reader), reader=reader)


def facts(child: Child, decision: Decision, reader: Reader) -> letter.Diagnosis:
    """What the chart says of the diagnosis, each fact with where it stands."""
    source = decision.audit_id
    reads = _open_reads(child)
    read = max(reads, key=lambda one: (one.study.recorded_on or date.min, one.pk), default=None)
    treated = diagnosis.first_treatment(child)
    return letter.Diagnosis(
        child=child.name,
        outcome=Known(OUTCOMES[Outcome(decision.outcome)], source),
        decided_on=Known(decision.on, source),
        eeg_on=Known(read.study.recorded_on, read.study.audit_id) if read and read.study.recorded_on else None,
        grade=Known(_grade(read, reader), read.audit_id) if read else None,
        findings=tuple(_seen(read, reader)) if read else (),
        criteria=tuple(_criteria(decision)),
        missing=_missing(decision),
        treatment=Known(_treatment(treated.on, treated.what), f"first_treatment:{treated.pk}") if treated else None,
        steps=tuple(_steps(child)),
        contact=contact(),
    )


def _open_reads(child: Child) -> list[Read]:
    """Signed reads in force, without those of a study on which a blind second reader is waited for."""
    reads = diagnosis.of(child).reads
    seen = sight.of_all([read.study_id for read in reads], None)
    return [read for read in reads if seen[read.study_id].reads]


def _grade(read: Read, reader: Reader) -> str:
    if read.based is None:
        return f"not assessable: {read.not_assessable_because}" if read.not_assessable_because else words.ABSENT
    if reader is Reader.FAMILY:
        return f"graded {read.based} on a scale from 0, normal, to 5 (BASED)"
    return f"BASED {read.based} of 5"


def _seen(read: Read, reader: Reader) -> Iterator[Known[str]]:
    for name, (clinician, family) in SEEN.items():
        if getattr(read, name) == Answered.YES:
            yield Known(family if reader is Reader.FAMILY else clinician, read.audit_id)
    if read.sleep_recorded == Answered.NO:
        yield Known("no sleep recorded", read.audit_id)


def _criteria(decision: Decision) -> Iterator[Known[tuple[str, str]]]:
    """The mandatory items, and what excludes or alerts, as they stood when it was decided."""
    for item in decision.judgment.get("items", ()):
        if item["role"] == "mandatory" or (item["present"] == "yes" and item["role"] in ("exclusion", "alert")):
            name = item["fact"]["value"] if item["role"] == "mandatory" else f"{item['role']}, {item['fact']['value']}"
            yield Known((name, item["present"]), decision.audit_id)


def _missing(decision: Decision) -> tuple[Known[str], ...]:
    if decision.outcome != Outcome.SUSPECTED:
        return ()
    return tuple(Known(str(one), decision.audit_id) for one in decision.judgment.get("missing", ()))


def _treatment(on: date, what: str) -> str:
    return f"first given on {words.day(on)}" + (f" ({what})" if what else "")


def _steps(child: Child) -> Iterator[Known[tuple[str, date | None]]]:
    """Tests that are due; a day that has passed is no promise to make in a letter."""
    today = timezone.localdate()
    for one in standing.of(child, on=today):
        if one.step.due is not None:
            day = one.step.due if one.step.due >= today else None
            yield Known((one.label, day), one.order.audit_id if one.order else f"workup:{one.step.test}")


def register() -> None:
    """Offer the composer to letters."""
    offer(LetterKind.DIAGNOSIS, gather)
