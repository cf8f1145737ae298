"""Tell somebody that a referral waits for an answer: a row that stays, and a mail where mail is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from westward.program.accounts import mail
from westward.program.accounts.models import User
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, SystemAct, Told
from westward.program.referral import mailing, policies, queries, waiting
from westward.program.referral.actions.base import told_of
from westward.program.referral.actions.escalate import escalate_due
from westward.program.referral.mailing import Mail
from westward.program.referral.models import Notice, Referral

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
    """Send the mails of notices whose referral still waits (:mod:`westward.program.referral.mailing`)."""
    if not settings.MAIL:
        return 0
    looked = now or timezone.now()
    waits = {one.pk for one in queries.unanswered() if not queries.held(one, looked)}
    return mailing.send_open(
        Notice.objects.filter(referral__in=waits).select_related("referral__site", "to"),
        looked=looked,
        now=now,
        may=lambda notice: allows(notice.to, "referral.contact", policies.subject(notice.referral)),
        write=_mail,
    )


def _mail(notice: Notice, now: datetime) -> Mail:
    referral = notice.referral
    return Mail(
        subject="A referral waits for an answer", words=words_of(referral, now=now),
        verb=VERB_MAIL, target=referral.audit_id, site=referral.site,
    )  # fmt: skip


def watch() -> None:
    """What the worker does again and again: escalate, tell, mail."""
    escalate_due()
    tell_due()
    mail_due()
