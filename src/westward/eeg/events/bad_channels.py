"""Channels that are of no use in most of a recording, found from a few snippets before the night is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events import artifact_electrode as electrode
from westward.eeg.events.artifact_measures import Measures, measure
from westward.eeg.events.artifact_parameters import ArtifactParameters
from westward.eeg.recording.recording import Recording
from westward.eeg.signal import filters
from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.stream import conditioning

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadChannelParameters:
    """How the survey samples and judges.

    Attributes
    ----------
    snippets, snippet_s : int, float
        How many pieces are read and how long each is, s. Status: policy.
    min_fraction : float
        Share of the sampled seconds with one and the same kind of fault that makes a channel bad.
        Status: policy ("most of the study").
    min_noise_fraction : float
        The same for broadband noise, which muscle resembles. Status: policy.
    max_share : float
        When more than this share of the channels is bad, the recording is not assessable. Status: policy.
    noise_uv, noise_ratio : float
        RMS at 30-70 Hz, µV, and over that of the neighbors, of an electrode that records only noise.
        Status: policy.
    faults : ArtifactParameters
        Limits for flat, mains and loose seconds.
    """

    snippets: int = 90
    snippet_s: float = 4.0
    min_fraction: float = 0.5
    min_noise_fraction: float = 0.8
    max_share: float = 0.5
    noise_uv: float = 12.0
    noise_ratio: float = 3.0
    faults: ArtifactParameters = field(default_factory=ArtifactParameters)


@dataclass(frozen=True, slots=True)
class BadChannel:
    """A channel left out of the whole analysis.

    Attributes
    ----------
    name : str
        Electrode or derivation.
    reason : str
        ``flat``, ``mains``, ``noise`` or ``loose_electrode``.
    fraction : float
        Share of the sampled seconds in which that was so.
    """

    name: str
    reason: str
    fraction: float


def survey(
    recording: Recording, electrodes: Sequence[str], *, parameters: BadChannelParameters | None = None
) -> tuple[BadChannel, ...]:
    """Channels that most of the sampled seconds show to be unusable, in the order given.

    High voltage is no fault: a channel must be empty, buried in mains, or unlike every neighbor while many
    times larger than they are. Snippets lie at the same places every time.

    Parameters
    ----------
    recording : Recording
        Files of a few seconds are judged from what there is.
    electrodes : sequence of str
        Canonical names or labels of the channels to judge, all of one rate.
    parameters : BadChannelParameters, optional

    See Also
    --------
    refusal : what to say when too few channels are left.
    """
    p = parameters or BadChannelParameters()
    names = tuple(electrodes)
    if not names:
        return ()
    pieces = _snippets(recording, names, p)
    if not pieces:
        return ()
    bad: dict[str, BadChannel] = {}
    for _ in range(3):
        left = [i for i, name in enumerate(names) if name not in bad]
        if len(left) < 2:
            break
        found = _judge([(x[left], rate) for x, rate in pieces], tuple(names[i] for i in left), p)
        if not found:
            break
        bad.update({b.name: b for b in found})
    return tuple(bad[name] for name in names if name in bad)


def refusal(
    bad: Sequence[BadChannel], electrodes: Sequence[str], *, parameters: BadChannelParameters | None = None
) -> str:
    """Why the recording is not assessable for its channels, or an empty string."""
    p = parameters or BadChannelParameters()
    if not electrodes:
        return "no EEG channels"
    if len(bad) > p.max_share * len(electrodes):
        return f"{len(bad)} of {len(electrodes)} EEG channels are unusable in most of the recording"
    return ""


def snippet_starts(segments: Sequence[tuple[float, float]], count: int, length_s: float) -> list[float]:
    """Where the snippets begin: evenly over the recorded time, whole inside a segment, on whole seconds of it."""
    usable = [(a, b) for a, b in segments if b - a >= min(length_s, 1.0)]
    ends = np.cumsum([b - a for a, b in usable])
    if not len(ends):
        return []
    count = max(1, min(count, int(ends[-1] // length_s)))
    wanted = (np.arange(count) + 0.5) * ends[-1] / count
    inside = np.minimum(np.searchsorted(ends, wanted, side="right"), len(usable) - 1)
    starts: list[float] = []
    for at, k in zip(wanted, inside, strict=True):
        a, b = usable[k]
        offset = max(0.0, float(at - (ends[k] - (b - a))))
        starts.append(min(a + max(0.0, float(np.floor(offset - length_s / 2))), max(a, b - length_s)))
    return starts


def _snippets(recording: Recording, names: tuple[str, ...], p: BadChannelParameters) -> list[tuple[FloatArray, float]]:
    segments = [(s.start_s, s.stop_s) for s in recording.segments]
    out = []
    for start in snippet_starts(segments, p.snippets, p.snippet_s):
        stop = min(start + p.snippet_s, next(b for a, b in segments if a <= start < b))
        page = recording.read(start, stop, names)
        data = page.data[:, np.isfinite(page.data).all(axis=0)]
        if data.shape[1] >= page.sfreq_hz:
            out.append((data, page.sfreq_hz))
    return out


def _judge(pieces: list[tuple[FloatArray, float]], names: tuple[str, ...], p: BadChannelParameters) -> list[BadChannel]:
    # Seconds of all snippets side by side: the running comparisons then see the whole recording at once.
    rate = pieces[0][1]
    width = int(rate)
    whole = [x[:, : x.shape[1] // width * width] for x, r in pieces if r == rate]
    band = conditioning(rate)
    raw = np.concatenate(whole, axis=1)
    clean = np.concatenate([filters.zero_phase(x - x.mean(axis=1, keepdims=True), band) for x in whole], axis=1)
    positions = all(name in ELECTRODES for name in names)
    if positions and len(names) >= 4:
        clean = clean - np.median(clean, axis=0)
    stop_s = float(raw.shape[1] // width)
    electrodes = names if positions else ()
    m = measure(Block(0.0, 0.0, stop_s, float(width), electrodes, raw, clean, names, clean if positions else raw))
    faults = {
        "flat": electrode.flat(m, p.faults),
        "mains": electrode.mains(m, p.faults),
        "noise": _noise(m, p),
        "loose_electrode": electrode.loose(m, p.faults),
    }
    found = []
    for i, name in enumerate(names):
        share = {reason: float(flags[i].mean()) for reason, flags in faults.items()}
        # Muscle over one electrode comes and goes; what is noise stays, or is unlike the neighbors in size as well.
        strict = share["loose_electrode"] < p.min_fraction
        for reason, fraction in share.items():
            if fraction >= (p.min_noise_fraction if reason == "noise" and strict else p.min_fraction):
                found.append(BadChannel(name, reason, round(fraction, 3)))
                break
    return found


def _noise(m: Measures, p: BadChannelParameters) -> NDArray[np.bool_]:
    """Seconds in which one electrode shows broadband noise that no neighbor shares."""
    level = np.median(m.fast_uv, axis=-1)
    typical = np.median(level, axis=0)
    near = electrode.neighbor_matrix(m.channels)
    around = np.where(near.sum(axis=1, keepdims=True) > 0, near @ np.minimum(level, 3 * typical), typical)
    loud = (level > p.noise_uv) & (level > p.noise_ratio * around) & (level > p.noise_ratio * typical)
    loud &= m.fast_slope > p.faults.muscle_slope
    return electrode.unlike_neighbors(m, np.asarray(loud), p.faults.loose_correlation)
