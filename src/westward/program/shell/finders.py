"""The tokens and badges of :mod:`westward.look`, served beside the program's own style sheet."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PREFIX, NAMES = "westward", ("tokens.css", "badges.css")


class LookFinder(BaseFinder):
    """``westward/tokens.css``, ``westward/badges.css`` and nothing else of that package."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(str(files("westward.look")))

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Where the file lies."""
        name = path.removeprefix(f"{PREFIX}/")
        found = str(self.folder / name) if path != name and name in NAMES else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """All of them."""
        storage = FileSystemStorage(location=str(self.folder))
        storage.prefix = PREFIX  # type: ignore[attr-defined]
        for name in NAMES:
            yield name, storage
