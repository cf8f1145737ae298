"""A step on the way to the drug that is past its time is told to the next on duty: a row that stays, and a mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from westward.program.accounts import mail
from westward.program.accounts.actions.base import code
from westward.program.acts import InvalidActError, SystemAct, Told
from westward.program.referral import mailing
from westward.program.referral.mailing import Mail
from westward.program.treatment import overdue
from westward.program.treatment.models import AccessNotice, AccessStep

VERB_MAIL = "mail.access"


@dataclass(frozen=True, kw_only=True)
class EscalateAccess(SystemAct[list[AccessNotice]]):
    """Tell the next on duty of one late step, once; the program itself does it, by the dates."""

    verb = "treatment.escalate"
    step: AccessStep
    now: datetime

    def target(self) -> str:
        """Id of the child."""
        return self.step.child.audit_id

    def _fresh(self) -> AccessStep:
        locked = AccessStep.objects.select_for_update(of=("self",)).select_related("child__site", "owner")
        return locked.prefetch_related(overdue.told()).get(pk=self.step.pk)

    def validate(self) -> None:
        """Still late, with somebody to be told, or nobody and that not said."""
        if not overdue.to_tell(self._fresh(), now=self.now):
            raise InvalidActError("this was told by another worker, or the step is no longer late")

    def write(self) -> tuple[list[AccessNotice], Told]:
        """A notice for each who is told."""
        step = self._fresh()
        told = overdue.to_tell(step, now=self.now)
        made = [AccessNotice.objects.create(step=step, to=user, at=self.now) for user in told]
        to = [user.audit_id for user in told if user is not None]
        detail = {"access": step.pk, "stage": step.stage, "to": to or "nobody", "notices": [one.pk for one in made]}
        return made, Told(step.child.audit_id, code(step.child.site), detail=detail, children=(step.child_id,))


def escalate_due(now: datetime | None = None, *, steps: Iterable[AccessStep] | None = None) -> list[AccessNotice]:
    """Tell of every step that is late, or of those of ``steps`` that are; what another worker did is left to it."""
    now = now or timezone.now()
    done: list[AccessNotice] = []
    for step in overdue.late(now) if steps is None else steps:
        if not overdue.to_tell(step, now=now):
            continue
        try:
            with transaction.atomic():
                done += EscalateAccess(step=step, now=now).execute()
        except (InvalidActError, IntegrityError):
            continue
    return done


def words_of(step: AccessStep, *, now: datetime) -> str:
    """The mail: since when something is late and where it is listed; nothing of the child, the drug or the step."""
    said = f"Something that somebody else owns is overdue since {overdue.since(step, now=now)}."
    return f"{said}\n\nSee it:\n{mail.page(reverse('overdue'))}"


def mail_due(now: datetime | None = None) -> int:
    """Send the mails of notices whose step still waits (:mod:`westward.program.referral.mailing`)."""
    if not settings.MAIL:
        return 0
    looked = now or timezone.now()
    return mailing.send_open(
        AccessNotice.objects.filter(step__closed_at=None).select_related("step__child__site", "to"),
        looked=looked,
        now=now,
        may=lambda notice: not overdue.silent(notice.step, looked) and overdue.answers(notice.to, notice.step.child),
        write=_mail,
    )


def _mail(notice: AccessNotice, now: datetime) -> Mail:
    child = notice.step.child
    return Mail(
        subject="Something is overdue", words=words_of(notice.step, now=now),
        verb=VERB_MAIL, target=child.audit_id, site=child.site,
    )  # fmt: skip


def watch() -> None:
    """What the worker does again and again: escalate, mail."""
    escalate_due()
    mail_due()
