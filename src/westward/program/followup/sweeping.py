"""Films that reached the disk and no entry: a server that stopped between the two, or an act that failed.

They are removed once they are too old to belong to an upload that is still under way. Each sweep that removes any
leaves one audit row with their number, and nothing that an entry points to is ever touched.
"""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from westward.evidence.loader import load
from westward.program.audit.record import SYSTEM, Who, record
from westward.program.followup.actions.attach_clip import FOLDER
from westward.program.followup.models import DiaryEntry

VERB = "followup.sweep_films"
HOUR_S = 3600


def sweep(*, now: float | None = None) -> int:
    """Remove what no entry points to; how many files that were.

    Parameters
    ----------
    now : float, optional
        Seconds since the epoch, as the file system counts them.
    """
    root = Path(settings.MEDIA_ROOT)
    folder = root / FOLDER
    if not folder.is_dir():
        return 0
    before = (time.time() if now is None else now) - load("diary").number("clip.orphan_h") * HOUR_S
    old = [path for path in folder.rglob("*") if path.is_file() and path.lstat().st_mtime < before]
    if not old:
        return 0
    linked = set(DiaryEntry.objects.exclude(clip="").values_list("clip", flat=True))
    orphans = [path for path in old if path.relative_to(root).as_posix() not in linked]
    removed = sum(_remove(path, root) for path in orphans)
    if removed:
        with transaction.atomic():
            record(Who(actor=SYSTEM), VERB, "diary:films", detail={"removed": removed})
    return removed


def _remove(path: Path, root: Path) -> bool:
    """Once more asked, since an entry may have come meanwhile; another worker may have been first."""
    if DiaryEntry.objects.filter(clip=path.relative_to(root).as_posix()).exists():
        return False
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
