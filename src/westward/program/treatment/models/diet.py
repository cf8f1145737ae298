"""A ketogenic diet: the site's own numbers with their source, and what was measured under it."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import User
from westward.program.people.models import Child
from westward.program.treatment.choices import DietValueKind


class Diet(models.Model):
    """One prescription; a new one supersedes it, stopping ends it. Every number was entered here, none is shipped.

    Attributes
    ----------
    ratio_hundredths : int
        Fat over protein and carbohydrate together, by weight, times 100.
    source : str
        Where ratio, energy, protein, fluids and supplements come from, by whoever entered them.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="diets")
    start = models.DateField()
    weight_g = models.PositiveIntegerField()
    ratio_hundredths = models.PositiveSmallIntegerField()
    kcal = models.PositiveSmallIntegerField()
    protein_mg = models.PositiveIntegerField()
    meals = models.PositiveSmallIntegerField()
    fluid_ml = models.PositiveSmallIntegerField()
    supplements = models.TextField()
    source = models.CharField(max_length=300)
    day = models.JSONField()
    meal = models.JSONField()
    overrides = models.JSONField(default=dict)
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    stopped_on = models.DateField(null=True, blank=True)
    stop_words = models.CharField(max_length=300, blank=True)

    class Meta:
        """The latest first."""

        ordering = ("-start", "-pk")

    def __str__(self) -> str:
        return f"diet:{self.pk}"

    @property
    def ratio(self) -> str:
        """``3.5 : 1``."""
        whole, rest = divmod(self.ratio_hundredths, 100)
        digits = f"{rest:02d}".rstrip("0")
        return f"{whole}{'.' + digits if digits else ''} : 1"

    @property
    def standing(self) -> bool:
        """Whether it is neither stopped nor superseded."""
        return self.stopped_on is None and self.superseded_by_id is None

    @property
    def in_force(self) -> bool:
        """Standing, and checked by a second person."""
        return self.standing and self.checked_at is not None


class DietValue(models.Model):
    """Ketones, a lab value or the fluid drunk, as measured, with the limit of the site if it was given."""

    diet = models.ForeignKey(Diet, on_delete=models.PROTECT, related_name="values")
    kind = models.CharField(max_length=16, choices=DietValueKind.choices)
    value = models.CharField(max_length=40)
    unit = models.CharField(max_length=20)
    on = models.DateField()
    words = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.kind} of {self.diet_id} on {self.on}"
