"""Print how fast we are beside peers and beside reading the file, in one run: ratios, equality, memory, linearity.

Usage: ``python -m benchmarks [--minutes 60] [--peer-minutes 3] [--repeat 3] [--hours 0]``. All times are CPU seconds of
one thread on this machine in this run; those "per 24 h" are extrapolated from the minutes measured. Quote ratios only.
``--hours`` also runs ``westward analyze`` whole on a file of that length.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks import aperiodic, hfo, peer_set
from westward.core.ages import days_from_months
from westward.eeg.signal import kernels
from westward.eeg.simulate.generate import simulate

AGE_MONTHS = 7.0
DAY_MIN = 1440.0
EDGE_MIN = 0.5
"""Left out at both ends when numbers are compared: both sides continue the record differently there."""


def worker(job: str, path: Path, *arguments: object, level: str = "") -> dict[str, float]:
    """Run one job in a process of its own on one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "WESTWARD_KERNELS": level}
    command = [sys.executable, "-m", "benchmarks.worker", job, str(path), *map(str, arguments)]
    made = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    return json.loads(made.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def equality(ours: Path, theirs: Path, minutes: float) -> list[tuple[str, float, float]]:
    """Name, largest difference over the largest value, and median relative difference, away from the ends."""
    rows = []
    with np.load(ours) as a, np.load(theirs) as b:
        for name in b.files:
            x, y = a[name].astype(np.float64), b[name].astype(np.float64)
            if name in ("spectral edge", "imaginary coherency"):
                y = np.sign((x * y).sum()) * y
            n = min(x.shape[1], y.shape[1])
            edge = max(1, math.ceil(n * EDGE_MIN / minutes))
            x, y = x[:, edge : n - edge], y[:, edge : n - edge]
            apart = np.abs(x - y)
            rows.append((name, float(apart.max() / np.abs(y).max()), float(np.median(apart / (np.abs(y) + 1e-12)))))
    return rows


def analyze(path: Path, out: Path, *, threads: int, level: str = "") -> tuple[float, float]:
    """Wall seconds and peak MB of ``westward analyze`` as a whole process."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "WESTWARD_KERNELS": level}
    command = [
        sys.executable, "-m", "westward", "analyze", str(path), "--age-days", str(days_from_months(AGE_MONTHS)),
        "--out", str(out), "--overwrite", "--quiet", "--threads", str(threads),
    ]  # fmt: skip
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    summary = json.loads((out / f"{path.stem}.westward" / "summary.json").read_text("utf-8"))
    return seconds, float(summary["provenance"]["peak_rss_mb"])


def compare_set(path: Path, out: Path, minutes: float, peer_minutes: float, repeat: int) -> None:
    """The set of measures at every level beside both peers."""
    day = DAY_MIN / minutes
    forms = [level for level in kernels.LEVELS if kernels.load(level)] + ["reference"]
    sides = () if peer_set.missing() else ("typical", "expert")
    best: dict[str, dict[str, float]] = {}
    for _ in range(repeat):  # by turns, so that other work on the machine falls on all alike; the best of each counts
        for name in ("montage", *forms, *sides):
            job = name if name in ("montage", *sides) else "ours"
            length = peer_minutes if job in sides else minutes
            more = ["--save", out / f"{job}.npz"] if job in sides else ["--repeat", 2]
            level = name if job == "ours" else ""
            one = worker(job, path, "--minutes", length, *more, level=level)
            if name not in best or one["cpu_s"] < best[name]["cpu_s"]:
                best[name] = one
    mine = {level: best[level] for level in forms}
    montage = best["montage"]["cpu_s"] * day
    print("The set: filter, derivations, time domain, Welch, entropies, DFA, all-lag correlation, phase lag")
    print(f"{'CPU s per 24 h, one thread':44}{'s':>8}{'peak MB':>9}{'x montage':>11}")
    print(f"{'read, decode, derivations alone':44}{montage:8.2f}{'':9}{1:11.1f}")
    for level, one in mine.items():
        seconds = one["cpu_s"] * day
        words = "without compiled kernels" if level == "reference" else f"compiled ({level})"
        print(f"{words:44}{seconds:8.2f}{one['peak_mb']:9.0f}{seconds / montage:11.1f}")
    lacking = peer_set.missing()
    if lacking:
        print(f"peers not measured, missing: {', '.join(lacking)} (pip install 'westward[bench]')")
        return
    for side in sides:
        one = best[side]
        seconds = one["cpu_s"] * DAY_MIN / peer_minutes
        ratios = ", ".join(
            f"{'fallback' if level == 'reference' else level} {seconds / (m['cpu_s'] * day):.1f}x"
            for level, m in mine.items()
        )
        words = f"{side} peers ({peer_minutes:g} min measured)"
        print(f"{words:44}{seconds:8.0f}{one['peak_mb']:9.0f}   we are: {ratios}")
    worker("ours", path, "--minutes", peer_minutes, "--save", out / "ours.npz")
    print("Equality with the peers, 30 s at both ends left out: largest difference over largest value; median relative")
    for name, largest, median in equality(out / "ours.npz", out / "typical.npz", peer_minutes):
        print(f"  {name:24}{largest:10.1e}{median:10.1e}")


def linearity(path: Path, minutes: float) -> None:
    """CPU seconds of the set per hour and derivation, for more hours and more derivations."""
    print("Linearity of the set: CPU ms per minute of EEG")
    for part in (0.25, 0.5, 1.0):
        one = worker("ours", path, "--minutes", minutes * part, "--repeat", 2)
        print(f"  {minutes * part:6.0f} min, 18 derivations {1000 * one['cpu_s'] / (minutes * part):8.2f}")
    for n in (3, 6, 12, 18):
        one = worker("ours", path, "--minutes", minutes / 2, "--derivations", n, "--repeat", 2)
        pairs = n * (n - 1) // 2
        print(
            f"  {minutes / 2:6.0f} min, {n:2} derivations ({pairs:3} pairs) {1000 * one['cpu_s'] / (minutes / 2):8.2f}"
        )


def whole(out: Path, hours: float) -> None:
    """``westward analyze`` on a file of so many hours beside reading it into derivations."""
    path = simulate("hypsarrhythmia", age_months=AGE_MONTHS, minutes=60 * hours, seed=2, out_dir=out).edf
    montage = worker("montage", path)
    size_mb = path.stat().st_size / 1e6
    print(f"westward analyze on {hours:g} h ({size_mb:.0f} MB); derivations alone: {montage['wall_s']:.2f} s")
    cores = os.cpu_count() or 1
    for threads, level in ((cores, ""), (1, ""), (cores, "reference")):
        seconds, peak = analyze(path, out, threads=threads, level=level)
        words = f"{threads} threads{', without compiled kernels' if level else ''}"
        print(f"  {words:42}{seconds:8.1f} s{peak:7.0f} MB{seconds / montage['wall_s']:8.0f}x the derivations")


def main() -> int:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--minutes", type=float, default=60.0, help="of EEG for our side")
    parser.add_argument("--peer-minutes", type=float, default=3.0, help="of EEG for the peers' side")
    parser.add_argument("--repeat", type=int, default=3, help="rounds by turns; the best of each side counts")
    parser.add_argument("--hours", type=float, default=0.0, help="also westward analyze on a file of so many hours")
    options = parser.parse_args()
    if options.peer_minutes < 3 or options.minutes < options.peer_minutes:
        parser.error("give at least 3 minutes for the peers, and as many for us")
    with tempfile.TemporaryDirectory(prefix="westward-bench-") as folder:
        out = Path(folder)
        path = simulate("hypsarrhythmia", age_months=AGE_MONTHS, minutes=options.minutes, seed=1, out_dir=out).edf
        print(f"kernels: {kernels.in_use()}; {options.minutes:g} min, 256 Hz, {path.stat().st_size / 1e6:.0f} MB")
        compare_set(path, out, options.minutes, options.peer_minutes, options.repeat)
        linearity(path, options.minutes)
        fast = hfo.compare()
        slow, filter_s, ours = (float(str(fast[k])) for k in ("published_s", "published_filter_s", "ours_s"))
        print(f"HFO, 2 channels x 600 s at 2,000 Hz: {ours:.2f} s; published steps by SciPy {slow:.2f} s:", end=" ")
        print(f"{slow / ours:.0f}x; its filter alone {filter_s:.2f} s: {filter_s / ours:.0f}x", end="; ")
        print(f"events {fast['events']}, identical {fast['shared']}")
        peaks = aperiodic.compare(path)
        if peaks is None:
            print("aperiodic with peaks: not measured, specparam is missing")
        else:
            ratio = peaks["specparam_s"] / peaks["ours_s"]
            print(f"Aperiodic with peaks, s per 1,000 spectra: {peaks['ours_s']:.2f}", end="; ")
            print(f"specparam {peaks['specparam_s']:.1f}: {ratio:.1f}x", end="; ")
            print(f"exponents apart by at most {peaks['apart']:.1e} in {peaks['spectra']:.0f}")
        if options.hours:
            whole(out, options.hours)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
