"""What the templates print: rows of words made from the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from westward.eeg.report.content import ChannelAmplitude, ParameterRow, ReportContent
from westward.look import badges, words

NONE = "\u2013"
"""Stands where a cell has no meaning, as opposed to a measure that failed."""


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
    foci, epoch = based.get("foci"), based.get("worst_epoch")
    worst = based.get("worst_epochs") or [{}]
    worst_foci = worst[0].get("n_foci")
    if worst_foci is None and foci is not None and epoch:
        worst_foci = sum(1 for f in foci if (f.get("n_spikes_worst_epoch") or 0) > 1)
    high = based.get("high_amplitude_channels") if epoch else None
    pages = based.get("positive_pages")
    rate = (summary.get("spikes") or {}).get("per_minute")
    return [
        Row(("spike foci", words.number(worst_foci), words.number(None if foci is None else len(foci)))),
        Row(("seconds with a spike", words.percent(based.get("spike_bin_fraction")), NONE)),
        Row(("spikes per minute", NONE, words.number(rate, decimals=1))),
        Row(("positive pages of 15 s", words.ABSENT if pages is None else f"{pages} of 20", NONE)),
        Row(("derivations of high amplitude", words.number(None if high is None else len(high)), NONE)),
        Row(
            (
                "attenuations",
                words.number(based.get("n_attenuations")),
                words.number(based.get("n_attenuations_study")),
            )
        ),
        Row(
            (
                "runs of grouped multifocal spikes",
                words.number(based.get("n_grouped_multifocal_spikes")),
                words.number(based.get("n_grouped_multifocal_spikes_study")),
            )
        ),
    ]


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
    """All derivations of the worst epoch, from the content or the summary; without one, medians of the recording."""
    if content.amplitudes:
        return list(content.amplitudes)
    based = content.summary.get("based") or {}
    listed = based.get("amplitude") or [{**c, "high": True} for c in based.get("high_amplitude_channels") or []]
    return [
        ChannelAmplitude(
            name=str(c["name"]),
            median_uv=c.get("median_uv"),
            limit_uv=c.get("limit_uv"),
            bin_fraction=c.get("bin_fraction"),
            high=c.get("high"),
        )
        for c in listed
    ] or [
        ChannelAmplitude(name=str(name), median_uv=median, limit_uv=None, bin_fraction=None, high=None)
        for name, median in ((content.summary.get("background") or {}).get("median_uv") or {}).items()
    ]


def amplitude_rows(channels: Sequence[ChannelAmplitude]) -> list[Row]:
    """Words for the amplitude table, high derivations marked."""

    def whole(value: float | None) -> str:
        return words.number(None if value is None else round(value))

    return [
        Row(
            (
                c.name,
                whole(c.median_uv),
                whole(c.p95_uv) if c.p95_uv is not None else NONE,
                whole(c.limit_uv),
                words.percent(c.bin_fraction),
            ),
            marked=c.high is True,
        )
        for c in channels
    ]


def score_counts(summary: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Number of assessable epochs at each level in words, lowest first; empty without an epoch."""
    found = (summary.get("based") or {}).get("epoch_scores") or {}
    order = ("below_3", "0", "1", "2", "3", "4", "5")
    counts = [(plain(k), int(found[k])) for k in order if found.get(k) is not None]
    return counts if any(n for _, n in counts) else []


def margin(summary: Mapping[str, Any]) -> list[Row]:
    """What single change would give which score."""
    rows = (summary.get("based") or {}).get("margin") or []
    return [Row((str(m["change"]), "not graded" if m.get("score") is None else str(m["score"]))) for m in rows]


def hypsarrhythmia(summary: Mapping[str, Any]) -> tuple[list[Row], str, list[tuple[str, badges.Badge | None]]]:
    """Feature rows (name, value, definition, human agreement), the modified form in words, and alerts."""
    found = summary.get("hypsarrhythmia") or {}
    rows = []
    features = found.get("features") or []
    for feature in features if any(f.get("value") is not None for f in features) else []:
        kappa = feature.get("reader_kappa")
        rows.append(
            Row(
                (
                    plain(str(feature.get("name", ""))),
                    _measured(feature),
                    str(feature.get("definition", "")),
                    "none published" if kappa is None else f"{float(kappa):.2f}",
                )
            )
        )
    forms = [f"{plain(str(v.get('form', '')))} ({v.get('why', '')})" for v in found.get("variants") or []]
    variant = words.listing(forms) or plain(str(found.get("variant") or ""))
    alerts = []
    for alert in found.get("alerts") or []:
        told = f"{str(alert['words'])[:1].upper()}{str(alert['words'])[1:]} ({alert.get('why', '')})."
        alerts.append((told, badges.for_status(str(alert.get("status", "unconfirmed")))))
    return rows, variant, alerts


def _measured(feature: Mapping[str, Any]) -> str:
    """The value with its parts, or why there is none; shares and coefficients with two decimals."""
    unit = str(feature.get("unit") or "")

    def shown(value: float | None) -> str:
        if value is None:
            return words.ABSENT
        if unit in ("", "1"):
            return words.number(value, decimals=0 if float(value).is_integer() and unit == "" else 2)
        return words.number(round(value), unit)

    if feature.get("value") is None:
        why = feature.get("why")
        return f"{words.ABSENT}: {why}" if why else words.ABSENT
    parts = ", ".join(f"{plain(str(k))} {shown(v)}" for k, v in (feature.get("parts") or {}).items())
    return shown(float(feature["value"])) + (f" ({parts})" if parts else "")


def artifact(summary: Mapping[str, Any]) -> list[Row]:
    """Share of the recording lost, by reason, largest first; reasons overlap."""
    shares = dict((summary.get("quality") or {}).get("artifact_fraction") or {})
    mask = summary.get("ictal_mask") or {}
    shares["masked: ictal candidates"] = mask.get("candidate_share", 0.0)
    shares["masked: after an arousal"] = mask.get("arousal_share", 0.0)
    union = {"any artifact": shares.pop("any")} if "any" in shares else {}
    known = sorted(((k, v) for k, v in shares.items() if v is None or v > 0), key=lambda kv: -(kv[1] or 0))
    return [Row((plain(str(k)), words.percent(v, decimals=1))) for k, v in [*union.items(), *known]]


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
    """What could not be measured, and why; things with one reason share a row, in order of first mention."""
    by: dict[str, list[str]] = {}
    for entry in summary.get("not_assessable") or []:
        by.setdefault(str(entry["why"]), []).append(plain(str(entry["what"])))
    return [Row((_shared_prefix(what), why)) for why, what in by.items()]


def _shared_prefix(names: Sequence[str]) -> str:
    """``hypsarrhythmia: amplitude``, ``hypsarrhythmia: slowing`` as ``hypsarrhythmia: amplitude and slowing``."""
    heads: dict[str, list[str]] = {}
    for name in names:
        head, colon, tail = name.partition(": ")
        heads.setdefault(head + colon, []).extend([tail] if tail else [])
    return "; ".join(head + words.listing(tails) for head, tails in heads.items())


def abnormalities(summary: Mapping[str, Any]) -> list[Row]:
    """The abnormalities that are not epileptiform: found or not, measured against its limit, or why not."""
    rows = []
    for a in summary.get("abnormalities") or []:
        found, unit = a.get("found"), str(a.get("unit") or "")
        verdict = words.ABSENT if found is None else "found" if found else "not found"
        if a.get("value") is None:
            told = str(a.get("why") or NONE)
        elif unit == "min":
            told = _spindles(summary, a)
        else:
            value, limit = (_share(a.get(k), unit) for k in ("value", "limit"))
            told = f"{value}, limit {limit}"
        rows.append(Row((plain(str(a["name"])), verdict, told), marked=bool(found)))
    return rows


def _spindles(summary: Mapping[str, Any], absent: Mapping[str, Any]) -> str:
    """The rate that decides; ``value`` and ``limit`` are minutes of NREM sleep, had and needed."""
    rate = (summary.get("spindles") or {}).get("per_nrem_minute")
    had, needed = (words.duration(60 * float(absent[k])) for k in ("value", "limit"))
    told = str(absent.get("why") or f"in {had} of NREM sleep")
    shown = words.ABSENT if rate is None else words.number(float(rate), decimals=2)
    return f"{shown} spindles of any side per minute: {told} (asked from {needed} of NREM sleep on)"


def _share(value: float | None, unit: str) -> str:
    return words.number(value, decimals=2) if unit in ("", "1") else words.number(value, unit)


def provenance(summary: Mapping[str, Any]) -> list[Row]:
    """Version, commit, input digest, time and cost of the analysis."""
    p = summary.get("provenance") or {}
    names = {"version": "Westward", "commit": "commit", "input_sha256": "SHA-256 of the input"}
    rows = [Row((shown, str(p[key]))) for key, shown in names.items() if p.get(key) is not None]
    if p.get("started"):
        rows.append(Row(("analyzed", _moment(str(p["started"])))))
    if p.get("seconds") is not None:
        rows.append(Row(("computing time", words.duration(float(p["seconds"])))))
    if p.get("peak_rss_mb") is not None:
        rows.append(Row(("peak memory", words.number(round(float(p["peak_rss_mb"])), "MB"))))
    return rows


def _moment(iso: str) -> str:
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    zone = f" {at.tzname()}" if at.tzinfo else ""
    return f"{words.day(at.date())}, {at:%H:%M}{zone}"


def parameter_rows(content: ReportContent) -> list[tuple[ParameterRow, badges.Badge | None]]:
    """Parameters with the badge their status deserves, from the content or else from the summary."""
    listed = (content.summary.get("provenance") or {}).get("parameters") or []
    rows = content.parameters or tuple(
        ParameterRow(*(str(p.get(k, "") if p.get(k) is not None else "") for k in ParameterRow.__slots__))
        for p in listed
        if isinstance(p, Mapping)
    )
    return [(p, badges.for_status(p.status)) for p in rows]


def grade_rules(rows: Sequence[tuple[ParameterRow, badges.Badge | None]]) -> list[tuple[str, str, badges.Badge | None]]:
    """The rules of the grade, for paper: name with value, status, and the badge it deserves."""
    return [
        (f"{plain(p.name)} {p.value}" + (f"\u202f{p.unit}" if p.unit else ""), p.status, badge)
        for p, badge in rows
        if ":" not in p.name
    ]


def statuses(rows: Sequence[tuple[ParameterRow, badges.Badge | None]]) -> str:
    """How many of all parameters have which status: ``250 policy, 68 derived``."""
    counted = Counter(p.status for p, _ in rows)
    return ", ".join(f"{n} {status}" for status, n in counted.most_common())
