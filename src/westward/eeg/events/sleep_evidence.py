"""From seconds to epochs: the handful of measures that sleep is judged by, each with its anchor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.core.ages import months_of
from westward.eeg.events.hypnogram import EPOCH_S
from westward.eeg.events.quality import Quality, bit
from westward.eeg.events.sleep_features import REGIONS, SleepFeatures

Array = NDArray[np.float64]

MEASURES = (
    "tone", "chin", "limb", "flatness", "bursts", "blinks", "saccades", "slow", "depth", "theta", "spindles",
    "sigma_peak", "posterior_rhythm", "unevenness",
)  # fmt: skip
_PER_EPOCH = round(EPOCH_S)


@dataclass(frozen=True, slots=True)
class EvidenceParameters:
    """Tunable numbers of :func:`gather`.

    Attributes
    ----------
    min_seconds : int
        An epoch with fewer measured seconds is unknown (policy).
    tone_anchor, chin_anchor, limb_anchor : float
        log10 µV RMS above 25 Hz between relaxed sleep and wake, scalp, chin and limbs (derived, from typical traces).
    flatness_anchor : float
        log10 power density ratio of 30-45 to 15-22 Hz above which muscle outweighs EEG (derived from the EEG's fall
        of about f**-2 and muscle's flat spectrum).
    slow_anchor : float
        log10 µV² of 0.5-4 Hz on longitudinal derivations between REM or wake and NREM of infants (derived).
    depth_anchor : float
        log10 ratio of 0.5-4 to 15-25 Hz between light and deep (derived).
    slow_limit, depth_limit : float
        Highest usual values of healthy NREM; a night that hardly falls below is judged by itself alone (derived).
    suppressed : float
        log10 µV² of 0.5-4 Hz below which there is hardly any EEG to judge by: 3 µV RMS (derived).
    burst_ratio : float
        Muscle over its quiet level that makes a second restless (derived).
    burst_flatness : float
        Least log10 ratio of power above 25 Hz to power of 15-25 Hz in a burst of muscle; EEG falls with frequency
        and stays below, spikes included (derived).
    quiet_uv : float
        Highest level still taken for quiet, µV RMS above 25 Hz (derived).
    blink_uv, saccade_uv : float
        Least deflection of a blink and of an eye movement, µV (derived; infants' blinks reach 50-200).
    eye_ratio : float
        Least ratio of either to its control (derived).
    min_epochs : int
        From so many epochs on the night's own distribution sets the anchors (policy).
    """

    min_seconds: int = 20
    tone_anchor: float = 0.45
    chin_anchor: float = 0.75
    limb_anchor: float = 0.6
    flatness_anchor: float = -0.45
    slow_anchor: float = 2.45
    depth_anchor: float = 1.8
    slow_limit: float = 3.1
    depth_limit: float = 2.5
    suppressed: float = 1.0
    burst_ratio: float = 2.5
    burst_flatness: float = 0.0
    quiet_uv: float = 3.0
    blink_uv: float = 35.0
    saccade_uv: float = 25.0
    eye_ratio: float = 1.7
    min_epochs: int = 20


@dataclass(frozen=True, eq=False)
class Evidence:
    """Measures per epoch.

    Attributes
    ----------
    present : bool array, shape (n_epochs,)
        The epoch has enough signal to be judged.
    raw : dict of float arrays, shape (n_epochs,)
        Each of :data:`MEASURES` in its own unit; NaN where not measured.
    graded : dict of float arrays, shape (n_epochs,)
        The same from -1 (surely low) over 0 (says nothing) to 1 (surely high); counts from 0 to 1.
    high_voltage : float
        0 to 1: how far even the night's lower amplitudes lie above what healthy sleep reaches (hypsarrhythmia).
    """

    present: NDArray[np.bool_]
    raw: dict[str, Array]
    graded: dict[str, Array]
    high_voltage: float = 0.0


def gather(
    features: SleepFeatures,
    *,
    quality: Quality | None,
    age_days: int,
    n_epochs: int,
    parameters: EvidenceParameters = EvidenceParameters(),
) -> Evidence:
    """All measures of a night, in their own units and graded."""
    p = parameters
    seconds = {c: features.by_epoch(c, n_epochs).astype(float) for c in ("muscle_uv", "muscle_high_uv", "chin_uv")}
    seconds |= {c: features.by_epoch(c, n_epochs).astype(float) for c in ("limb_uv", "slow", "theta", "alpha", "beta")}
    measured = np.isfinite(seconds["slow"])
    dead, restless_flag = _flags(quality, n_epochs)
    present = (measured & ~dead).sum(axis=1) >= p.min_seconds
    seconds = {name: np.where(dead, np.nan, x) for name, x in seconds.items()}
    raw: dict[str, Array] = {
        "tone": _tone(_quantile(seconds["muscle_high_uv"], 0.2), _quantile(seconds["slow"], 0.5), p),
        "chin": np.log10(_quantile(seconds["chin_uv"], 0.2) + 0.05),
        "limb": np.log10(_quantile(seconds["limb_uv"], 0.2) + 0.05),
        "slow": _quantile(seconds["slow"], 0.5),
        "depth": _quantile(seconds["slow"], 0.5) - _quantile(seconds["beta"], 0.5),
        "theta": _quantile(seconds["theta"], 0.5)
        - 0.5 * (_quantile(seconds["slow"], 0.5) + _quantile(seconds["alpha"], 0.5)),
        "unevenness": _quantile(seconds["slow"], 0.9) - _quantile(seconds["slow"], 0.1),
    }
    raw["bursts"] = _share(_restless(seconds, p) | restless_flag, measured)
    raw |= _eyes(features, n_epochs, measured & ~dead, p)
    raw["spindles"] = np.where(present, _spindle_seconds(features, n_epochs), np.nan)
    raw |= _from_spectra(features, n_epochs, age_days)
    raw = {name: np.where(present, raw[name], np.nan) for name in MEASURES}
    beyond = max(_beyond(raw["slow"], p.slow_limit, 0.3), _beyond(raw["depth"], p.depth_limit, 0.3))
    return Evidence(present, raw, _grade(raw, p, beyond), beyond)


def _grade(raw: dict[str, Array], p: EvidenceParameters, beyond: float) -> dict[str, Array]:
    graded = {
        "tone": np.minimum(_level(raw["tone"], p.tone_anchor, 0.2, p, beyond), _audible(raw["tone"], p)),
        "chin": _level(raw["chin"], p.chin_anchor, 0.25, p),
        "limb": _level(raw["limb"], p.limb_anchor, 0.25, p),
        "flatness": _level(raw["flatness"], p.flatness_anchor, 0.2, p, beyond),
        "slow": _level(raw["slow"], p.slow_anchor, 0.3, p, beyond),
        "depth": _level(raw["depth"], p.depth_anchor, 0.35, p, beyond),
        "theta": _level(raw["theta"], 0.2, 0.25, p, beyond),
        "unevenness": _level(raw["unevenness"], 0.8, 0.3, p),
        "bursts": np.minimum(raw["bursts"] / 0.25, 1),
        "blinks": np.minimum(raw["blinks"] / 2, 1),
        "saccades": np.minimum(raw["saccades"] / 4, 1),
        "spindles": np.minimum(raw["spindles"] / 4, 1),
        "sigma_peak": np.clip(raw["sigma_peak"] / 0.25, 0, 1),
        "posterior_rhythm": np.clip(raw["posterior_rhythm"] / 0.3, 0, 1),
    }
    return {name: np.where(np.isfinite(x), x, 0.0) for name, x in graded.items()}


def _audible(tone: Array, p: EvidenceParameters) -> Array:
    """Most that a tone can count for: what lies at the amplifier's noise is high only in name."""
    return np.maximum(0.2, np.tanh((tone - p.tone_anchor + 0.35) / 0.1))


def _tone(muscle_uv: Array, slow: Array, p: EvidenceParameters) -> Array:
    """log10 µV of fast activity without what a high-voltage EEG itself has above 25 Hz.

    The share of the EEG is the night's lowest ratio of fast to slow power, so no muscle is taken for EEG.
    """
    power, eeg = np.square(muscle_uv), 10**slow
    known = np.isfinite(power) & np.isfinite(eeg)
    if known.sum() >= p.min_epochs:
        share = float(np.quantile(power[known] / eeg[known], 0.05))
        power = np.maximum(power - 0.9 * share * eeg, 0.1 * power)
    return np.asarray(0.5 * np.log10(power + 0.01), np.float64)


def _beyond(x: Array, limit: float, scale: float) -> float:
    """0 to 1: how far even the night's lower values lie above what healthy sleep reaches."""
    known = np.sort(x[np.isfinite(x)])
    if not len(known):
        return 0.0
    return float(np.clip((known[len(known) // 5] - limit) / scale + 1, 0, 1))


def _level(x: Array, anchor: float, scale: float, p: EvidenceParameters, beyond: float = 0.0) -> Array:
    """Low to high, -1 to 1, about the valley of the night's distribution nearest the anchor.

    Without a valley the anchor itself divides, or the edge of the night's range where the anchor lies outside.
    With ``beyond`` the anchor has lost its meaning (hypsarrhythmia) and only the night itself counts.
    """
    known = x[np.isfinite(x)]
    middle, faith, reach = anchor, 1.0, 2 * scale
    if len(known) < p.min_epochs:
        faith = 1 - beyond
    else:
        low, high = (float(q) for q in np.quantile(known, [0.1, 0.9]))
        center = (1 - beyond) * min(max(anchor, low), high) + beyond * (low + high) / 2
        scale = min(max((high - low) / 2, (0.3 + 0.5 * beyond) * scale), scale)
        middle, half, depth = valley(known, center, reach=reach)
        trust = float(np.clip((depth - 1.3) / 0.7, 0, 1))
        middle = (1 - trust) * center + trust * middle
        scale = (1 - trust) * scale + trust * max(half, 0.25 * scale)
    return np.asarray(faith * np.tanh((x - middle) / scale), np.float64)


def valley(x: Array, near: float, *, reach: float) -> tuple[float, float, float]:
    """The dip of a distribution nearest to a value.

    Parameters
    ----------
    x : array, shape (n,)
    near, reach : float
        Dips farther than ``reach`` from ``near`` do not count, nor do those that cut off under 4 % of the values.

    Returns
    -------
    middle, half, depth : float
        The dip, half the distance between the peaks on both sides of it, and the lower peak's density over that of
        the dip (1 when there is no dip; then ``middle`` is ``near``).
    """
    spread = float(np.diff(np.quantile(x, [0.1, 0.9]))[0])
    width = max(0.07 * spread, 0.25 * spread * len(x) ** -0.2, 1e-3)
    grid = np.linspace(x.min() - 2 * width, x.max() + 2 * width, 128)
    density = np.exp(-0.5 * ((grid[:, None] - x) / width) ** 2).sum(axis=1)
    below = np.searchsorted(np.sort(x), grid) / len(x)
    inner = np.arange(1, 127)
    dip = inner[(density[inner] <= density[inner - 1]) & (density[inner] < density[inner + 1])]
    dip = dip[(below[dip] >= 0.04) & (below[dip] <= 0.96) & (np.abs(grid[dip] - near) <= reach)]
    best = (near, 0.0, 1.0)
    for at in dip:
        left, right = int(density[:at].argmax()), at + int(density[at:].argmax())
        depth = float(min(density[left], density[right]) / max(density[at], 1e-9))
        peaks = inner[(density[inner] >= density[inner - 1]) & (density[inner] > density[inner + 1])]
        half = 0.5 * float(grid[peaks[peaks > at].min()] - grid[peaks[peaks < at].max()])
        if depth > 1.3 and (best[2] == 1.0 or abs(grid[at] - near) < abs(best[0] - near)):
            best = (float(grid[at]), half, depth)
    return best


def _quantile(x: Array, q: float) -> Array:
    """Along the seconds of each epoch, NaN left out; NaN where nothing is left."""
    ordered = np.sort(x, axis=1)
    n = np.isfinite(x).sum(axis=1)
    at = np.clip(np.round(q * (n - 1)).astype(int), 0, x.shape[1] - 1)
    return np.where(n > 0, ordered[np.arange(len(x)), at], np.nan)


def _share(flag: NDArray[np.bool_], among: NDArray[np.bool_]) -> Array:
    return np.asarray((flag & among).sum(axis=1) / np.maximum(among.sum(axis=1), 1), np.float64)


def _restless(seconds: dict[str, Array], p: EvidenceParameters) -> NDArray[np.bool_]:
    """Seconds with a burst of muscle: well above the quiet level, and flatter in spectrum than a burst of EEG."""
    muscle_uv = seconds["muscle_uv"]
    known = muscle_uv[np.isfinite(muscle_uv)]
    if not len(known):
        return np.zeros(muscle_uv.shape, bool)
    quiet = min(float(np.quantile(known, 0.2)), p.quiet_uv)
    with np.errstate(invalid="ignore"):
        flat = 2 * np.log10(muscle_uv + 0.01) - seconds["beta"] > p.burst_flatness
        return np.asarray(flat & (muscle_uv > p.burst_ratio * max(quiet, 0.3)))


def _flags(quality: Quality | None, n_epochs: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Seconds without usable signal, and seconds in which the child moves, cries or tenses; (n_epochs, 30)."""
    n = n_epochs * _PER_EPOCH
    dead, restless = np.zeros(n, bool), np.zeros(n, bool)
    if quality is not None:
        first = quality.first_second
        a, b = max(first, 0), min(first + quality.n_seconds, n)
        if b > a:
            part = slice(a - first, b - first)
            overall, each = quality.global_flags[part], quality.channel_flags[:, part]
            gone = sum(bit(r) for r in ("gap", "flat", "clipping", "mains", "loose_electrode"))
            moving = sum(bit(r) for r in ("movement", "crying", "patting", "sucking", "muscle"))
            dead[a:b] = (overall & gone) != 0
            restless[a:b] = (overall & moving) != 0
            if len(each):
                dead[a:b] |= ((each & gone) != 0).mean(axis=0) > 0.6
                restless[a:b] |= ((each & moving) != 0).mean(axis=0) > 0.3
    return dead.reshape(n_epochs, -1), restless.reshape(n_epochs, -1)


def _eyes(features: SleepFeatures, n_epochs: int, good: NDArray[np.bool_], p: EvidenceParameters) -> dict[str, Array]:
    def column(name: str) -> Array:
        return np.where(good, features.by_epoch(name, n_epochs), np.nan)

    blink, background = column("blink_uv"), column("blink_background_uv")
    with np.errstate(invalid="ignore"):
        limit = np.maximum(p.blink_uv, p.eye_ratio * np.nan_to_num(background))
        blinks = np.where(np.isfinite(blink).any(axis=1), (blink > limit).sum(axis=1), np.nan)
        saccades = np.full(n_epochs, np.nan)
        for anti_name, control_name in (("saccade_uv", "inphase_uv"), ("eog_saccade_uv", "eog_inphase_uv")):
            anti, control = column(anti_name), column(control_name)
            if not np.isfinite(anti).any():
                continue
            # How much of the control a background without eye movements feeds into the difference is learned
            # from the quieter epochs; at most all of it, which is what two unrelated sides would do.
            usual, high = _quantile(control, 0.9), _quantile(anti, 0.9)
            ratio = (high / np.maximum(usual, 1))[np.isfinite(high)]
            leak = min(float(np.quantile(ratio, 0.2)), 1.0) if len(ratio) >= p.min_epochs else 1.0
            limit = np.maximum(p.saccade_uv, p.eye_ratio * leak * np.nan_to_num(usual))
            # A movement also stands out from the quieter seconds of its own channel; steady noise does not.
            limit = np.maximum(limit, 2 * np.nan_to_num(_quantile(anti, 0.25)))[:, None]
            count = (anti > limit).sum(axis=1).astype(float)
            saccades = np.fmax(saccades, count)
    return {"blinks": blinks, "saccades": saccades}


def _spindle_seconds(features: SleepFeatures, n_epochs: int) -> Array:
    """Seconds of each epoch that hold a spindle."""
    n = n_epochs * _PER_EPOCH
    held = np.zeros(n + 1, np.int64)
    first = np.floor(features.spindles.onset_s).astype(np.int64)
    last = np.floor(features.spindles.onset_s + features.spindles.duration_s - 1e-6).astype(np.int64)
    np.add.at(held, np.clip(first, 0, n), 1)
    np.add.at(held, np.clip(last + 1, 0, n), -1)
    return np.asarray((np.cumsum(held)[:n] > 0).reshape(n_epochs, -1).sum(axis=1), float)


def posterior_rhythm_hz(age_days: int) -> float | None:
    """Usual frequency of the awake posterior rhythm; None before 3 months (standard texts, recalled)."""
    months = months_of(age_days)
    if months < 3:
        return None
    return float(np.interp(months, [3, 5.5, 10.5, 24, 36], [3.5, 5, 6.5, 7.5, 8]))


def _from_spectra(features: SleepFeatures, n_epochs: int, age_days: int) -> dict[str, Array]:
    out = {name: np.full(n_epochs, np.nan) for name in ("flatness", "sigma_peak", "posterior_rhythm")}
    inside = (features.epoch >= 0) & (features.epoch < n_epochs)
    at, f = features.epoch[inside], features.frequency_hz
    if not len(at) or not len(f):
        return out
    level = {region: features.spectrum[inside, i].astype(float) for i, region in enumerate(REGIONS)}

    def band(region: str, low: float, high: float) -> Array:
        return np.asarray(level[region][:, (f >= low) & (f <= high)].mean(axis=1))

    if f[-1] >= 38:
        rim = ("frontal", "temporal")
        out["flatness"][at] = np.mean([band(r, 30, 45) - band(r, 15, 22) for r in rim], axis=0)
    if f[-1] >= 22:
        out["sigma_peak"][at] = band("central", 12, 15) - 0.5 * (band("central", 8.5, 10.5) + band("central", 17, 20))
    rhythm = posterior_rhythm_hz(age_days)
    if rhythm is not None and rhythm >= 4.5:
        around = 0.5 * (band("posterior", rhythm - 2.5, rhythm - 1.5) + band("posterior", rhythm + 1.5, rhythm + 3))
        out["posterior_rhythm"][at] = band("posterior", rhythm - 0.75, rhythm + 0.75) - around
    return out
