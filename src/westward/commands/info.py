"""``westward info``."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from westward.core.errors import UsageError


def run(options: Namespace) -> int:
    """Print what a recording holds, or which kernels are in use."""
    if options.kernels:
        from westward.eeg.signal import kernels

        plain = "" if kernels.compiled() else " (plain NumPy and SciPy: slower, the same numbers)"
        sys.stdout.write(f"kernels: {kernels.in_use()}{plain}\n")
        if options.file is None:
            return 0
    if options.file is None:
        raise UsageError("info needs a FILE (or --kernels)")
    from westward.eeg.recording import info
    from westward.eeg.recording.open import open_recording

    with open_recording(options.file) as recording:
        facts = info.describe(recording)
    sys.stdout.write((json.dumps(facts, indent=1, ensure_ascii=False) if options.json else info.render(facts)) + "\n")
    return 0
