"""Alternative approaches that a family uses: recorded without judgment, for interactions."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.treatment.choices import AlternativeKind


class Alternative(models.Model):
    """One approach."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="alternatives")
    kind = models.CharField(max_length=16, choices=AlternativeKind.choices)
    what = models.CharField(max_length=200)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=100)
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-from_on", "-pk")

    def __str__(self) -> str:
        return f"{self.kind} of {self.child_id}"
