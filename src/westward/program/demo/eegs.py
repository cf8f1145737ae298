"""Simulated recordings of the demo, and their real analysis, done while the story is told."""

from __future__ import annotations

import shutil
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
    _short: dict[str, Path] = field(default_factory=dict)

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
        """Simulate one recording with a child's name in its header; ``later`` if its analysis is for the worker."""
        who = header(given=given, family=family, birth=birth, sex=sex, code=code)
        start = timezone.localtime(began).replace(tzinfo=None, microsecond=0)
        age_months = min(max((start.date() - birth).days / DAYS_PER_MONTH, 1.0), 36.0)
        out = self.folder / f"eeg-{len(self.made)}"
        self.made.append(scenario)
        if later and scenario in self._short:
            out.mkdir()
            return _another(self._short[scenario], out / "recording.edf", patient=who, start=start)
        minutes = MINUTES if self.on and not later else SHORT_MINUTES
        if self.on and not later:
            self.say(f"  simulating and analyzing an EEG ({scenario}, {minutes:.0f} min) ...")
        made = simulate(
            scenario,
            age_months=age_months,
            minutes=minutes,
            seed=len(self.made) + 10,
            out_dir=out,
            patient=who,
            start=start,
        ).edf
        if later:
            kept = self._short[scenario] = self.folder / f"{scenario}.edf"
            shutil.copyfile(made, kept)
        return made


def _another(like: Path, path: Path, *, patient: str, start: datetime) -> Path:
    """The same signals under another name and time: enough for a recording that only a person reads."""
    whole = bytearray(like.read_bytes())
    rest = whole[88:168].decode("ascii").split()[2:]
    for at, size, text in (
        (8, 80, patient),
        (88, 80, " ".join(("Startdate", _edf_day(start), *rest))),
        (168, 16, start.strftime("%d.%m.%y%H.%M.%S")),
    ):
        whole[at : at + size] = text.ljust(size).encode("ascii")[:size]
    path.write_bytes(whole)
    return path


def header(*, given: str, family: str, birth: date, sex: str, code: str) -> str:
    """The patient field of EDF+: code, sex, birth date, name, in plain letters."""
    letter = {"female": "F", "male": "M"}.get(sex, "X")
    return f"{code or 'X'} {letter} {_edf_day(birth)} {plain(family)}_{plain(given)}"


def _edf_day(day: date) -> str:
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}"


def plain(name: str) -> str:
    """A name in ASCII without spaces."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return bare.replace(" ", "_")
