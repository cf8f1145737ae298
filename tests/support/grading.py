"""Studies made of bins, for the grading rules: every count is chosen by the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from westward.eeg.events.focus import Focus
from westward.eeg.events.hypnogram import STATES
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.signal.montage import LONGITUDINAL, hemisphere

NREM = STATES.index("nrem")
WAKE = STATES.index("wake")


def focus(electrode: str, n: int = 0) -> Focus:
    return Focus(electrode, electrode, (electrode,), hemisphere(electrode), n)


def facts(
    n_seconds: int = 1800,
    *,
    spikes: Mapping[str, Sequence[int]] | None = None,
    loose_spikes: Sequence[int] = (),
    high: Mapping[str, Sequence[int]] | None = None,
    background_uv: float = 80.0,
    high_uv: float = 350.0,
    attenuations: Sequence[float] = (),
    grouped: Sequence[float] = (),
    excluded: Sequence[int] = (),
    gaps: Sequence[tuple[int, int]] = (),
    faulty: Mapping[str, Sequence[int]] | None = None,
    derivations: Sequence[str] = LONGITUDINAL,
    age_days: int | None = 210,
    nrem_s: int | None = None,
    cycles: int = 1,
    states_assessable: bool = True,
    states_refusal: str = "",
    spikes_refusal: str = "",
) -> StudyFacts:
    """A study: seconds of the spikes of each focus, high seconds of each derivation, onsets of the rest.

    By default asleep (NREM) from the 60th second on, complete, and without any finding.
    """
    spikes, high = spikes or {}, high or {}
    assessable = np.ones(n_seconds, bool)
    assessable[list(excluded)] = False
    contiguous = np.zeros(n_seconds, np.int32)
    for i, (start, stop) in enumerate(gaps):
        contiguous[stop:] = i + 1
        contiguous[start:stop] = -1
        assessable[start:stop] = False
    background = np.full((len(derivations), n_seconds), background_uv, np.float32)
    for name, seconds in high.items():
        background[list(derivations).index(name), list(seconds)] = high_uv
    at_fault = np.zeros(background.shape, bool)
    for name, seconds in (faulty or {}).items():
        at_fault[list(derivations).index(name), list(seconds)] = True
    background[at_fault] = np.nan
    state = np.full(n_seconds, WAKE, np.int8)
    nrem_s = n_seconds - 60 if nrem_s is None else nrem_s
    state[60 : 60 + nrem_s] = NREM
    times = [(second + 0.5, i) for i, name in enumerate(spikes) for second in spikes[name]]
    times += [(second + 0.25, -1) for second in loose_spikes]
    times.sort()
    return StudyFacts(
        assessable=assessable,
        contiguous=contiguous,
        state=state,
        spike_s=np.array([t for t, _ in times], np.float64),
        spike_focus=np.array([i for _, i in times], np.int32),
        foci=tuple(focus(name, len(seconds)) for name, seconds in spikes.items()),
        derivations=tuple(derivations),
        background_uv=background,
        faulty=at_fault,
        attenuation_s=np.array([(t, t + 1.5) for t in attenuations], np.float64).reshape(-1, 2),
        grouped_s=np.array([(t, t + 1.5) for t in grouped], np.float64).reshape(-1, 2),
        age_days=age_days,
        nrem_minutes=nrem_s / 60 if states_assessable else 0.0,
        sleep_wake_cycles=cycles if states_assessable else 0,
        states_assessable=states_assessable,
        states_refusal=states_refusal,
        spikes_refusal=spikes_refusal,
    )


def dense(start: int, *, bins_per_page: Sequence[int], page_s: int = 15) -> list[int]:
    """Seconds of an epoch whose successive pages hold so many positive bins."""
    return [start + page * page_s + k for page, n in enumerate(bins_per_page) for k in range(n)]


def split(seconds: Sequence[int], names: Sequence[str]) -> dict[str, list[int]]:
    """Deal seconds out to foci in turn."""
    return {name: list(seconds[i :: len(names)]) for i, name in enumerate(names)}
