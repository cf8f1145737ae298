"""Ask a second reader, and say who owns the reading of a study."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis import sight
from westward.program.diagnosis.actions.base import hold
from westward.program.diagnosis.choices import StudyState
from westward.program.diagnosis.models import SecondRead, Study
from westward.program.people import policies as people
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class AskSecondRead(ChildAct[SecondRead]):
    """The second reader sees neither the first read nor the engine's result before storing an own one."""

    verb = "diagnosis.ask_second"
    study: Study
    reader: User

    def validate(self) -> None:
        """A first read by somebody else, and a reader who may read and is still blind."""
        _on_chart(self.study, self.child.pk)
        if not self.study.reads.exists():
            raise InvalidActError("a second read comes after the first")
        if not allows(self.reader, "diagnosis.store_read", people.subject(self.child)):
            raise InvalidActError("this person may not read studies of this child")
        if self.study.reads.filter(reader=self.reader).exists():
            raise InvalidActError("this person has read the study already")
        if sight.has_seen(self.study, self.reader):
            raise InvalidActError("this person has seen the engine's result and is not blind any more")
        if SecondRead.objects.filter(study=self.study, reader=self.reader).exists():
            raise InvalidActError("this person is asked already")

    def write(self) -> tuple[SecondRead, Told]:
        """The question."""
        asked = SecondRead.objects.create(
            study=self.study, reader=self.reader, asked_by=self.user, asked_at=timezone.now()
        )
        return asked, self.told(self.study.audit_id, {"reader": self.reader.audit_id})


@dataclass(frozen=True, kw_only=True)
class GiveUpSecondRead(ChildAct[SecondRead]):
    """Give up the second read one was asked for: what was hidden opens, and an own read is not blind any more."""

    verb = "diagnosis.give_up_second"
    study: Study

    def validate(self) -> None:
        """Asked, and not read yet."""
        _on_chart(self.study, self.child.pk)
        if self._asked() is None:
            raise InvalidActError("no second read of this study is waited for from you")

    def _asked(self) -> SecondRead | None:
        return SecondRead.objects.filter(study=self.study, reader=self.user, stored_at=None, withdrawn_at=None).first()

    def write(self) -> tuple[SecondRead, Told]:
        """Withdrawn."""
        asked = self._asked()
        assert asked is not None
        asked.withdrawn_at = timezone.now()
        asked.save(update_fields=["withdrawn_at"])
        return asked, self.told(self.study.audit_id)


@dataclass(frozen=True, kw_only=True)
class OwnStudy(ChildAct[Study]):
    """Say who reads a study next."""

    verb = "diagnosis.own_study"
    study: Study
    owner: User | None

    def validate(self) -> None:
        """Somebody who may read it."""
        _on_chart(self.study, self.child.pk)
        if self.owner is not None and not allows(self.owner, "diagnosis.store_read", people.subject(self.child)):
            raise InvalidActError("this person may not read studies of this child")

    def write(self) -> tuple[Study, Told]:
        """The owner."""
        self.study.owner = self.owner
        self.study.save(update_fields=["owner"])
        return self.study, self.told(self.study.audit_id, {"owner": self.owner.audit_id if self.owner else None})


def _on_chart(study: Study, child: int) -> None:
    hold(study)
    if study.child_id != child or study.state == StudyState.WITHDRAWN:
        raise InvalidActError("this study is not on this chart any more")
