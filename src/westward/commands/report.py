"""``westward report``."""

from __future__ import annotations

import sys
from argparse import Namespace

from westward.core.errors import RefusedError, UsageError

REPORT = "report.html"


def run(options: Namespace) -> int:
    """Print the report of a bundle as PDF.

    Raises
    ------
    UsageError
        If the bundle holds no report, or what prints is not installed.
    RefusedError
        If the target exists, or its folder does not.
    """
    from westward.eeg.report import pdf

    source = options.bundle / REPORT
    if not source.is_file():
        raise UsageError(f"{options.bundle} is no bundle: it holds no {REPORT}")
    if options.pdf.is_dir():
        raise UsageError(f"{options.pdf} is a folder; give the name of a file")
    if not options.pdf.parent.is_dir():
        raise RefusedError(f"the folder {options.pdf.parent} does not exist; make it first")
    if options.pdf.exists() and not options.overwrite:
        raise RefusedError(f"{options.pdf} exists; give --overwrite to replace it, or another name")
    pdf.write(source, options.pdf)
    sys.stdout.write(f"{options.pdf}\n")
    return 0
