"""Facts of local values, and which drugs a site has."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import Site, User
from westward.program.local.choices import State, SupplyState


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


class DrugSupply(models.Model):
    """What somebody confirmed of one drug at one site; the latest of a drug and site counts, earlier ones stay.

    ``days`` are days from an order to the drug. Without a site it is that of a program that has none.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    drug = models.CharField(max_length=48)
    state = models.CharField(max_length=8, choices=SupplyState.choices)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["drug", "site"], name="local_supply_drug"),)

    def __str__(self) -> str:
        return f"supply:{self.pk}"
