"""Once a day: a mail to each owner of overdue acts, with counts and the address of the board, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from westward.program.accounts import mail
from westward.program.accounts.choices import Kind
from westward.program.accounts.models import User
from westward.program.audit.record import Who, record_once
from westward.program.journey.board import silent
from westward.program.journey.models import Standing

FROM_HOUR = 7
"""Local hour before which nothing is sent (policy of ours)."""

VERB = "mail.overdue"


@dataclass(frozen=True, slots=True)
class Owed:
    """How many children wait for somebody."""

    user: User
    late: int
    today: int

    @property
    def words(self) -> str:
        """Counts and where to look."""
        late = f"Overdue: {self.late}. " if self.late else ""
        today = f"Due today: {self.today}. " if self.today else ""
        return f"{late}{today}\n\nSign in to see them:\n{mail.page(reverse('board') + '?owner=me')}"


def owed() -> list[Owed]:
    """Staff with an address who own an act that is overdue or due today; children who are silenced cause nothing."""
    now = timezone.localtime()
    late, today = Q(act_due__lte=now), Q(act_due__gt=now, act_due__date=now.date())
    rows = (
        Standing.objects.exclude(silent(now.date()))
        .filter(late | today, act_owner_key__isnull=False)
        .values("act_owner_key")
        .annotate(late=Count("child", filter=late), today=Count("child", filter=today))
        .order_by("act_owner_key")
    )
    counts = {row["act_owner_key"]: (row["late"], row["today"]) for row in rows}
    people = User.objects.filter(pk__in=counts, is_active=True, kind=Kind.STAFF).exclude(email="").order_by("pk")
    return [Owed(user, *counts[user.pk]) for user in people]


def send_overdue() -> int:
    """Send them, once for each day whoever asks and however often; returns how many mails were taken.

    The row stands before the first mail goes, so a worker that dies in between sends some of them not at all, and
    none twice.
    """
    now = timezone.localtime()
    if not settings.MAIL or now.hour < FROM_HOUR:
        return 0
    with transaction.atomic():
        found = owed()
        detail = {"people": len(found), "overdue": sum(one.late for one in found)}
        if not record_once(Who(), VERB, f"day:{now.date().isoformat()}", detail=detail):
            return 0
    return sum(mail.send(one.user.email, "Acts that are due", one.words) for one in found)
