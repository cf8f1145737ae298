"""One timed job in a process of its own: ``python -m benchmarks.worker JOB FILE``; prints one line of JSON."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from westward.eeg.signal import kernels

JOBS = ("montage", "ours", "typical", "expert")


def main() -> int:
    """Run the job, best of some repetitions by CPU time of this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker")
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("file", type=Path)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--derivations", type=int)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    if options.job in ("ours", "montage"):
        from benchmarks import measured_set

        def job() -> dict[str, np.ndarray]:
            only = "montage" if options.job == "montage" else "all"
            return measured_set.run(options.file, minutes=options.minutes, derivations=options.derivations, only=only)

        measured_set.run(options.file, minutes=1)
    else:
        from benchmarks import peer_set

        peer_set.prepare()

        def job() -> dict[str, np.ndarray]:
            return peer_set.run(options.file, minutes=options.minutes, expert=options.job == "expert")

    cpu, wall = [], []
    for _ in range(options.repeat):
        at, clock = time.process_time(), time.perf_counter()
        result = job()
        cpu.append(time.process_time() - at)
        wall.append(time.perf_counter() - clock)
    if options.save and result:
        np.savez(options.save, **result)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": min(cpu), "wall_s": min(wall), "peak_mb": peak_mb, "kernels": kernels.in_use()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
