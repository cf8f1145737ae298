"""The set of measures at every level of the kernels and without them, beside both peers, on one thread."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from benchmarks import peer_set
from benchmarks.processes import worker
from benchmarks.tables import Table
from westward.eeg.signal import kernels

DAY_MIN = 1440.0
EDGE_MIN = 0.5
"""Left out at both ends when numbers are compared: both sides continue the record differently there."""

SIDES = ("typical", "expert")
FALLBACK = "reference"
Runs = dict[str, dict[str, float]]


def levels() -> list[str]:
    """Forms that run here, the fastest first."""
    return [level for level in kernels.LEVELS if kernels.load(level)] + [FALLBACK]


def measure(path: Path, out: Path, minutes: float, peer_minutes: float, repeat: int) -> Runs:
    """The best of some rounds of each side, by turns, so that other work on the machine falls on all alike."""
    sides = () if peer_set.missing() else SIDES
    best: Runs = {}
    for _ in range(repeat):
        for name in ("montage", *levels(), *sides):
            job = name if name in ("montage", *sides) else "ours"
            length = peer_minutes if job in sides else minutes
            more = ["--save", out / f"{job}.npz"] if job in sides else ["--repeat", 2]
            one = worker(job, path, "--minutes", length, *more, level=name if job == "ours" else "")
            one["day_s"] = one["cpu_s"] * DAY_MIN / length
            if name not in best or one["cpu_s"] < best[name]["cpu_s"]:
                best[name] = one
    return best


def ratio(best: Runs, side: str, level: str) -> float | None:
    """How many times faster than a peer a form is; None where either was not measured."""
    if side not in best or level not in best:
        return None
    return best[side]["day_s"] / best[level]["day_s"]


def table(best: Runs, minutes: float, peer_minutes: float) -> Table:
    """CPU seconds per 24 h and ratios."""
    words = {"montage": "read, decode, derivations alone", FALLBACK: "without compiled kernels (NumPy, SciPy)"}
    words |= {level: f"compiled ({level})" for level in kernels.LEVELS}
    words |= {side: f"{side} peers" for side in SIDES}
    rows = []
    for name, one in best.items():
        beside = ("", "") if name in ("montage", *SIDES) else tuple(_times(ratio(best, side, name)) for side in SIDES)
        montage = f"{one['day_s'] / best['montage']['day_s']:.1f}"
        rows.append((words[name], f"{one['day_s']:.2f}", f"{one['peak_mb']:.0f}", montage, *beside))
    lacking = peer_set.missing()
    return Table(
        "The set: filter, derivations, time domain, Welch, entropies, DFA, all-lag correlation, phase lag",
        ("one thread each", "CPU s per 24 h", "peak MB", "x derivations", "x typical", "x expert"),
        tuple(rows),
        (
            f"Extrapolated to 24 h: ours from {minutes:g} min, the peers' from {peer_minutes:g} min of one recording.",
            "Typical peers correlate by scipy.signal.correlate as it comes, experts by numpy.correlate; all else is "
            "alike. Imports and what peers compile at first use are not counted.",
            *(
                (f"Peers not measured, missing: {', '.join(lacking)} (pip install 'westward[bench]').",)
                if lacking
                else ()
            ),
        ),
    )


def equality(path: Path, out: Path, peer_minutes: float) -> Table:
    """Differences between our measures and the peers'."""
    worker("ours", path, "--minutes", peer_minutes, "--save", out / "ours.npz")
    rows = []
    with np.load(out / "ours.npz") as a, np.load(out / "typical.npz") as b:
        for name in b.files:
            x, y = a[name].astype(np.float64), b[name].astype(np.float64)
            if name in ("spectral edge", "imaginary coherency"):
                y = np.sign((x * y).sum()) * y
            n = min(x.shape[1], y.shape[1])
            edge = max(1, math.ceil(n * EDGE_MIN / peer_minutes))
            x, y = x[:, edge : n - edge], y[:, edge : n - edge]
            apart = np.abs(x - y)
            median = float(np.median(apart / (np.abs(y) + 1e-12)))
            rows.append((name, f"{float(apart.max() / np.abs(y).max()):.1e}", f"{median:.1e}"))
    return Table(
        "Equality with the peers",
        ("measure", "largest difference over largest value", "median relative difference"),
        tuple(rows),
        ("The same recording, 30 s at both ends left out: there both sides continue it differently.",),
    )


def linearity(path: Path, minutes: float) -> Table:
    """CPU time of the set per minute, for more minutes and more derivations."""
    rows = []
    for part in (0.25, 0.5, 1.0):
        one = worker("ours", path, "--minutes", minutes * part, "--repeat", 2)
        rows.append((f"{minutes * part:g}", "18", "153", f"{1000 * one['cpu_s'] / (minutes * part):.2f}"))
    for n in (3, 6, 12, 18):
        one = worker("ours", path, "--minutes", minutes / 2, "--derivations", n, "--repeat", 2)
        each = 1000 * one["cpu_s"] / (minutes / 2)
        rows.append((f"{minutes / 2:g}", str(n), str(n * (n - 1) // 2), f"{each:.2f}"))
    return Table("Linearity of the set", ("minutes", "derivations", "pairs", "CPU ms per minute of EEG"), tuple(rows))


def _times(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.1f}"
