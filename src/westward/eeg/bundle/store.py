"""A bundle appears whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from westward.core.errors import UsageError

SUFFIX = ".westward"


def bundle_path(recording: Path, out: Path) -> Path:
    """Where the bundle of a recording goes."""
    return out / f"{recording.stem}{SUFFIX}"


def check_targets(recordings: Sequence[Path], out: Path, *, overwrite: bool) -> None:
    """Refuse before any work what would collide or overwrite.

    Raises
    ------
    UsageError
        If two inputs share a stem (without regard to case, as many file systems have it), a bundle exists and
        ``overwrite`` is not given, or ``out`` or a folder above it is a file.
    """
    check_folder(out)
    seen: dict[str, Path] = {}
    for recording in recordings:
        target = bundle_path(recording, out)
        key = target.name.casefold()
        if key in seen:
            raise UsageError(
                f"{seen[key]} and {recording} would both become {target.name}; analyze them into different folders"
            )
        seen[key] = recording
        if target.exists() and not overwrite:
            raise UsageError(f"{target} exists; give --overwrite to replace it, or another --out")


def check_folder(out: Path) -> None:
    """Refuse an output folder that is a file or lies under one.

    Raises
    ------
    UsageError
        With the path that is in the way.
    """
    above = next((p for p in (out, *out.parents) if p.exists() or p.is_symlink()), None)
    if above is not None and not above.is_dir():
        raise UsageError(f"{above} is not a folder; give another --out")


@contextmanager
def building(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """A scratch folder beside the target that becomes the target when all went well.

    On any error, Ctrl-C included, the scratch folder is removed and an existing bundle stays as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        scratch.chmod(0o755)
        yield scratch
        if target.exists():
            if not overwrite:
                raise UsageError(f"{target} appeared meanwhile; give --overwrite to replace it")
            _swap(scratch, target)
        else:
            scratch.rename(target)
    finally:
        if scratch.exists():
            shutil.rmtree(scratch, ignore_errors=True)


def _swap(scratch: Path, target: Path) -> None:
    """Put the new bundle in the place of the old one; interrupted half way, the old one comes back."""
    retired = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    old = retired / target.name
    try:
        target.rename(old)
        scratch.rename(target)
    finally:
        if old.exists() and not target.exists():
            old.rename(target)
        shutil.rmtree(retired, ignore_errors=True)
