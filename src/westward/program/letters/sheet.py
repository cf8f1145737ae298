"""A letter as it stands on paper: letterhead, recipient, child, text, signature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from westward.program.letters.blocks import Block, from_data, to_data
from westward.program.letters.letterhead import Letterhead, letterhead
from westward.program.letters.models import Letter, Version
from westward.program.people.choices import Sex
from westward.program.people.models import Caregiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that is printed. A draft is made from the chart of now; a signed one is read from what was sealed.

    Attributes
    ----------
    signer, signed_at : str, datetime or None
        Empty and None on a draft.
    version : int
        Of the text.
    corrects : str
        What it says of the letter whose place it takes; empty if none.
    """

    letter: int
    kind: str
    language: str
    head: Letterhead
    recipient: tuple[str, ...]
    child_name: str
    birth_date: date
    sex: str
    record_number: str
    simulated: bool
    blocks: tuple[Block, ...]
    version: int
    corrects: str = ""
    dated: date = field(default_factory=timezone.localdate)
    signer: str = ""
    signed_at: datetime | None = None

    def sealed(self, *, signer: str, signed_at: datetime) -> Mapping[str, Any]:
        """Plain data of the letter as it is signed."""
        data = asdict(replace(self, signer=signer, signed_at=signed_at, dated=timezone.localdate(signed_at)))
        data["blocks"] = to_data(self.blocks)
        data["birth_date"] = self.birth_date.isoformat()
        data["dated"] = timezone.localdate(signed_at).isoformat()
        data["signed_at"] = signed_at.isoformat()
        return data


def draft_sheet(letter: Letter, version: Version) -> Sheet:
    """The letter as it would be signed now."""
    child = letter.child
    return Sheet(
        letter=letter.pk,
        kind=letter.get_kind_display(),
        language=letter.language,
        head=letterhead(child),
        recipient=address(letter),
        child_name=child.name,
        birth_date=child.birth_date,
        sex="" if child.sex == Sex.UNKNOWN else child.get_sex_display().lower(),
        record_number=child.record_number,
        simulated=child.simulated,
        blocks=from_data(version.blocks),
        version=version.number,
        corrects=_corrects(letter),
    )


def signed_sheet(letter: Letter) -> Sheet:
    """The letter as it was signed."""
    data = json.loads(letter.sealed)
    data["blocks"] = from_data(data["blocks"])
    data["birth_date"] = date.fromisoformat(data["birth_date"])
    data["dated"] = date.fromisoformat(data["dated"])
    data["signed_at"] = datetime.fromisoformat(data["signed_at"])
    data["recipient"] = tuple(data["recipient"])
    head = data["head"]
    data["head"] = Letterhead(**{**head, "address": tuple(head["address"])})
    return Sheet(**data)


def is_intact(letter: Letter) -> bool:
    """Whether what was sealed still has the digest of the signature."""
    return hashlib.sha256(letter.sealed.encode()).hexdigest() == letter.sha256


def address(letter: Letter) -> tuple[str, ...]:
    """Lines of the recipient's address, the name first."""
    to = letter.recipient
    if isinstance(to, Caregiver):
        return (to.name, f"{to.get_relation_display()} of {letter.child.name}")
    lines = [to.name, to.practice, *to.address.splitlines()]
    return tuple(line.strip() for line in lines if line.strip())


def _corrects(letter: Letter) -> str:
    old = letter.corrects
    if old is None or old.signed_at is None:
        return ""
    from westward.look import words

    day = words.day(timezone.localtime(old.signed_at).date())
    return f"This letter takes the place of our letter {old.pk} of {day}. Reason: {letter.reason}."
