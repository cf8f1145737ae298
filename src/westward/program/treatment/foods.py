"""The site's table of foods, ``foods.csv`` of the data folder; Westward ships none."""

from __future__ import annotations

from westward.care.diet import Food, read_foods
from westward.core.errors import InputError

NAME = "foods.csv"


def foods() -> dict[str, Food]:
    """Foods by name; empty without the file.

    Raises
    ------
    InputError
        One line: which row of the file is wrong.
    """
    from django.conf import settings

    path = settings.FOLDER.path / NAME
    if not path.is_file():
        return {}
    try:
        return read_foods(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", path=path) from None
