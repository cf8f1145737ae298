"""The ictal pattern in words: spasms and clusters as candidates, what was seen of the night, what to review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any

from markupsafe import Markup

from westward.eeg.bundle import emg
from westward.eeg.events.event import Event
from westward.eeg.report import sparkline
from westward.eeg.report.content import ReportContent, Vigilance
from westward.eeg.report.view import Row
from westward.look import words

UNCONFIRMED = "candidate, not video-confirmed"
NONE_FOUND = "None found"
BOTH = "The diagnosis needs both patterns, with the child and the video."
INSUFFICIENT = "insufficient to exclude spasms"
SHOWN_FEATURES = 4
SHOWN_NEAR_MISSES, SHOWN_NOTES, SHOWN_ONE_BY_ONE = 12, 60, 300
_LIMB_EMG = {emg.LIMB: "recorded", emg.UNNAMED: "EMG of an unnamed place", emg.NONE: "not recorded or not connected"}
EVEN = 0.2
"""Left-right difference of limb EMG below which it is called even."""


@dataclass(frozen=True, slots=True)
class Ictal:
    """The second paragraph of the answer.

    Attributes
    ----------
    found : str
        ``21 candidates``, ``None found`` or ``Not assessable``.
    meaning : str
        How they lie: clusters and single ones.
    why : str
        One sentence.
    doubt : tuple of str
    caution : str
        That the recording is insufficient to exclude spasms, or empty.
    """

    found: str
    meaning: str
    why: str
    doubt: tuple[str, ...] = ()
    caution: str = ""


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """One line of the table of clusters."""

    key: str
    cells: tuple[str, ...]
    intensity: Markup


def headline(content: ReportContent) -> Ictal:
    """The answer about spasms."""
    summary = content.summary
    found = summary.get("spasms")
    caution = _caution(summary)
    if found is None:
        reasons = [str(e["why"]) for e in summary.get("not_assessable") or [] if e.get("what") == "spasms"]
        why = f"{_capital(reasons[0])}." if reasons else "Spasms were not looked for."
        return Ictal("Not assessable", "", why, caution=caution)
    leads = _emg(found, content.spasms)
    n, clusters = int(found["n"]), list(found.get("clusters") or [])
    if n == 0:
        seen = words.duration(_seconds(content.vigilance.usable_minutes))
        where = "" if seen == words.ABSENT else f" in {seen}"
        why = f"Nothing reached the operating point{where}: no proof of absence."
        return Ictal(NONE_FOUND, "candidates of spasms", why, (leads, _near_misses(found)), caution)
    single = n - int(found.get("n_in_clusters") or 0)
    likely = sum(c.get("likely", True) for c in clusters)
    parts = [words.count(likely, "cluster")] if likely else [] if clusters else ["clusters: none found"]
    if possible := len(clusters) - likely:
        parts.append(words.count(possible, "possible cluster"))
    if single:
        parts.append(words.count(single, "single one"))
    return Ictal(
        words.count(n, "candidate"),
        f"{words.listing(parts)}, not video-confirmed",
        _clusters_told(clusters) if clusters else _singles_told(content.spasms, n),
        (f"{leads} {_near_misses(found)}".strip(),),
    )


def interictal_notes(summary: Mapping[str, Any]) -> list[str]:
    """What belongs beside the grade: the grade with ictal time, and hypsarrhythmia feature by feature."""
    out = []
    based, mask = summary.get("based") or {}, summary.get("ictal_mask") or {}
    before = based.get("with_ictal_time")
    if before is not None and mask:
        left = [
            f"{name} ({words.percent(mask.get(key))})"
            for key, name in (("candidate_share", "around candidates"), ("arousal_share", "after arousals"))
            if mask.get(key)
        ]
        score, other = based.get("score"), before.get("score")
        told = "not graded" if other is None else f"BASED {other}"
        same = ", the same" if other == score else ""
        if left:
            out.append(f"Time {' and '.join(left)} is left out; with it: {told}{same}.")
        else:
            out.append("No time was left out as ictal or after an arousal.")
    measured = [
        f"{str(f['name']).replace('_', ' ')} {_feature(f)}"
        for f in (summary.get("hypsarrhythmia") or {}).get("features") or []
        if f.get("value") is not None and f.get("reader_kappa") is not None
    ]
    if measured:
        out.append(f"Hypsarrhythmia, as measured: {', '.join(measured[:SHOWN_FEATURES])}; all features below.")
    return out


def clusters(summary: Mapping[str, Any]) -> list[ClusterRow]:
    """Start, end, number, median interval, time since awakening, state, EMG side and confidence of each."""
    rows = []
    for k, c in enumerate((summary.get("spasms") or {}).get("clusters") or [], start=1):
        rows.append(
            ClusterRow(
                f"cluster-{k}",
                (
                    str(k),
                    words.clock(c["start_s"]),
                    words.clock(c["end_s"]),
                    words.number(c["n"]),
                    words.number(c.get("median_interval_s"), "s", decimals=1),
                    _since(c.get("since_awakening_s")),
                    state(c.get("state")),
                    side(c.get("emg_asymmetry")),
                    words.number(c.get("confidence"), decimals=2) + ("" if c.get("likely", True) else " possible"),
                ),
                sparkline.draw(c.get("intensity") or [], key=f"spark-{k}", name=f"Intensity over cluster {k}"),
            )
        )
    return rows


def intervals(summary: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Intervals between the spasms of a cluster, all clusters together, in bins of seconds."""
    found = (summary.get("spasms") or {}).get("clusters") or []
    if not found:
        return []
    edges = [f"{float(e):g}" for e in found[0]["interval_edges_s"]]
    names = [f"{a}–{b}" for a, b in pairwise(edges)]
    names[-1] = f"{edges[-2]} or more"
    totals = zip_longest(*(c["interval_counts"] for c in found), fillvalue=0)
    return [(name, int(sum(t))) for name, t in zip(names, totals, strict=False)]


def one_by_one(spasms: Sequence[Event]) -> list[Row]:
    """Rows of candidates: time, length, state, confidence, what was measured."""
    return [
        Row(
            (
                words.clock(e.onset_s, decimals=1),
                words.duration(e.duration_s),
                state(e.state),
                words.number(e.confidence, decimals=2),
                e.subtype,
                e.reason,
            )
        )
        for e in spasms
    ]


def near_misses(spasms: Sequence[Event]) -> list[Event]:
    """The most likely of those below the operating point, in order of time."""
    below = sorted((e for e in spasms if not e.counted), key=lambda e: -(e.confidence or 0))
    return sorted(below[:SHOWN_NEAR_MISSES], key=lambda e: e.onset_s)


def operating(summary: Mapping[str, Any]) -> list[Row]:
    """What each operating point counts, and false alarms to expect in a night; the one in use is marked."""
    found = summary.get("spasms") or {}
    return [
        Row(
            (
                f"{r['operating_point']:g}",
                words.number(r["n_counted"]),
                words.number(r["n_false"]),
                words.number(r["per_night"], decimals=1),
                f"{r['low']:.1f}–{r['high']:.1f}",
            ),
            marked=r["operating_point"] == found.get("operating_point"),
        )
        for r in found.get("expected_false_per_night") or []
    ]


def notes(events: Sequence[Event]) -> list[Row]:
    """Notes and push-buttons of the file with what the EEG shows within 30 s; never that it was no spasm."""
    known = {"candidate found", "no EEG correlate seen"}
    return [
        Row(
            (words.clock(e.onset_s), e.reason or "note", e.subtype if e.subtype in known else words.ABSENT),
            marked=e.subtype == "candidate found",
        )
        for e in events[:SHOWN_NOTES]
    ]


def review(summary: Mapping[str, Any]) -> list[Row]:
    """Stretches a reader should see with the video, candidates or not."""
    return [
        Row((words.clock(r["start_s"]), words.clock(r["end_s"]), str(r["why"]), UNCONFIRMED))
        if "candidate" in str(r["why"])
        else Row((words.clock(r["start_s"]), words.clock(r["end_s"]), str(r["why"]), "offered for review"))
        for r in summary.get("review") or []
    ]


def seen(content: ReportContent) -> list[Row]:
    """How much of the time that matters was recorded."""
    v: Vigilance = content.vigilance
    found = content.summary.get("spasms") or {}
    cycles = content.summary.get("sleep_wake_cycles")
    enough = "a full sleep-wake cycle was recorded; none found is still no proof" if cycles else INSUFFICIENT
    return [
        Row(("usable recording", words.duration(_seconds(v.usable_minutes)))),
        Row(("sleep", words.duration(_seconds(v.sleep_minutes)))),
        Row(("awakenings", words.number(v.awakenings))),
        Row(("seen within 30 min after an awakening", words.duration(_seconds(v.after_awakening_minutes)))),
        Row(("full sleep-wake cycles", words.number(cycles))),
        Row(("limb EMG", _LIMB_EMG.get(emg.judged(found) or "", words.ABSENT))),
        Row(("to exclude spasms", enough)),
    ]


def state(name: str | None) -> str:
    """A state as people write it; unknown or unstaged is not assessable."""
    if name in ("nrem", "rem"):
        return str(name).upper()
    return name if name in ("wake", "drowsy") else words.ABSENT


def side(asymmetry: float | None) -> str:
    """Left-right difference of limb EMG in words."""
    if asymmetry is None:
        return words.ABSENT
    share = words.percent(abs(asymmetry))
    return f"even ({share})" if abs(asymmetry) < EVEN else f"{'left' if asymmetry > 0 else 'right'} by {share}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")


def _seconds(minutes: float | None) -> float | None:
    return None if minutes is None else 60 * minutes


def _feature(f: Mapping[str, Any]) -> str:
    value, unit = float(f["value"]), str(f.get("unit") or "")
    if unit in ("", "1"):
        return words.number(value, decimals=0 if value.is_integer() and not unit else 2)
    return words.number(round(value), unit)


def _emg(found: Mapping[str, Any], spasms: Sequence[Event]) -> str:
    which = emg.judged(found)
    if which in (None, emg.NONE):
        told = "Without limb EMG: less is found, and on less evidence."
        doubt = found.get("doubt")
        return f"{told} {_capital(doubt)}." if doubt else told
    if which == emg.UNNAMED:
        return (
            "The EMG recorded does not name its muscle; it was taken as of a limb: if it is the chin's, trust it less."
        )
    counted = [e for e in spasms if e.counted]
    if not counted:
        return "Limb EMG was recorded."
    bursts = sum("EMG" in e.subtype.split(" + ") or e.subtype == "EMG only" for e in counted)
    return f"Limb EMG shows a burst with {bursts} of {words.number(len(counted))}."


def _near_misses(found: Mapping[str, Any]) -> str:
    n = int(found.get("near_misses") or 0)
    return f"Near-misses below the operating point: {words.number(n)}." if n else ""


def _caution(summary: Mapping[str, Any]) -> str:
    cycles = summary.get("sleep_wake_cycles")
    if cycles:
        return ""
    why = "no full sleep-wake cycle was recorded" if cycles == 0 else "sleep and wakefulness were not assessed"
    return f"{_capital(INSUFFICIENT)}: {why}."


def _since(seconds: float | None) -> str:
    return words.ABSENT if seconds is None else words.duration(float(round(max(0.0, seconds))))


def _clusters_told(found: Sequence[Mapping[str, Any]]) -> str:
    most = max(found, key=lambda c: int(c["n"]))
    length = words.duration(most["end_s"] - most["start_s"])
    told = f"{words.number(most['n'])} in {length} from {words.clock(most['start_s'])}"
    if most.get("median_interval_s") is not None:
        told += f", about every {words.number(most['median_interval_s'], 's', decimals=0)}"
    if most.get("since_awakening_s") is not None:
        told += f", {_since(most['since_awakening_s'])} after an arousal"
    return f"{told}." if len(found) == 1 else f"{words.number(len(found))} clusters; the largest: {told}."


def _singles_told(spasms: Sequence[Event], n: int) -> str:
    best = max((e for e in spasms if e.counted), key=lambda e: e.confidence or 0, default=None)
    if best is None:
        return f"{_capital(words.count(n, 'single candidate'))}."
    told = f"the clearest at {words.clock(best.onset_s)}, confidence {words.number(best.confidence, decimals=2)}"
    return f"{_capital(words.count(n, 'single candidate'))}; {told}."
