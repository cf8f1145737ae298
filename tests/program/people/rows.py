"""Rows of any model of the program, filled as far as its columns ask, for tests that walk all of them."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, models, transaction

from westward.program.people.models import Child

SPECIAL = {"referral.AtRisk.risks": ["trisomy_21"]}
"""Columns whose type does not say what may stand in them."""

_COUNT = itertools.count(1)


def row(model: type[models.Model], **given: Any) -> models.Model:
    """A stored row; what may be empty is, what may not gets a value of its type, related rows are made as well.

    Columns that may be empty are filled by turns if a check of the table asks for more.
    """
    fields = [field for field in model._meta.concrete_fields if field.name not in given]
    needed = {field.name: value(field) for field in fields if _needed(field)}
    tries: list[dict[str, Any]] = [{}]
    optional = [field for field in fields if not _needed(field) and not field.primary_key]
    tries += [{field.name: field} for field in optional]
    for more in tries:
        try:
            with transaction.atomic():
                filled = {name: value(field) for name, field in more.items()}
                return model._base_manager.create(**needed, **filled, **given)
        except IntegrityError as error:
            last = error
    raise last


def _needed(field: Any) -> bool:
    if field.primary_key and isinstance(field, models.AutoField):
        return False
    by_itself = getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)
    if field.null or field.has_default() or by_itself:
        return False
    return field.unique or not (field.blank and isinstance(field, models.CharField | models.TextField))


def value(field: Any) -> Any:
    n = next(_COUNT)
    if (made := SPECIAL.get(str(field))) is not None:
        return made
    if isinstance(field, models.ForeignKey):
        related = field.remote_field.model
        if related is Child:
            return row(Child, pseudonym=f"W-T{n:06}", family_name=f"Other{n}", birth_date=date(2026, 1, 1))
        return row(related)
    if field.choices:
        return field.choices[0][0]
    kinds: list[tuple[type, Any]] = [
        (models.BooleanField, False),
        (models.DateTimeField, datetime(2026, 6, 1, 12, tzinfo=UTC)),
        (models.DateField, date(2026, 6, 1)),
        (models.TimeField, datetime(2026, 6, 1, 12, tzinfo=UTC).time()),
        (models.DecimalField, Decimal(1)),
        (models.FloatField, 1.0),
        (models.IntegerField, n % 1000),
        (models.JSONField, {}),
        (models.UUIDField, uuid.uuid4()),
        (models.BinaryField, b"x"),
        (models.EmailField, f"x{n}@example.org"),
    ]
    for kind, made in kinds:
        if isinstance(field, kind):
            return made
    text = f"x{n}"
    return text[: field.max_length] if field.max_length else text
