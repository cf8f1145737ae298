"""Coded values of the journey."""

from __future__ import annotations

from django.db import models


class Stage(models.IntegerChoices):
    """The step a child is at: it lasts until the fact that ends it is recorded.

    Referred until somebody has made contact, EEG until one was recorded, diagnosis until it stands, cause and
    treatment until the first treatment was given, then follow-up.
    """

    REFERRED = 1, "Referred"
    EEG = 2, "EEG"
    DIAGNOSIS = 3, "Diagnosis"
    TREATMENT = 4, "Cause & treatment"
    FOLLOW_UP = 5, "Follow-up"

    @property
    def short(self) -> str:
        """One word for a narrow column."""
        return self.label.rpartition(" & ")[2].capitalize() if " & " in self.label else self.label

    @property
    def code(self) -> str:
        """How it stands in an address: ``follow-up``."""
        return self.name.lower().replace("_", "-")
