"""What a recording holds, without its patient: for ``westward info`` and for logs."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from westward.core.ages import months_of
from westward.eeg.recording.channel import Kind
from westward.eeg.recording.recording import Recording

_SHOWN_SEGMENTS = 8
_SHOWN_FINDINGS = 12


def describe(recording: Recording) -> dict[str, Any]:
    """Plain facts, ready for JSON.

    Never the name, the code, the sex or the birth date; the age only to a tenth of a month, for the exact age and
    the start would give the birth date back. Texts of notes are free text and stay out; only their number is told.

    Returns
    -------
    dict
        ``file``, ``format``, ``simulated``, ``start`` (date and local time or null), ``duration_s`` (gaps counted),
        ``recorded_s``, ``segments`` [{start_s, stop_s}], ``gaps`` [{start_s, stop_s}], ``age_months`` (or null),
        ``reference``, ``rates_hz``, ``channels`` [{label, name, kind, sfreq_hz, reference}], ``kinds``
        {kind: number}, ``notes``, ``findings`` [{kind, where, seen, repaired, action}].
    """
    facts = recording.facts
    segments = facts.segments
    start, birth = facts.start, facts.patient.birth_date
    eeg = [c for c in facts.channels if c.kind is Kind.EEG]
    return {
        "file": facts.path.name,
        "format": facts.format,
        "simulated": facts.simulated,
        "start": start.isoformat(sep=" ") if start else None,
        "duration_s": recording.duration_s,
        "recorded_s": sum(s.stop_s - s.start_s for s in segments),
        "segments": [{"start_s": s.start_s, "stop_s": s.stop_s} for s in segments],
        "gaps": [{"start_s": a.stop_s, "stop_s": b.start_s} for a, b in pairwise(segments) if b.start_s > a.stop_s],
        "age_months": (
            round(months_of((start.date() - birth).days), 1) if start and birth and birth <= start.date() else None
        ),
        "reference": _reference([c.reference for c in eeg if c.electrode], bipolar=any(c.anode for c in eeg)),
        "rates_hz": sorted({c.sfreq_hz for c in facts.channels}),
        "channels": [
            {"label": c.label, "name": c.name, "kind": c.kind.value, "sfreq_hz": c.sfreq_hz, "reference": c.reference}
            for c in facts.channels
        ],
        "kinds": dict(Counter(c.kind.value for c in facts.channels)),
        "notes": len(facts.notes),
        "findings": [
            {"kind": f.kind, "where": f.where, "seen": f.seen, "repaired": f.repaired, "action": f.action}
            for f in facts.findings
        ],
    }


def _reference(references: list[str | None], *, bipolar: bool) -> str | None:
    if not references:
        return "bipolar" if bipolar else None
    counts = Counter(references)
    (most, n), *others = counts.most_common()
    if others and (n < 0.8 * len(references) or any(r for r, _ in others)):
        return "mixed"
    return most


def render(facts: dict[str, Any]) -> str:
    """The same as a few lines for a terminal."""
    lines = [f"{facts['file']}  {facts['format']}{'  SIMULATED' if facts['simulated'] else ''}"]

    def row(name: str, text: str) -> None:
        lines.append(f"  {name:<11}{text}")

    row("start", facts["start"] or "not stated")
    gaps = facts["gaps"]
    lost = f", {_time(facts['duration_s'] - facts['recorded_s'])} of it in {_many(len(gaps), 'gap')}" if gaps else ""
    row("duration", f"{_time(facts['duration_s'])}{lost}")
    segments = facts["segments"]
    if len(segments) > 1:
        shown = [f"{_time(s['start_s'])} to {_time(s['stop_s'])}" for s in segments[:_SHOWN_SEGMENTS]]
        more = f" and {len(segments) - _SHOWN_SEGMENTS} more" if len(segments) > _SHOWN_SEGMENTS else ""
        row("segments", ", ".join(shown) + more)
    months = facts["age_months"]
    row("age", "not stated" if months is None else f"{months:.1f} months")
    row("reference", facts["reference"] or "not stated")
    by_rate: dict[tuple[str, float], list[str]] = {}
    for channel in facts["channels"]:
        by_rate.setdefault((channel["kind"], channel["sfreq_hz"]), []).append(channel["name"])
    order = [kind.value for kind in Kind]
    for (kind, rate), names in sorted(by_rate.items(), key=lambda item: (order.index(item[0][0]), -item[0][1])):
        row(kind, f"{len(names)} at {rate:g} Hz")
        lines += _wrapped(names)
    row("notes", str(facts["notes"]))
    findings = facts["findings"]
    row("findings", str(len(findings)) if findings else "none")
    for finding in findings[:_SHOWN_FINDINGS]:
        lines.append(f"    {'repaired' if finding['repaired'] else 'reported'}  {finding['kind']}: {finding['where']};"
                     f" {finding['action']}")  # fmt: skip
    if len(findings) > _SHOWN_FINDINGS:
        lines.append(f"    and {len(findings) - _SHOWN_FINDINGS} more (--json shows all)")
    return "\n".join(lines)


def _wrapped(names: list[str], width: int = 96) -> list[str]:
    lines, line = [], ""
    for name in names:
        if line and len(line) + len(name) + 2 > width:
            lines.append(f"    {line}")
            line = ""
        line += ("  " if line else "") + name
    return [*lines, f"    {line}"]


def _time(seconds: float) -> str:
    """``6:03:20`` or ``0:00:04.24``: hours, minutes, seconds."""
    hundredths = round(seconds * 100)
    whole, rest = divmod(hundredths, 100)
    text = f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{text}.{rest:02d}" if rest else text


def _many(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
