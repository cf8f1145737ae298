"""What a command leaves behind: a result as JSON and the page that shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from westward.core.errors import RefusedError
from westward.core.files import replacing


def _paths(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.json", folder / f"{name}.html"


def check(folder: Path, name: str, *, overwrite: bool) -> None:
    """Refuse before any work what could not be written afterwards.

    Raises
    ------
    UsageError
        If the folder is a file or lies under one.
    RefusedError
        If a result is there already and ``overwrite`` is not given.
    """
    from westward.eeg.bundle.store import check_folder

    check_folder(folder)
    for path in _paths(folder, name):
        if path.exists() and not overwrite:
            raise RefusedError(f"{path} exists; give --overwrite to replace it, or another --out")


def write(folder: Path, name: str, told: Mapping[str, Any], page: str) -> tuple[Path, Path]:
    """Write ``name.json`` and ``name.html``, each whole or not at all; returns where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = _paths(folder, name)
    texts = (json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n", page)
    for path, text in zip(paths, texts, strict=True):
        with replacing(path) as beside:
            beside.write_text(text, "utf-8")
    return paths
