"""``westward simulate``."""

from __future__ import annotations

import sys
from argparse import Namespace

from westward.core.errors import UsageError


def run(options: Namespace) -> int:
    """Make one simulated recording with its truth, or list the scenarios."""
    from westward.eeg.bundle.store import check_folder
    from westward.eeg.simulate.generate import simulate
    from westward.eeg.simulate.scenario import scenarios

    known = scenarios()
    if options.list:
        width = max(map(len, known))
        for name in known:
            sys.stdout.write(f"{name:{width}}  {known[name]().description}\n")
        return 0
    if options.scenario not in known:
        import difflib

        near = difflib.get_close_matches(str(options.scenario), known, 1)
        hint = f"; did you mean {near[0]}" if near else ""
        raise UsageError(f"--scenario {options.scenario!r} is not known{hint}; --list shows all")
    if not 1 <= options.age_months <= 36:
        raise UsageError(f"--age-months {options.age_months:g} is outside 1-36")
    if not 0.5 <= options.minutes <= 60 * 72:
        raise UsageError(f"--minutes {options.minutes:g} is outside 0.5-4320")
    check_folder(options.out)
    paths = simulate(
        options.scenario, age_months=options.age_months, minutes=options.minutes, seed=options.seed, out_dir=options.out
    )
    for path in (paths.edf, paths.events, paths.truth):
        sys.stdout.write(f"{path}\n")
    return 0
