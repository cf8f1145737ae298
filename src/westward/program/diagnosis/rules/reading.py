"""What a read must hold to be stored, and how a change is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from westward.program.diagnosis.choices import Known, ReadSide

ITEMS = ("multifocal", "spikes_in_half", "high_amplitude", "grouped_multifocal", "attenuations")
"""Findings that the BASED score is made of."""
INTERICTAL = ("hypsarrhythmia", "focal_or_multifocal", "interictal_normal", "suppression_burst")
ICTAL = ("event_recorded", "ictal_correlate", "event_eeg_normal")
ANSWERS = (*ITEMS, *INTERICTAL, "sleep_recorded", *ICTAL)
"""Every question of a read that is answered by yes, no or not known."""
SIDES = {"discharge_side": "focal_or_multifocal", "ictal_side": "ictal_correlate"}
"""Questions of side, each with the finding whose side it is."""
SEEN_SIDES = (ReadSide.LEFT, ReadSide.RIGHT, ReadSide.BILATERAL, ReadSide.NOT_LATERALIZED)
"""Sides of something that was seen."""
FIELDS = ("based", "not_assessable_because", *ANSWERS, *SIDES, "quality", "words")
"""Everything a reader says."""


def contradictions(read: Mapping[str, Any]) -> list[str]:
    """One line for each pair of answers that cannot both hold; empty if there is none."""
    said = {name: read.get(name) for name in FIELDS}
    found = []
    if said["based"] is None and not str(said["not_assessable_because"] or "").strip():
        found.append("give a BASED grade, or say why the study is not assessable")
    if said["based"] is not None and str(said["not_assessable_because"] or "").strip():
        found.append("a grade is given and the study is called not assessable; keep one of the two")
    if said["based"] is not None and said["based"] not in range(6):
        found.append("a BASED grade is 0 to 5")
    if said["interictal_normal"] == Known.YES and Known.YES in (said["hypsarrhythmia"], said["focal_or_multifocal"]):
        found.append("the interictal EEG is called normal and epileptiform; correct one of the two")
    if said["event_recorded"] == Known.NO and Known.YES in (said["ictal_correlate"], said["event_eeg_normal"]):
        found.append("findings of an event are given, yet no event was recorded; correct one of the two")
    if said["ictal_correlate"] == Known.YES and said["event_eeg_normal"] == Known.YES:
        found.append("the EEG of an event is called normal and ictal; judge the event with the ictal correlate")
    for side, finding in SIDES.items():
        given = read.get(side, ReadSide.UNKNOWN)
        if given not in ReadSide.values:
            found.append(f"{given!r} is no side; known: {', '.join(ReadSide.values)}")
        elif given in SEEN_SIDES and said[finding] == Known.NO:
            where = ReadSide(given).label.lower()
            found.append(f"a side is given ({where}) of what was not seen; correct one of the two")
    return found


def toward(own: int | None, engine: int | None, final: int | None) -> str:
    """How a grade moved after the engine's was seen: ``same``, ``to``, ``toward``, ``away``, ``from none`` or
    ``not comparable``.

    A reader who agreed from the start, or a side without a grade, is not comparable. ``from none`` is one who called
    the study not assessable and took the engine's grade: no distance, but no judgment of the reader's own either.
    """
    if own is None and engine is not None and final == engine:
        return "from none"
    if own is None or engine is None or final is None or own == engine:
        return "not comparable"
    if final == own:
        return "same"
    if final == engine:
        return "to"
    return "toward" if abs(final - engine) < abs(own - engine) else "away"
