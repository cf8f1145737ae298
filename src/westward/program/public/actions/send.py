"""Send the public form: once for each opened form, however often the button is pressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from westward.program.accounts.actions.base import who
from westward.program.public.models import Knock
from westward.program.referral.actions.receive import Receive
from westward.program.referral.uploads import Stored
from westward.program.shell.site import details


def send(
    said: Mapping[str, Any], *, uploads: Sequence[Stored], sender: str, nonce: str, act_id: str, left_out: int = 0
) -> str:
    """Take the referral in and count it; returns its number.

    The act is :class:`Receive`; this joins it in one transaction with the nonce of the form, so that a form sent
    twice is one referral.

    Raises
    ------
    InvalidActError
        If the referral makes no sense; nothing was written.
    """
    try:
        with transaction.atomic():
            knock = Knock.objects.create(sender=sender, nonce=nonce, at=timezone.now())
            act = Receive(
                who=who(None, act_id),
                uploads=uploads,
                files_left_out=left_out,
                simulated=details().simulated,
                **said,
            )
            referral = act.execute()
            Knock.objects.filter(pk=knock.pk).update(number=referral.number)
            return referral.number
    except IntegrityError:
        if number := sent_before(nonce):
            return number
        raise


def sent_before(nonce: str) -> str:
    """Number of the referral that this form has become already; empty if none."""
    return Knock.objects.filter(nonce=nonce).values_list("number", flat=True).first() or ""
