"""What each app tells the board and the timeline about a child; the journey collects it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from django.utils import timezone

CALL_NOW = "Call now"
"""How an act begins that a red flag asks for; it is hidden from nobody."""


class Track(StrEnum):
    """Rows of the timeline, from the top."""

    EVENTS = "events"
    EEG = "eeg"
    CAUSE = "cause"
    TREATMENT = "treatment"
    SPASMS = "spasms"
    LABS = "labs"
    DEVELOPMENT = "development"


class Meaning(StrEnum):
    """The three meanings of color, or none."""

    NONE = ""
    DUE = "due"
    UNSAFE = "unsafe"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that stands on a child's time axis.

    Attributes
    ----------
    at, until : date
        When it was; ``until`` for what lasts. An approximate date is a span.
    approximate : bool
        Whether the span is one of not knowing.
    words : str
        What it is, one line.
    address : str
        The page it opens.
    value : Decimal or None
        A height, such as a BASED grade.
    """

    at: date
    until: date | None = None
    approximate: bool = False
    track: Track
    words: str
    address: str = ""
    meaning: Meaning = Meaning.NONE
    value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAct:
    """What has to be done next for a child.

    Attributes
    ----------
    words : str
        A verb first: ``Order EEG``.
    due : datetime or None
        Last moment in time; None if nothing bounds it.
    owner : str
        Name of who owns it, or of the role that does.
    owner_key : int or None
        Key of the account that owns it, so that its holder finds it; None for a role or nobody.
    address : str
        The page where it is done.
    rank : int
        Order among acts without a due time, least first.
    """

    words: str
    due: datetime | None = None
    owner: str = ""
    owner_key: int | None = None
    address: str = ""
    rank: int = 100


def end_of(day: date) -> datetime:
    """The last second of a day in the site's time: an act due on a day is in time until then."""
    return datetime.combine(day, time(23, 59, 59), timezone.get_current_timezone())
