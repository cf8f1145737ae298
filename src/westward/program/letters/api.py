"""Letters in the typed API: read only; a letter is signed by a person on its page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from westward.program.letters import queries
from westward.program.letters.actions.draft import recipient_id
from westward.program.letters.blocks import to_data
from westward.program.letters.choices import LetterState
from westward.program.letters.models import Letter
from westward.program.letters.sheet import draft_sheet, is_intact, signed_sheet
from westward.program.people.access import read_chart

router = Router(tags=["letters"])


class DispatchOut(Schema):
    """One time a letter left."""

    channel: str
    sent_at: datetime
    confirmed_at: datetime | None
    failed_at: datetime | None


class LetterOut(Schema):
    """A letter without its text."""

    id: int
    kind: str
    language: str
    recipient: str
    state: str
    version: int
    drafted_at: datetime
    signed_at: datetime | None
    signed_version: int | None
    sha256: str
    corrects: int | None
    superseded_by: int | None
    dispatches: list[DispatchOut]


class BlockOut(Schema):
    """A part of the text with the ids of the facts it came from."""

    slot: str
    heading: str
    shape: str
    lines: list[str]
    sources: list[str]
    edited: bool


class LetterTextOut(LetterOut):
    """A letter with its text: what was signed, or the latest draft."""

    dated: date
    intact: bool | None
    blocks: list[BlockOut]


@router.get("/children/{int:key}/letters", response=list[LetterOut], summary="Letters about a child, newest first")
def letters(request: HttpRequest, key: int) -> list[dict[str, Any]]:
    """Drafts, signed and withdrawn ones."""
    child = read_chart(request, key, "letters.read")
    return [_out(letter) for letter in queries.of_child(child)]


@router.get("/children/{int:key}/letters/{int:pk}", response=LetterTextOut, summary="One letter with its text")
def letter(request: HttpRequest, key: int, pk: int) -> dict[str, Any]:
    """``intact`` is None for what is not signed."""
    child = read_chart(request, key, "letters.read")
    found = queries.one(child, pk)
    if found is None:
        raise Http404
    signed = found.state == LetterState.SIGNED
    sheet = signed_sheet(found) if signed else draft_sheet(found, found.versions.get(number=found.latest))
    return {
        **_out(found),
        "dated": sheet.dated,
        "intact": is_intact(found) if signed else None,
        "blocks": to_data(sheet.blocks),
    }


def _out(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.pk,
        "kind": letter.kind,
        "language": letter.language,
        "recipient": recipient_id(letter.recipient),
        "state": letter.state,
        "version": letter.latest,
        "drafted_at": letter.drafted_at,
        "signed_at": letter.signed_at,
        "signed_version": letter.signed_version,
        "sha256": letter.sha256,
        "corrects": letter.corrects_id,
        "superseded_by": letter.superseded_by_id,
        "dispatches": list(letter.dispatches.all()),
    }
