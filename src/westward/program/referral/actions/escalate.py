"""An unanswered referral goes to the next on duty, once a step, however many workers try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from westward.program.acts import InvalidActError, SystemAct, Told
from westward.program.referral import queries
from westward.program.referral.actions.base import told_of
from westward.program.referral.models import Escalation, Referral


@dataclass(frozen=True, kw_only=True)
class Escalate(SystemAct[Escalation]):
    """One step of one referral; the program itself does it, by the dates.

    Attributes
    ----------
    step : int
        The step that is due; another worker that has done it makes this one invalid.
    """

    verb = "referral.escalate"
    referral: Referral
    step: int
    now: datetime

    def target(self) -> str:
        """Id of the referral."""
        return self.referral.audit_id

    def validate(self) -> None:
        """Still due."""
        due = queries.due_step(Referral.objects.select_for_update().get(pk=self.referral.pk), now=self.now)
        if due is None or due.step != self.step:
            raise InvalidActError("this step was done by another worker, or is no longer due")

    def write(self) -> tuple[Escalation, Told]:
        """The step, with the next on duty if there is one."""
        referral = Referral.objects.select_related("site").get(pk=self.referral.pk)
        due = queries.due_step(referral, now=self.now)
        assert due is not None
        made = Escalation.objects.create(
            referral=referral,
            step=due.step,
            due_at=due.at,
            at=self.now,
            to=due.shift.user if due.shift else None,
            shift=due.shift,
        )
        detail = {"step": due.step, "to": due.shift.user.audit_id if due.shift else "nobody"}
        return made, told_of(referral, detail)


def escalate_due(now: datetime | None = None) -> list[Escalation]:
    """Do every step that is due; what another worker did meanwhile is left to it."""
    now = now or timezone.now()
    done = []
    waiting = queries.to_escalate(now)
    duty = queries.on_duty(now, everywhere=True) if waiting else []
    for referral in waiting:
        due = queries.due_step(referral, now=now, duty=duty)
        if due is None:
            continue
        act = Escalate(referral=referral, step=due.step, now=now)
        try:
            with transaction.atomic():
                done.append(act.execute())
        except (InvalidActError, IntegrityError):
            continue
    return done
