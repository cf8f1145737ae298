"""The file that makes a data folder a demo. Nothing here imports Django."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date

from westward.core.errors import RefusedError
from westward.core.files import replacing
from westward.program.folder import DataFolder


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands in it.

    Attributes
    ----------
    made : str
        Day on which the program was simulated; its dates are relative to it.
    finished : bool
        Whether it was made to the end.
    """

    made: str
    finished: bool

    def write(self, folder: DataFolder) -> None:
        """Mark ``folder``."""
        with replacing(folder.demo) as beside:
            beside.write_text(json.dumps(asdict(self)) + "\n", "utf-8")


def read(folder: DataFolder) -> Marker | None:
    """The marker; None if ``folder`` is no demo.

    Raises
    ------
    RefusedError
        If the file is there and is not ours.
    """
    if not folder.demo.is_file():
        return None
    try:
        found = json.loads(folder.demo.read_text("utf-8"))
        return Marker(made=str(found["made"]), finished=bool(found["finished"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise RefusedError(f"{folder.demo} is no marker of a demo; name another folder") from None


def clear(folder: DataFolder, *, today: date, fresh: bool) -> bool:
    """Make the folder ready for a demo; returns whether the program still has to be simulated.

    A finished demo is kept unless ``fresh``. Only a folder with the marker is ever emptied.

    Raises
    ------
    RefusedError
        If the folder holds anything that is no demo.
    """
    marker = read(folder)
    if marker is None and folder.path.exists() and (not folder.path.is_dir() or any(folder.path.iterdir())):
        raise RefusedError(f"{folder.path} is not empty and no demo; name a new folder with --data")
    if marker is not None and marker.finished and not fresh:
        return False
    folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    Marker(made=today.isoformat(), finished=False).write(folder)
    _empty(folder)
    folder.open()
    return True


def _empty(folder: DataFolder) -> None:
    """Remove everything but the marker, which stays until the end: a half emptied folder is a demo still."""
    for one in folder.path.iterdir():
        if one == folder.demo:
            continue
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()
