"""What a recording let one see: sleep, awakenings and the minutes after them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from westward.eeg.bundle import emg
from westward.eeg.compare.side import Side
from westward.look import words

INSUFFICIENT = "Insufficient to exclude spasms"


@dataclass(frozen=True, slots=True)
class Watched:
    """One recording; None: states were not assessed.

    Attributes
    ----------
    usable_minutes : float
        Without a general artifact.
    sleep_minutes : float or None
        NREM and REM, artifacts included.
    awakenings : int or None
        Ends of at least five minutes of sleep by at least a minute of wakefulness.
    post_awakening_minutes : float or None
        Usable minutes within half an hour after an awakening.
    sleep_wake_cycles : int or None
    """

    usable_minutes: float
    sleep_minutes: float | None
    awakenings: int | None
    post_awakening_minutes: float | None
    sleep_wake_cycles: int | None


def watched(side: Side) -> Watched:
    """Count what a study saw."""
    usable = float(side.usable.sum()) / 60
    cycles = side.summary["sleep_wake_cycles"]
    rows, states = side.awakenings(), side.summary["states"]
    if cycles is None or rows is None or states.get("nrem") is None:
        return Watched(usable, None, None, None, None)
    after = np.zeros(len(side.usable), np.bool_)
    for start, stop in rows:
        after[int(start) : int(np.ceil(stop))] = True
    return Watched(
        usable,
        float(states["nrem"]) + float(states.get("rem") or 0),
        len(rows),
        float((after & side.usable).sum()) / 60,
        int(cycles),
    )


def looked_at(side: Side) -> str:
    """What spasms were looked for in, as the study says; empty where they were not."""
    spasms = side.summary["spasms"]
    if spasms is None:
        return ""
    leads = {emg.LIMB: "EEG and limb EMG", emg.UNNAMED: "EEG and an EMG whose place is not named"}
    limbs = leads.get(emg.judged(spasms) or emg.NONE, "EEG alone, no limb EMG")
    return limbs + (", with the motion of the video" if spasms.get("with_motion") else "")


def doubt(side: Side) -> str:
    """What hides spasms in a study, in its own words; empty if nothing, or where it does not say."""
    return str((side.summary["spasms"] or {}).get("doubt") or "")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the second study can say of spasms.

    Attributes
    ----------
    full_cycle : bool or None
        Whether a full sleep-wake cycle was seen; None where states were not assessed.
    statement : str
        Never that there are none.
    why_insufficient : str
        Empty with a full cycle in which spasms were looked for.
    """

    full_cycle: bool | None
    statement: str
    why_insufficient: str


def follow_up(side: Side, seen: Watched) -> FollowUp:
    """Judge the second study."""
    spasms = side.summary["spasms"]
    why = ""
    if spasms is None:
        reasons = [e["why"] for e in side.summary.get("not_assessable") or [] if e["what"] == "spasms"]
        why = f"spasms were not looked for ({reasons[0] if reasons else words.ABSENT})"
    elif seen.sleep_wake_cycles is None:
        why = "sleep states were not assessed, so that no sleep-wake cycle is known"
    elif seen.sleep_wake_cycles < 1:
        why = "no full sleep-wake cycle was recorded"
    full = None if seen.sleep_wake_cycles is None else seen.sleep_wake_cycles >= 1
    n = 0 if spasms is None else int(spasms["n"])
    if n:
        told = f"{words.count(n, 'spasm candidate')} in the follow-up. Each is a candidate until it is seen on video."
        return FollowUp(full, f"{told} {INSUFFICIENT}: {why}." if why else told, why)
    if why:
        return FollowUp(full, f"{INSUFFICIENT}: {why}.", why)
    hides = f" In it: {doubt(side)}." if doubt(side) else ""
    return FollowUp(
        full,
        f"No spasm candidate in {words.duration(60 * seen.usable_minutes)} of usable time with "
        f"{words.count(seen.sleep_wake_cycles, 'full sleep-wake cycle')}. This does not show that there are none: what "
        f"was looked at is {looked_at(side)}, and a single follow-up EEG can miss them.{hides}",
        "",
    )
