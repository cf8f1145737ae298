"""Which labeled set a folder holds, and its recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from westward.core.errors import InputError
from westward.eeg.evaluate.labels import bids, chbmit, iesseeg, ratings, seizeit, siena, tusz
from westward.eeg.evaluate.marks import Marked

Reader = Callable[[Path], list[Marked]]

READERS: tuple[tuple[str, Callable[[Path], bool], Reader], ...] = (
    ("IESSEEG", iesseeg.recognize, iesseeg.read),
    ("CHB-MIT", chbmit.recognize, chbmit.read),
    ("Siena", siena.recognize, siena.read),
    ("TUSZ", tusz.recognize, tusz.read),
    ("SeizeIT", seizeit.recognize, seizeit.read),
    ("BIDS events", bids.recognize, bids.read),
    ("ratings", ratings.recognize, ratings.read),
)
"""Name, whether a folder is one, and its reader; the first that recognizes the folder reads it."""


def read_labels(truth: Path) -> tuple[str, list[Marked]]:
    """The reference of an evaluation.

    Parameters
    ----------
    truth : Path
        A BIDS events file, a table of ratings, or the folder of a labeled set.

    Returns
    -------
    tuple of str and list of Marked
        The name of the layout, and its recordings in order of name.

    Raises
    ------
    InputError
        If nothing is recognized, or two recordings have one name.
    """
    if truth.is_file():
        if ratings.is_table(truth):
            return "ratings", ratings.read_table(truth)
        return "BIDS events", [bids.read_file(truth)]
    if not truth.is_dir():
        raise InputError("does not exist", path=truth)
    for name, is_one, reader in READERS:
        if is_one(truth):
            found = sorted(reader(truth), key=lambda m: m.name)
            names = [m.name for m in found]
            twice = next((n for n in names if names.count(n) > 1), None)
            if twice is not None:
                raise InputError(f"holds two recordings named {twice!r}", path=truth)
            return name, found
    known = ", ".join(name for name, _, _ in READERS)
    raise InputError("holds no labels in a known layout", path=truth, remedy=f"known are {known}")
