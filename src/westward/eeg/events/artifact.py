"""Artifacts of a recording, per second: what is unusable, where, when and why."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from westward.eeg.block import Block
from westward.eeg.events import artifact_body as body
from westward.eeg.events import artifact_electrode as electrode
from westward.eeg.events.artifact_measures import BoolArray, close, measure
from westward.eeg.events.artifact_parameters import ArtifactParameters
from westward.eeg.events.event import Event
from westward.eeg.events.quality import REASONS, Quality, bit
from westward.eeg.signal.runs import runs

Flags = NDArray[np.uint16]
LASTING = ("loose_electrode", "mains")
"""Faults of an electrode that do not come and go: often flagged within a minute means unusable in between."""
LASTING_SHARES = ((30, 0.3), (300, 0.08))
"""Reach either way in seconds, and the share of flagged seconds from which the time in between is left out (policy)."""
_WORDS = {
    "gap": "no signal in the file",
    "flat": "no signal on the electrode",
    "clipping": "amplifier at its limit",
    "mains": "mains larger than the EEG",
    "loose_electrode": "much larger than its neighbors and unlike them",
    "electrode_pop": "abrupt step of one electrode without a field",
    "movement": "slow sway with muscle on many channels",
    "crying": "rhythmic muscle bursts at the pace of crying",
    "patting": "strikingly regular waves without a cerebral field",
    "sucking": "temporal muscle at the pace of sucking",
    "muscle": "muscle covers the EEG",
}
_GLOBAL = ("gap", "movement", "crying", "patting", "sucking", "muscle")


def scan(block: Block, *, parameters: ArtifactParameters | None = None) -> Quality:
    """Flags for every whole second of the core.

    Works from the EEG alone. Each second depends on at most 18 s around it, so the result does not depend on
    the size of the block. Amplitude by itself never excludes a second, short of what no scalp EEG can reach.

    Parameters
    ----------
    block : Block
        With or without known positions; with derivations only, these are the channels.
    parameters : ArtifactParameters, optional
        Limits.
    """
    p = parameters or ArtifactParameters()
    m = measure(block)
    if not m.channels or not m.n_seconds:
        return _empty(m.seconds.start + (m.core.start or 0), m.channels, m.core.stop - m.core.start)
    muscle = body.muscle(m, p)
    cry, suck = body.crying_and_sucking(m, p)
    by_channel = {
        "flat": electrode.flat(m, p),
        "clipping": electrode.clipping(block, m, p),
        "mains": electrode.mains(m, p),
        "loose_electrode": electrode.loose(m, p),
        "electrode_pop": electrode.pop(block, m, p),
        "muscle": muscle,
    }
    overall = {
        "movement": body.movement(m, p),
        "crying": cry,
        "patting": body.patting(m, p),
        "sucking": suck,
        "muscle": muscle.mean(axis=0) >= p.muscle_share,
    }
    return Quality(
        m.seconds.start + m.core.start,
        m.channels,
        _pack(by_channel, (len(m.channels), m.n_seconds))[:, m.core],
        _pack(overall, (m.n_seconds,))[m.core],
    )


def _pack(flags: dict[str, BoolArray], shape: tuple[int, ...]) -> Flags:
    out = np.zeros(shape, np.uint16)
    for reason, where in flags.items():
        out[where] |= bit(reason)
    return out


def _empty(first: int, channels: tuple[str, ...], n_seconds: int) -> Quality:
    return Quality(
        first, channels, np.zeros((len(channels), n_seconds), np.uint16), np.zeros(max(0, n_seconds), np.uint16)
    )


def finalize(
    parts: Iterable[Quality], n_seconds: int, *, channels: tuple[str, ...] = (), closing_s: int = 1
) -> Quality:
    """The whole recording from its blocks.

    Seconds that no block covered (gaps, the broken second at the end of a segment) carry the ``gap`` bit. Flags
    of one reason with at most ``closing_s`` seconds between them are joined, never across a gap.

    Parameters
    ----------
    parts : iterable of Quality
        In any order; all with the same channels.
    n_seconds : int
        Whole seconds of the recording, gaps counted.
    channels : tuple of str
        Rows of the result when there are no parts at all.
    closing_s : int
        Policy.
    """
    parts = list(parts)
    channels = parts[0].channels if parts else channels
    by_channel = np.zeros((len(channels), n_seconds), np.uint16)
    overall = np.full(n_seconds, bit("gap"), np.uint16)
    for part in parts:
        a, b = max(0, part.first_second), min(n_seconds, part.first_second + part.n_seconds)
        if b > a:
            source = slice(a - part.first_second, b - part.first_second)
            by_channel[:, a:b] = part.channel_flags[:, source]
            overall[a:b] = part.global_flags[source]
    gap = (overall & bit("gap")) > 0
    for reason in REASONS[1:]:
        for flags in (by_channel, overall):
            closed = close((flags & bit(reason)) > 0, closing_s)
            flags[closed & ~gap] |= bit(reason)
    for reason in LASTING:
        for reach_s, share in LASTING_SHARES:
            present = (by_channel & bit(reason)) > 0
            often = _share_around(present, reach_s) >= share
            by_channel[close(present, reach_s) & often & ~gap] |= bit(reason)
    return Quality(0, channels, by_channel, overall)


def _share_around(flags: BoolArray, reach_s: int) -> NDArray[np.float64]:
    """Share of flagged seconds up to ``reach_s`` away, for each second and channel."""
    n = flags.shape[1]
    total = np.zeros((flags.shape[0], n + 1))
    np.cumsum(flags, axis=1, out=total[:, 1:])
    first = np.maximum(np.arange(n) - reach_s, 0)
    last = np.minimum(np.arange(n) + reach_s + 1, n)
    return np.asarray((total[:, last] - total[:, first]) / np.maximum(last - first, 1))


def events(quality: Quality) -> list[Event]:
    """Every exclusion as an ``artifact`` event, sorted by onset.

    Global reasons come without channels and are ``counted`` (they exclude the time they cover). An electrode's
    runs of one reason are one event each with that channel; they are counted too: the electrode is left out.
    """
    found: list[Event] = []
    for reason in _GLOBAL:
        found += [
            Event(
                float(quality.first_second + a),
                float(b - a),
                "artifact",
                (),
                None,
                reason,
                counted=True,
                reason=_WORDS[reason],
            )
            for a, b in runs((quality.global_flags & bit(reason)) > 0)
        ]
    for row, name in enumerate(quality.channels):
        present = int(np.bitwise_or.reduce(quality.channel_flags[row])) if quality.n_seconds else 0
        for reason in REASONS:
            if present & bit(reason):
                found += [
                    Event(
                        float(quality.first_second + a),
                        float(b - a),
                        "artifact",
                        (name,),
                        None,
                        reason,
                        counted=True,
                        reason=_WORDS[reason],
                    )
                    for a, b in runs((quality.channel_flags[row] & bit(reason)) > 0)
                ]
    return sorted(found, key=lambda e: (e.onset_s, e.channels, e.subtype))


def fraction_by_reason(quality: Quality) -> dict[str, float]:
    """Share of the recorded time (gaps left out) lost to each reason; electrode faults as share of electrode-time.

    ``any`` is the share of recorded seconds that are not usable as a whole. Empty when nothing was recorded.
    """
    recorded = (quality.global_flags & bit("gap")) == 0
    if not recorded.any():
        return {}
    out: dict[str, float] = {}
    for reason in REASONS[1:]:
        overall = float(((quality.global_flags[recorded] & bit(reason)) > 0).mean())
        each = float(((quality.channel_flags[:, recorded] & bit(reason)) > 0).mean()) if quality.channels else 0.0
        out[reason] = overall if reason in _GLOBAL else each
    out["any"] = float(1 - quality.usable()[recorded].mean())
    return out
