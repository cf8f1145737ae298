"""The one view of a clinical EEG, whatever file it came from: lazy and aware of gaps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from westward.eeg.recording.channel import Channel
from westward.eeg.recording.finding import Finding

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Segment:
    """A contiguous stretch of signal, half-open, in recording time (seconds from the start, gaps counted)."""

    start_s: float
    stop_s: float


@dataclass(frozen=True, slots=True)
class Note:
    """A remark stored in the file: push-button, technologist note.

    ``onset_s`` is recording time; ``duration_s`` is 0 when the file gives none.
    """

    onset_s: float
    duration_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Patient:
    """What the header says of the child; used for the age and for chart checks, never written to a bundle."""

    code: str = ""
    name: str = ""
    sex: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Signal of some channels over a stretch of recording time.

    Attributes
    ----------
    start_s : float
        Recording time of the first column.
    sfreq_hz : float
        Common sampling rate.
    channels : tuple of Channel
        One per row.
    data : array of float32, shape (n_channels, n_samples)
        Microvolts (or the channel's own unit when it is not a voltage). NaN inside gaps.
    gaps : tuple of (float, float)
        Stretches of the page without signal, recording time.
    """

    start_s: float
    sfreq_hz: float
    channels: tuple[Channel, ...]
    data: FloatArray
    gaps: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Facts:
    """Everything about a recording except its samples."""

    path: Path
    format: str
    channels: tuple[Channel, ...]
    segments: tuple[Segment, ...]
    start: datetime | None
    patient: Patient = field(default_factory=Patient)
    notes: tuple[Note, ...] = ()
    findings: tuple[Finding, ...] = ()
    simulated: bool = False


class Recording(ABC):
    """A clinical EEG opened for reading.

    Opening reads headers and annotations only. Samples come in float32 microvolts through :meth:`read`,
    anywhere in the file, at each channel's own rate. Instances may be read from several threads at once.
    """

    facts: Facts

    @property
    def path(self) -> Path:
        """The file (for a set of files, its header file)."""
        return self.facts.path

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All signal channels (annotation channels are not channels)."""
        return self.facts.channels

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Contiguous stretches in time order; what lies between them is a gap."""
        return self.facts.segments

    @property
    def notes(self) -> tuple[Note, ...]:
        """Annotations of the file in time order."""
        return self.facts.notes

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was odd or repaired."""
        return self.facts.findings

    @property
    def duration_s(self) -> float:
        """Seconds from the first to the last sample, gaps counted."""
        return self.facts.segments[-1].stop_s if self.facts.segments else 0.0

    @abstractmethod
    def read(self, start_s: float, stop_s: float, channels: Sequence[str | int] | None = None) -> Page:
        """Signal between two moments of recording time.

        Parameters
        ----------
        start_s, stop_s : float
            Half-open stretch. What lies outside the recording or inside a gap comes back as NaN and is
            listed in ``Page.gaps``. The page has ``round((stop_s - start_s) * sfreq)`` columns.
        channels : sequence of str or int, optional
            Canonical names, labels or indices; all must share one sampling rate. Default: all EEG channels
            of the most common EEG rate.

        Raises
        ------
        UsageError
            If a channel does not exist (the message names the nearest) or rates differ.
        """

    @abstractmethod
    def close(self) -> None:
        """Release the file; reading afterwards is an error."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
