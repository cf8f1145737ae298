"""``westward compare``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from westward.commands import output

NAME = "comparison"


def run(options: Namespace) -> int:
    """Compare two bundles, print the answer, write ``comparison.json`` and ``comparison.html``.

    Raises
    ------
    UsageError
        If the output folder is a file, both are one recording, or AFTER was recorded at a lower age.
    RefusedError
        If a comparison is there already.
    InputError
        If a bundle cannot be read.
    """
    from westward.eeg.compare import page, result, side
    from westward.eeg.compare.comparison import compare

    output.check(options.out, NAME, overwrite=options.overwrite)
    sides = (side.read(options.before), side.read(options.after))
    told = result.as_dict(compare(*sides))
    written = output.write(options.out, NAME, told, page.render(told, sides))
    _print(told)
    for path in written:
        print(f"  {path}")
    return 0


def _print(told: Mapping[str, Any]) -> None:
    from westward.eeg.compare import page

    print(page.headline(told))
    print(f"  {told['follow_up']['statement']}")
    for caution in told["cautions"]:
        print(f"  {caution}")
    for row in page.seen_rows(told):
        print(f"  {row['name']:42} before {row['before']:>16}  after {row['after']:>16}")
    for state in told["states"]:
        if state["why"]:
            print(f"\n  {state['state']}: {state['why']}")
            continue
        print(f"\n  {state['state']}")
        for row in page.rows(told, state["state"]):
            if row["main"] and not row["why"]:
                print(f"    {row['name']:34} {row['before']:>12} → {row['after']:>12}  {row['interval']}")
    print("  Intervals: of the difference, within these two recordings.")
