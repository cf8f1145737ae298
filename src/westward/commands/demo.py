"""``westward demo``: a simulated program to look at; with ``--out`` two infants are simulated and graded first."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class _Child:
    words: str
    scenario: str
    age_months: float
    seed: int


CHILDREN = (
    _Child("a child with spasms, 7 months (simulated)", "spasms", 7, 1),
    _Child("a healthy infant, 7 months (simulated)", "healthy", 7, 1),
)
MINUTES = 60.0


ONCE = "WESTWARD_DEMO_ONCE"
"""Set to 1, the program ends after its first healthy answer: for checks."""


def run(options: Namespace) -> int:
    """Grade two infants if a folder is given for them, then serve the simulated program until interrupted."""
    if options.out is not None:
        _grade(options)
    if find_spec("django") is None:
        _say("The simulated program needs its packages: pip install 'westward[program]'")
        return 0 if options.out is not None else 1
    from westward.program.demo.play import play
    from westward.program.folder import DataFolder
    from westward.program.serving import serving

    play(
        DataFolder(options.data.absolute()),
        serving(port=options.port),
        say=_say,
        fresh=options.fresh,
        eegs=not options.without_eegs,
        once=os.environ.get(ONCE) == "1",
    )
    return 0


def _grade(options: Namespace) -> None:
    """Simulate a piece of two nights, grade both, and say where the reports are and what they say."""
    from westward.core.ages import days_from_months
    from westward.eeg.bundle.store import bundle_path, check_folder
    from westward.eeg.recording.open import open_recording
    from westward.eeg.simulate.generate import paths_in, simulate
    from westward.eeg.study import StudyOptions, analyze_to_bundle

    check_folder(options.out)
    options.out.mkdir(parents=True, exist_ok=True)
    results = []
    for child in CHILDREN:
        _say(f"simulating {MINUTES:.0f} min of {child.words} ...")
        paths = simulate(
            child.scenario,
            age_months=child.age_months,
            minutes=MINUTES,
            seed=child.seed,
            out_dir=options.out,
            overwrite=options.fresh and _simulated(paths_in(options.out, child.scenario, seed=child.seed).edf),
        )
        _say(f"analyzing {paths.edf.name} ...")
        with open_recording(paths.edf) as recording:
            settings = StudyOptions(age_days=days_from_months(child.age_months), threads=os.cpu_count() or 1)
            saved = analyze_to_bundle(recording, bundle_path(paths.edf, options.out), settings, overwrite=True)
        results.append((child, saved))
    _say("")
    for child, saved in results:
        advice = f"  {saved.advice}\n" if saved.advice else ""
        _say(f"{child.words}\n  {saved.sentence}\n  {saved.ictal}\n{advice}  report: {saved.bundle / 'report.html'}\n")
    _say("Simulated recordings, decision support; tested on simulation, 0 children with spasms.")


def _simulated(path: Path) -> bool:
    """Whether a file is a simulated recording, which a demo may make anew; nobody's own file is ever replaced."""
    from westward.core.errors import WestwardError
    from westward.eeg.recording.open import open_recording

    try:
        with open_recording(path) as recording:
            return recording.facts.simulated
    except (WestwardError, OSError):
        return False


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
