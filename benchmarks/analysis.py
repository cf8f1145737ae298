"""``westward analyze`` as a whole: beside reading the file, and over hours and channels."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.cut import cut
from benchmarks.processes import AGE_MONTHS, Spent, analyze, worker
from benchmarks.tables import Table
from westward.eeg.simulate.generate import simulate

EIGHT = ("Fp1", "Fp2", "C3", "C4", "T7", "T8", "O1", "O2")
SIXTEEN = (*EIGHT, "F3", "F4", "F7", "F8", "P3", "P4", "P7", "P8")
CHANNELS = {8: EIGHT, 16: SIXTEEN, 25: None}
"""So many signals: the electrodes kept; None: all 19, two for the eyes, ECG and three for muscles."""


def record(out: Path, hours: float) -> Path:
    """A simulated recording of 25 channels at 256 Hz."""
    return simulate("hypsarrhythmia", age_months=AGE_MONTHS, minutes=60 * hours, seed=2, out_dir=out).edf


def whole(path: Path, out: Path, hours: float) -> Table:
    """Both threads and forms beside reading the file into derivations."""
    montage_s = worker("montage", path, "--repeat", 2)["wall_s"]
    cores = os.cpu_count() or 1
    rows = [("read, decode, derivations alone, 1 thread", f"{montage_s:.2f}", "", "", "1.0")]
    for threads, level in ((cores, ""), (1, ""), (cores, "reference")):
        spent = analyze(path, out, threads=threads, level=level)
        words = f"analyze, {threads} thread{'s' if threads > 1 else ''}"
        words += ", without compiled kernels" if level else ""
        rows.append((words, *_cells(spent), f"{spent.wall_s / montage_s:.0f}"))
    return Table(
        f"westward analyze, whole, on {hours:g} h ({path.stat().st_size / 1e6:.0f} MB)",
        ("", "wall s", "CPU s", "peak MB", "x derivations (wall)"),
        tuple(rows),
        ("Start of Python, detectors, grade, biomarkers, bundle and report are all in it; nothing is extrapolated.",
         "Aims for 24 h: at most 40 times the derivations alone, and under 600 MB."),
    )  # fmt: skip


def linearity(path: Path, out: Path, hours: Sequence[float], channel_hours: float) -> list[Table]:
    """Cost over hours (beginnings of one recording) and over channels (of one beginning), with fitted exponents."""
    cores = os.cpu_count() or 1
    spent: dict[float, Spent] = {}
    for h in hours:
        spent[h] = analyze(cut(path, out / f"first_{h:g}_h.edf", hours=h), out, threads=cores)
    over_hours = Table(
        "Linearity: westward analyze over hours",
        ("hours", "wall s", "CPU s", "peak MB", "CPU s per hour"),
        tuple((f"{h:g}", *_cells(s), f"{s.cpu_s / h:.1f}") for h, s in spent.items()),
        (*_exponents("hours", spent),
         "Each is the beginning of one recording of 25 channels; a constant start makes the exponent less than 1."),
    )  # fmt: skip
    wide: dict[float, Spent] = {}
    for n, electrodes in CHANNELS.items():
        part = cut(path, out / f"{n}_channels.edf", hours=channel_hours, channels=electrodes)
        wide[n] = analyze(part, out, threads=cores)
    over_channels = Table(
        f"Linearity: westward analyze over channels, {channel_hours:g} h",
        ("channels", "wall s", "CPU s", "peak MB", "CPU s per channel and hour"),
        tuple((f"{n:g}", *_cells(s), f"{s.cpu_s / n / channel_hours:.2f}") for n, s in wide.items()),
        (*_exponents("channels", wide),
         "8 and 16 are electrodes (with 8 no foci are sought: too few positions); 25 are 19 electrodes, two eye "
         "leads, ECG and three EMG. "
         "Measures of pairs grow with the square of the electrodes."),
    )  # fmt: skip
    return [over_hours, over_channels]


def _cells(spent: Spent) -> tuple[str, str, str]:
    return f"{spent.wall_s:.1f}", f"{spent.cpu_s:.1f}", f"{spent.peak_mb:.0f}"


def _exponents(word: str, spent: dict[float, Spent]) -> tuple[str, ...]:
    if len(spent) < 2:
        return ("One point only: no exponent.",)
    size = np.array(list(spent))
    cpu = exponent(size, np.array([s.cpu_s for s in spent.values()]))
    wall = exponent(size, np.array([s.wall_s for s in spent.values()]))
    each, start = np.polyfit(size, [s.cpu_s for s in spent.values()], 1)
    return (
        f"Cost grows as {word} to the power of {cpu:.2f} (CPU time), {wall:.2f} (wall time): least squares of logs.",
        f"As a line: {start:.1f} s of CPU time and {each:.2f} s for each of the {word}.",
    )


def exponent(size: np.ndarray, cost: np.ndarray) -> float:
    """Slope of the logarithm of the cost over that of the size."""
    return float(np.polyfit(np.log(size), np.log(cost), 1)[0])
