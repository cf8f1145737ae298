"""Coded values of accounts. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """What sort of person signs in."""

    STAFF = "staff", "Staff"
    CAREGIVER = "caregiver", "Caregiver"


class Role(models.TextChoices):
    """What somebody does in the program."""

    ADMINISTRATOR = "administrator", "Program administrator"
    PRIVACY_OFFICER = "privacy_officer", "Privacy officer"
    COORDINATOR = "coordinator", "Coordinator"
    PHYSICIAN = "physician", "Physician"
    TECHNOLOGIST = "technologist", "EEG technologist"
    NURSE = "nurse", "Nurse"
    GENETIC_COUNSELOR = "genetic_counselor", "Genetic counselor"
    PHARMACIST = "pharmacist", "Pharmacist"
    RESEARCHER = "researcher", "Researcher"
    QUALITY = "quality", "Quality lead"
    CAREGIVER = "caregiver", "Caregiver"


class Purpose(models.TextChoices):
    """What data is used for; a role is given for one purpose."""

    CARE = "care", "Care"
    RESEARCH = "research", "Research"
    QUALITY = "quality", "Quality improvement"


CLINICAL = frozenset(
    {Role.COORDINATOR, Role.PHYSICIAN, Role.TECHNOLOGIST, Role.NURSE, Role.GENETIC_COUNSELOR, Role.PHARMACIST}
)
"""Roles that open charts."""

SECOND_FACTOR = frozenset(Role) - {Role.CAREGIVER}
"""Roles that need a passkey or an authenticator app besides a password."""

PURPOSES: dict[str, frozenset[str]] = {
    Role.RESEARCHER: frozenset({Purpose.RESEARCH}),
    Role.QUALITY: frozenset({Purpose.QUALITY}),
    Role.PHYSICIAN: frozenset(Purpose),
    Role.COORDINATOR: frozenset(Purpose),
}
"""Purposes a role may be given for; every other role is for care alone."""


def purposes(role: str) -> frozenset[str]:
    """Purposes that a role may be given for."""
    return PURPOSES.get(role, frozenset({Purpose.CARE}))
