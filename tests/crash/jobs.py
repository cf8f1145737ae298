"""A job of the crash tests."""

from __future__ import annotations

from django.db import transaction
from django_tasks import task

from westward.program.audit.record import Who, record


@task()
def leave_a_row(number: int) -> None:
    """One audit row."""
    with transaction.atomic():
        record(Who(), "crash.job", f"job:{number}")
