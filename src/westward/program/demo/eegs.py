"""Simulated recordings of the demo, and their real analysis, done while the story is told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from westward.core.ages import DAYS_PER_MONTH
from westward.eeg.simulate.generate import simulate

MINUTES = 20.0
"""Length of a recording that is analyzed while the story is told."""
SHORT_MINUTES = 6.0
"""Length of one that is left to the worker of the program that is served; no shorter one is simulated."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass
class Recorder:
    """Makes recordings in a folder; if it is off, the shortest that a read can stand on, and analyzes none."""

    folder: Path
    on: bool = True
    say: Callable[[str], None] = print
    made: list[str] = field(default_factory=list)

    def record(
        self,
        scenario: str,
        *,
        given: str,
        family: str,
        birth: date,
        sex: str,
        began: datetime,
        code: str = "",
        later: bool = False,
    ) -> Path:
        """Simulate one recording with the name of a child in its header; ``later`` if its analysis is for the worker."""
        age_d = (timezone.localtime(began).date() - birth).days
        minutes = MINUTES if self.on and not later else SHORT_MINUTES
        if self.on:
            what = "simulating an EEG" if later else "simulating and analyzing an EEG"
            self.say(f"  {what} ({scenario}, {minutes:.0f} min) ...")
        out = self.folder / f"eeg-{len(self.made)}"
        made = simulate(
            scenario,
            age_months=min(max(age_d / DAYS_PER_MONTH, 1.0), 36.0),
            minutes=minutes,
            seed=len(self.made) + 11,
            out_dir=out,
            patient=header(given=given, family=family, birth=birth, sex=sex, code=code),
            start=timezone.localtime(began).replace(tzinfo=None, microsecond=0),
        )
        self.made.append(scenario)
        return made.edf


def header(*, given: str, family: str, birth: date, sex: str, code: str) -> str:
    """The patient field of EDF+: code, sex, birth date, name, in plain letters."""
    day = f"{birth.day:02d}-{_MONTHS[birth.month - 1]}-{birth.year}"
    letter = {"female": "F", "male": "M"}.get(sex, "X")
    return f"{code or 'X'} {letter} {day} {plain(family)}_{plain(given)}"


def plain(name: str) -> str:
    """A name in ASCII without spaces."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return bare.replace(" ", "_")
