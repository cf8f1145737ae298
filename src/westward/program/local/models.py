"""Facts of local values."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.local.choices import State


class LocalEntry(models.Model):
    """One version of a site's own value for one empty field; never changed, only approved, turned down or ended.

    ``field`` is that of :class:`westward.evidence.blank.Blank`; ``value`` is plain data of its shape.
    """

    field = models.CharField(max_length=160)
    number = models.PositiveSmallIntegerField()
    value = models.JSONField()
    unit = models.CharField(max_length=40)
    source = models.CharField(max_length=400)
    year = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        """Numbers are used once; of each field one version waits at most, and one is in force."""

        ordering = ("field", "-number")
        constraints = (
            models.UniqueConstraint(fields=["field", "number"], name="local_entry_number"),
            models.UniqueConstraint(fields=["field", "state"], condition=models.Q(state="waiting"), name="local_waits"),
            models.UniqueConstraint(
                fields=["field", "state"], condition=models.Q(state="in_force"), name="local_holds"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("entered_by")),
                name="local_two_people",
            ),
        )

    def __str__(self) -> str:
        return f"{self.field} {self.number}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names it."""
        return f"local:{self.pk}"
