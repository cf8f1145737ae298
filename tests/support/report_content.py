"""A made-up but plausible report, so that the page can be looked at and tested without an analysis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from westward.eeg.events.event import Event
from westward.eeg.report.content import (
    ChannelAmplitude,
    EegPage,
    EmgTrace,
    Night,
    ParameterRow,
    ReportContent,
    Span,
    SpasmMark,
    SpikeMark,
    Vigilance,
    WaveMark,
)
from westward.eeg.signal.montage import ELECTRODES, LONGITUDINAL, NEIGHBORS, bipolar

SFREQ_HZ = 256.0
WORST_S = 4 * 3600 + 30 * 60


def _noise(rng: np.random.Generator, rows: int, n: int, exponent: float) -> np.ndarray:
    spectrum = rng.normal(size=(rows, n // 2 + 1)) + 1j * rng.normal(size=(rows, n // 2 + 1))
    f = np.fft.rfftfreq(n, 1 / SFREQ_HZ)
    shape = np.where(f > 0.5, np.maximum(f, 0.5) ** -exponent, 0) * (f < 60)
    x = np.fft.irfft(spectrum * shape, n, axis=1)
    return x / x.std(axis=1, keepdims=True)


def _spike(n: int) -> np.ndarray:
    t = np.arange(n) / SFREQ_HZ
    sharp = -np.exp(-(((t - 0.1) / 0.014) ** 2)) + 0.45 * np.exp(-(((t - 0.14) / 0.022) ** 2))
    return sharp - 0.6 * np.exp(-(((t - 0.32) / 0.09) ** 2))


def fake_page(start_s: float, seed: int, *, rank: int = 1, seconds: int = 15, spikes: int = 14) -> EegPage:
    """One page of noise that looks like high-voltage slow EEG with spikes from a few electrodes."""
    rng = np.random.default_rng(seed)
    n = int(seconds * SFREQ_HZ)
    delta, fast = _noise(rng, len(ELECTRODES), n, 1.6), _noise(rng, len(ELECTRODES), n, 0.8)
    potentials = 62 * delta + 13 * fast
    shape, marks = _spike(140), []
    for at in np.sort(rng.uniform(0.3, seconds - 1, spikes)):
        peak = str(rng.choice(["C3", "O2", "F8", "P7"], p=[0.4, 0.3, 0.2, 0.1]))
        amplitude = rng.uniform(90, 260)
        k = int((at - 0.1) * SFREQ_HZ)
        width = min(len(shape), n - k)
        potentials[ELECTRODES.index(peak), k : k + width] += amplitude * shape[:width]
        for other in NEIGHBORS[peak]:
            potentials[ELECTRODES.index(other), k : k + width] += 0.35 * amplitude * shape[:width]
        counted = bool(rng.uniform() > 0.15)
        onset = start_s + at
        marks.append(
            SpikeMark(
                onset, peak, amplitude_uv=amplitude * 1.1, confidence=float(rng.uniform(0.5, 0.98)),
                focus=peak if counted else "", counted=counted, reason="" if counted else "no field at a neighbor",
                event_id=f"spike-{round(onset * 1000)}-{peak}",
            )
        )  # fmt: skip
    montage = bipolar(ELECTRODES)
    data = (montage.matrix @ potentials).astype(np.float32)
    spans: list[Span] = []
    excluded: tuple[int, ...] = ()
    if seed % 4 == 1:
        a, b = int(6.2 * SFREQ_HZ), int(7.9 * SFREQ_HZ)
        data[:, a:b] *= 0.18
        spans.append(Span(start_s + 6.2, start_s + 7.9, "attenuation"))
    if seed % 5 == 2:
        spans.append(Span(start_s + 10.1, start_s + 11.9, "grouped_multifocal_spikes"))
    if seed % 6 == 3:
        spans.append(Span(start_s + 2, start_s + 4, "artifact", "movement", counted=False))
        excluded = (int(start_s) + 2, int(start_s) + 3)
        a, b = int(2 * SFREQ_HZ), int(4 * SFREQ_HZ)
        data[:, a:b] += (180 * _noise(rng, len(data), b - a, 1.2)).astype(np.float32)
    waves = []
    for row in (LONGITUDINAL.index(d) for d in ("P7-O1", "P4-O2", "F7-T7")):
        for second in range(seconds):
            piece = data[row, int(second * SFREQ_HZ) : int((second + 1) * SFREQ_HZ)]
            low, high = sorted((int(piece.argmin()), int(piece.argmax())))
            if np.ptp(piece) > 300 and (int(start_s) + second) not in excluded:
                t = start_s + second
                limit = 300.0 if "O" in LONGITUDINAL[row] else 200.0
                waves.append(
                    WaveMark(LONGITUDINAL[row], t + low / SFREQ_HZ, t + high / SFREQ_HZ, float(np.ptp(piece)), limit)
                )
    return EegPage(
        start_s, SFREQ_HZ, LONGITUDINAL, data, tuple(marks), tuple(waves), tuple(spans), excluded, "nrem", rank, 4
    )


def _feature(name: str, value: float | None, unit: str, definition: str, kappa: float | None) -> dict[str, Any]:
    why = "less than 60 s measured" if value is None else ""
    return {
        "name": name, "value": value, "unit": unit, "definition": definition, "parts": {}, "reader_kappa": kappa,
        "why": why,
    }  # fmt: skip


def fake_summary(**based: Any) -> dict[str, Any]:
    """A ``summary.json`` with the keys of the contract."""
    foci = [
        {
            "name": "C3",
            "peak": "C3",
            "electrodes": ["C3", "F3", "T7", "P3"],
            "hemisphere": "left",
            "n_spikes": 4210,
            "n_spikes_worst_epoch": 61,
        },
        {
            "name": "O2",
            "peak": "O2",
            "electrodes": ["O2", "P8", "P4"],
            "hemisphere": "right",
            "n_spikes": 2988,
            "n_spikes_worst_epoch": 44,
        },
        {
            "name": "F8",
            "peak": "F8",
            "electrodes": ["F8", "Fp2"],
            "hemisphere": "right",
            "n_spikes": 911,
            "n_spikes_worst_epoch": 12,
        },
        {
            "name": "Pz",
            "peak": "Pz",
            "electrodes": ["Pz"],
            "hemisphere": "midline",
            "n_spikes": 87,
            "n_spikes_worst_epoch": 0,
        },
    ]
    return {
        "schema_version": "1",
        "simulated": True,
        "recording": {
            "duration_s": 40500.0,
            "assessed_s": 36390.0,
            "sfreq_hz": 256.0,
            "channels": [{"label": f"EEG {k}"} for k in range(25)],
            "gaps": [{"start_s": 21000.0, "end_s": 21900.0}],
            "reference": "Cz",
        },
        "age_days": 216,
        "quality": {
            "artifact_fraction": {
                "movement": 0.051,
                "electrode_pop": 0.008,
                "crying": 0.031,
                "patting": 0.004,
                "flat": 0.0,
            },
            "bad_channels": [{"name": "Fp2", "reason": "loose_electrode"}],
            "findings": [{"kind": "truncated_record", "where": "last record", "repaired": True}],
        },
        "states": {"wake": 212.5, "drowsy": 38.0, "nrem": 322.0, "rem": 81.5, "unknown": 21.0},
        "sleep_wake_cycles": 4,
        "arousals": 31,
        "based": {
            "score": 4,
            "rule": "4a",
            "encephalopathy": True,
            "relapse_risk": None,
            "worst_epoch": {"start_s": float(WORST_S), "end_s": WORST_S + 300.0},
            "spike_bin_fraction": 0.38,
            "positive_pages": 6,
            "score_by_page_rule": 4,
            "score_by_bin_rule": 4,
            "foci": foci,
            "high_amplitude_channels": [
                {"name": "P7-O1", "bin_fraction": 0.71, "median_uv": 342.0, "limit_uv": 300},
                {"name": "P4-O2", "bin_fraction": 0.58, "median_uv": 318.0, "limit_uv": 300},
            ],
            "n_attenuations": 1,
            "n_grouped_multifocal_spikes": 0,
            "n_attenuations_study": 19,
            "n_grouped_multifocal_spikes_study": 3,
            "epoch_scores": {"n": 2281, "below_3": 853, "3": 1040, "4": 388, "5": 0},
            "incomplete": False,
            "headline": "BASED 4, probable epileptic encephalopathy",
            "sentence": "BASED 4 (probable epileptic encephalopathy): 3 spike foci, background waves at or above the "
            "limit in P7-O1 and P4-O2, spikes in 38 % of the seconds; 3 if the posterior limit were 350 µV or F8 "
            "spikes were rejected.",
            "why": "3 spike foci, background waves at or above the limit in P7-O1 and P4-O2, spikes in 38 % of the "
            "seconds; 3 if the posterior limit were 350 µV or F8 spikes were rejected",
            "advice": "",
            "margin": [
                {"change": "posterior limit 350 µV", "score": 3},
                {"change": "without focus F8", "score": 3},
            ],
            "lower_bound": False,
            **based,
        },
        "hypsarrhythmia": {
            "state": "nrem",
            "features": [
                _feature("multifocality", 3, "", "spike foci in the worst epoch", 0.68),
                _feature("amplitude", 287.0, "µV", "median of the largest background wave of each second", 0.37),
                _feature("slowing", 0.74, "1", "share of 0.5-4 Hz in 0.5-30 Hz power", 0.20),
                _feature("synchrony", 0.22, "", "correlation of homologous derivations at zero lag", 0.08),
                _feature("burst suppression", None, "1", "share of suppressed half-seconds", None),
            ],
            "variant": "consistent focus",
            "variants": [{"form": "consistent focus", "why": "C3 holds 52% of the spikes of all foci"}],
            "alerts": [],
        },
        "spasms": None,
        "spindles": None,
        "hfo": None,
        "biomarkers": None,
        "not_assessable": [
            {"what": "spasms", "why": "spasm detection is not part of this version"},
            {"what": "hfo", "why": "256 Hz: high-frequency oscillations need at least 1,000 Hz"},
        ],
        "warnings": [],
        "provenance": {
            "version": "0.1.0",
            "commit": "0123abc",
            "parameters": [],
            "input_sha256": "9f2c" * 16,
            "started": "2026-12-01T21:04:11Z",
            "seconds": 131.4,
            "peak_rss_mb": 612.0,
        },
    }


def fake_night(duration_s: float = 40500.0, seed: int = 4) -> Night:
    """A night with cycling states and a gap."""
    rng = np.random.default_rng(seed)
    n_epochs, n_minutes = int(duration_s // 30), int(duration_s // 60)
    order, state = [0, 0, 1, 2, 2, 2, 2, 3, 3, 2, 2, 2], []
    while len(state) < n_epochs:
        state += [order[len(state) // 14 % len(order)]] * int(rng.integers(3, 17))
    states = np.array(state[:n_epochs], np.int8)
    states[700:730] = 4
    asleep = np.isin(states[::2][:n_minutes], (2,))
    burden = np.clip(np.where(asleep, 0.28, 0.09) + 0.07 * rng.normal(size=n_minutes), 0, 1)
    artifact = np.clip(np.where(asleep, 0.01, 0.22) * rng.gamma(1.0, 1.0, n_minutes), 0, 1)
    drift = np.convolve(rng.normal(size=n_minutes + 14), np.ones(15) / 15, "valid")
    posterior = np.where(asleep, 265, 190) + 60 * drift + 12 * rng.normal(size=n_minutes)
    anterior = np.where(asleep, 155, 120) + 40 * drift + 8 * rng.normal(size=n_minutes)
    for series in (burden, artifact, posterior, anterior):
        series[350:365] = np.nan
    worst = float(WORST_S)
    epochs = tuple((t, t + 300) for t in (worst, 9000.0, 14400.0, 28500.0, 33000.0) if t + 300 < duration_s)
    return Night(
        duration_s,
        states,
        burden,
        artifact,
        anterior,
        posterior,
        attenuation_s=np.sort(rng.uniform(6000, 20000, 19)),
        grouped_s=np.array([worst + 70, worst + 191, 14500.0]),
        spasm_s=np.sort(rng.uniform(1000, duration_s, 12)),
        arousal_s=np.sort(rng.uniform(1000, duration_s, 31)),
        gaps=((21000.0, 21900.0),),
        epochs=epochs,
        limit_anterior_uv=200.0,
        limit_posterior_uv=300.0,
    )


def fake_content(*, n_pages: int = 20, spikes: int = 14, **based: Any) -> ReportContent:
    """Everything, with ``based`` keys of the summary overridden."""
    rng = np.random.default_rng(7)
    pages = [fake_page(WORST_S + 15.0 * k, k, spikes=spikes) for k in range(n_pages)]
    pages += [
        fake_page(t, 40 + k, rank=k + 2, spikes=spikes) for k, t in enumerate((9120.0, 14430.0, 28530.0, 33150.0))
    ]
    amplitudes = []
    for d in LONGITUDINAL:
        limit = 300.0 if "O" in d else 200.0
        median = {"P7-O1": 342.0, "P4-O2": 318.0}.get(d, float(rng.uniform(90, 0.85 * limit)))
        share = {"P7-O1": 0.71, "P4-O2": 0.58}.get(d, float(rng.uniform(0, 0.3)))
        amplitudes.append(ChannelAmplitude(d, median, limit, share, share >= 0.5, median * 1.45))
    parameters = (
        ParameterRow("epoch length", "300", "s", "excerpt", "BASED 2021, reproduction of the table"),
        ParameterRow("posterior amplitude limit", "300", "µV", "unconfirmed", "BASED 2021, recalled"),
        ParameterRow("recurrence", "0.5", "of seconds", "policy", "Westward"),
    )
    return ReportContent(
        "night_7mo", fake_summary(**based), fake_night(), tuple(pages), tuple(amplitudes), parameters,
        "0.5–70 Hz, notch 60 Hz",
    )  # fmt: skip


def _spasm(onset_s: float, *, counted: bool = True, cluster_id: str = "", confidence: float = 0.93) -> Event:
    tail = "candidate, not video-confirmed"
    return Event(
        onset_s, 1.1, "spasm", (), confidence, subtype="slow wave + decrement + EMG" if counted else "slow wave only",
        amplitude_uv=312.0, state="wake", cluster_id=cluster_id, counted=counted,
        reason=f"slow wave 312 µV, 3.1 x surroundings; decrement 2.2 s to 41 %; {tail}"
        if counted
        else f"slow wave 180 µV, 1.9 x surroundings; no decrement; below the operating point; {tail}",
    )  # fmt: skip


def fake_spasms() -> tuple[Event, ...]:
    """Eight spasms in two clusters, a single one, and fourteen near-misses, in order of time."""
    first = [_spasm(30_000.0 + 11.0 * k, cluster_id="cluster_1") for k in range(5)]
    second = [_spasm(36_000.0 + 14.0 * k, cluster_id="cluster_2") for k in range(3)]
    misses = [_spasm(2_000.0 + 2_300.0 * k, counted=False, confidence=0.2 + 0.02 * k) for k in range(14)]
    return tuple(sorted([*first, *second, _spasm(12_345.6), *misses], key=lambda e: e.onset_s))


def fake_ictal_summary(**changes: Any) -> dict[str, Any]:
    """The summary of :func:`fake_spasms`, with biomarkers of two states."""
    edges = [0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 65.0]
    common = {"confidence": 0.97, "interval_edges_s": edges, "state": "wake"}
    clusters = [
        {
            "cluster_id": "cluster_1", "start_s": 30_000.0, "end_s": 30_045.1, "n": 5, "median_interval_s": 11.0,
            "interval_counts": [0, 0, 4, 0, 0, 0, 0], "since_awakening_s": 84.0,
            "intensity": [0.6, 1.0, 1.7, None, 0.8], "intensity_peak": 0.5, "emg_asymmetry": 0.34, **common,
        },
        {
            "cluster_id": "cluster_2", "start_s": 36_000.0, "end_s": 36_029.1, "n": 3, "median_interval_s": 14.0,
            "interval_counts": [0, 0, 2, 0, 0, 0, 0], "since_awakening_s": None,
            "intensity": [0.9, 1.1, 1.0], "intensity_peak": None, "emg_asymmetry": None, **common,
        },
    ]  # fmt: skip
    points = [
        {"operating_point": p, "n_counted": n, "n_false": f, "per_night": f * 1.2, "low": 0.1 * f, "high": 3.7 + 2 * f}
        for p, n, f in ((0.3, 17, 8), (0.6, 9, 1), (0.9, 8, 0))
    ]

    def value(id_: str, median: float | None, n: int, low: float | None = None, high: float | None = None) -> Any:
        return {"id": id_, "n": n, "median": median, "low": low, "high": high, "electrodes": {}}

    summary = fake_summary(with_ictal_time={"score": 5, "rule": "5"})
    return {
        **summary,
        "spasms": {
            "n": 9, "n_clusters": 2, "per_hour": 0.9, "with_emg": True, "n_in_clusters": 8, "near_misses": 14,
            "operating_point": 0.6, "expected_false_per_night": points, "clusters": clusters, "definition": "",
            "n_likely_clusters": 2, "emg": "limb", "doubt": "",
            "grammar": {"min_spasms": 3, "max_gap_s": 60.0, "likely_from": 0.5},
        },
        "review": [
            {"start_s": 29_880.0, "end_s": 31_680.0, "why": "30 minutes after an awakening"},
            {"start_s": 29_940.0, "end_s": 30_105.1, "why": "5 candidates"},
        ],
        "biomarkers": {
            "wake": {
                "amplitude_range_uv_median": value("amplitude_range", 141.0, 410, 138.0, 145.0),
                "power_delta_uv2": value("band_power", 1210.0, 410, 1150.0, 1300.0),
                "network_strength": value("cross_correlation", None, 0),
            },
            "nrem": {
                "amplitude_range_uv_median": value("amplitude_range", 389.0, 622, 371.0, 402.0),
                "power_delta_uv2": value("band_power", 8815.0, 622, 8400.0, 9002.0),
                "network_strength": value("cross_correlation", 0.21, 1),
                "invented_measure": value("nobody", 0.0004, 3),
            },
        },
        "ictal_mask": {"candidates": 23, "candidate_share": 0.012, "arousal_share": 0.041},
        "not_assessable": [{"what": "hfo", "why": "256 Hz: high-frequency oscillations need at least 1,000 Hz"}],
        **changes,
    }  # fmt: skip


def fake_ictal_page(start_s: float = 29_998.0, seed: int = 5, *, first: int = 2, emg: bool = True) -> EegPage:
    """A page with two numbered candidates, a near-miss and two rows of limb EMG."""
    page = fake_page(start_s, seed, spikes=0)
    n = page.data.shape[1]
    t = np.arange(n) / SFREQ_HZ
    burst = sum(np.exp(-(((t - at) / 0.4) ** 2)) for at in (2.6, 13.4))
    noise = np.random.default_rng(seed).normal(size=(2, n)) * (2 + 90 * burst)
    rows = tuple(
        EmgTrace(f"EMG deltoid {s}", row.astype(np.float32)) for s, row in zip(("left", "right"), noise, strict=True)
    )
    marks = (
        SpasmMark(first, start_s + 2, start_s + 3.1, start_s + 5.3, 0.93, "slow wave 312 µV; candidate"),
        SpasmMark(0, start_s + 8, start_s + 9.0, start_s + 9.0, 0.3, "slow wave 120 µV; below the operating point"),
        SpasmMark(first + 1, start_s + 13, start_s + 14.1, start_s + 16.0, 0.9, "slow wave 290 µV; candidate"),
    )
    return replace(
        page, spasms=marks, emg=rows if emg else (), ictal="Cluster 1 of 2", state="wake", spans=(), waves=(),
        excluded_seconds=(),
    )  # fmt: skip


def fake_ictal_content(*, n_pages: int = 2, **changes: Any) -> ReportContent:
    """A study with spasms, clusters, notes and biomarkers."""
    spasms = fake_spasms()
    base = fake_content(n_pages=n_pages)
    assert base.night is not None
    onset = np.array([e.onset_s for e in spasms])
    counted = np.array([e.counted for e in spasms])
    night = replace(
        base.night,
        spasm_s=onset[counted],
        near_miss_s=onset[~counted],
        clusters=((30_000.0, 30_045.1, 5), (36_000.0, 36_029.1, 3)),
        review=((29_880.0, 31_680.0), (29_940.0, 30_105.1)),
    )
    notes = (
        Event(30_020.0, 0.0, "note", subtype="candidate found", reason="Push button"),
        Event(31_000.0, 0.0, "note", subtype="no EEG correlate seen", reason="startle?"),
        Event(31_500.0, 0.0, "note", subtype="not assessable", reason="video off"),
    )
    content = replace(
        base,
        summary=fake_ictal_summary(),
        night=night,
        ictal_pages=(fake_ictal_page(), fake_ictal_page(30_018.0, 6, first=4)),
        spasms=spasms,
        notes=notes,
        vigilance=Vigilance(620.0, 403.5, 6, 151.0),
    )
    return replace(content, **changes)
