"""``westward deidentify``."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from westward.core.errors import UsageError


def run(options: Namespace) -> int:
    """Copy a recording by an allow-list and print the receipt of what was removed."""
    from westward.eeg.recording.deidentify import deidentify

    if options.out.exists() and not options.overwrite:
        raise UsageError(f"{options.out} exists; give --overwrite to replace it")
    receipt = deidentify(options.file, options.out)
    sys.stdout.write(json.dumps(receipt.to_json(), indent=1, ensure_ascii=False) + "\n")
    return 0
