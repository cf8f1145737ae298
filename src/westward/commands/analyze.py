"""``westward analyze``."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from westward.core.ages import days_from_months
from westward.core.errors import UsageError, WestwardError
from westward.eeg.bundle import store

if TYPE_CHECKING:
    from westward.eeg.study.motion import MotionTrace


def run(options: Namespace) -> int:
    """Analyze every file; a refused one does not stop the others."""
    from westward.eeg.recording.open import open_recording
    from westward.eeg.study import StudyOptions, analyze_to_bundle

    age_days = options.age_days
    if options.age_months is not None:
        age_days = days_from_months(options.age_months)
    if age_days is not None and not 0 <= age_days < 45000:
        raise UsageError(f"an age of {age_days!r} days makes no sense")
    settings = StudyOptions(
        age_days=age_days,
        post_treatment=options.post_treatment,
        threads=options.threads or os.cpu_count() or 1,
        mask_after_arousal_s=options.mask_after_arousal_s,
        spasm_operating_point=options.spasm_operating_point,
        cluster_min_spasms=options.cluster_min_spasms,
        cluster_max_gap_s=options.cluster_max_gap_s,
        motion=_motion(options),
    )
    store.check_targets(options.files, options.out, overwrite=options.overwrite)
    refused = 0
    for path in options.files:
        try:
            with open_recording(path) as recording, _Bar(path.name, hidden=options.quiet) as bar:
                result = analyze_to_bundle(
                    recording,
                    store.bundle_path(path, options.out),
                    settings,
                    overwrite=options.overwrite,
                    progress=bar.advance,
                )
        except (WestwardError, OSError) as error:
            if isinstance(error, UsageError) and len(options.files) == 1:
                raise
            refused += 1
            print(f"westward: {_line(path, error)}", file=sys.stderr)
            continue
        for warning in result.warnings:
            print(f"westward: {path.name}: {warning}", file=sys.stderr)
        print(f"{path.name}: {result.sentence}")
        print(f"  {result.ictal}")
        if result.advice:
            print(f"  {result.advice}")
        print(f"  {result.bundle / 'report.html'}")
    return 1 if refused else 0


def _motion(options: Namespace) -> MotionTrace | None:
    if options.motion is None:
        return None
    from westward.eeg.study import motion

    if len(options.files) != 1:
        raise UsageError("--motion belongs to one recording; give one FILE")
    return motion.read(options.motion)


def _line(path: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{path}: {error.strerror or error}"
    return str(error)


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, name: str, *, hidden: bool) -> None:
        self._name, self._hidden = name, hidden or not sys.stderr.isatty()

    def __enter__(self) -> _Bar:
        if not self._hidden:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._progress.add_task(self._name, total=1.0)
            self._progress.start()
        return self

    def advance(self, done: float, doing: str) -> None:
        """Show how far (0-1) and what is being done."""
        if not self._hidden:
            self._progress.update(self._task, completed=done, description=f"{self._name}: {doing}")

    def __exit__(self, *_: object) -> None:
        if not self._hidden:
            self._progress.stop()
