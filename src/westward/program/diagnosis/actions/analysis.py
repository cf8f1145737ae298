"""Ask for an analysis again, or give the day that it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.diagnosis.actions.attach import check_day
from westward.program.diagnosis.actions.base import hold
from westward.program.diagnosis.answering import answer
from westward.program.diagnosis.choices import StudyState
from westward.program.diagnosis.models import Study
from westward.program.diagnosis.studies import queue
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class AskAnalysis(ChildAct[Study]):
    """Try again after a failure, analyze anew with the age as the chart has it now, or give the recording day."""

    verb = "diagnosis.analyze"
    study: Study
    recorded_on: date | None = None

    def validate(self) -> None:
        """A study of this chart that is not in doubt, withdrawn or under way."""
        hold(self.study)
        if self.study.child_id != self.child.pk or self.study.state == StudyState.WITHDRAWN:
            raise InvalidActError("this study is not on this chart any more")
        if self.study.state == StudyState.STOPPED:
            raise InvalidActError("first say whose recording it is")
        if self.study.state in (StudyState.WAITING, StudyState.ANALYZING):
            raise InvalidActError("the analysis is under way already")
        check_day(self.recorded_on, self.child)
        if self._lacks_day() and self.recorded_on is None:
            raise InvalidActError("the recording day is missing: without it there is no age, and no grade")

    def _lacks_day(self) -> bool:
        """Whether there is no day, or one before the birth date as the chart has it now."""
        day = self.study.recorded_on
        return day is None or day < self.child.birth_date

    def write(self) -> tuple[Study, Told]:
        """Queued."""
        if self.recorded_on is not None and self._lacks_day():
            self.study.recorded_on = self.recorded_on
            self.study.save(update_fields=["recorded_on"])
        queue(self.study, by=self.user, now=timezone.now())
        answer(self.study, by=self.user)
        return self.study, self.told(self.study.audit_id, {"state": self.study.state})
