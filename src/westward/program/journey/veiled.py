"""What a blind second reader sees of a child on board and timeline: the same, whatever was decided or given.

So nothing of it can be inferred: neither the step nor a clock that stopped, neither an act that is open nor one that is
not there, neither the place among others nor a count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from westward.program.accounts.models import User
from westward.program.journey.choices import Stage
from westward.program.journey.models import Standing
from westward.program.journey.standing import NEVER
from westward.program.people import veil
from westward.program.people.marks import CALL_NOW, Mark, NextAct, Track
from westward.program.people.veil import Veil

STAGE = Stage.DIAGNOSIS
"""The step at which such a child stands for such a reader: an EEG was recorded, and is being read."""
OPEN = frozenset({"people", "referral"})
"""Apps that know nothing of what an EEG showed."""


def row(standing: Standing, of: Veil, *, viewer: User) -> Standing:
    """A row of the board, changed in place; a red flag stays."""
    standing.stage, standing.line, standing.sort_at, standing.acts = STAGE, veil.LINE, NEVER, 1
    standing.clock = standing.clock_limit = standing.clock_source = standing.clock_status = ""
    standing.clock_since = standing.clock_since_latest = standing.clock_due = None
    standing.clock_conflict = standing.ruled_out = False
    if not standing.act.startswith(CALL_NOW):
        standing.act, standing.act_due, standing.act_owner = veil.ACT, None, viewer.name
        standing.act_owner_key_id, standing.act_address = viewer.pk, of.address
    return standing


def acts(found: Collection[NextAct], *, viewer: User) -> list[NextAct]:
    """The read that is waited for, and red flags."""
    return [act for act in found if act.words.startswith(CALL_NOW) or _own(act, viewer)]


def _own(act: NextAct, viewer: User) -> bool:
    return act.words == veil.ACT and act.owner_key == viewer.pk


def marks(app: str, found: Collection[Mark], of: Veil) -> Iterator[Mark]:
    """EEGs, as the reader may see them, and what stood before; what lasts is told up to the EEG."""
    for mark in found:
        if app in OPEN or mark.track is Track.EEG:
            yield mark
        elif mark.at < of.since:
            ended = mark.until is not None and not mark.approximate and mark.until >= of.since
            yield replace(mark, until=of.since, words=mark.words.partition(" (")[0]) if ended else mark
