"""Bring Django up on a data folder, or say in one line what is missing."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from westward.core.errors import RefusedError
from westward.program.database import VARIABLE
from westward.program.folder import DataFolder, refuse_network_share

PACKAGES = ("django", "allauth", "ninja", "whitenoise", "uvicorn", "django_tasks", "django_tasks_db", "argon2", "fido2")
DEFAULT = Path("westward-data")


def require_packages() -> None:
    """Refuse without the extra.

    Raises
    ------
    RefusedError
        If a package of the program is not installed.
    """
    wanted = [*PACKAGES, "psycopg"] if os.environ.get(VARIABLE) else PACKAGES
    missing = [name for name in wanted if importlib.util.find_spec(name) is None]
    if missing:
        extra = "program,postgresql" if "psycopg" in missing else "program"
        raise RefusedError(
            f"the program needs packages that are not installed ({', '.join(missing)}); pip install 'westward[{extra}]'"
        )


def existing(path: Path) -> DataFolder:
    """The data folder of a program that has been served before.

    Raises
    ------
    RefusedError
        If there is none at ``path``.
    """
    folder = DataFolder(path.absolute())
    if not folder.key.is_file():
        raise RefusedError(f"{path} holds no program; name the folder that `westward serve` made")
    return folder


def start(folder: DataFolder, *, settings: str = "westward.program.config.settings") -> None:
    """Set Django up on ``folder`` in this process and its children; once.

    Raises
    ------
    RefusedError
        If packages are missing, or SQLite would lie on a network share.
    """
    require_packages()
    if not os.environ.get(VARIABLE):
        refuse_network_share(folder.path)
    os.environ["WESTWARD_FOLDER"] = str(folder.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    django.setup()
