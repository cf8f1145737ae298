"""The command line: one thin command per job. Heavy imports happen inside the commands."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from westward._version import __version__
from westward.core.errors import UsageError, WestwardError

DONE, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="westward",
        description="Quantitative EEG for infantile spasms. Decision support and research software, "
        "not a certified medical device.",
        epilog="Exit status: 0 done, 1 some input refused, 2 usage, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"westward {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    analyze = commands.add_parser("analyze", help="grade one or more EEG recordings")
    analyze.add_argument("files", nargs="+", type=Path, metavar="FILE")
    age = analyze.add_mutually_exclusive_group()
    age.add_argument("--age-days", type=int, metavar="N", help="age at the recording, corrected, in days")
    age.add_argument("--age-months", type=float, metavar="M", help="the same in months (30.4375 days each)")
    analyze.add_argument("--post-treatment", action="store_true", help="add the relapse read-out (grade 3 or more)")
    analyze.add_argument("--mask-after-arousal-s", type=float, default=None, metavar="S")
    analyze.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where bundles go (default: here)")
    analyze.add_argument("--overwrite", action="store_true", help="replace existing bundles")
    analyze.add_argument("--threads", type=int, default=None, metavar="N", help="default: all processors")
    analyze.add_argument("--quiet", action="store_true", help="no progress bar")

    info = commands.add_parser("info", help="what a recording holds, without its patient")
    info.add_argument("file", nargs="?", type=Path, metavar="FILE")
    info.add_argument("--json", action="store_true")
    info.add_argument("--kernels", action="store_true", help="say which compiled kernels are in use")

    deidentify = commands.add_parser("deidentify", help="copy a recording without anything that names the child")
    deidentify.add_argument("file", type=Path, metavar="FILE")
    deidentify.add_argument("--out", type=Path, required=True, metavar="FILE", help="a folder: named by its digest")
    deidentify.add_argument("--keep-sex", action="store_true")
    deidentify.add_argument("--keep-time-of-day", action="store_true")
    deidentify.add_argument("--overwrite", action="store_true")

    simulate = commands.add_parser("simulate", help="make an infant EEG with exact ground truth")
    simulate.add_argument("--list", action="store_true", help="list the scenarios")
    simulate.add_argument("--scenario", metavar="NAME")
    simulate.add_argument("--age-months", type=float, default=7.0, metavar="M")
    simulate.add_argument("--minutes", type=float, default=60.0, metavar="N")
    simulate.add_argument("--seed", type=int, default=1, metavar="S")
    simulate.add_argument("--out", type=Path, default=Path(), metavar="DIR")

    demo = commands.add_parser("demo", help="simulate two infants, grade both, say where the reports are")
    demo.add_argument("--out", type=Path, default=Path("demo-out"), metavar="DIR")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    options = _parser().parse_args(argv)
    try:
        command = importlib.import_module(f"westward.commands.{options.command}")
        return int(command.run(options))
    except UsageError as error:
        return _say(error, USAGE)
    except WestwardError as error:
        return _say(error, REFUSED)
    except OSError as error:
        return _say(f"{error.filename or 'file'}: {error.strerror or error}", REFUSED)
    except KeyboardInterrupt:
        return _say("interrupted; nothing half-written was left", INTERRUPTED)
    except BrokenPipeError:
        return DONE


def _say(message: object, status: int) -> int:
    print(f"westward: {message}", file=sys.stderr)
    return status
