"""Do the channels of a file fit each other and themselves? A damaged header shows itself by what does not.

A header holds little that is redundant, but amplifiers are regular: channels share a range, digital zero means
zero microvolts, rates are whole numbers, samples stay within their digital range. Whatever breaks such a rule is
reported and scaled as written; nothing is repaired here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from westward.eeg.recording.channel import Kind
from westward.eeg.recording.edf_calibration import VOLTAGES, Calibration
from westward.eeg.recording.edf_file import EdfFile, SignalPlace
from westward.eeg.recording.edf_header import SignalHeader
from westward.eeg.recording.finding import Finding

_LOW_PASS = re.compile(r"LP:\s*(\d+(?:\.\d+)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlausibilityParameters:
    """Limits beyond which a header is called odd. All are policy: they decide about a finding, never about a value.

    Attributes
    ----------
    eeg_rate_min_hz, eeg_rate_max_hz : float
        Sampling rates of clinical EEG.
    aux_rate_min_hz : float
        Slowest sampling of EOG and ECG.
    eeg_span_min_uv, eeg_span_max_uv : float
        Input range of EEG amplifiers from end to end.
    full_range_steps : int
        Digital ranges of fewer steps are a channel's own extremes, not the amplifier's; a flat channel has few.
    record_min_s, record_max_s : float
        Usual durations of a data record.
    """

    eeg_rate_min_hz: float = 50.0
    eeg_rate_max_hz: float = 25_000.0
    aux_rate_min_hz: float = 25.0
    eeg_span_min_uv: float = 90.0
    eeg_span_max_uv: float = 4e6
    full_range_steps: int = 2000
    record_min_s: float = 0.01
    record_max_s: float = 600.0


def check_plausibility(
    signals: Sequence[SignalHeader],
    calibration: Calibration,
    places: Sequence[SignalPlace],
    file: EdfFile,
    *,
    n_records: int,
    record_s: float,
    timed: bool,
    parameters: PlausibilityParameters | None = None,
) -> list[Finding]:
    """Findings about ranges, rates and filters of the channels; reads three records to check digital ranges.

    ``timed`` says that each record carries its own onset.
    """
    limits = parameters or PlausibilityParameters()
    return [
        *_odd_ranges(signals, calibration),
        *_zero_points(signals, calibration),
        *_spans(signals, calibration, limits),
        *_rates(signals, calibration, record_s, limits),
        *_digital_ranges(signals, places, file, n_records),
        *_without_witness(signals, calibration, n_records, record_s, timed=timed),
    ]


def _report(kind: str, where: str, seen: str, action: str = "scaled as written") -> Finding:
    return Finding(kind, where, seen, False, action)


def _range(signal: SignalHeader) -> str:
    low, high = f"{signal.physical_min:.10g}", f"{signal.physical_max:.10g}"
    return f"{low} to {high} {signal.unit} for {signal.digital_min} to {signal.digital_max}"


def _odd_ranges(signals: Sequence[SignalHeader], calibration: Calibration) -> list[Finding]:
    """Voltage channels whose range or gain is not that of most others."""
    voltages = [k for k, unit in enumerate(calibration.units) if unit == "uV" and signals[k].calibrated]
    if len(voltages) < 3:
        return []
    ranges = {k: _range(signals[k]) for k in voltages}
    common, count = Counter(ranges.values()).most_common(1)[0]
    if count * 2 > len(voltages):
        odd = [k for k in voltages if ranges[k] != common]
    else:
        gains = np.abs([calibration.gains[k] for k in voltages])
        middle = float(np.median(gains))
        common = f"{middle:.7g} uV a step"
        odd = [k for k, gain in zip(voltages, gains, strict=True) if abs(gain / middle - 1) > _rounding(signals[k])]
        if len(odd) * 2 >= len(voltages):
            return []
    findings = [
        _report("odd_channel_range", f"channel {calibration.channels[k].label!r}", f"{ranges[k]}; most have {common}")
        for k in odd
        if calibration.channels[k].kind is Kind.EEG
    ]
    other = [k for k in odd if calibration.channels[k].kind is not Kind.EEG]
    if other:
        listed = "; ".join(f"{calibration.channels[k].label}: {ranges[k]}" for k in other)
        findings.append(_report("channel_ranges_differ", f"{len(other)} channels that are not EEG", listed))
    return findings


def _without_witness(
    signals: Sequence[SignalHeader], calibration: Calibration, n_records: int, record_s: float, *, timed: bool
) -> list[Finding]:
    """What only one field of the header states: were it damaged, nothing else in the file would show it.

    The range of a voltage has witnesses: zero lies in its middle, or other channels share it. The duration of a record
    has them in the onsets of the records, or in the rates that EEG is sampled at.
    """
    findings = []
    shared = Counter(_range(s) for s in signals)
    alone = [
        k
        for k, (s, channel) in enumerate(zip(signals, calibration.channels, strict=True))
        if s.calibrated
        and channel.kind not in VOLTAGES
        and shared[_range(s)] == 1
        and s.digital_min + s.digital_max not in (0, -1)
        and s.physical_min + s.physical_max != 0
    ]
    if alone:
        seen = "; ".join(f"{calibration.channels[k].label}: {_range(signals[k])}" for k in alone)
        where = f"range of {_listed([signals[k].label for k in alone])}"
        findings.append(_report("range_unconfirmed", where, seen, "scaled as written; nothing else confirms it"))
    if signals and n_records > 1 and not timed and not any(c.kind is Kind.EEG for c in calibration.channels):
        findings.append(_report("record_duration_unconfirmed", "duration of a data record, byte 244",
                                f"{record_s:.10g} s", "read as written; nothing else confirms it"))  # fmt: skip
    return findings


def _rounding(signal: SignalHeader) -> float:
    """Relative error that the written digits leave in a gain."""
    return 1e-6 + 2 * signal.precision / abs(signal.physical_max - signal.physical_min)


def _zero_points(signals: Sequence[SignalHeader], calibration: Calibration) -> list[Finding]:
    """Channels whose physical and digital ranges disagree about where zero is."""
    findings = []
    for signal, channel in zip(signals, calibration.channels, strict=True):
        if not signal.calibrated:
            continue
        step = abs(signal.gain)
        physical = signal.physical_min + signal.physical_max
        digital = signal.digital_min + signal.digital_max
        if digital in (0, -1):
            room = 1.001 * step if digital else 0.0
            agree = physical == 0 or abs(physical) < room + signal.precision
        elif physical == 0:
            agree = False
        else:
            agree = abs(signal.offset) <= step + signal.precision or (
                channel.kind not in VOLTAGES and signal.unit != ""
            )
        if not agree:
            findings.append(_report("zero_point", f"channel {channel.label!r}",
                                    f"{_range(signal)}: digital zero is {signal.offset:.6g}"))  # fmt: skip
    return findings


def _spans(signals: Sequence[SignalHeader], calibration: Calibration, limits: PlausibilityParameters) -> list[Finding]:
    findings = []
    for k, channel in enumerate(calibration.channels):
        if channel.kind is not Kind.EEG or calibration.units[k] != "uV":
            continue
        steps = abs(signals[k].digital_max - signals[k].digital_min)
        span = abs(calibration.gains[k]) * steps
        if span > limits.eeg_span_max_uv or (span < limits.eeg_span_min_uv and steps >= limits.full_range_steps):
            findings.append(_report("implausible_range", f"channel {channel.label!r}",
                                    f"{span:.4g} uV from end to end ({_range(signals[k])})"))  # fmt: skip
    return findings


def _rates(
    signals: Sequence[SignalHeader], calibration: Calibration, record_s: float, limits: PlausibilityParameters
) -> list[Finding]:
    findings = []
    where = "duration of a data record, byte 244"
    if signals and not limits.record_min_s <= record_s <= limits.record_max_s:
        findings.append(_report("record_duration", where, f"{record_s:g} s is unusual", "read as written"))
    rates = Counter(c.sfreq_hz for c in calibration.channels if c.kind is Kind.EEG)
    for rate in sorted(rates):
        seen = f"{rate:g} Hz in {rates[rate]} EEG channels"
        if not limits.eeg_rate_min_hz <= rate <= limits.eeg_rate_max_hz:
            findings.append(_report("implausible_rate", where, seen, "read as written"))
        elif abs(rate - round(rate)) > 1e-6 * rate:
            findings.append(_report("rate_not_whole", where, seen, "read as written"))
    slow = [c for c in calibration.channels if c.kind in (Kind.EOG, Kind.ECG) and c.sfreq_hz < limits.aux_rate_min_hz]
    if slow:
        labels = _listed([c.label for c in slow])
        findings.append(_report("implausible_rate", labels, f"{slow[0].sfreq_hz:g} Hz", "read as written"))
    if len(rates) > 1:
        seen = ", ".join(f"{rates[r]} at {r:g} Hz" for r in sorted(rates))
        findings.append(_report("eeg_rates_differ", "samples per record", seen, "read as written"))
    above = []
    for signal, channel in zip(signals, calibration.channels, strict=True):
        match = _LOW_PASS.search(signal.prefilter)
        if match and channel.kind is Kind.EEG and float(match[1]) > 0.5 * channel.sfreq_hz:
            above.append((channel, match[0]))
    if above:
        channel, text = above[0]
        seen = f"{text} at {channel.sfreq_hz:g} Hz sampling in {len(above)} EEG channels"
        findings.append(_report("filter_above_nyquist", f"prefilter of {channel.label!r}", seen, "read as written"))
    return findings


def _digital_ranges(
    signals: Sequence[SignalHeader], places: Sequence[SignalPlace], file: EdfFile, n_records: int
) -> list[Finding]:
    findings = []
    bits = 8 * file.sample_bytes
    most = 1 << (bits - 1)
    wide = [
        s for s in signals if min(s.digital_min, s.digital_max) < -most or max(s.digital_min, s.digital_max) >= most
    ]
    if wide:
        seen = f"{_range(wide[0])}: more than {bits} bits hold"
        findings.append(_report("digital_range", _listed([s.label for s in wide]), seen))
    extremes = np.array([file.digital_extremes(places, k) for k in sorted({0, n_records // 2, n_records - 1})])
    outside = []
    for k, signal in enumerate(signals):
        low, high = int(extremes[:, k, 0].min()), int(extremes[:, k, 1].max())
        first, last = sorted((signal.digital_min, signal.digital_max))
        if low < first or high > last:
            outside.append((signal.label, f"values {low} to {high} outside the stated {first} to {last}"))
    if outside:
        labels = _listed([label for label, _ in outside])
        findings.append(_report("digital_values_outside", labels, outside[0][1]))
    return findings


def _listed(labels: Sequence[str]) -> str:
    """``signal 'Fp1'``, or ``21 signals, first 'Fp1'``."""
    return f"signal {labels[0]!r}" if len(labels) == 1 else f"{len(labels)} signals, first {labels[0]!r}"
