"""What is compared: the measures of a bundle by name, unit and kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from westward.eeg.biomarkers import epoch_measures, pair_measures, segment_measures
from westward.eeg.biomarkers.published import published
from westward.eeg.signal.spectrum import BANDS_HZ

SPIKES, SPINDLES, BACKGROUND = "spikes_per_min", "spindles_per_min", "background_wave_uv_median"
RATIO, DIFFERENCE, LOG10 = "ratio", "difference", "log10"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the tables.

    Attributes
    ----------
    key : str
        Column or row name.
    name, unit : str
        In words; unit empty for a ratio.
    id : str
        What is published (:mod:`westward.eeg.biomarkers.published`), or ``spikes``, ``background``.
    kind : str
        ``ratio``: positive, its change is told as a factor too; ``log10``: the factor is ten to the difference;
        ``difference``: may be zero or negative, told as a difference only.
    main : bool
        Drawn; the others stand in the table of all measures.
    mean : bool
        Told as the mean over epochs (counts), not the median.
    rate_bound : bool
        Its definition counts samples: values at two sampling rates are values of two measures.
    band_bound : bool
        Needs the whole band up to 70 Hz.
    """

    key: str
    name: str
    unit: str
    id: str
    kind: str = RATIO
    main: bool = False
    mean: bool = False
    rate_bound: bool = False
    band_bound: bool = False


def _own() -> list[Measure]:
    return [
        Measure(SPIKES, "spikes per minute", "/min", "spikes", main=True, mean=True),
        Measure(BACKGROUND, "background waves, bipolar", "µV", "background", main=True),
        Measure(SPINDLES, "sleep spindles per minute, mean of sides", "/min", "spindles", main=True, mean=True),
    ]


def _of_epochs() -> list[Measure]:
    m, c = Measure, epoch_measures.COLUMNS
    out = [
        m("amplitude_range_uv_median", "amplitude (range per second)", "µV", "", main=True),
        m("rms_uv_median", "root mean square", "µV", "", main=True),
        m("line_length_uv_s_median", "line length", "µV/s", "", main=True, band_bound=True),
        m("hjorth_activity_uv2_median", "Hjorth activity", "µV²", ""),
        m("hjorth_mobility_rad_s_median", "Hjorth mobility", "rad/s", "", band_bound=True),
        m("hjorth_complexity_median", "Hjorth complexity", "", "", band_bound=True),
    ]
    out += [
        replace(x, key=x.key.replace("_median", "_p95"), name=f"{x.name}, 95th percentile", main=False) for x in out
    ]
    out += [m(f"power_{b}_uv2", f"power, {b}", "µV²", "", main=True) for b in BANDS_HZ]
    out += [m(f"relative_power_{b}", f"share of power, {b}", "", "", band_bound=True) for b in BANDS_HZ]
    out += [
        m("spectral_edge_95_hz", "spectral edge 95%", "Hz", "", main=True, band_bound=True),
        m("spectral_entropy", "spectral entropy", "", "", main=True, band_bound=True),
        m("aperiodic_exponent", "aperiodic exponent", "", "", main=True),
        m("aperiodic_offset_log10_uv2_hz", "aperiodic offset", "log10 µV²/Hz", "", LOG10),
        m("shannon_entropy_bit", "Shannon entropy", "bit", "", main=True),
        m("permutation_entropy", "permutation entropy", "", "", main=True, rate_bound=True),
        m("dfa_exponent_broadband", "DFA exponent of the signal", "", "", rate_bound=True),
        m("sample_entropy_nat", "sample entropy", "nat", "", main=True, rate_bound=True),
        m("multiscale_entropy_nat", "multiscale entropy", "nat", "", main=True, rate_bound=True),
        m("coupling_3_35_mvl_uv", "coupling 3-4 by 35-70 Hz, vector length", "µV", "", band_bound=True),
        m(
            "coupling_3_35_mvl_z",
            "coupling 3-4 by 35-70 Hz, vector length against surrogates",
            "z",
            "",
            DIFFERENCE,
            band_bound=True,
        ),
        m("coupling_3_35_modulation_index", "coupling 3-4 by 35-70 Hz, modulation index", "", "", band_bound=True),
        m(
            "coupling_3_35_modulation_z",
            "coupling 3-4 by 35-70 Hz, modulation against surrogates",
            "z",
            "",
            DIFFERENCE,
            band_bound=True,
        ),
    ]
    return [replace(x, id=c[x.key]) for x in out if x.key in c]


def _of_pairs() -> list[Measure]:
    words = {"wpli": "weighted phase lag", "pli": "phase lag", "coherence": "coherence"}
    return [
        Measure(
            f"{kind}_{band}", f"{words[kind]}, {band}", "", pair_measures.MEASURES[kind],
            main=kind != "pli" and band in ("delta", "beta"),
        )
        for kind in pair_measures.MEASURES
        for band in BANDS_HZ
        if f"{kind}_{band}" in pair_measures.COLUMNS
    ]  # fmt: skip


def _of_segments() -> list[Measure]:
    m, c = Measure, segment_measures.MEASURES
    out = [m(f"dfa_exponent_{b}", f"DFA exponent, {b} envelope", "", "") for b in BANDS_HZ]
    out += [
        m(f"dfa_intercept_{b}_log10_uv_s", f"DFA intercept, {b} envelope", "log10 µV s", "", LOG10, b == "delta")
        for b in BANDS_HZ
    ]
    out += [
        m("aperiodic_exponent_without_peaks", "aperiodic exponent, peaks removed", "", ""),
        m("aperiodic_offset_without_peaks_log10_uv2_hz", "aperiodic offset, peaks removed", "log10 µV²/Hz", "", LOG10),
        m("network_strength", "network strength", "", "", main=True),
        m("network_stability", "network stability", "", "", DIFFERENCE),
        m("interhemispheric_correlation", "interhemispheric correlation", "", "", DIFFERENCE),
        m("brain_symmetry_index", "brain symmetry index", "", ""),
    ]
    return [replace(x, id=c[x.key]) for x in out if x.key in c]


@cache
def measures() -> Mapping[str, Measure]:
    """All that are known by name, in the order they are told."""
    named = {m.key: m for m in (*_own(), *_of_epochs(), *_of_pairs(), *_of_segments())}
    pairs = {key: pair_measures.MEASURES[key.split("_")[0]] for key in pair_measures.COLUMNS}
    ids = {**epoch_measures.COLUMNS, **pairs, **segment_measures.MEASURES}
    # A column without a name of its own here is still compared, as a difference.
    return named | {k: Measure(k, k.replace("_", " "), "", id_, DIFFERENCE) for k, id_ in ids.items() if k not in named}


def age_note(measure: Measure) -> str:
    """Whether a healthy child's values by age are known that this number could be held against."""
    norms = {b.id: b.norms for b in published()}.get(measure.id, "")
    if not norms:
        return "no norm: not age-adjusted"
    if norms.startswith("direction only"):
        return f"not age-adjusted; {norms}"
    return "published values of healthy infants are of one age band or another measure: not age-adjusted"
