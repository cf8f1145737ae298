"""From physical dimensions and labels to channels, gains and offsets in microvolts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from westward.eeg.recording.channel import Channel, Kind
from westward.eeg.recording.edf_header import SignalHeader
from westward.eeg.recording.edf_units import microvolts_per
from westward.eeg.recording.finding import Finding

VOLTAGES = frozenset({Kind.EEG, Kind.EOG, Kind.ECG, Kind.EMG})
"""Kinds that are voltages even where the file names no unit."""

KNOWN_UNITS = frozenset({
    "-", "%", "1", "1/min", "bpm", "BPM", "brst/min", "Boolean", "bit", "bits", "cmH2O", "cm", "deg", "degC", "DegC",
    "°C", "C", "dB", "g", "G", "Hz", "K", "kOhm", "l/min", "L/min", "l/s", "L/s", "m", "min", "ml", "mm", "mmHg", "ms",
    "Ohm", "rpm", "s", "sec",
})  # fmt: skip
"""Physical dimensions that are no voltage, as recorders write them."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Channels with the numbers that turn their digital values into ``units``.

    Attributes
    ----------
    channels : tuple of Channel
    units : tuple of str
        ``uV`` for voltages, else the unit of the file, empty if unknown.
    gains, offsets : tuple of float
        ``value = digital * gain + offset``.
    """

    channels: tuple[Channel, ...]
    units: tuple[str, ...]
    gains: tuple[float, ...]
    offsets: tuple[float, ...]


def calibrate(signals: Sequence[SignalHeader], record_s: float) -> tuple[Calibration, list[Finding]]:
    """Recognize the channels and scale voltages to microvolts.

    A voltage channel without a unit, or with one that is none, takes the unit of the other voltage channels, else
    the unit that makes its range plausible; both are findings. A channel whose ranges give no scale becomes
    ``Kind.UNKNOWN``, so that nothing is measured in it.
    """
    findings: list[Finding] = []
    labels = _unique([s.label for s in signals], findings)
    sfreqs = [s.n_samples / record_s for s in signals] if record_s > 0 else [0.0] * len(signals)
    channels = list(_recognize(labels, sfreqs, [s.unit for s in signals]))
    common = _common_voltage(signals)
    units, gains, offsets = [], [], []
    for k, (signal, channel) in enumerate(zip(signals, channels, strict=True)):
        factor = microvolts_per(signal.unit)
        like_voltages = common is not None and signal.unit not in KNOWN_UNITS and _numbers(signal) == common[1:]
        if factor is None and (channel.kind in VOLTAGES or like_voltages):
            unit = common[0] if common else _plausible_unit(signal)
            factor = microvolts_per(unit)
            reason = "as the other channels" if common else f"its range is {_span(signal):g}"
            findings.append(Finding("unit_missing" if not signal.unit else "unit_unknown", f"unit of {channel.label!r}",
                                    repr(signal.unit), True, f"taken as {unit}: {reason}"))  # fmt: skip
        elif factor is None and not signal.unit and channel.kind is Kind.UNKNOWN:
            findings.append(
                Finding("unit_missing", f"unit of {channel.label!r}", "blank", False, "kept without a unit")
            )
        elif factor is None and signal.unit and signal.unit not in KNOWN_UNITS:
            findings.append(Finding("unit_unknown", f"unit of {channel.label!r}", repr(signal.unit), False,
                                    "kept in its own unit"))  # fmt: skip
        if not signal.calibrated:
            channels[k] = replace(channel, kind=Kind.UNKNOWN, electrode=None, anode=None, cathode=None)
            units.append("")
            gains.append(1.0)
            offsets.append(0.0)
            continue
        units.append(signal.unit if factor is None else "uV")
        gains.append(signal.gain * (factor or 1.0))
        offsets.append(signal.offset * (factor or 1.0))
    return Calibration(tuple(channels), tuple(units), tuple(gains), tuple(offsets)), findings


def _numbers(signal: SignalHeader) -> tuple[float, float, int, int]:
    return signal.physical_min, signal.physical_max, signal.digital_min, signal.digital_max


def _common_voltage(signals: Sequence[SignalHeader]) -> tuple[str, float, float, int, int] | None:
    """Unit and range that most voltage channels have; None where there is no voltage channel."""
    units = Counter((s.unit, *_numbers(s)) for s in signals if microvolts_per(s.unit))
    return units.most_common(1)[0][0] if units else None


def _span(signal: SignalHeader) -> float:
    return abs(signal.physical_max - signal.physical_min)


def _plausible_unit(signal: SignalHeader) -> str:
    """Amplifiers take 0.2 mV to 1 V from end to end."""
    span = _span(signal)
    return "uV" if span >= 100 else "mV" if span >= 0.5 else "V"


def _unique(labels: Sequence[str], findings: list[Finding]) -> list[str]:
    taken: set[str] = set()
    unique = []
    for k, label in enumerate(labels):
        name, n = label, 1
        while name in taken:
            n += 1
            name = f"{label} ({n})"
        if n > 1:
            findings.append(Finding("duplicate_label", f"channel {k + 1}", label, True, f"called {name!r}"))
        taken.add(name)
        unique.append(name)
    return unique


def _recognize(labels: Sequence[str], sfreqs: Sequence[float], units: Sequence[str]) -> tuple[Channel, ...]:
    try:
        from westward.eeg.recording.channels import recognize
    except ImportError:
        return tuple(
            Channel(i, label, label, Kind.EEG if label.startswith("EEG") else Kind.UNKNOWN, sfreq)
            for i, (label, sfreq) in enumerate(zip(labels, sfreqs, strict=True))
        )
    return recognize(labels, sfreqs, units)
