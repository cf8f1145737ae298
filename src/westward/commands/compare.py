"""``westward compare``."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from westward.core.errors import RefusedError

JSON, HTML = "comparison.json", "comparison.html"


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
    from westward.eeg.bundle.store import check_folder
    from westward.eeg.compare import page, result, side
    from westward.eeg.compare.comparison import compare

    check_folder(options.out)
    for name in (JSON, HTML):
        if (options.out / name).exists() and not options.overwrite:
            raise RefusedError(f"{options.out / name} exists; give --overwrite to replace it, or another --out")
    sides = (side.read(options.before), side.read(options.after))
    told = result.as_dict(compare(*sides))
    html = page.render(told, sides)
    options.out.mkdir(parents=True, exist_ok=True)
    _write(options.out / JSON, json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    _write(options.out / HTML, html)
    _print(told)
    for name in (JSON, HTML):
        print(f"  {options.out / name}")
    return 0


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, "utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


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
