"""Tell somebody that a referral waits for an answer: a row that stays, and a mail where mail is on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from westward.program.accounts import mail
from westward.program.accounts.actions.base import code
from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, SystemAct, Told
from westward.program.audit.record import Who, record
from westward.program.referral import policies, queries, waiting
from westward.program.referral.actions.base import told_of
from westward.program.referral.actions.escalate import escalate_due
from westward.program.referral.models import Notice, Referral

AGAIN = timedelta(minutes=2)
"""A mail that no server took is tried again after so long (ours)."""
MOST_MAILS, MOST_S = 20, 20.0
"""Mails tried at one time, and seconds after which no further one is begun (ours)."""
VERB_MAIL = "mail.referral"


@dataclass(frozen=True, kw_only=True)
class Notify(SystemAct[Notice]):
    """Tell one person of one referral, once; the program itself does it, by the dates.

    Attributes
    ----------
    step : int
        0 at the receipt, else the escalation with which it is told.
    """

    verb = "referral.notify"
    referral: Referral
    to: User
    step: int
    now: datetime

    def target(self) -> str:
        """Id of the referral."""
        return self.referral.audit_id

    def validate(self) -> None:
        """Still to be told."""
        fresh = queries.unanswered().filter(pk=self.referral.pk).select_for_update(of=("self",)).first()
        asked = waiting.to_tell(fresh, now=self.now) if fresh is not None else []
        if not any(one.to.pk == self.to.pk for one in asked):
            raise InvalidActError("this person was told by another worker, or the referral was answered")

    def write(self) -> tuple[Notice, Told]:
        """The notice."""
        referral = self.referral
        made = Notice.objects.create(referral=referral, step=self.step, to=self.to, at=self.now)
        detail = {"step": self.step, "to": self.to.audit_id, "notice": made.pk, "mail": _by_mail(self.to)}
        return made, told_of(referral, detail)


def _by_mail(user: User) -> bool:
    return bool(settings.MAIL and user.email)


def tell_due(now: datetime | None = None) -> list[Notice]:
    """Tell everybody who is to be told and has not been; what another worker did meanwhile is left to it."""
    now = now or timezone.now()
    done = []
    for referral in queries.unanswered().filter(received_at__lte=now).order_by("-level", "received_at"):
        for one in waiting.to_tell(referral, now=now):
            act = Notify(referral=referral, to=one.to, step=one.step, now=now)
            try:
                with transaction.atomic():
                    done.append(act.execute())
            except (InvalidActError, IntegrityError):
                continue
    return done


def words_of(referral: Referral, *, now: datetime) -> str:
    """The mail: since when a referral waits and where it is; nothing of the child, the sender or the level."""
    said = f"A referral waits for an answer since {waiting.since(referral, now=now)}."
    return f"{said}\n\nOpen Westward:\n{mail.page(waiting.page_of(referral))}"


def mail_due(now: datetime | None = None) -> int:
    """Send the mails of notices that are still to be sent; returns how many a server took.

    A notice is claimed before its mail goes, at the time of the claim, so two workers send it once; one that no server
    took, or whose worker died in between, is tried again after :data:`AGAIN` until the referral is answered. What is
    not sent within :data:`MOST_MAILS` and :data:`MOST_S` waits for the next time, those never tried first, so that a
    server that does not answer holds up no escalation.
    """
    if not settings.MAIL:
        return 0
    began, looked = time.monotonic(), now or timezone.now()
    waits = {one.pk for one in queries.unanswered() if not queries.held(one, looked)}
    open_ = Notice.objects.filter(free(looked), mailed_at=None, referral__in=waits, to__is_active=True).exclude(
        to__email=""
    )
    sent = tried = 0
    for notice in open_.select_related("referral__site", "to").order_by(F("tried_at").asc(nulls_first=True), "pk"):
        if not allows(notice.to, "referral.contact", policies.subject(notice.referral)):
            continue
        if tried >= MOST_MAILS or time.monotonic() - began > MOST_S:
            break
        at = now or timezone.now()
        if Notice.objects.filter(free(at), pk=notice.pk, mailed_at=None).update(tried_at=at, tries=F("tries") + 1):
            tried += 1
            sent += _mail(notice, at)
    return sent


def free(now: datetime) -> Q:
    """Claimed by nobody; a claim farther ahead than it holds is of a clock that was set back since."""
    return Q(tried_at=None) | Q(tried_at__lte=now - AGAIN) | Q(tried_at__gt=now + AGAIN)


def _mail(notice: Notice, now: datetime) -> bool:
    referral = notice.referral
    taken = mail.send(notice.to.email, "A referral waits for an answer", words_of(referral, now=now))
    with transaction.atomic():
        if taken:
            Notice.objects.filter(pk=notice.pk).update(mailed_at=now)
        if taken or notice.tries == 0:  # the first failure is told, not each
            detail = {"notice": notice.pk, "to": notice.to.audit_id, "taken": taken}
            record(Who(), VERB_MAIL, referral.audit_id, site=code(referral.site), detail=detail)
    return taken


def watch() -> None:
    """What the worker does again and again: escalate, tell, mail."""
    escalate_due()
    tell_due()
    mail_due()
