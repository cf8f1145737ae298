"""Neurostimulation: a device, its settings, its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.treatment.actions.base import need_words
from westward.program.treatment.choices import StimulatorKind, StimulatorResponse
from westward.program.treatment.models import Setting, Stimulator


@dataclass(frozen=True, kw_only=True)
class RecordStimulator(ChildAct[Stimulator]):
    """A device that was implanted."""

    verb = "treatment.stimulation"
    kind: str
    model: str
    implanted_on: date

    def validate(self) -> None:
        """A kind that exists, a model, not in the future."""
        if self.kind not in StimulatorKind.values:
            raise InvalidActError(f"{self.kind!r} is no device; known: {', '.join(StimulatorKind.values)}")
        need_words(self.model, "which model")
        if not self.child.birth_date <= self.implanted_on <= timezone.localdate():
            raise InvalidActError(f"an implantation on {dated(self.implanted_on)} cannot be")

    def write(self) -> tuple[Stimulator, Told]:
        """The device."""
        made = Stimulator.objects.create(
            child=self.child,
            kind=self.kind,
            model=self.model.strip()[:80],
            implanted_on=self.implanted_on,
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"stimulator": made.pk, "kind": self.kind})


@dataclass(frozen=True, kw_only=True)
class RecordSetting(ChildAct[Setting]):
    """Settings from a day on, and how the child was under those before."""

    verb = "treatment.stimulation"
    stimulator: Stimulator
    on: date
    values: str
    source: str
    response: str
    words: str = ""

    def validate(self) -> None:
        """Values as the programmer shows them, and from where; a device that is in place."""
        if self.stimulator.child_id != self.child.pk or self.stimulator.ended_on is not None:
            raise InvalidActError("this device is not in place")
        if self.response not in StimulatorResponse.values:
            raise InvalidActError(f"{self.response!r} is no answer; known: {', '.join(StimulatorResponse.values)}")
        need_words(self.values, "the settings with their units")
        need_words(self.source, "by which protocol or whose decision")
        if not self.stimulator.implanted_on <= self.on <= timezone.localdate():
            raise InvalidActError(f"settings of {dated(self.on)} cannot be")

    def write(self) -> tuple[Setting, Told]:
        """The settings."""
        made = Setting.objects.create(
            stimulator=self.stimulator,
            on=self.on,
            values=self.values.strip()[:300],
            source=self.source.strip()[:200],
            response=self.response,
            words=self.words.strip()[:300],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"stimulator": self.stimulator.pk, "response": self.response})


@dataclass(frozen=True, kw_only=True)
class EndStimulator(ChildAct[Stimulator]):
    """The device was removed or switched off for good."""

    verb = "treatment.stimulation"
    stimulator: Stimulator
    on: date
    words: str

    def validate(self) -> None:
        """In place, with a reason."""
        if self.stimulator.child_id != self.child.pk or self.stimulator.ended_on is not None:
            raise InvalidActError("this device is not in place")
        need_words(self.words, "why it ended")
        if not self.stimulator.implanted_on <= self.on <= timezone.localdate():
            raise InvalidActError(f"an end on {dated(self.on)} cannot be")

    def write(self) -> tuple[Stimulator, Told]:
        """The device, ended."""
        self.stimulator.ended_on, self.stimulator.ended_why = self.on, self.words.strip()[:300]
        self.stimulator.save(update_fields=["ended_on", "ended_why"])
        return self.stimulator, self.told(detail={"stimulator": self.stimulator.pk, "ended": True})
