"""Where each child stands: a projection of what the apps record, kept up by every act."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import Site, User
from westward.program.journey.choices import Stage
from westward.program.people.models import Child


class Standing(models.Model):
    """One row a child, written in the transaction of the act that changed it; holds only what every reader may see.

    It can be thrown away and computed anew at any time (:func:`~westward.program.journey.projection.rebuild`). Being
    overdue is not stored: it is a question about ``sort_at``, the last moment in time of the next act or of the
    running clock, whichever comes first, far in the future if neither has one. ``open`` holds every open act, the next
    one first; None in a row of before it was kept.
    """

    child = models.OneToOneField(Child, on_delete=models.PROTECT, primary_key=True, related_name="standing")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    stage = models.PositiveSmallIntegerField(choices=Stage.choices)
    facts = models.JSONField(default=dict)
    clock = models.CharField(max_length=32, blank=True)
    clock_since = models.DateField(null=True)
    clock_since_latest = models.DateField(null=True)
    clock_due = models.DateField(null=True)
    clock_limit = models.CharField(max_length=64, blank=True)
    clock_source = models.CharField(max_length=400, blank=True)
    clock_status = models.CharField(max_length=16, blank=True)
    clock_conflict = models.BooleanField(default=False)
    act = models.CharField(max_length=200, blank=True)
    act_due = models.DateTimeField(null=True)
    act_owner = models.CharField(max_length=200, blank=True)
    act_owner_key = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    act_address = models.CharField(max_length=200, blank=True)
    acts = models.PositiveSmallIntegerField(default=0)
    open = models.JSONField(null=True)
    ruled_out = models.BooleanField(default=False)
    conditions = models.JSONField(default=list)
    line = models.CharField(max_length=200, blank=True)
    silent_from = models.DateField(null=True)
    sort_at = models.DateTimeField()

    class Meta:
        """Read by urgency, for some sites or all."""

        indexes = (
            models.Index(fields=["sort_at", "child"], name="journey_urgency"),
            models.Index(fields=["site", "sort_at", "child"], name="journey_site_urgency"),
        )

    def __str__(self) -> str:
        return f"{self.child_id} at step {self.stage}"
