"""Rows of the chart that speak to the items of the surgical checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone

from westward.care.answer import Answer
from westward.care.candidacy import Evidence
from westward.program.diagnosis.choices import Part, ReadSide
from westward.program.diagnosis.models import Assessment, Read
from westward.program.etiology.choices import CauseKind, ImagingKind, ImagingOutcome, Side
from westward.program.etiology.models import Imaging
from westward.program.etiology.queries import cause as current_cause
from westward.program.followup import queries
from westward.program.followup.next_steps import ONE_SIDE, STANDARD, failed_by, kinds, lesion_kinds
from westward.program.people.models import Child
from westward.program.shell.values import sheet
from westward.program.treatment.choices import Finding
from westward.program.treatment.planning import protocol_of

_NUCLEAR = (ImagingKind.PET, ImagingKind.SPECT)
HEMIPARESIS = "HP:0001269"
_SIDE_SAYS = {"left": Answer.YES, "right": Answer.YES, "bilateral": Answer.NO}
"""What a signed side answers; not lateralized and not assessable decide nothing: it may still be in one place."""


def gather(child: Child) -> Mapping[str, Sequence[Evidence]]:
    """Rows by item; only signed reads count, of studies whose reads nobody waits for blindly."""
    found: dict[str, list[Evidence]] = {item.value: [] for item in Finding}
    for scan in child.imagings.filter(withdrawn_at=None).prefetch_related("findings").order_by("on", "pk"):
        _imaging(found, child, scan)
    _reads(found, child)
    _semiology(found, child)
    for feature in child.features.filter(withdrawn_at=None, term=HEMIPARESIS):
        row = Evidence(
            says=Answer.YES if feature.present else Answer.NO,
            words=f"{feature.label}: {'present' if feature.present else 'looked for, absent'}",
            on=timezone.localtime(feature.at).date(),
            source=f"feature:{feature.pk}",
            address=reverse("phenotype", args=[child.pk]),
        )
        found[Finding.SEMIOLOGY].append(row)
    _failures(found, child)
    cause = current_cause(child)
    if cause is not None:
        row = Evidence(
            says=Answer.YES if cause.cause == CauseKind.METABOLIC else Answer.UNKNOWN,
            words=f"Class of cause: {cause.get_cause_display().lower()}",
            on=timezone.localtime(cause.at).date(),
            source=f"cause:{cause.pk}",
            address=reverse("child-cause", args=[child.pk]),
        )
        found[Finding.CAUSE_DIFFUSE].append(row)
    return found


def _imaging(found: dict[str, list[Evidence]], child: Child, scan: Imaging) -> None:
    wanted = lesion_kinds()
    nuclear = scan.kind in _NUCLEAR
    address = f"{reverse('child-cause', args=[child.pk])}#imaging"

    def tell(item: Finding, says: Answer, words: str) -> None:
        source = f"imaging:{scan.pk}"
        found[item].append(Evidence(says=says, words=words, on=scan.on, source=source, address=address))

    named = f"{scan.get_kind_display()}"
    findings = [one for one in scan.findings.all() if nuclear or one.lesion in wanted]
    sides = {one.side for one in findings}
    said = "; ".join(f"{one.get_lesion_display().lower()}, {one.get_side_display().lower()}" for one in findings)
    both = Side.BOTH in sides or set(ONE_SIDE) <= sides
    one_side = bool(sides) and sides <= set(ONE_SIDE) and not both
    if scan.outcome == ImagingOutcome.NORMAL:
        for item in (Finding.PET, Finding.PET_BILATERAL) if scan.kind == ImagingKind.PET else ():
            tell(item, Answer.NO, f"{named}: normal")
        if not nuclear:
            tell(Finding.LESION, Answer.NO, f"{named}: normal")
    elif scan.kind == ImagingKind.PET and findings:
        tell(Finding.PET, Answer.YES if one_side else Answer.UNKNOWN, f"{named}: {said}")
        tell(Finding.PET_BILATERAL, Answer.YES if both else Answer.UNKNOWN, f"{named}: {said}")
    elif not nuclear and findings:
        tell(Finding.LESION, Answer.YES if one_side else Answer.UNKNOWN, f"{named}: {said}")
    elif not nuclear and scan.outcome == ImagingOutcome.ABNORMAL:
        tell(Finding.LESION, Answer.UNKNOWN, f"{named}: abnormal, no lesion of those that open a referral")


def _reads(found: dict[str, list[Evidence]], child: Child) -> None:
    for read in queries.counted_reads([child.pk]):
        address = reverse("eeg-study", args=[child.pk, read.study_id])

        def tell(item: Finding, says: Answer, words: str, read: Read = read, address: str = address) -> None:
            on, source = read.study.recorded_on, read.audit_id
            said = f"{words} (read by {read.reader.name})"
            found[item].append(Evidence(says=says, words=said, on=on, source=source, address=address))

        if read.focal_or_multifocal == "no":
            tell(Finding.EEG_SIDE, Answer.NO, "No focal or multifocal discharges")
        elif read.discharge_side != ReadSide.UNKNOWN:
            said = f"Discharges: {read.get_discharge_side_display().lower()}"
            tell(Finding.EEG_SIDE, _SIDE_SAYS.get(read.discharge_side, Answer.UNKNOWN), said)
        elif read.multifocal == "yes":
            tell(Finding.EEG_SIDE, Answer.UNKNOWN, "Three spike foci or more; no side was said")
        elif read.focal_or_multifocal == "yes":
            tell(Finding.EEG_SIDE, Answer.UNKNOWN, "Focal or multifocal discharges; no side was said")
        if read.ictal_side != ReadSide.UNKNOWN:
            said = f"Spasms begin: {read.get_ictal_side_display().lower()}"
            tell(Finding.ICTAL_SIDE, _SIDE_SAYS.get(read.ictal_side, Answer.UNKNOWN), said)
        elif read.ictal_correlate == "yes":
            tell(Finding.ICTAL_SIDE, Answer.UNKNOWN, "Spasms recorded; no side was said")


def _semiology(found: dict[str, list[Evidence]], child: Child) -> None:
    told = Assessment.objects.filter(child=child, part=Part.SEMIOLOGY).select_related("stored_by").first()
    if told is None:
        return
    signs = []
    if told.answers.get("focal") == "yes":
        signs.append("focal signs before, with or after")
    if told.answers.get("symmetric") == "no":
        signs.append("spasms not symmetric")
    if signs:
        row = Evidence(
            says=Answer.UNKNOWN,
            words=f"Semiology: {'; '.join(signs)} ({told.stored_by.name})",
            on=timezone.localtime(told.stored_at).date(),
            source=f"assessment:{told.pk}",
            address=reverse("child-diagnosis", args=[child.pk]),
        )
        found[Finding.ICTAL_SIDE].append(row)


def _failures(found: dict[str, list[Evidence]], child: Child) -> None:
    """A failed run of a standard drug each; together they answer once two mechanisms or protocols have failed."""
    failed = []
    for one in queries.judged(child, on=timezone.localdate()):
        shown = failed_by(one)
        if shown is not None and kinds(protocol_of(one.run)) <= STANDARD:
            failed.append((one, shown))
    enough = len({one.run.protocol for one, _ in failed}) >= sheet("escalation").integer("surgery.failures")
    for one, shown in sorted(failed, key=lambda pair: pair[1].on):
        row = Evidence(
            says=Answer.YES if enough else Answer.UNKNOWN,
            words=f"{one.run.title.split(',')[0]}: {shown.ground.value}",
            on=shown.on,
            source=one.run.audit_id,
            address=reverse("child-response", args=[child.pk]),
        )
        found[Finding.FAILED].append(row)
