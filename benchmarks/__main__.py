"""Print how long grading a day of EEG takes beside reading the file, and beside the same numbers by MNE and SciPy.

Usage: ``python -m benchmarks [--hours 24] [--peer-minutes 20]``. Times are of this machine and this run; quote ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import peer
from westward.core.ages import days_from_months
from westward.eeg.recording.open import open_recording
from westward.eeg.signal import kernels
from westward.eeg.simulate.generate import simulate

AGE_MONTHS = 7.0
PIECE = 1 << 22


def read_once(path: Path) -> float:
    """Seconds to read a file front to back into one reused buffer."""
    start = time.perf_counter()
    buffer = bytearray(PIECE)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass
    return time.perf_counter() - start


def analyze(path: Path, out: Path, *, threads: int, reference: bool = False) -> tuple[float, float]:
    """Wall seconds and peak MB of ``westward analyze`` as a whole process."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    if reference:
        environment["WESTWARD_KERNELS"] = "reference"
    command = [
        sys.executable, "-m", "westward", "analyze", str(path), "--age-days", str(days_from_months(AGE_MONTHS)),
        "--out", str(out), "--overwrite", "--quiet", "--threads", str(threads),
    ]  # fmt: skip
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    summary = json.loads((out / f"{path.stem}.westward" / "summary.json").read_text("utf-8"))
    return seconds, float(summary["provenance"]["peak_rss_mb"])


def main() -> int:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--peer-minutes", type=float, default=20.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="westward-bench-") as folder:
        out = Path(folder)
        start = time.perf_counter()
        path = simulate("hypsarrhythmia", age_months=AGE_MONTHS, minutes=60 * options.hours, seed=1, out_dir=out).edf
        made = time.perf_counter() - start
        with open_recording(path) as recording:
            n = len(recording.channels)
        size = path.stat().st_size / 1e6
        print(f"simulated {options.hours:g} h x {n} channels at 256 Hz, {size:.0f} MB, in {made:.0f} s")
        read_once(path)
        raw = min(read_once(path) for _ in range(3))
        threads = os.cpu_count() or 1
        print(f"{'':34}{'wall s':>9}{'peak MB':>9}{'x reading':>11}")
        print(f"{'reading the file once (cached)':34}{raw:9.2f}{'':>9}{1:11.0f}")
        for words, count, reference in (
            (f"westward analyze, {threads} threads", threads, False),
            ("westward analyze, 1 thread", 1, False),
            (f"the same without compiled kernels, {threads}", threads, True),
        ):
            seconds, peak = analyze(path, out, threads=count, reference=reference)
            print(f"{words:34}{seconds:9.1f}{peak:9.0f}{seconds / raw:11.0f}")
        print(f"kernels: {kernels.in_use()}")
        short = simulate("hypsarrhythmia", age_months=AGE_MONTHS, minutes=options.peer_minutes, seed=2, out_dir=out).edf
        peer.compare(short)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
