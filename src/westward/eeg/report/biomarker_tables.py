"""Biomarkers in words: a row a measure, states side by side, never pooled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from westward.eeg.biomarkers.published import Biomarker, published
from westward.eeg.biomarkers.spindle_norms import norms_at
from westward.eeg.report.view import NONE, Row
from westward.look import badges, words

STATES = ("wake", "drowsy", "nrem", "rem")
SHOWN_RATES = 5
SAMPLED = ("phase_amplitude", "sample_entropy", "multiscale_entropy")
"""Taken of every 10th or 40th epoch: a state of some minutes may hold none of these."""
TOO_FEW = "too few epochs"

KEY = (
    "amplitude_range_uv_median", "power_delta_uv2", "relative_power_delta", "spectral_edge_95_hz",
    "aperiodic_exponent", "shannon_entropy_bit", "permutation_entropy", "dfa_intercept_delta_log10_uv_s",
    "coherence_delta", "wpli_delta", "network_strength", "coupling_3_35_mvl_z", "brain_symmetry_index",
)  # fmt: skip
"""Measures of the first table: one or two of each family."""

FAMILIES = (
    ("Amplitude", ("amplitude_range", "rms", "line_length", "hjorth")),
    ("Spectrum", ("band_power", "band_power_relative", "spectral_edge", "spectral_entropy", "aperiodic")),
    ("Complexity", ("shannon_entropy", "permutation_entropy", "sample_entropy", "multiscale_entropy", "dfa_signal")),
    ("Fluctuations of band envelopes", ("dfa_exponent", "dfa_intercept")),
    ("Connectivity", ("coherence", "wpli", "cross_correlation")),
    ("Coupling and symmetry", ("phase_amplitude", "synchrony")),
)

_NAMES: tuple[tuple[str, str, str], ...] = (
    (r"amplitude_range_uv(.*)", "amplitude range", "µV"),
    (r"rms_uv(.*)", "root mean square", "µV"),
    (r"line_length_uv_s(.*)", "line length", "µV/s"),
    (r"hjorth_activity_uv2(.*)", "Hjorth activity", "µV²"),
    (r"hjorth_mobility_rad_s(.*)", "Hjorth mobility", "rad/s"),
    (r"hjorth_complexity(.*)", "Hjorth complexity", ""),
    (r"power_(\w+)_uv2", "power", "µV²"),
    (r"relative_power_(\w+)", "relative power", "of total"),
    (r"spectral_edge_95_hz", "spectral edge 95%", "Hz"),
    (r"spectral_entropy", "spectral entropy", ""),
    (r"aperiodic_exponent", "aperiodic exponent", ""),
    (r"aperiodic_exponent_without_peaks", "aperiodic exponent, peaks removed", ""),
    (r"aperiodic_offset_log10_uv2_hz", "aperiodic offset", "log10 µV²/Hz"),
    (r"aperiodic_offset_without_peaks_log10_uv2_hz", "aperiodic offset, peaks removed", "log10 µV²/Hz"),
    (r"shannon_entropy_bit", "Shannon entropy", "bit"),
    (r"permutation_entropy", "permutation entropy", ""),
    (r"sample_entropy_nat", "sample entropy", "nat"),
    (r"multiscale_entropy_nat", "multiscale entropy", "nat"),
    (r"dfa_exponent_broadband", "DFA exponent of the signal", ""),
    (r"dfa_exponent_(\w+)", "DFA exponent", ""),
    (r"dfa_intercept_(\w+)_log10_uv_s", "DFA intercept", "log10 µV s"),
    (r"coherence_short_(\w+)", "coherence of near pairs", ""),
    (r"coherence_long_(\w+)", "coherence of far pairs", ""),
    (r"coherence_(\w+)", "coherence", ""),
    (r"wpli_(\w+)", "weighted phase lag index", ""),
    (r"pli_(\w+)", "phase lag index", ""),
    (r"network_strength", "network strength", ""),
    (r"network_stability", "network stability", ""),
    (r"coupling_3_35_mvl_uv", "coupling 3–4 by 35–70 Hz, vector length", "µV"),
    (r"coupling_3_35_mvl_z", "coupling 3–4 by 35–70 Hz, vector length over surrogates", "z"),
    (r"coupling_3_35_modulation_index", "coupling 3–4 by 35–70 Hz, modulation index", ""),
    (r"coupling_3_35_modulation_z", "coupling 3–4 by 35–70 Hz, modulation over surrogates", "z"),
    (r"interhemispheric_correlation", "interhemispheric correlation", ""),
    (r"brain_symmetry_index", "brain symmetry index", ""),
)
_SPINDLES = (
    ("density_per_min", "density, mean of left and right", "per minute", ("density_low", "density_high")),
    ("per_nrem_minute", "of any side, overlapping ones once", "per minute", None),
    ("duration_s", "duration", "s", ("duration_low", "duration_high")),
    ("frequency_hz", "frequency", "Hz", ("frequency_low", "frequency_high")),
    ("amplitude_uv", "amplitude", "µV", None),
    ("density_asymmetry", "asymmetry of density", "", None),
    ("amplitude_asymmetry", "asymmetry of amplitude", "", None),
    ("synchrony", "synchrony", "", None),
    ("chance_synchrony", "synchrony expected by chance", "", None),
    ("lag_s", "lag between sides", "s", None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One measure in one state: its median, and its interval with n; ``absent`` where nothing was measured."""

    median: str
    beside: str
    absent: bool = False


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure in all states."""

    name: str
    unit: str
    cells: tuple[Cell, ...]
    status: str
    badge: badges.Badge | None
    paper: str
    note: int


@dataclass(frozen=True, slots=True)
class Family:
    """A table of measures that belong together."""

    name: str
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """The section on biomarkers.

    Attributes
    ----------
    states : tuple of str
        Column heads.
    key : Family
        The first table.
    families : tuple of Family
        Everything.
    norms : tuple of str
        Published values of healthy infants, numbered as ``note`` of the rows from 1.
    spindles : tuple of Row
        Name, value, interval, published range, and where the value lies.
    spindle_source : str
    oscillations : tuple of Row
        High-frequency oscillations: what, and how much; empty where they are not assessable.
    gamma : tuple of Row
        Gamma lead of spasms; empty where it is not assessable or there is no candidate.
    """

    states: tuple[str, ...]
    key: Family
    families: tuple[Family, ...]
    norms: tuple[str, ...]
    spindles: tuple[Row, ...] = ()
    spindle_source: str = ""
    oscillations: tuple[Row, ...] = ()
    gamma: tuple[Row, ...] = ()


def tables(summary: Mapping[str, Any]) -> Tables | None:
    """All tables of ``summary.json``; None where no biomarker is given."""
    found: Mapping[str, Mapping[str, Any]] = summary.get("biomarkers") or {}
    spindles, source = spindle_rows(summary)
    oscillations = oscillation_rows(summary)
    gamma = gamma_rows(summary)
    if not (found or spindles or oscillations or gamma):
        return None
    known = {b.id: b for b in published()}
    id_of = {measure: str(v.get("id", "")) for values in found.values() for measure, v in values.items()}
    with_norm = [i for i in dict.fromkeys(id_of.values()) if i in known and known[i].norms]
    number = {i: k for k, i in enumerate(with_norm, start=1)}

    def rows(measures: Iterable[str]) -> tuple[MeasureRow, ...]:
        return tuple(_row(m, found, known.get(id_of[m]), number.get(id_of[m], 0)) for m in measures)

    families, placed = [], set()
    for name, ids in FAMILIES:
        members = [m for i in ids for m in id_of if id_of[m] == i]
        placed |= set(members)
        families.append(Family(name, rows(members)))
    families.append(Family("Other", rows(m for m in id_of if m not in placed)))
    return Tables(
        tuple(s.upper() if "rem" in s else s for s in STATES),
        Family("Key measures", rows(m for m in KEY if m in id_of)),
        tuple(f for f in families if f.rows),
        tuple(f"{known[i].name}: {known[i].norms}." for i in with_norm),
        spindles,
        source,
        oscillations,
        gamma,
    )


def name_and_unit(measure: str) -> tuple[str, str]:
    """``power_delta_uv2`` as ``power, delta`` and ``µV²``; what nobody named keeps its own words."""
    for pattern, name, unit in _NAMES:
        match = re.fullmatch(pattern, measure)
        if match:
            tail = (match.group(1) if match.groups() else "").strip("_").replace("p95", "95th percentile")
            return (f"{name}, {tail}" if tail else name), unit
    return measure.replace("_", " "), ""


def spindle_rows(summary: Mapping[str, Any]) -> tuple[tuple[Row, ...], str]:
    """Spindles in NREM sleep beside what was published for the age, and the source of that."""
    found = summary.get("spindles") or {}
    norms = norms_at(summary.get("age_days"))
    rows = []
    for key, name, unit, edges in _SPINDLES:
        value = found.get(key)
        if value is None:
            continue
        low, high = (found.get(e) for e in edges) if edges else (None, None)
        norm = norms.get(key)
        published_ = "none for this rate" if key == "per_nrem_minute" else "none for this age"
        if norm is not None:
            published_ = f"{norm.low:g}–{norm.high:g}, {norm.place(float(value))}"
        interval = f"{_short(low)}–{_short(high)}" if low is not None and high is not None else ""
        rows.append(Row((name, _short(value), interval, unit, published_)))
    source = next((f"{n.setting}; {n.source} ({n.status}). {_sentence(n.caution)}" for n in norms.values()), "")
    return tuple(rows), source.strip()


def oscillation_rows(summary: Mapping[str, Any]) -> tuple[Row, ...]:
    """High-frequency oscillations: candidates, the busiest derivations, spikes that carry one beside chance."""
    found = summary.get("hfo") or {}
    if not found:
        return ()
    rates = {k: v for k, v in (found.get("per_minute") or {}).items() if v.get("per_minute") is not None}
    busiest = sorted(rates, key=lambda k: -float(rates[k]["per_minute"]))[:SHOWN_RATES]
    minutes = words.duration(60 * float(found.get("nrem_minutes") or 0))
    share = f"{words.number(found.get('spikes_with_hfo'))} of {words.number(found.get('spikes'))}"
    share += (
        f" ({words.percent(found.get('spike_share'))}; by chance {words.percent(found.get('spike_share_by_chance'))})"
    )
    return (
        Row(("candidates", words.number(found.get("n")))),
        Row(("clean interictal NREM sleep", f"{minutes}{'' if found.get('reliable') else ', too little for a rate'}")),
        *(Row((f"{k}, per minute", _rate(rates[k]))) for k in busiest),
        Row(("spikes that carry one", share)),
        Row(("limits", str(found.get("scope") or NONE))),
    )


def gamma_rows(summary: Mapping[str, Any]) -> tuple[Row, ...]:
    """Gamma before the slow wave of spasms: how many, how long before, where first."""
    found = summary.get("spasm_gamma") or {}
    if not found.get("n"):
        return ()
    rise = f"{words.number(found['n_with_rise'])} of {words.number(found['n_measured'])} measured"
    if found["lead_s"] is None:
        return (Row(("candidates with a rise", rise)),)
    low, high = found["low"], found["high"]
    interval = "no interval: too few" if low is None or high is None else f"{_short(low)} to {_short(high)}"
    first = ", ".join(f"{side} {words.number(n)}" for side, n in found["first"].items())
    return (
        Row(("candidates with a rise", rise)),
        Row(("median lead, s (positive: before the slow wave)", f"{_short(found['lead_s'])} ({interval})")),
        Row(("side it begins on, candidates", first)),
    )


def _rate(rate: Mapping[str, Any]) -> str:
    low, high = rate.get("low"), rate.get("high")
    interval = f" ({_short(low)} to {_short(high)})" if low is not None and high is not None else ""
    return f"{_short(rate['per_minute'])}{interval}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _row(measure: str, found: Mapping[str, Mapping[str, Any]], entry: Biomarker | None, note: int) -> MeasureRow:
    name, unit = name_and_unit(measure)
    status = str(entry.status) if entry else "not stated"
    none = TOO_FEW if entry is not None and entry.id in SAMPLED else words.ABSENT
    cells = tuple(_cell((found.get(s) or {}).get(measure), s in found, none) for s in STATES)
    paper = f"{entry.name}: {entry.paper}" if entry else ""
    return MeasureRow(name, unit, cells, status, badges.for_status(status), paper, note)


def _cell(value: Mapping[str, Any] | None, seen: bool, none: str) -> Cell:
    if not seen:
        return Cell("no usable epoch", "", absent=True)
    if value is None or value.get("median") is None:
        return Cell(none, "", absent=True)
    n = f"n\u00a0{words.number(value['n'])}"
    if value.get("low") is None or value.get("high") is None:
        return Cell(_short(value["median"]), f"no\u00a0interval, {n}")
    return Cell(_short(value["median"]), f"{_short(value['low'])}\u00a0to\u00a0{_short(value['high'])}, {n}")


def _short(value: float) -> str:
    """Three significant digits, small numbers without a row of zeros."""
    if value and abs(value) < 0.001:
        digits, exponent = f"{value:.1e}".split("e")
        return f"{digits.replace('-', '−')}·10{_raised(int(exponent))}"
    return words.number(value)


def _raised(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
