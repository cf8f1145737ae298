"""How many films strangers may send at once, and how much of theirs may lie there before a person has looked at it.

A claim is a lock on a file: it holds over all processes of a server, and the system lets go of it when the process that
holds it ends, however it ends.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Sum

from westward.program.referral.choices import PUBLIC, ReferralState
from westward.program.referral.models import Upload
from westward.program.referral.uploads import FOLDER
from westward.program.shell.site import details

GB = 1024**3


@dataclass(slots=True)
class Claim:
    """The right to bring films with one form; closed once, by whoever holds it."""

    descriptor: int

    def release(self) -> None:
        """Give it back; a second time does nothing."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def claim(sender: str) -> Claim | None:
    """One of the claims of the site; None if all are held, or this sender holds half of them.

    Parameters
    ----------
    sender : str
        The digest of :func:`westward.program.public.limits.sender_of`; stands in the lock, so that one network address
        cannot hold all of them.
    """
    most = details().films.at_once
    mine, free = 0, -1
    for place in _places(most):
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        if _locked(descriptor):
            if free < 0:
                free = descriptor
                continue
        else:
            mine += os.pread(descriptor, 64, 0).decode("ascii", "replace") == sender
        os.close(descriptor)
    if free < 0:
        return None
    if mine >= max(most // 2, 1):
        os.close(free)
        return None
    os.ftruncate(free, 0)
    os.pwrite(free, sender.encode("ascii"), 0)
    return Claim(free)


def _places(most: int) -> list[Path]:
    folder = Path(settings.SPOOL)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [folder / f"film-{n}.lock" for n in range(most)]


def _locked(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # no such lock on Windows
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def waiting_b() -> int:
    """Bytes of strangers' files that no person has answered for.

    Files of forms that have not come through, and those of referrals from the public form that are open and whose
    sender nobody has reached.
    """
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    lying = sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file()) if folder.is_dir() else 0
    stored = Upload.objects.aggregate(size=Sum("size"))["size"] or 0
    unanswered = Upload.objects.filter(
        by=None, referral__source__in=PUBLIC, referral__state=ReferralState.OPEN, referral__contacted_at=None
    )
    return max(lying - stored, 0) + (unanswered.aggregate(size=Sum("size"))["size"] or 0)


def left_b() -> int:
    """Bytes of files that strangers may still send; 0 if there is no room."""
    return max(details().films.waiting_gb * GB - waiting_b(), 0)
