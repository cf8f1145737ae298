"""``westward deidentify``."""

from __future__ import annotations

import json
import sys
from argparse import Namespace


def run(options: Namespace) -> int:
    """Copy a recording by an allow-list and print the receipt of what was removed."""
    from westward.eeg.recording.deidentify import deidentify

    receipt = deidentify(
        options.file,
        options.out,
        keep_sex=options.keep_sex,
        keep_time_of_day=options.keep_time_of_day,
        overwrite=options.overwrite,
    )
    sys.stdout.write(json.dumps(receipt.to_json(), indent=1, ensure_ascii=False) + "\n")
    return 0
