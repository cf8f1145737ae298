"""The settings of a demo: those of the program, and sign-in without a password. They load in a marked folder alone."""

from __future__ import annotations

from importlib.resources import files

from westward.core.errors import RefusedError
from westward.program.config import settings as program
from westward.program.config.settings import *  # noqa: F403
from westward.program.database import VARIABLE
from westward.program.demo.marker import read
from westward.program.shell.site import parse

if read(program.FOLDER) is None:
    raise RefusedError(f"{program.FOLDER.path} is no demo; `westward demo` makes one")
if program.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    raise RefusedError(f"a demo lives in its own folder; unset {VARIABLE}")

DEMO = True
SITE_DETAILS = parse((files("westward.program.demo") / "site.toml").read_text("utf-8"))
ROOT_URLCONF = "westward.program.demo.urls"
INSTALLED_APPS = [*program.INSTALLED_APPS, "westward.program.demo"]
TEMPLATES = [
    {
        **program.TEMPLATES[0],
        "OPTIONS": {
            "context_processors": [
                *program.TEMPLATES[0]["OPTIONS"]["context_processors"],  # type: ignore[index]
                "westward.program.demo.views.banner",
            ]
        },
    }
]
SESSION_IDLE_S = program.SESSION_ABSOLUTE_S
