"""Everything the report shows, gathered; the report computes nothing about the child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.event import Event

FloatArray = NDArray[np.float32]
SpanKind = Literal[
    "attenuation", "grouped_multifocal_spikes", "artifact", "ictal_candidate", "spasm", "decrement", "gap"
]


@dataclass(frozen=True, slots=True)
class SpikeMark:
    """One spike to be pointed at.

    Attributes
    ----------
    time_s : float
        Peak, recording time.
    electrode : str
        Electrode of the peak; empty for a derivation of unknown position.
    derivation : str
        Row on which it is marked; empty to choose, among the rows that hold the electrode, the one where it is largest.
    amplitude_uv, confidence : float or None
    focus : str
        Name of its focus, or empty.
    counted : bool
        Whether it entered the grade.
    reason : str
        Why not, in plain words.
    event_id : str
        As in ``events.tsv``.
    """

    time_s: float
    electrode: str
    derivation: str = ""
    amplitude_uv: float | None = None
    confidence: float | None = None
    focus: str = ""
    counted: bool = True
    reason: str = ""
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class WaveMark:
    """One background wave at or above its limit: from extremum to extremum on one derivation."""

    derivation: str
    start_s: float
    stop_s: float
    amplitude_uv: float
    limit_uv: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a page: attenuation, grouped spikes, artifact (``label`` is its reason), spasm, decrement or gap."""

    start_s: float
    stop_s: float
    kind: SpanKind
    label: str = ""
    counted: bool = True
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class SpasmMark:
    """One candidate spasm on a page of EEG.

    Attributes
    ----------
    number : int
        Among the counted ones of the recording, from 1; 0 for a near-miss.
    onset_s, stop_s : float
        From the earliest part to the end of slow wave and EMG burst, recording time.
    decrement_stop_s : float
        End of the decrement; ``stop_s`` where there was none or it was not assessable.
    confidence : float or None
    reason : str
        What was measured, in plain words.
    """

    number: int
    onset_s: float
    stop_s: float
    decrement_stop_s: float
    confidence: float | None = None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class EmgTrace:
    """Limb EMG below a page: name and samples on the clock of the page, above 20 Hz, µV."""

    name: str
    data: FloatArray


@dataclass(frozen=True, eq=False)
class EegPage:
    """One page of EEG as it is drawn.

    Attributes
    ----------
    start_s : float
        Recording time of the first column of ``data``.
    sfreq_hz : float
    derivations : tuple of str
        Rows, in the order drawn, ``Fp1-F7`` style.
    data : float32 array, shape (n_derivations, n_samples)
        Display-filtered, µV; NaN inside gaps.
    spikes, waves, spans
        What is marked on it.
    excluded_seconds : tuple of int
        Seconds ``[k, k+1)`` of recording time that were not assessable.
    state : str
        State of most of the page, or empty.
    rank : int
        1 for a page of the worst epoch, 2-5 for the page of another of the five worst.
    score : int or None
        Score of the epoch it belongs to.
    spasms : tuple of SpasmMark
        Candidates that begin on the page.
    emg : tuple of EmgTrace
        Limb EMG drawn below.
    ictal : str
        Name of the cluster it shows, or ``single spasm``; empty for a page of the grade.
    """

    start_s: float
    sfreq_hz: float
    derivations: tuple[str, ...]
    data: FloatArray
    spikes: tuple[SpikeMark, ...] = ()
    waves: tuple[WaveMark, ...] = ()
    spans: tuple[Span, ...] = ()
    excluded_seconds: tuple[int, ...] = ()
    state: str = ""
    rank: int = 1
    score: int | None = None
    spasms: tuple[SpasmMark, ...] = ()
    emg: tuple[EmgTrace, ...] = ()
    ictal: str = ""

    @property
    def duration_s(self) -> float:
        """Length of the page."""
        return float(self.data.shape[1] / self.sfreq_hz)

    @property
    def stop_s(self) -> float:
        """Recording time of its end."""
        return self.start_s + self.duration_s


@dataclass(frozen=True, eq=False)
class Night:
    """The whole recording in small columns. All times are recording time.

    Attributes
    ----------
    duration_s : float
    state : int8 array, shape (n_epochs,)
        Per 30 s, index into :data:`westward.eeg.events.hypnogram.STATES`.
    spike_bin_fraction, artifact_fraction : float array, shape (n_minutes,)
        Share of assessable seconds with a spike, share of seconds excluded; NaN where there is nothing to measure.
    anterior_uv, posterior_uv : float array, shape (n_minutes,)
        Median over derivations and seconds of the largest background wave; NaN where not assessable.
    attenuation_s, grouped_s, spasm_s, near_miss_s, arousal_s : float array
        Onsets; ``spasm_s`` are the spasms that count.
    clusters : tuple of (float, float, int)
        From the first spasm to the end of the last, and how many.
    review : tuple of (float, float)
        Stretches offered for review.
    spasms_assessed : bool
        Whether candidates were looked for.
    gaps : tuple of (float, float)
    epochs : tuple of (float, float)
        The worst epoch first, then up to four others.
    limit_anterior_uv, limit_posterior_uv : float or None
        Amplitude limits of the grade.
    stands_out : bool
        False when no epoch is worse than the others and the first of ``epochs`` is only an example.
    """

    duration_s: float
    state: NDArray[np.int8]
    spike_bin_fraction: NDArray[np.floating]
    artifact_fraction: NDArray[np.floating]
    anterior_uv: NDArray[np.floating]
    posterior_uv: NDArray[np.floating]
    attenuation_s: NDArray[np.float64]
    grouped_s: NDArray[np.float64]
    spasm_s: NDArray[np.float64]
    arousal_s: NDArray[np.float64]
    gaps: tuple[tuple[float, float], ...] = ()
    epochs: tuple[tuple[float, float], ...] = ()
    limit_anterior_uv: float | None = None
    limit_posterior_uv: float | None = None
    stands_out: bool = True
    near_miss_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    clusters: tuple[tuple[float, float, int], ...] = ()
    review: tuple[tuple[float, float], ...] = ()
    spasms_assessed: bool = True


@dataclass(frozen=True, slots=True)
class Vigilance:
    """How much of what matters for spasms was seen; None where states were not assessed.

    Attributes
    ----------
    usable_minutes : float or None
        Free of artifacts and gaps, ictal time included.
    sleep_minutes : float or None
        NREM and REM sleep.
    awakenings : int or None
        Ends of five minutes of sleep or more by a minute of wakefulness or more.
    after_awakening_minutes : float or None
        Usable minutes within 30 minutes after an awakening.
    """

    usable_minutes: float | None = None
    sleep_minutes: float | None = None
    awakenings: int | None = None
    after_awakening_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class ChannelAmplitude:
    """Background waves of one derivation in the worst epoch; None where not assessable.

    ``bin_fraction`` is the share of seconds that reach ``limit_uv``; ``high`` is the grader's verdict on it.
    """

    name: str
    median_uv: float | None
    limit_uv: float | None
    bin_fraction: float | None
    high: bool | None
    p95_uv: float | None = None


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One number the result hangs on, with where it comes from.

    ``status`` is an evidence status: verified, excerpt, derived, recalled, unconfirmed or policy.
    """

    name: str
    value: str
    unit: str
    status: str
    source: str


@dataclass(frozen=True, eq=False)
class ReportContent:
    """Input of :func:`westward.eeg.report.html.write`.

    Attributes
    ----------
    name : str
        Stem of the recording.
    summary : mapping
        ``summary.json`` as written.
    night : Night or None
        None when there is nothing to draw.
    pages : tuple of EegPage
        The worst epoch in order of time, then one page for each of the other worst epochs.
    amplitudes : tuple of ChannelAmplitude
        All derivations; empty to take them from the summary (which knows no 95th percentile).
    parameters : tuple of ParameterRow
    display_filter : str
        What the pages were filtered with, ``0.5-70 Hz, notch 60 Hz``.
    ictal_pages : tuple of EegPage
        One or two pages of the clearest cluster (of a single spasm without cluster).
    spasms, notes : tuple of Event
        Candidates with near-misses, and notes and push-buttons of the file, in order of time.
    vigilance : Vigilance
    """

    name: str
    summary: Mapping[str, Any]
    night: Night | None = None
    pages: tuple[EegPage, ...] = ()
    amplitudes: tuple[ChannelAmplitude, ...] = ()
    parameters: tuple[ParameterRow, ...] = ()
    display_filter: str = ""
    ictal_pages: tuple[EegPage, ...] = ()
    spasms: tuple[Event, ...] = ()
    notes: tuple[Event, ...] = ()
    vigilance: Vigilance = Vigilance()
