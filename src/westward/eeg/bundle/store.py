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
        If two inputs share a stem, or a bundle exists and ``overwrite`` is not given.
    """
    seen: dict[Path, Path] = {}
    for recording in recordings:
        target = bundle_path(recording, out)
        if target in seen:
            raise UsageError(
                f"{seen[target]} and {recording} would both become {target.name}; analyze them into different folders"
            )
        seen[target] = recording
        if target.exists() and not overwrite:
            raise UsageError(f"{target} exists; give --overwrite to replace it, or another --out")


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
            retired = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
            target.rename(retired / target.name)
            scratch.rename(target)
            shutil.rmtree(retired)
        else:
            scratch.rename(target)
    finally:
        if scratch.exists():
            shutil.rmtree(scratch, ignore_errors=True)
