"""What the templates print: rows of words made from the summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from westward.eeg.report.content import ChannelAmplitude, ParameterRow, ReportContent
from westward.look import badges, words

KAPPA = {
    "multifocality": 0.68, "amplitude": 0.37, "slowing": 0.20, "disorganization": 0.22, "synchrony": 0.08,
    "asymmetry": 0.26, "attenuation": 0.21, "hypsarrhythmia": 0.40,
}  # fmt: skip
"""Agreement of six human readers on 22 awake samples of 5 min (multirater kappa, Hussain 2015, abstract)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: cells already in words, numeric ones told apart by the template."""

    cells: tuple[str, ...]
    marked: bool = False


def plain(name: str) -> str:
    """A key of the summary as words: ``electrode_pop`` becomes ``electrode pop``."""
    return name.replace("_", " ")


def facts(summary: Mapping[str, Any]) -> list[str]:
    """The line under the title: age, length, how much of it was usable, rate."""
    recording = summary.get("recording") or {}
    assessed, length = recording.get("assessed_s"), recording.get("duration_s")
    out = [words.age(summary.get("age_days")), f"{words.duration(length)} recorded"]
    out.append(f"{words.duration(assessed)} assessable" if assessed is not None else f"assessable time: {words.ABSENT}")
    channels = recording.get("channels")
    if channels is not None:
        n = len(channels) if isinstance(channels, (list, tuple)) else int(channels)
        out.append(words.count(n, "channel"))
    if recording.get("sfreq_hz"):
        out.append(words.number(recording["sfreq_hz"], "Hz"))
    return out


def states(summary: Mapping[str, Any]) -> list[Row]:
    """Minutes in each state."""
    names = {"wake": "wake", "drowsy": "drowsy", "nrem": "NREM", "rem": "REM", "unknown": "unknown"}
    minutes = summary.get("states") or {}
    return [
        Row((name, words.duration(60 * minutes[key]) if minutes.get(key) is not None else words.ABSENT))
        for key, name in names.items()
    ]


def key_numbers(summary: Mapping[str, Any]) -> list[Row]:
    """The measures behind the grade, worst five minutes beside the whole study."""
    based = summary.get("based") or {}
    foci = based.get("foci")
    worst_foci = None if foci is None else sum(1 for f in foci if (f.get("n_spikes_worst_epoch") or 0) > 1)
    high = based.get("high_amplitude_channels")
    pages = based.get("positive_pages")
    none = "\u2013"
    return [
        Row(("spike foci", words.number(worst_foci), words.number(None if foci is None else len(foci)))),
        Row(("seconds with a spike", words.percent(based.get("spike_bin_fraction")), none)),
        Row(("positive pages of 15 s", words.ABSENT if pages is None else f"{pages} of 20", none)),
        Row(("derivations of high amplitude", words.number(None if high is None else len(high)), none)),
        Row(
            (
                "attenuations",
                words.number(based.get("n_attenuations")),
                words.number(_total(based, "attenuations")),
            )
        ),
        Row(
            (
                "runs of grouped multifocal spikes",
                words.number(based.get("n_grouped_multifocal_spikes")),
                words.number(_total(based, "grouped_multifocal_spikes")),
            )
        ),
    ]


def _total(based: Mapping[str, Any], what: str) -> float | None:
    for key in (f"n_{what}_study", f"n_{what}_total", f"total_{what}"):
        if based.get(key) is not None:
            return float(based[key])
    return None


def foci(summary: Mapping[str, Any]) -> list[Row]:
    """Every focus of the study, busiest first."""
    rows = sorted((summary.get("based") or {}).get("foci") or [], key=lambda f: -int(f["n_spikes"]))
    return [
        Row(
            (
                str(f["name"]),
                str(f["hemisphere"]),
                ", ".join(f["electrodes"]),
                words.number(f["n_spikes"]),
                words.number(f.get("n_spikes_worst_epoch")),
            )
        )
        for f in rows
    ]


def amplitudes(content: ReportContent) -> list[ChannelAmplitude]:
    """All derivations when given, else those that the summary lists as high."""
    if content.amplitudes:
        return list(content.amplitudes)
    high = (content.summary.get("based") or {}).get("high_amplitude_channels") or []
    return [
        ChannelAmplitude(
            str(c["name"]), c.get("median_uv"), c.get("p95_uv"), float(c["limit_uv"]), c.get("bin_fraction")
        )
        for c in high
    ]


def amplitude_rows(channels: Sequence[ChannelAmplitude]) -> list[Row]:
    """Words for the amplitude table; marked where at least half of the seconds exceed the limit."""
    return [
        Row(
            (
                c.name,
                words.number(None if c.median_uv is None else round(c.median_uv)),
                words.number(None if c.p95_uv is None else round(c.p95_uv)),
                words.number(c.limit_uv),
                words.percent(c.bin_fraction),
            ),
            marked=c.bin_fraction is not None and c.bin_fraction >= 0.5,
        )
        for c in channels
    ]


def score_counts(summary: Mapping[str, Any]) -> dict[int, int]:
    """Number of assessable epochs at each score; empty when it is not there."""
    found = (summary.get("based") or {}).get("epoch_scores") or {}
    if isinstance(found, Mapping) and isinstance(found.get("distribution"), Mapping):
        found = found["distribution"]
    if not isinstance(found, Mapping):
        return {}
    return {int(k): int(v) for k, v in found.items() if str(k).isdigit() and v is not None}


def margin(summary: Mapping[str, Any]) -> list[Row]:
    """What single change would give which score."""
    rows = (summary.get("based") or {}).get("margin") or []
    return [Row((str(m["change"]), "not graded" if m.get("score") is None else str(m["score"]))) for m in rows]


def hypsarrhythmia(summary: Mapping[str, Any]) -> tuple[list[Row], str, list[str]]:
    """Feature rows (name, value, human agreement), the variant in words, and alerts."""
    found = summary.get("hypsarrhythmia") or {}
    features = found.get("features") or {}
    pairs = features.items() if isinstance(features, Mapping) else [(f.get("name", ""), f) for f in features]
    rows = []
    for name, feature in pairs:
        entry = feature if isinstance(feature, Mapping) else {"value": feature}
        kappa = entry.get("reader_kappa", entry.get("kappa", KAPPA.get(str(name))))
        rows.append(
            Row(
                (
                    plain(str(entry.get("label") or name)),
                    _measured(entry),
                    "none published" if kappa is None else f"{float(kappa):.2f}",
                )
            )
        )
    return rows, _variant(found.get("variant")), [str(a) for a in found.get("alerts") or []]


def _variant(variant: object) -> str:
    if not variant:
        return ""
    if isinstance(variant, Mapping):
        why = f": {variant['why']}" if variant.get("why") else ""
        return f"{plain(str(variant.get('name', '')))}{why}"
    if isinstance(variant, (list, tuple)):
        return "; ".join(filter(None, map(_variant, variant)))
    return plain(str(variant))


def _measured(entry: Mapping[str, Any]) -> str:
    value = entry.get("value")
    if value is None:
        why = entry.get("reason") or entry.get("why")
        return f"{words.ABSENT}: {why}" if why else words.ABSENT
    if isinstance(value, Mapping):
        unit = str(entry.get("unit") or "")
        return ", ".join(f"{plain(str(k))} {_measured({'value': v, 'unit': unit})}" for k, v in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        unit = str(entry.get("unit") or "")
        return (
            words.percent(float(value))
            if unit == "fraction"
            else words.number(float(value), "" if unit == "1" else unit)
        )
    return str(value)


def artifact(summary: Mapping[str, Any]) -> list[Row]:
    """Share of the recording lost, by reason, largest first; reasons overlap."""
    shares = (summary.get("quality") or {}).get("artifact_fraction") or {}
    if not isinstance(shares, Mapping):
        return [Row(("all reasons", words.percent(float(shares))))]
    known = [(plain(str(k)), v) for k, v in shares.items() if v is None or v > 0]
    return [Row((k, words.percent(v, decimals=1))) for k, v in sorted(known, key=lambda kv: -(kv[1] or 0))]


def findings(summary: Mapping[str, Any]) -> list[Row]:
    """Oddities of the file and bad channels."""
    quality = summary.get("quality") or {}
    rows = []
    for bad in quality.get("bad_channels") or []:
        name, why = (
            (bad.get("name") or bad.get("channel"), bad.get("reason") or bad.get("why") or "")
            if isinstance(bad, Mapping)
            else (bad, "")
        )
        rows.append(Row(("bad channel", str(name), plain(str(why)) or "left out")))
    for f in quality.get("findings") or []:
        done = f.get("action") or ("repaired" if f.get("repaired") else "reported only")
        rows.append(Row((plain(str(f["kind"])), str(f.get("where", "")), str(done))))
    return rows


def not_assessable(summary: Mapping[str, Any]) -> list[Row]:
    """What could not be measured, and why."""
    return [Row((plain(str(e["what"])), str(e["why"]))) for e in summary.get("not_assessable") or []]


def provenance(summary: Mapping[str, Any]) -> list[Row]:
    """Version, commit, input digest, time and cost of the analysis."""
    p = summary.get("provenance") or {}
    names = {"version": "Westward", "commit": "commit", "input_sha256": "SHA-256 of the input", "started": "analyzed"}
    rows = [Row((shown, str(p[key]))) for key, shown in names.items() if p.get(key) is not None]
    if p.get("seconds") is not None:
        rows.append(Row(("computing time", words.duration(float(p["seconds"])))))
    if p.get("peak_rss_mb") is not None:
        rows.append(Row(("peak memory", words.number(round(float(p["peak_rss_mb"])), "MB"))))
    return rows


def parameter_rows(parameters: Sequence[ParameterRow]) -> list[tuple[ParameterRow, badges.Badge | None]]:
    """Parameters with the badge their status deserves."""
    return [(p, badges.for_status(p.status)) for p in parameters]
