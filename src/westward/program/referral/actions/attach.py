"""Add a file that came after the referral."""

from __future__ import annotations

from dataclasses import dataclass

from westward.program.acts import InvalidActError, Told
from westward.program.referral.actions.base import ReferralAct
from westward.program.referral.models import Referral, Upload
from westward.program.referral.uploads import Stored

MOST = 40


@dataclass(frozen=True, kw_only=True)
class Attach(ReferralAct[Upload]):
    """Add a stored file to a referral; if the act fails, discard the file."""

    verb = "referral.contact"
    stored: Stored

    def check(self, referral: Referral) -> None:
        """Not more than a referral can hold."""
        if referral.uploads.count() >= MOST:
            raise InvalidActError(f"a referral holds at most {MOST} files")

    def write(self) -> tuple[Upload, Told]:
        """The file."""
        referral = self.fresh()
        made = attached(referral, self.stored, self.user.pk)
        return made, self.told(referral, {"act": "attach", "upload": made.pk, "kind": self.stored.kind})


def attached(referral: Referral, one: Stored, by: int | None) -> Upload:
    """Make a stored file part of a referral."""
    return Upload.objects.create(
        referral=referral,
        kind=one.kind,
        path=one.path,
        name=one.name,
        content_type=one.content_type,
        size=one.size,
        sha256=one.sha256,
        by_id=by,
    )
