"""Does fast activity rise before the slow wave of a spasm, where, and by how much?

At the scalp gamma precedes the movement of epileptic spasms (1,033 spasms of 34 patients, 35-90 Hz, onset on one side
in 71 %; Nariai 2017, excerpt). Muscle fills the same band: a rise after the deltoid burst, or one that is temporal or
frontal only, is not brain. The steps here are ours (policy); no normal values exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.signal import analytic

FloatArray = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpasmGammaParameters:
    """Tunable numbers of :func:`measure`.

    Attributes
    ----------
    band_hz : (float, float)
        35-70 Hz (excerpt says 35-90; the engine's filter ends at 70).
    transition_hz, attenuation_db : float
        Of the filter (derived).
    baseline_s, search_s : (float, float)
        From the slow wave: where the background is taken, and where a rise is looked for (policy).
    smooth_s : float
        Power is averaged over this time; 0.05 (derived: published spread to the neighbor takes 65 ms).
    peak_sd : float
        A rise is there when log power reaches so many SD of the background; 4 (policy).
    edge_sd : float
        It starts where log power last came up through so many SD; 2 (policy).
    """

    band_hz: tuple[float, float] = (35.0, 70.0)
    transition_hz: float = 10.0
    attenuation_db: float = 80.0
    baseline_s: tuple[float, float] = (-6.0, -2.0)
    search_s: tuple[float, float] = (-1.5, 0.5)
    smooth_s: float = 0.05
    peak_sd: float = 4.0
    edge_sd: float = 2.0


@dataclass(frozen=True, eq=False)
class SpasmGamma:
    """One value per spasm and channel, float32 arrays of shape (n_spasms, n_channels).

    Attributes
    ----------
    lead_s : array
        Slow wave minus start of the rise, s: positive where gamma comes first. NaN without a rise, or where it cannot
        be assessed; ``peak_sd`` tells the two apart.
    peak_sd : array
        Largest log power of the search window in SD of the background; NaN: not assessable.
    """

    lead_s: FloatArray
    peak_sd: FloatArray

    def first_channel(self) -> NDArray[np.intp]:
        """Channel in which the rise came first, shape (n_spasms,); -1 without any."""
        if not self.lead_s.shape[1]:
            return np.full(len(self.lead_s), -1, np.intp)
        filled = np.where(np.isnan(self.lead_s), -np.inf, self.lead_s)
        return np.where(np.isfinite(filled).any(axis=1), filled.argmax(axis=1), -1).astype(np.intp)


DEFAULT = SpasmGammaParameters()


def refusal(sfreq_hz: float, *, parameters: SpasmGammaParameters = DEFAULT) -> str:
    """Why gamma cannot be assessed at this rate, or an empty text."""
    needed = (parameters.band_hz[1] + parameters.transition_hz / 2) / 0.45
    if sfreq_hz >= needed:
        return ""
    return f"not assessable: gamma needs {needed:.0f} samples per second, the recording has {sfreq_hz:g}"


def measure(
    x: FloatArray, sfreq_hz: float, wave: NDArray[np.intp], *, parameters: SpasmGammaParameters = DEFAULT
) -> SpasmGamma:
    """Rise of gamma around each spasm.

    Parameters
    ----------
    x : float32 array, shape (n_channels, n_samples)
        Bipolar derivations, µV.
    wave : intp array, shape (n_spasms,)
        Sample of the peak of each slow wave. A spasm whose background or search window reaches beyond the record, or
        where a channel is flat or not finite, is not assessable there.

    Raises
    ------
    UsageError
        If the rate is too low (see :func:`refusal`).
    """
    p = parameters
    start, baseline, search, n, half = _windows(sfreq_hz, p)
    h = analytic.taps(*p.band_hz, sfreq_hz, p.transition_hz, p.attenuation_db)
    lead, peak = (np.full((len(wave), len(x)), np.nan, np.float32) for _ in range(2))
    for k, at in enumerate(wave):
        first = int(at) + start
        if first - half < 0 or first + n + half > x.shape[1]:
            continue
        piece = x[:, first - half : first + n + half]
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero(np.isfinite(piece).all(axis=1) & (np.ptp(piece, axis=1) > 0))
        if not len(rows):
            continue
        z = analytic.band(x[rows], h, first=first - half, every=1, n_out=n + 2 * half).astype(np.complex128)
        power = np.square(z.real) + np.square(z.imag)
        sums = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
        smooth = np.log(np.maximum(sums[:, 2 * half + 1 :] - sums[:, : -2 * half - 1], 1e-12))
        quiet = smooth[:, baseline]
        with np.errstate(divide="ignore", invalid="ignore"):
            score = (smooth - quiet.mean(axis=1, keepdims=True)) / quiet.std(axis=1, keepdims=True)
        looked = score[:, search]
        top = looked.argmax(axis=1)
        peak[k, rows] = looked[np.arange(len(rows)), top]
        below = (score < p.edge_sd) & (np.arange(score.shape[1]) <= (search.start + top)[:, None])
        edge = score.shape[1] - below[:, ::-1].argmax(axis=1)
        risen = (peak[k, rows] >= p.peak_sd) & below.any(axis=1)
        lead[k, rows[risen]] = (-(start + edge[risen])) / sfreq_hz
    return SpasmGamma(lead, peak)


def _windows(sfreq_hz: float, p: SpasmGammaParameters) -> tuple[int, slice, slice, int, int]:
    """First sample from the wave, the two windows within the stretch, its length, and half the smoother."""
    why = refusal(sfreq_hz, parameters=p)
    if why:
        raise UsageError(why)
    if not p.baseline_s[0] < p.baseline_s[1] <= p.search_s[0] < p.search_s[1]:
        raise UsageError(f"the background {p.baseline_s!r} must end before the search {p.search_s!r} begins")
    edges = [round(s * sfreq_hz) for s in (*p.baseline_s, *p.search_s)]
    start = edges[0]
    baseline, search = slice(0, edges[1] - start), slice(edges[2] - start, edges[3] - start)
    return start, baseline, search, search.stop, max(1, round(p.smooth_s * sfreq_hz / 2))


def measure_reference(
    x: FloatArray, sfreq_hz: float, wave: NDArray[np.intp], *, parameters: SpasmGammaParameters = DEFAULT
) -> SpasmGamma:
    """:func:`measure`, one spasm and channel at a time."""
    p = parameters
    start, baseline, search, n, half = _windows(sfreq_hz, p)
    h = analytic.taps(*p.band_hz, sfreq_hz, p.transition_hz, p.attenuation_db)
    lead, peak = (np.full((len(wave), len(x)), np.nan, np.float32) for _ in range(2))
    for k, at in enumerate(wave):
        first = int(at) + start
        if first - half < 0 or first + n + half > x.shape[1]:
            continue
        for c in range(len(x)):
            piece = x[c, first - half : first + n + half]
            if not np.isfinite(piece).all() or np.ptp(piece) == 0:
                continue
            z = analytic.band_reference(x[c : c + 1], h, first=first - half, every=1, n_out=n + 2 * half)[0]
            power = np.abs(z.astype(np.complex128)) ** 2
            smooth = np.log([max(power[i : i + 2 * half + 1].sum(), 1e-12) for i in range(n)])
            score = (smooth - smooth[baseline].mean()) / smooth[baseline].std()
            top = search.start + int(score[search].argmax())
            peak[k, c] = score[top]
            i = top
            while i >= 0 and score[i] >= p.edge_sd:
                i -= 1
            if score[top] >= p.peak_sd and i >= 0:
                lead[k, c] = -(start + i + 1) / sfreq_hz
    return SpasmGamma(lead, peak)
