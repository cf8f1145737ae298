"""Say whose recording it is when file and chart disagree, or when siblings could be mixed up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils import timezone

from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis.actions.base import hold, need_reason, open_chart
from westward.program.diagnosis.answering import answer, order_for, release
from westward.program.diagnosis.choices import RecordingState, Resolution, StudyState
from westward.program.diagnosis.models import Identity, Recording, Study
from westward.program.diagnosis.studies import begin, go_on, halt
from westward.program.people import policies as people
from westward.program.people.actions.base import ChildAct
from westward.program.people.models import Child


@dataclass(frozen=True, kw_only=True)
class ResolveIdentity(ChildAct[Study]):
    """It is this child's, another child's, or nobody's that can be named; always with a reason.

    A study with a signed read that another chart could be meant by goes on while that is in doubt.

    A recording may be moved or rejected later as well, when a mistake is found; one with a signed read by whoever may
    sign reads. Its reads stay with it and count no more. The order it answered waits again. Moved to another child it
    is compared with that chart in turn, answers an order there, and is read anew.
    """

    verb = "diagnosis.resolve_identity"
    study: Study
    resolution: str
    reason: str
    other: Child | None = None

    def validate(self) -> None:
        """A study in doubt, or one to be moved; another child that the person may attach to."""
        need_reason(self.reason, "resolving")
        hold(self.study)
        if self.study.child_id != self.child.pk or self.study.state == StudyState.WITHDRAWN:
            raise InvalidActError("this study is not on this chart any more")
        if self.resolution not in Resolution.values:
            raise InvalidActError("say whether it is this child's, another child's, or to be rejected")
        in_doubt = self.study.state == StudyState.STOPPED or self.study.identity.get("doubt")
        if self.resolution == Resolution.THIS and not in_doubt:
            raise InvalidActError("nothing is in doubt here")
        signed = self.study.reads.filter(signed_at__isnull=False).exists()
        if self.resolution != Resolution.THIS and signed and not self._reads(self.child):
            raise InvalidActError("this study has a signed read", remedy="ask a reader to take it off this chart")
        if self.resolution == Resolution.OTHER:
            self._check_other()

    def _reads(self, child: Child) -> bool:
        return allows(self.user, "diagnosis.sign_read", people.subject(child))

    def _check_other(self) -> None:
        if self.other is None or self.other.pk == self.child.pk:
            raise InvalidActError("name the other child")
        open_chart(self.other)
        if not allows(self.user, "diagnosis.attach", people.subject(self.other)):
            raise InvalidActError("your roles do not open the other child's chart")

    def write(self) -> tuple[Study, Told]:
        """What was said, and what follows."""
        now, study = timezone.now(), self.study
        Identity.objects.create(
            study=study,
            resolution=self.resolution,
            reason=self.reason.strip(),
            other=self.other if self.resolution == Resolution.OTHER else None,
            resolved_by=self.user,
            resolved_at=now,
        )
        told = self.told(study.audit_id, {"resolution": self.resolution})
        if self.resolution == Resolution.THIS:
            study.stopped = False
            study.identity = {name: value for name, value in study.identity.items() if name != "doubt"}
            study.save(update_fields=["stopped", "identity"])
            if study.state != StudyState.STOPPED:
                return study, told
            go_on(study, by=self.user, now=now)
            answer(study, by=self.user)
            return study, told
        withdraw(study)
        if self.resolution == Resolution.REJECT or self.other is None:
            Recording.objects.filter(pk=study.recording_id).update(
                state=RecordingState.REJECTED, rejected_because=self.reason.strip()
            )
            return study, told
        order = order_for(self.other, study.recording)
        moved = begin(self.other, study.recording, order=order, recorded_on=None, by=self.user, now=now)
        answer(moved, by=self.user)
        return moved, replace(told, children=(self.child.pk, self.other.pk))


def withdraw(study: Study) -> None:
    """Take a study off a chart; what it answered waits again, a run in progress ends by itself when it finds out."""
    now = timezone.now()
    study.state, study.withdrawn_at, study.urgent_suggested = StudyState.WITHDRAWN, now, False
    study.save(update_fields=["state", "withdrawn_at", "urgent_suggested"])
    halt(study, "withdrawn from this chart", now=now)
    release(study)
