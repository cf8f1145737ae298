"""Compare a recording again with a chart that was corrected, and grade it again at the corrected age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.accounts.actions.base import code
from westward.program.acts import SystemAct, Told
from westward.program.diagnosis import ages
from westward.program.diagnosis.actions.base import hold
from westward.program.diagnosis.choices import StudyState
from westward.program.diagnosis.models import Study
from westward.program.diagnosis.rules.identity import Comparison, fresh_stops, same_facts
from westward.program.diagnosis.studies import compare, halt, queue

RUNNABLE = (StudyState.NO_AGE, StudyState.WAITING, StudyState.ANALYZING, StudyState.ANALYZED, StudyState.FAILED)


@dataclass(frozen=True, kw_only=True)
class CompareAgain(SystemAct[Study]):
    """What fits no more stops until a person resolves it, unless it is what a person accepted before; what was graded
    at another age is analyzed again. Reads are never touched: they carry their age, and a reader confirms them.

    ``through_other``: it is another chart that is new or was corrected. A study with a signed read is not stopped
    then: it goes on counting, with the doubt noted until a person says whose it is.
    """

    verb = "diagnosis.compare_again"
    study: Study
    through_other: bool = False

    def target(self) -> str:
        """The study."""
        return self.study.audit_id

    def write(self) -> tuple[Study, Told]:
        """The study as it stands now."""
        study, now = self.study, timezone.now()
        hold(study)
        compared = compared_now(study)
        old = study.identity
        if not same_facts(compared, old):
            before = {name: value for name, value in old.items() if name != "earlier"}
            earlier = [*old.get("earlier", ()), before | {"until": now.isoformat(timespec="seconds")}]
            study.identity = compared.to_json() | {"earlier": earlier}
        doubt = set(old.get("doubt", ())) & set(compared.others)
        if study.state != StudyState.STOPPED and fresh_stops(compared, old):
            if self.through_other and study.reads.filter(signed_at__isnull=False).exists():
                doubt |= set(compared.others) - set(old.get("others", ()))
            else:
                what = "another chart could be meant" if self.through_other else "the chart was corrected"
                halt(study, f"{what}: whose recording is it?", now=now)
                study.state, study.stopped = StudyState.STOPPED, True
        study.identity = {name: value for name, value in study.identity.items() if name != "doubt"}
        if doubt and study.state != StudyState.STOPPED:
            study.identity["doubt"] = sorted(doubt)
        study.save(update_fields=["identity", "state", "stopped"])
        anew = regrade(study)
        if anew:
            halt(study, "the age on the chart was corrected", now=now)
            queue(study, by=None, now=now)
        detail = {"stopped": study.stopped, "analyzed_again": anew, "in_doubt": "doubt" in study.identity}
        return study, Told(study.audit_id, code(study.child.site), detail=detail, children=(study.child_id,))


def concerns(study: Study) -> bool:
    """Whether the chart says something else than it did when the study was compared, or graded."""
    return not same_facts(compared_now(study), study.identity) or regrade(study)


def compared_now(study: Study) -> Comparison:
    """File against chart as it is now, with the day that was expected when the recording was attached."""
    lines = {line["field"]: line["chart"] for line in study.identity.get("lines", ())}
    day = lines.get("recording date")
    return compare(study.child, study.recording, expected=date.fromisoformat(day) if day else None)


def regrade(study: Study) -> bool:
    """Whether the age differs from that of the last run, or there is one now, or none any more."""
    if study.state not in RUNNABLE:
        return False
    last, age = study.analyses.first(), ages.of(study)
    if last is None:
        return study.state == StudyState.NO_AGE and age is not None
    if age is None:
        return study.state != StudyState.NO_AGE
    return last.age_d != age.days or study.state == StudyState.NO_AGE
