"""How often the public form was sent from where: kept for a day, without the address itself."""

from __future__ import annotations

from django.db import models


class Knock(models.Model):
    """One sending of the form.

    ``sender`` is a keyed digest of the network address, so that rows count without naming anybody. ``nonce`` belongs
    to one opened form: sent twice, the second finds the referral of the first. Unlike facts about children, rows are
    removed after a day.
    """

    sender = models.CharField(max_length=64)
    nonce = models.CharField(max_length=43, null=True, unique=True)
    number = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()

    class Meta:
        """Counted by sender and by time."""

        indexes = (
            models.Index(fields=["sender", "at"], name="public_knock_sender"),
            models.Index(fields=["at"], name="public_knock_at"),
        )

    def __str__(self) -> str:
        return f"knock {self.pk}"
