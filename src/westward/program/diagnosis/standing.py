"""Where a child's diagnosis stands now: signed reads, history, criteria, decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from westward.care.clocks import Milestone
from westward.care.criteria import Judgment
from westward.core.errors import UsageError
from westward.program.diagnosis import ages
from westward.program.diagnosis.choices import IN_DOUBT, Part
from westward.program.diagnosis.models import Assessment, Decision, FirstTreatment, Read, Study
from westward.program.diagnosis.rules.findings import findings, judged, onset_age
from westward.program.people.models import Child
from westward.program.referral import journey as referral
from westward.program.referral import sources


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the diagnosis page shows.

    Attributes
    ----------
    other_age : int
        Of the reads that count, those made at another age than the chart says now, and not confirmed since.
    judgment : Judgment or None
        None if findings contradict each other, which ``contradiction`` tells.
    plain : dict
        The judgment as plain values.
    onset : tuple of date or None
        First and last day of the first spasm, and where it comes from.
    """

    reads: tuple[Read, ...]
    other_age: int
    unsigned: int
    assessments: dict[str, Assessment]
    onset: tuple[date | None, date | None]
    onset_from: str
    judgment: Judgment | None
    plain: dict[str, Any]
    contradiction: str


def of(child: Child) -> Standing:
    """For one child."""
    chosen, unsigned = _reads(child, before=treated_on(child))
    parts = assessments(child)
    first, last, source = onset(child, parts)
    judgment: Judgment | None = None
    plain: dict[str, Any] = {}
    contradiction = ""
    history = dict(parts[Part.HISTORY].answers) if Part.HISTORY in parts else {}
    try:
        judgment, plain = judged(findings(chosen, history, onset_age(child.birth_date, first, last)))
    except UsageError as error:
        contradiction = str(error)
    other_age = sum(ages.of_read(read, read.study) is not None for read in chosen)
    return Standing(tuple(chosen), other_age, unsigned, parts, (first, last), source, judgment, plain, contradiction)


def in_force(reads: Sequence[Read]) -> Read | None:
    """The read of one study that counts: the newest signed version of whoever read first, else of another reader.

    What somebody took over from another reader counts as a version of that one's.
    """
    by_time = sorted(reads, key=lambda read: (read.stored_at, read.pk))
    by_key = {read.pk: read for read in by_time}
    rows = {read.pk: _row(read, by_key) for read in by_time}
    for row in dict.fromkeys(rows.values()):
        signed = [read for read in by_time if rows[read.pk] == row and read.signed_at is not None]
        if signed:
            return max(signed, key=lambda read: read.pk)
    return None


def _row(read: Read, by_key: Mapping[int, Read]) -> int:
    """Whose versions a read continues."""
    while read.takes_over_id is not None and (before := by_key.get(read.takes_over_id)) is not None:
        read = before
    return read.reader_id


def to_confirm(reads: Sequence[Read], study: Study) -> Read | None:
    """The read of a study that counts, or will, and was made at another age than the chart says now."""
    ordered = sorted(reads, key=lambda read: (read.stored_at, read.pk))
    counts = in_force(ordered) or (ordered[-1] if ordered else None)
    return counts if counts is not None and ages.of_read(counts, study) is not None else None


def assessments(child: Child) -> dict[str, Assessment]:
    """The newest answers of each part."""
    out: dict[str, Assessment] = {}
    for one in child.assessments.select_related("stored_by"):
        out.setdefault(one.part, one)
    return out


def decision(child: Child) -> Decision | None:
    """The decision in force."""
    return child.decisions.filter(revised_by=None).select_related("decided_by").first()


def first_treatment(child: Child) -> FirstTreatment | None:
    """The day of the first treatment as it stands."""
    return child.first_treatments.select_related("recorded_by").first()


def treated_on(child: Child) -> date | None:
    """The day of the first treatment, recorded here or given by protocol."""
    when = sources.facts([child.pk])[child.pk].get(Milestone.TREATMENT)
    return when.earliest if when else None


def onset(child: Child, parts: dict[str, Assessment]) -> tuple[date | None, date | None, str]:
    """Days of the first spasm: as asked for the diagnosis, else as the referral had them."""
    history = parts.get(Part.HISTORY)
    if history is not None and history.onset_earliest is not None:
        return history.onset_earliest, history.onset_latest, "history"
    told = referral.facts([child.pk])[child.pk].get(Milestone.ONSET)
    if told is not None and told.known:
        return told.earliest, told.latest, "referral"
    return None, None, ""


def _reads(child: Child, *, before: date | None) -> tuple[list[Read], int]:
    """The read in force of each study up to the first treatment, and how many studies have an unsigned one only."""
    by_study: dict[int, list[Read]] = {}
    rows = Read.objects.filter(study__child=child).exclude(study__state__in=IN_DOUBT).select_related("study__child")
    for read in rows:
        day = read.study.recorded_on
        if before is None or day is None or day <= before:
            by_study.setdefault(read.study_id, []).append(read)
    chosen = [in_force(reads) for reads in by_study.values()]
    return [read for read in chosen if read is not None], sum(read is None for read in chosen)
