"""Deceased or transferred: from then on every clock, reminder and message is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from westward.look.words import day


class Why(StrEnum):
    """Why a child's reminders are silent."""

    DECEASED = "deceased"
    TRANSFERRED = "transferred"


@dataclass(frozen=True, slots=True)
class Silence:
    """Silence from a day on; at once if the day is not known."""

    why: Why
    since: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.since is None or self.since <= on

    @property
    def words(self) -> str:
        """One word or date for the chart: ``transferred since Sun 1 Mar 2026``."""
        return self.why.value if self.since is None else f"{self.why.value} since {day(self.since)}"
