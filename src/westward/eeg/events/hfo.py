"""High-frequency oscillations on the scalp: events, rates per minute, and spikes that carry one.

The detection is :mod:`westward.eeg.signal.short_time_energy`, with published numbers. What it finds is a candidate:
muscle, and the ringing of the filter on sharp waves, look alike; a published scalp detector had at best four true ones
in ten (von Ellenrieder 2012, excerpt). Rates in quiet sleep over 10 min or more are the measure, not single events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import EPOCH_S, STATES, Hypnogram
from westward.eeg.signal import short_time_energy
from westward.eeg.signal.short_time_energy import EnergyParameters

FloatArray = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HfoParameters:
    """Tunable numbers of this module.

    Attributes
    ----------
    energy : EnergyParameters
        Of the published detector.
    min_rate_hz : float
        Least sampling rate; 512 (derived: 80-250 Hz needs it, 1,000 is better). Below, "not assessable", never 0.
    fast_ripple_hz : float
        Ripples lie below, fast ripples above; 250 (recalled).
    min_minutes : float
        Rates from less usable time are marked unreliable; 10 (Cserpan 2021, excerpt).
    spike_tolerance_s : float
        An oscillation belongs to a spike when it comes within so much of the sharp wave; 0.05 (policy).
    chance_shifts_s : tuple of float
        The share of spikes with an oscillation that chance alone gives is that after moving all oscillations by each
        of these times (policy).
    """

    energy: EnergyParameters = field(default_factory=EnergyParameters)
    min_rate_hz: float = 512.0
    fast_ripple_hz: float = 250.0
    min_minutes: float = 10.0
    spike_tolerance_s: float = 0.05
    chance_shifts_s: tuple[float, ...] = (-11.0, -7.0, -5.0, -3.0, 3.0, 5.0, 7.0, 11.0)


@dataclass(frozen=True, eq=False)
class Hfos:
    """Columns of equal length, sorted by ``onset_s``.

    Attributes
    ----------
    onset_s : float64
        Recording time.
    duration_s : float32
    channel : int16
        Index into the channels that were given to :func:`detect`.
    frequency_hz : float32
        From zero crossings in the pass band; NaN where there were too few.
    amplitude_uv : float32
        Peak-to-peak in the pass band, µV.
    """

    onset_s: Doubles
    duration_s: FloatArray
    channel: NDArray[np.int16]
    frequency_hz: FloatArray
    amplitude_uv: FloatArray

    def __len__(self) -> int:
        return len(self.onset_s)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Hfos:
        """The chosen rows."""
        return Hfos(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def concatenate(cls, parts: Sequence[Hfos]) -> Hfos:
        """All parts in order of time."""
        if not parts:
            empty = np.zeros(0, np.float32)
            return cls(np.zeros(0), empty, np.zeros(0, np.int16), empty, empty)
        joined = cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))
        return joined.select(np.lexsort((joined.channel, joined.onset_s)))


@dataclass(frozen=True, eq=False)
class HfoRates:
    """Rates per channel.

    Attributes
    ----------
    per_minute : float64 array, shape (n_channels,)
        NaN without usable time.
    low, high : float64 arrays
        95 % interval of a Poisson rate; events that come in clusters scatter more.
    minutes : float64 array
        Usable time.
    reliable : bool array
        Whether that is enough.
    """

    per_minute: Doubles
    low: Doubles
    high: Doubles
    minutes: Doubles
    reliable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SpikesWithHfo:
    """How many spikes carry an oscillation.

    Attributes
    ----------
    spikes, with_hfo : int
    share : float
        0-1; NaN without spikes.
    chance : float
        The share after moving the oscillations in time, mean over several moves; NaN without spikes.
    """

    spikes: int
    with_hfo: int
    share: float
    chance: float


DEFAULT = HfoParameters()


def refusal(sfreq_hz: float, *, parameters: HfoParameters = DEFAULT) -> str:
    """Why oscillations above 80 Hz are not assessable at this rate, or an empty text."""
    if sfreq_hz >= parameters.min_rate_hz:
        return ""
    return (
        f"not assessable: oscillations above {parameters.energy.low_hz:g} Hz need at least "
        f"{parameters.min_rate_hz:g} samples per second, the recording has {sfreq_hz:g}"
    )


def scope(sfreq_hz: float, *, parameters: HfoParameters = DEFAULT) -> str:
    """What is assessable at this rate, in words."""
    why = refusal(sfreq_hz, parameters=parameters)
    if why:
        return why
    low, high = short_time_energy.edges(sfreq_hz, parameters.energy)
    if high <= parameters.fast_ripple_hz:
        return f"ripples of {low:g} to {high:.0f} Hz; fast ripples not assessable at {sfreq_hz:g} samples per second"
    return f"ripples and fast ripples of {low:g} to {high:.0f} Hz"


def detect(
    x: FloatArray,
    sfreq_hz: float,
    *,
    start_s: float = 0.0,
    usable: NDArray[np.bool_] | None = None,
    parameters: HfoParameters = DEFAULT,
) -> Hfos:
    """Oscillations in one stretch of a recording.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Bipolar derivations at the native rate, unfiltered, µV; best one stretch of 600 s, whose thresholds are its
        own, from a grid fixed to recording time.
    start_s : float
        Recording time of the first sample.
    usable : bool array, shape (n_channels, n_seconds), optional
        Seconds without muscle or other artifact, counted from ``start_s``.

    Raises
    ------
    UsageError
        If the rate is too low (see :func:`refusal`).
    """
    why = refusal(sfreq_hz, parameters=parameters)
    if why:
        raise UsageError(why)
    runs = short_time_energy.detect(x, sfreq_hz, usable=usable, parameters=parameters.energy)
    order = np.lexsort((runs.channel, runs.start))
    return Hfos(
        start_s + runs.start[order] / sfreq_hz,
        ((runs.stop - runs.start)[order] / sfreq_hz).astype(np.float32),
        runs.channel[order].astype(np.int16),
        runs.frequency_hz[order],
        runs.amplitude_uv[order],
    )


def events(
    hfos: Hfos, channels: Sequence[str], hypnogram: Hypnogram, *, parameters: HfoParameters = DEFAULT
) -> list[Event]:
    """Rows for ``events.tsv``: candidates, with the state they fell in."""
    out = []
    for k in range(len(hfos)):
        epoch = int(hfos.onset_s[k] // EPOCH_S)
        state = STATES[hypnogram.state[epoch]] if 0 <= epoch < len(hypnogram.state) else "unknown"
        hz = float(hfos.frequency_hz[k])
        fast = hz >= parameters.fast_ripple_hz
        out.append(
            Event(
                float(hfos.onset_s[k]),
                float(hfos.duration_s[k]),
                "hfo",
                (channels[int(hfos.channel[k])],),
                subtype="fast_ripple" if fast else "ripple",
                amplitude_uv=float(hfos.amplitude_uv[k]),
                state=state,
                reason="candidate; short-time energy" + (f", {hz:.0f} Hz" if np.isfinite(hz) else ""),
            )
        )
    return out


def rates(
    hfos: Hfos,
    usable: NDArray[np.bool_],
    *,
    first_second: int = 0,
    parameters: HfoParameters = DEFAULT,
) -> HfoRates:
    """Events per minute of usable time of each channel.

    Parameters
    ----------
    usable : bool array, shape (n_channels, n_seconds)
        Seconds to count, of one state and free of artifact; events that start in other seconds do not count.
    first_second : int
        Recording time of its first column.
    """
    from scipy.special import gammaincinv

    n_channels, n_seconds = usable.shape
    second = np.floor(hfos.onset_s).astype(np.intp) - first_second
    inside = (second >= 0) & (second < n_seconds)
    counted = np.zeros(len(hfos), bool)
    counted[inside] = usable[hfos.channel[inside], second[inside]]
    count = np.bincount(hfos.channel[counted], minlength=n_channels).astype(np.float64)
    minutes = usable.sum(axis=1) / 60
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1), 0.025), 0.0)
    high = np.asarray(gammaincinv(count + 1, 0.975))
    none = np.full(n_channels, np.nan)
    per_minute, low, high = (np.divide(v, minutes, out=none.copy(), where=minutes > 0) for v in (count, low, high))
    return HfoRates(per_minute, low, high, minutes, minutes >= parameters.min_minutes)


def spikes_with_hfo(
    spike_onset_s: Doubles,
    spike_stop_s: Doubles,
    hfos: Hfos,
    *,
    near: NDArray[np.bool_] | None = None,
    parameters: HfoParameters = DEFAULT,
) -> SpikesWithHfo:
    """Spikes with an oscillation within the tolerance, beside what chance gives.

    Parameters
    ----------
    spike_onset_s, spike_stop_s : float64 arrays
        Start and end of each sharp wave (without the slow wave after it), recording time, in usable time only.
    near : bool array, shape (n_spikes, n_channels), optional
        Channels whose oscillations count for each spike, such as the derivations of its electrode; by default any.

    Notes
    -----
    A sharp wave makes the filter ring; so part of the excess over chance may be the spike itself.
    """
    n = len(spike_onset_s)
    if not n:
        return SpikesWithHfo(0, 0, float("nan"), float("nan"))

    def found(shift_s: float) -> NDArray[np.bool_]:
        tolerance_s = parameters.spike_tolerance_s
        if near is None:
            return _carries(spike_onset_s, spike_stop_s, hfos, shift_s, tolerance_s)
        out = np.zeros(n, bool)
        for channel in range(near.shape[1]):
            own = hfos.select(hfos.channel == channel)
            out |= near[:, channel] & _carries(spike_onset_s, spike_stop_s, own, shift_s, tolerance_s)
        return out

    carried = found(0.0)
    chance = [float(found(shift_s).mean()) for shift_s in parameters.chance_shifts_s]
    return SpikesWithHfo(n, int(carried.sum()), float(carried.mean()), float(np.mean(chance)))


def _carries(onset_s: Doubles, stop_s: Doubles, hfos: Hfos, shift_s: float, tolerance_s: float) -> NDArray[np.bool_]:
    if not len(hfos):
        return np.zeros(len(onset_s), bool)
    start = hfos.onset_s + shift_s
    stop = np.maximum.accumulate(start + hfos.duration_s)
    # Some oscillation that starts before the spike's end (plus tolerance) ends after its start (less tolerance).
    before = np.searchsorted(start, stop_s + tolerance_s, side="right")
    return np.asarray((before > 0) & (stop[np.maximum(before, 1) - 1] >= onset_s - tolerance_s))
