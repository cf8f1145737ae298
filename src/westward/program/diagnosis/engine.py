"""The engine in a process of its own: ``python -m westward.program.diagnosis.engine inspect|analyze ...``.

It knows no database. A crash, a kill or a file that breaks a reader ends this process and nothing else. It speaks JSON
lines on standard output, and leaves when its standard input closes, which happens when whoever started it is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from westward.core.errors import WestwardError


def _leave_with_parent() -> None:
    while os.read(0, 4096):  # not sys.stdin: its lock would be held when the interpreter ends
        pass
    os._exit(3)


def _say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words, allow_nan=False) + "\n")
    sys.stdout.flush()


def inspect(path: Path) -> dict[str, Any]:
    """What the header says of recording and child, as plain values."""
    from westward.eeg.recording.channel import Kind
    from westward.eeg.recording.open import open_recording

    recording = open_recording(path)
    facts = recording.facts
    patient, start = facts.patient, facts.start
    return {
        "format": facts.format,
        "name": patient.name,
        "code": patient.code,
        "sex": patient.sex,
        "birth": patient.birth_date.isoformat() if patient.birth_date else None,
        "start": start.isoformat(timespec="seconds")[:19] if start else "",
        "duration_s": recording.duration_s,
        "channels": sum(c.kind is Kind.EEG for c in facts.channels),
        "limb_emg": any(c.kind is Kind.EMG and "delt" in f"{c.label} {c.name}".lower() for c in facts.channels),
        "simulated": facts.simulated,
    }


def analyze(path: Path, target: Path, age_days: int) -> None:
    """Write the bundle; it appears whole or not at all, and takes the place of an earlier one."""
    from westward.eeg.recording.open import open_recording
    from westward.eeg.study import StudyOptions, analyze_to_bundle

    recording = open_recording(path)
    options = StudyOptions(age_days=age_days, threads=max(1, min(2, os.cpu_count() or 1)))
    saved = analyze_to_bundle(
        recording, target, options, overwrite=True, progress=lambda done, doing: _say(done=round(done, 3), doing=doing)
    )
    _say(done=1.0, doing="stored", sentence=saved.sentence)


def main(arguments: list[str]) -> int:
    """Run one job; exit status 0 done, 1 the recording cannot be used (one line says why)."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        if arguments[0] == "inspect":
            _say(header=inspect(Path(arguments[1])))
        else:
            analyze(Path(arguments[1]), Path(arguments[2]), int(arguments[3]))
    except (WestwardError, OSError, MemoryError) as error:
        _say(failed=str(error) or type(error).__name__)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
