"""From one protocol to the next in one step: the old one ends, the new one is ordered, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from westward.evidence import shelf
from westward.program.acts import Told
from westward.program.treatment.actions.base import RunAct, need_words
from westward.program.treatment.actions.change import StopRun
from westward.program.treatment.actions.start import StartRun
from westward.program.treatment.choices import StopReason
from westward.program.treatment.models import Run


@dataclass(frozen=True, kw_only=True)
class SwitchRun(RunAct[Run]):
    """End a run because it failed and order the next protocol; its calendar waits for signature and check.

    Both are acts of their own, with all that they ask: a blocked drug or an old weight stops the whole.

    Attributes
    ----------
    off_protocol : str
        Why the step leaves its source, or why its sequence is taken before it is approved here.
    stress_cover : str
        How a hormone ends, where no other hormone begins at once.
    no_wean : str
        Why a drug that its protocol weans ends without.
    overrides, weighed, clearance
        As in the order of a protocol.
    """

    verb = "treatment.start"
    protocol: str
    start: date
    last_dose_on: date
    words: str
    off_protocol: str = ""
    stress_cover: str = ""
    no_wean: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)
    weighed: bool = False
    clearance: int | None = None

    def validate(self) -> None:
        """A run that is open, and what the failure was."""
        self.require_open()
        need_words(self.words, "what showed that the treatment does not work")

    def write(self) -> tuple[Run, Told]:
        """The next run."""
        asked: dict[str, Any] = {"user": self.user, "who": self.who}
        StopRun(
            **asked,
            run=self.run,
            last_dose_on=self.last_dose_on,
            reason=StopReason.SWITCH,
            words=self.words,
            stress_cover=self.stress_cover,
            no_wean=self.no_wean,
            hormone_from=self.start if self._hormone_next() else None,
        ).execute()
        made = StartRun(
            **asked,
            child=self.run.child,
            protocol=self.protocol,
            start=self.start,
            off_protocol=self.off_protocol,
            follows=self.run,
            overrides=self.overrides,
            weighed=self.weighed,
            clearance=self.clearance,
        ).execute()
        return made, self.told({"to": self.protocol, "next": made.pk, "sequence": made.sequence})

    def _hormone_next(self) -> bool:
        known = self.protocol in shelf.names()
        return known and any(course.kind == "hormone" for course in shelf.load(self.protocol).courses)
