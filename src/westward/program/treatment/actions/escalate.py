"""A step on the way to the drug that is past its time is told to the next on duty: a row that stays, and a mail."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from westward.program.accounts import mail
from westward.program.accounts.actions.base import code
from westward.program.acts import InvalidActError, SystemAct, Told
from westward.program.audit.record import Who, record
from westward.program.referral.actions.notify import MOST_MAILS, MOST_S, free
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
    """Send the mails of notices whose step still waits, each claimed before it goes, as mails of referrals are.

    Returns how many a server took.
    """
    if not settings.MAIL:
        return 0
    began, looked = time.monotonic(), now or timezone.now()
    open_ = AccessNotice.objects.filter(free(looked), mailed_at=None, step__closed_at=None, to__is_active=True)
    open_ = open_.exclude(to__email="").select_related("step__child__site", "to")
    sent = tried = 0
    for notice in open_.order_by(F("tried_at").asc(nulls_first=True), "pk"):
        if notice.to is None or overdue.silent(notice.step, looked):
            continue
        if not overdue.answers(notice.to, notice.step.child):
            continue
        if tried >= MOST_MAILS or time.monotonic() - began > MOST_S:
            break
        at = now or timezone.now()
        claimed = AccessNotice.objects.filter(free(at), pk=notice.pk, mailed_at=None)
        if claimed.update(tried_at=at, tries=F("tries") + 1):
            tried += 1
            sent += _mail(notice, at)
    return sent


def _mail(notice: AccessNotice, now: datetime) -> bool:
    assert notice.to is not None
    child = notice.step.child
    taken = mail.send(notice.to.email, "Something is overdue", words_of(notice.step, now=now))
    with transaction.atomic():
        if taken:
            AccessNotice.objects.filter(pk=notice.pk).update(mailed_at=now)
        if taken or notice.tries == 0:  # the first failure is told, not each
            detail = {"notice": notice.pk, "to": notice.to.audit_id, "taken": taken}
            record(Who(), VERB_MAIL, child.audit_id, site=code(child.site), detail=detail)
    return taken


def watch() -> None:
    """What the worker does again and again: escalate, mail."""
    escalate_due()
    mail_due()
