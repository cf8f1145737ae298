"""Who was told that a step on the way to the drug is past its time."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.treatment.models.run import AccessStep


class AccessNotice(models.Model):
    """Somebody other than the owner was told of a late step; ``to`` is empty when there was nobody to be told.

    ``mailed_at`` is empty until a server took the mail: none is sent while mail is off or without an address, and then
    the pages of ``to`` say it alone.
    """

    step = models.ForeignKey(AccessStep, on_delete=models.PROTECT, related_name="notices")
    to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Each person is told once of one step, and that nobody is there is said once, however many workers try."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["step", "to"], name="treatment_access_notice_once"),
            models.UniqueConstraint(
                fields=["step"], condition=models.Q(to=None), name="treatment_access_notice_nobody_once"
            ),
        )

    def __str__(self) -> str:
        return f"notice {self.pk} of step {self.step_id}"
