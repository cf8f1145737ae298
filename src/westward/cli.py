"""The command line: one thin command per job. Heavy imports happen inside the commands."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from westward._version import __version__
from westward.core.errors import UsageError, WestwardError

DONE, REFUSED, USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143
MAX_MASK_S = 3600.0
"""A longer time after each arousal would leave nothing of a night to grade."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="westward",
        description="Quantitative EEG for infantile spasms. Decision support and research software, "
        "not a certified medical device.",
        epilog="Exit status: 0 done, 1 some input refused, 2 usage, 130 interrupted, 143 terminated.",
    )
    parser.add_argument("--version", action="version", version=f"westward {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    analyze = commands.add_parser("analyze", help="grade one or more EEG recordings")
    analyze.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a recording (EDF, BDF, ...)")
    age = analyze.add_mutually_exclusive_group()
    age.add_argument("--age-days", type=int, metavar="N", help="age at the recording, corrected, in days")
    age.add_argument("--age-months", type=float, metavar="M", help="the same in months (30.4375 days each)")
    analyze.add_argument("--post-treatment", action="store_true", help="add the relapse read-out (grade 3 or more)")
    analyze.add_argument(
        "--mask-after-arousal-s", type=_mask_s, default=None, metavar="S",
        help="seconds left out of the grade after each arousal, 0-3600 (default: as in the evidence sheet)",
    )  # fmt: skip
    analyze.add_argument(
        "--spasm-operating-point", type=_confidence, default=None, metavar="P",
        help="confidence from which a spasm candidate counts, 0-1; the report lists the false alarms to expect",
    )  # fmt: skip
    analyze.add_argument(
        "--cluster-min-spasms", type=_least_spasms, default=None, metavar="N", help="smallest cluster (default: 3)"
    )
    analyze.add_argument(
        "--cluster-max-gap-s", type=_gap_s, default=None, metavar="S",
        help="longest time without spasm inside a cluster, 1-3600 s (default: 60)",
    )  # fmt: skip
    analyze.add_argument(
        "--motion", type=Path, default=None, metavar="FILE",
        help="motion in the video of one recording: CSV or TSV with columns time_s and motion (any unit)",
    )  # fmt: skip
    analyze.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where bundles go (default: here)")
    analyze.add_argument("--overwrite", action="store_true", help="replace existing bundles")
    analyze.add_argument("--threads", type=_threads, default=None, metavar="N", help="default: all processors")
    analyze.add_argument("--quiet", action="store_true", help="no progress bar")

    report = commands.add_parser("report", help="print the report of a bundle as PDF (needs the pdf extra)")
    report.add_argument("bundle", type=Path, metavar="BUNDLE", help="a folder written by analyze")
    report.add_argument("--pdf", type=Path, required=True, metavar="FILE", help="the PDF to write")
    report.add_argument("--overwrite", action="store_true", help="replace an existing file")

    info = commands.add_parser("info", help="what a recording holds, without its patient")
    info.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a recording")
    info.add_argument("--json", action="store_true", help="print JSON instead of text")
    info.add_argument("--kernels", action="store_true", help="say which compiled kernels are in use")

    deidentify = commands.add_parser("deidentify", help="copy a recording without anything that names the child")
    deidentify.add_argument("file", type=Path, metavar="FILE", help="the recording to copy; it stays as it is")
    deidentify.add_argument("--out", type=Path, required=True, metavar="FILE", help="a folder: named by its digest")
    deidentify.add_argument("--keep-sex", action="store_true", help="keep M or F")
    deidentify.add_argument("--keep-time-of-day", action="store_true", help="keep the time of the start, not the date")
    deidentify.add_argument("--overwrite", action="store_true", help="replace an existing file, on success only")

    evaluate = commands.add_parser("evaluate", help="score results against labels, by patient with intervals")
    evaluate.add_argument("truth", type=Path, metavar="TRUTH", help="BIDS events, or the folder of a labeled set")
    evaluate.add_argument(
        "results", nargs="+", type=Path, metavar="BUNDLE", help="a bundle, BIDS events, or a folder of them"
    )
    evaluate.add_argument(
        "--reader", action="append", default=[], metavar="NAME=PATH",
        help="events of another reader of the same recordings, a BIDS file or a folder; may be repeated",
    )  # fmt: skip
    evaluate.add_argument("--protocol", type=Path, metavar="FILE", help="TOML fixed beforehand; held to its hash")
    evaluate.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where files go (default: here)")
    evaluate.add_argument("--overwrite", action="store_true", help="replace an existing evaluation")

    compare = commands.add_parser("compare", help="set two studies of one child side by side")
    compare.add_argument("before", type=Path, metavar="BEFORE", help="bundle of the earlier study")
    compare.add_argument("after", type=Path, metavar="AFTER", help="bundle of the later study")
    compare.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where files go (default: here)")
    compare.add_argument("--overwrite", action="store_true", help="replace an existing comparison")

    simulate = commands.add_parser("simulate", help="make an infant EEG with exact ground truth")
    simulate.add_argument("--list", action="store_true", help="list the scenarios")
    simulate.add_argument("--scenario", metavar="NAME", help="one of --list")
    simulate.add_argument("--age-months", type=float, default=7.0, metavar="M", help="1-36 (default: 7)")
    simulate.add_argument("--minutes", type=float, default=60.0, metavar="N", help="length (default: 60)")
    simulate.add_argument("--seed", type=int, default=1, metavar="S", help="another number, another child (default: 1)")
    simulate.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where files go (default: here)")

    calendar = commands.add_parser("calendar", help="the dated doses of a treatment protocol for one child")
    calendar.add_argument("--list", action="store_true", help="list the protocols: id, status, title")
    calendar.add_argument("--protocol", metavar="ID", help="one of --list")
    calendar.add_argument(
        "--weight-g", action="append", default=[], metavar="N[@DAY]",
        help="weight in grams; a new one from a day on, such as 7900@12, changes no day before",
    )  # fmt: skip
    calendar.add_argument("--length-mm", type=_whole, metavar="N", help="length in millimeters, for doses by surface")
    calendar.add_argument("--start", metavar="DATE", help="day 1, such as 2026-12-01")
    calendar.add_argument(
        "--product", action="append", default=[], metavar="[DRUG=]ID[@DAY]",
        help="what is dispensed; another from a day on needs its own --strength from that day on",
    )  # fmt: skip
    calendar.add_argument(
        "--strength", action="append", default=[], metavar="[DRUG=]WORDS[@DAY]",
        help="as on the bottle dispensed, such as '80 U/mL' or '15 mg/5 mL'; without it no milliliters are printed",
    )  # fmt: skip
    calendar.add_argument(
        "--branch", action="append", default=[], metavar="NAME@DAY", help="a branch taken, such as spasms_on_day_7@7"
    )
    calendar.add_argument(
        "--wean", action="append", default=[], metavar="KIND@DAY", help="a wean begun early, such as vigabatrin@40"
    )
    for kind, words in (("pause", "a pause before a day"), ("extend", "a day repeated")):
        calendar.add_argument(
            f"--{kind}", dest="put_in", action="append", default=[], type=f"{kind}@{{}}".format, metavar="DAY+DAYS",
            help=f"{words} of the calendar, such as 8+3; days are put in one after the other",
        )  # fmt: skip
    calendar.add_argument("--unapproved", action="store_true", help="show doses that are not sourced, marked as such")
    calendar.add_argument("--values", type=Path, metavar="FILE", help="values.toml of the site, for empty steps")
    calendar.add_argument("--fhir", action="store_true", help="print the protocol as a FHIR R4 PlanDefinition instead")
    calendar.add_argument("--json", action="store_true", help="print JSON instead of text")
    calendar.add_argument(
        "--pdf", type=Path, metavar="FILE", help="write a PDF instead (needs the extra westward[pdf])"
    )

    evidence = commands.add_parser("evidence", help="published results of treatments, by definition of the outcome")
    evidence.add_argument("--drug", metavar="CODE", help="such as vigabatrin, oral_steroid, acth")
    evidence.add_argument("--population", metavar="CODE", help="such as TSC, trisomy_21, non-TSC")
    evidence.add_argument("--outcome", metavar="CODE", help="such as ICISS14_42, EC14")
    evidence.add_argument("--predictors", action="store_true", help="what goes with a good or bad outcome instead")
    evidence.add_argument("--costs", action="store_true", help="what drugs cost instead")
    evidence.add_argument("--json", action="store_true", help="print JSON instead of text")

    demo = commands.add_parser("demo", help="make and serve a simulated program, open without a password")
    demo.add_argument(
        "--data", type=Path, default=Path("westward-demo"), metavar="DIR",
        help="the folder of the demo, made if missing (default: westward-demo)",
    )  # fmt: skip
    demo.add_argument("--port", type=_port, default=8000, metavar="N", help="default: 8000")
    demo.add_argument("--fresh", action="store_true", help="make the demo anew; what was done in it is lost")
    demo.add_argument("--without-eegs", action="store_true", help="quicker: no EEG is simulated and analyzed")
    demo.add_argument(
        "--out", type=Path, default=None, metavar="DIR", help="first simulate two infants and grade both in this folder"
    )
    _add_program(commands)
    return parser


def _add_program(commands: Any) -> None:
    """The commands of the clinic; they need the extra ``program``."""
    data = {"type": Path, "default": Path("westward-data"), "metavar": "DIR"}
    serve = commands.add_parser("serve", help="run the program: the clinic's board, accounts and audit")
    serve.add_argument("--data", **data, help="the data folder, made if missing (default: westward-data)")
    serve.add_argument("--bind", default="localhost", metavar="ADDRESS", help="default: localhost")
    serve.add_argument("--port", type=_port, default=8000, metavar="N", help="default: 8000")
    serve.add_argument("--host", default="", metavar="NAME", help="name in the browser's address line, with --tls-cert")
    serve.add_argument("--tls-cert", type=Path, default=None, metavar="FILE", help="certificate chain, PEM")
    serve.add_argument("--tls-key", type=Path, default=None, metavar="FILE", help="its key, PEM")
    serve.add_argument("--behind-proxy", default="", metavar="HOST", help="a proxy speaks TLS under this name")
    backup = commands.add_parser("backup", help="copy a program, running or not, to a new folder")
    backup.add_argument("--data", **data, help="the data folder (default: westward-data)")
    backup.add_argument("--out", type=Path, required=True, metavar="DIR", help="the new folder")
    restore = commands.add_parser("restore", help="put a backup into an empty folder")
    restore.add_argument("backup", type=Path, metavar="BACKUP", help="a folder written by backup")
    restore.add_argument("--data", **data, help="the empty data folder (default: westward-data)")
    audit = commands.add_parser("verify-audit", help="walk the audit chain; name the first broken row")
    audit.add_argument("--data", **data, help="the data folder (default: westward-data)")
    audit.add_argument("--anchor", action="append", default=[], metavar="ROW:DIGEST", help="as an earlier run printed")


def _whole(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number in the small unit")
    return int(text)


def _within(value: float, low: float, high: float, text: str) -> None:
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{text} is outside {low:g}-{high:g}")


def _port(text: str) -> int:
    value = int(text)
    _within(value, 1, 65535, text)
    return value


def _confidence(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no confidence between 0 and 1")
    return value


def _least_spasms(text: str) -> int:
    value = int(text)
    _within(value, 2, 100, text)
    return value


def _gap_s(text: str) -> float:
    value = float(text)
    _within(value, 1, 3600, text)
    return value


def _mask_s(text: str) -> float:
    value = float(text)
    _within(value, 0, MAX_MASK_S, text)
    return value


def _threads(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    options = _parser().parse_args(argv)
    previous = _on_sigterm()
    try:
        command = importlib.import_module(f"westward.commands.{options.command.replace('-', '_')}")
        status = int(command.run(options))
        sys.stdout.flush()
        return status
    except UsageError as error:
        return _say(error, USAGE)
    except WestwardError as error:
        return _say(error, REFUSED)
    except BrokenPipeError:
        # The reader of our output has gone; without this the interpreter complains when it flushes at exit.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _say(f"{error.filename or 'file'}: {error.strerror or error}", REFUSED)
    except _TerminatedError:
        return _say("terminated; nothing half-written was left", TERMINATED)
    except KeyboardInterrupt:
        return _say("interrupted; nothing half-written was left", INTERRUPTED)
    finally:
        if previous is not None:
            signal.signal(signal.SIGTERM, previous)


class _TerminatedError(KeyboardInterrupt):
    """SIGTERM: everything on the way out cleans up as for Ctrl-C."""


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise _TerminatedError


def _on_sigterm() -> Any:
    """Turn SIGTERM into an exception; returns the former handler, None off the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return None
    return signal.signal(signal.SIGTERM, _terminate)


def _say(message: object, status: int) -> int:
    print(f"westward: {message}", file=sys.stderr)
    return status
