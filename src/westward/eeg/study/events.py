"""Everything that happened in a study, as rows of ``events.tsv``."""

from __future__ import annotations

from dataclasses import replace

from westward.eeg.events import artifact, hfo, sleep
from westward.eeg.events.event import Event
from westward.eeg.events.hypnogram import STATES
from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.study import ictal
from westward.eeg.study.naming import anonymous_note
from westward.eeg.study.result import Night, Study


def all_events(study: Study) -> list[Event]:
    """All rows, each with the state it happened in."""
    night = study.night
    others = [
        *night.attenuations,
        *night.grouped,
        *ictal.events(night),
        *night.spindles,
        *artifact.events(night.quality),
    ]
    state = study.facts.state
    last = len(state) - 1
    placed = [
        e if e.state or last < 0 else replace(e, state=STATES[int(state[min(max(int(e.onset_s), 0), last)])])
        for e in others
    ]
    patient = study.recording.facts.patient
    notes = [
        ictal.with_correlate(Event(n.onset_s, n.duration_s, "note", reason=text), study)
        for n in study.recording.notes
        if (text := anonymous_note(n.text, patient))
    ]
    return [
        *spike_events(study),
        *placed,
        *(hfo.events(night.hfos, study.facts.derivations, night.hypnogram) if night.hfos is not None else ()),
        *sleep.events(night.hypnogram, duration_s=study.recording.duration_s),
        *notes,
    ]


def spike_events(study: Study) -> list[Event]:
    """One row per spike, counted or not, in order of time."""
    return [event for _, event in spikes_with_peaks(study)]


def spikes_with_peaks(study: Study) -> list[tuple[float, Event]]:
    """Peak time and row of every spike, in order of time."""
    night, state = study.night, study.facts.state
    derivations = study.layout.derivations if study.layout else ()
    peaks = [(i, float(night.spikes.peak_s[i])) for i in _inside(night)]
    return [(t, _spike(night, i, derivations, STATES[int(state[int(t)])])) for i, t in peaks]


def _inside(night: Night) -> list[int]:
    return [i for i in range(len(night.spikes)) if 0 <= night.spikes.peak_s[i] < night.n_seconds]


def _spike(night: Night, i: int, derivations: tuple[str, ...], state: str) -> Event:
    s = night.spikes
    electrode = int(s.electrode[i])
    peak = ELECTRODES[electrode] if electrode >= 0 else derivations[-1 - electrode]
    field = tuple(e for e in s.electrodes_of(i) if e != peak)
    focus = int(night.focus[i])
    why = str(night.spike_why[i])
    return Event(
        onset_s=float(s.onset_s[i]),
        duration_s=float(s.duration_s[i]),
        trial_type="spike",
        channels=(peak, *field),
        confidence=float(s.confidence[i]),
        subtype="spike" if s.duration_s[i] < 0.07 else "sharp wave",
        focus=night.foci[focus].name if focus >= 0 else "",
        amplitude_uv=float(s.amplitude_uv[i]),
        state=state,
        counted=not why,
        reason=why or ("" if focus >= 0 else "a single field: marks its second, makes no focus"),
    )
