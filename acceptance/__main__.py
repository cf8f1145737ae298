"""Run the acceptance sets: ``python -m acceptance [--only SET] [--limit N]``; see ``--help``."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

# Before NumPy is loaded, here and in the workers: two processes of one thread each.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from concurrent.futures import Future, ProcessPoolExecutor, as_completed  # noqa: E402
from multiprocessing import get_context  # noqa: E402

from acceptance import report  # noqa: E402
from acceptance.care_mutants import care_modules  # noqa: E402
from acceptance.cases import graded, nights  # noqa: E402
from acceptance.commit import ROOT, commit  # noqa: E402
from acceptance.mutated import batches, files  # noqa: E402
from acceptance.other.cases import other_cases  # noqa: E402
from acceptance.real_files import real_files  # noqa: E402
from acceptance.run import kept_result, kept_set, latest_other  # noqa: E402
from acceptance.semireal import semireal  # noqa: E402
from acceptance.spasm_cases import spasm_cases  # noqa: E402
from acceptance.spasm_semireal import spasm_clips  # noqa: E402
from acceptance.task import Task, do  # noqa: E402
from westward.eeg.simulate.scenario import scenarios  # noqa: E402

SETS = {
    "graded": "graded",
    "semireal": "semireal",
    "nights": "night",
    "spasms": "spasms",
    "spasm-clips": "spasmclips",
    "spasms-other": "spasmsother",
    "real-files": "realfiles",
    "mutations": "mutations",
    "care": "caremutants",
}
"""Name on the command line and of the result's group."""
SHARE_OF_LENGTH = {"night": 0.3, "spasms": 0.4, "spasmclips": 0.6, "spasmsother": 0.6}
"""Cost of a minute of recording against the other sets (there are fewer reports to draw), for the time left."""


def main(arguments: list[str] | None = None) -> int:
    """Run what is missing, then write the report of all results of this commit."""
    parser = argparse.ArgumentParser(prog="python -m acceptance", description=__doc__)
    parser.add_argument("--only", choices=sorted(SETS), action="append", help="run this set (may be repeated)")
    parser.add_argument("--limit", type=int, help="at most this many recordings or mutation batches of each set")
    parser.add_argument("--hours", type=float, help="length of the recordings with spasms (default 4-8 h, clips 1 h)")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time (default 2)")
    parser.add_argument("--results", type=Path, default=ROOT / "acceptance-out", help="where results are kept")
    parser.add_argument("--report", type=Path, default=ROOT / "docs" / "acceptance.md", help="report to write")
    options = parser.parse_args(arguments)

    tested = commit()
    folder = options.results / tested.name
    clips, skipped = semireal(tested.seed_word)
    planted, without = spasm_clips(tested.seed_word, options.hours)
    real, absent = real_files()
    everything: dict[str, list[Task]] = {
        "graded": list(graded(tested.seed_word, list(scenarios()))),
        "semireal": list(clips),
        "night": list(nights(tested.seed_word)),
        "spasms": list(spasm_cases(tested.seed_word, options.hours)),
        "spasmclips": list(planted),
        "spasmsother": list(other_cases(tested.seed_word, 60 * (options.hours or 1.0))),
        "realfiles": list(real),
        "mutations": list(batches(tested.seed_word)) if files() else [],
        "caremutants": list(care_modules()),
    }
    chosen = [SETS[name] for name in (options.only or SETS)]
    tasks = [task for group in chosen for task in everything[group][: options.limit]]
    print(f"commit {tested.name}{'' if tested.clean else ' (with local changes)'}; results in {folder}")
    skipped = [*skipped, *without]
    if not files():
        absent = [*absent, "mutations: no shared recordings (set WESTWARD_DATA)"]
    if not everything["caremutants"]:
        absent = [*absent, "care: mutmut is not installed (pip install 'westward[mutation]')"]
    for reason in [*skipped, *absent]:
        print(f"left out: {reason}")
    errors = _run(tasks, folder, options.workers)
    found, commits = {}, {}
    for group, group_tasks in everything.items():
        found[group] = _kept(group_tasks, folder)
        if not found[group] and (other := latest_other(group, options.results, tested.name)) is not None:
            found[group], commits[group] = kept_set(group, other), other.name
    planned = {group: len(group_tasks) for group, group_tasks in everything.items()}
    results = report.Results(tested, planned, **found, commits=commits, errors=errors, skipped=skipped)
    report.write(results, options.report)
    print(f"report: {options.report}")
    return 1 if errors else 0


def _kept(tasks: list[Task], folder: Path) -> list[dict[str, Any]]:
    return [r for task in tasks if (r := kept_result(task.name, folder)) is not None]


def _run(tasks: list[Task], folder: Path, workers: int) -> list[tuple[str, str]]:
    """Run what has no result yet; names and last lines of what ended in an exception."""
    left = [task for task in tasks if kept_result(task.name, folder) is None]
    print(f"{len(tasks)} to do, {len(tasks) - len(left)} of them done before")
    errors: list[tuple[str, str]] = []
    began, total, done = time.monotonic(), sum(map(_cost, left)), 0.0
    with ProcessPoolExecutor(max(workers, 1), mp_context=get_context("spawn")) as pool:
        waiting: dict[Future[str], Task] = {pool.submit(do, task, folder): task for task in left}
        try:
            for n, future in enumerate(as_completed(waiting), 1):
                task = waiting[future]
                try:
                    said = future.result()
                except Exception as error:
                    said = f"ERROR {type(error).__name__}: {error}"
                    errors.append((task.name, f"{type(error).__name__}: {error}".splitlines()[0]))
                    traceback.print_exception(error, file=sys.stderr)
                done += _cost(task)
                rest = (time.monotonic() - began) * (total - done) / done
                print(f"[{n}/{len(left)}, {_duration(rest)} left] {task.name}: {said}", flush=True)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            print("stopped; results so far are kept")
    return errors


def _cost(task: Task) -> float:
    return max(task.minutes * SHARE_OF_LENGTH.get(task.group, 1.0), 20.0)


def _duration(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds > 5400 else f"{seconds / 60:.0f} min"


if __name__ == "__main__":
    sys.exit(main())
