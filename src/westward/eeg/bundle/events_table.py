"""``events.tsv`` and its description ``events.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from westward.eeg.events.event import TRIAL_TYPES, Event
from westward.evidence.hed import hed_tags

COLUMNS = {
    "onset": "Start in seconds from the beginning of the recording, gaps included.",
    "duration": "Length in seconds.",
    "event_id": "Stable identifier: type, onset in milliseconds, first channel.",
    "trial_type": "Kind of event.",
    "channel": "Electrodes or derivations concerned, comma separated.",
    "confidence": "0-1, how sure the detector is; n/a for what is not a judgment.",
    "subtype": "Refinement; for artifacts the reason.",
    "focus": "Name of the spike focus.",
    "amplitude_uv": "Peak-to-peak amplitude in microvolts.",
    "state": "Sleep state at the onset.",
    "cluster_id": "Cluster of spasms the event belongs to.",
    "counted": "1 when the event entered the grade (for artifacts: when the time was left out), else 0.",
    "reason": "Why it was not counted, or the evidence for it.",
}
"""Columns in file order (BIDS wants onset and duration first) with their descriptions."""

_MEANINGS = {
    "spike": "Epileptiform spike or sharp wave.",
    "grouped_multifocal_spikes": "Run of crowded spikes from several foci (GMFS).",
    "attenuation": "Abrupt generalized drop of voltage (paroxysmal voltage attenuation).",
    "ictal_candidate": "Possible spasm; masked time, not a diagnosis; not video-confirmed.",
    "spasm": "Epileptic spasm candidate, not video-confirmed.",
    "spasm_cluster": "Series of spasm candidates.",
    "spindle": "Sleep spindle.",
    "hfo": "High-frequency oscillation.",
    "artifact": "Time or channel left out, with the reason as subtype.",
    "sleep_wake": "Wakefulness.",
    "sleep_drowsy": "Drowsiness.",
    "sleep_nrem": "NREM (quiet) sleep.",
    "sleep_rem": "REM (active) sleep.",
    "sleep_unknown": "State not determined.",
    "arousal": "Arousal or awakening from sleep.",
    "note": "Remark stored in the file: push-button or technologist note.",
}


def _cell(text: str) -> str:
    return " ".join(text.split()) or "n/a"


def rows(events: Iterable[Event]) -> Iterator[tuple[str, ...]]:
    """One tuple of cells per event, in the order of :data:`COLUMNS`; identifiers are made unique."""
    used: dict[str, int] = {}
    for e in events:
        name = e.event_id
        n = used[name] = used.get(name, 0) + 1
        yield (
            f"{e.onset_s:.3f}",
            f"{e.duration_s:.3f}",
            name if n == 1 else f"{name}-{n}",
            e.trial_type,
            ",".join(e.channels) or "n/a",
            "n/a" if e.confidence is None else f"{e.confidence:.2f}",
            _cell(e.subtype),
            _cell(e.focus),
            "n/a" if e.amplitude_uv is None else f"{e.amplitude_uv:.1f}",
            e.state or "n/a",
            e.cluster_id or "n/a",
            "1" if e.counted else "0",
            _cell(e.reason),
        )


def write(folder: Path, events: Sequence[Event], *, simulated: bool) -> None:
    """Write both files, events in order of onset."""
    ordered = sorted(events, key=lambda e: (e.onset_s, TRIAL_TYPES.index(e.trial_type)))
    with (folder / "events.tsv").open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(COLUMNS) + "\n")
        file.writelines("\t".join(row) + "\n" for row in rows(ordered))
    description: dict[str, object] = {name: {"Description": text} for name, text in COLUMNS.items()}
    description["trial_type"] = {
        "Description": COLUMNS["trial_type"],
        "Levels": _MEANINGS,
        "HED": hed_tags(),
    }
    description["onset"] = {"Description": COLUMNS["onset"], "Units": "s"}
    description["duration"] = {"Description": COLUMNS["duration"], "Units": "s"}
    description["amplitude_uv"] = {"Description": COLUMNS["amplitude_uv"], "Units": "uV"}
    description["Simulated"] = simulated
    (folder / "events.json").write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n", "utf-8")
