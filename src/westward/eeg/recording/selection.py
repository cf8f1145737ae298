"""Which channels a caller means, and which parts of a page are gaps; the same for every reader."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from westward.core.errors import UsageError
from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.recording import Segment

MAX_PAGE_BYTES = 8 << 30


def page_samples(start_s: float, stop_s: float, chosen: Sequence[Channel]) -> int:
    """Columns of a page.

    Raises
    ------
    UsageError
        If the times make no sense or the page would be too large.
    """
    if not (math.isfinite(start_s) and math.isfinite(stop_s)) or stop_s < start_s:
        raise UsageError(f"cannot read from {start_s!r} to {stop_s!r} s; the stop must not lie before the start")
    n = round((stop_s - start_s) * chosen[0].sfreq_hz)
    if n * len(chosen) * 4 > MAX_PAGE_BYTES:
        raise UsageError(f"a page of {stop_s - start_s:g} s and {len(chosen)} channels is too large; read it in pieces")
    return n


def choose(channels: Sequence[Channel], wanted: Sequence[str | int] | None) -> list[Channel]:
    """Channels by canonical name, label or index; all EEG of the most common rate when nothing is said.

    Raises
    ------
    UsageError
        If one does not exist, or their rates differ.
    """
    if not channels:
        raise UsageError("the recording holds annotations only; there is no signal to read")
    if wanted is None:
        eeg, unknown = ([c for c in channels if c.kind is kind] for kind in (Kind.EEG, Kind.UNKNOWN))
        pool = eeg or unknown or list(channels)
        rate = Counter(c.sfreq_hz for c in pool).most_common(1)[0][0]
        return [c for c in pool if c.sfreq_hz == rate]
    if isinstance(wanted, str) or not len(wanted):
        raise UsageError(f"channels must be a list of names or indices, not {wanted!r}")
    chosen = [_find(channels, one) for one in wanted]
    rates = {c.sfreq_hz: c.name for c in chosen}
    if len(rates) > 1:
        listed = ", ".join(f"{name} {rate:g} Hz" for rate, name in rates.items())
        raise UsageError(f"channels of different sampling rates cannot share a page ({listed}); read them one by one")
    return chosen


def _find(channels: Sequence[Channel], wanted: str | int) -> Channel:
    if isinstance(wanted, (int, np.integer)) and not isinstance(wanted, bool):
        if not 0 <= wanted < len(channels):
            raise UsageError(f"there is no channel {wanted}; the recording has {len(channels)}, counted from 0")
        return channels[wanted]
    names = {c.label: c for c in reversed(channels)} | {c.name: c for c in reversed(channels)}
    if wanted not in names:
        near = difflib.get_close_matches(str(wanted), list(names), 1, 0.0)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"there is no channel {wanted!r}{hint}")
    return names[str(wanted)]


def gaps(
    segments: Sequence[Segment], start_s: float, stop_s: float, *, sliver_s: float
) -> tuple[tuple[float, float], ...]:
    """Parts of a page that lie in no segment, without those shorter than ``sliver_s``."""
    found, at = [], start_s
    for segment in segments:
        if segment.start_s >= stop_s:
            break
        if segment.start_s - at > sliver_s:
            found.append((at, segment.start_s))
        at = max(at, segment.stop_s)
    if stop_s - at > sliver_s:
        found.append((at, stop_s))
    return tuple(found)
