"""Log that a signed letter left, that it arrived, or that it did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from westward.program.acts import InvalidActError, Told
from westward.program.letters.actions.base import LetterAct, reason_of
from westward.program.letters.choices import Channel, LetterState
from westward.program.letters.models import Dispatch
from westward.program.letters.sheet import is_intact

CLOCKS_DIFFER = timedelta(minutes=5)
_NEEDS_ADDRESS = frozenset({Channel.FAX, Channel.MAIL})


def not_in_future(at: datetime, what: str) -> None:
    """Refuse what has not happened yet."""
    if at > timezone.now() + CLOCKS_DIFFER:
        raise InvalidActError(f"{what} lies in the future")


@dataclass(frozen=True, kw_only=True)
class Send(LetterAct[Dispatch]):
    """A signed letter left.

    Attributes
    ----------
    to : str
        Fax number, address or name of the portal; a fax and a post need one.
    sent_at : datetime or None
        Now if not given.
    silent_reason : str
        Why a letter leaves although the child died or was transferred, when messages are silent.
    """

    verb = "letters.send"
    channel: str
    to: str = ""
    sent_at: datetime | None = None
    silent_reason: str = ""

    def validate(self) -> None:
        """A channel with what it needs, after the signature and not in the future."""
        if self.channel not in Channel.values:
            raise InvalidActError(f"{self.channel!r} is no channel; known: {', '.join(Channel.values)}")
        if self.channel in _NEEDS_ADDRESS and not self.to.strip():
            raise InvalidActError(f"a letter by {Channel(self.channel).label.lower()} needs the number or the address")
        if self.sent_at is not None:
            not_in_future(self.sent_at, "the dispatch")
        if self.letter.child.silent(timezone.localdate()) and not self.silent_reason.strip():
            raise InvalidActError("messages about this child are silent; a letter that must leave needs a reason")

    def write(self) -> tuple[Dispatch, Told]:
        """The row of the log."""
        letter = self.locked(LetterState.SIGNED)
        if letter.superseded_by_id is not None:
            raise InvalidActError("this letter was corrected by a newer one; send that one")
        if not is_intact(letter):
            raise InvalidActError("the stored text differs from what was signed; do not send it, tell an administrator")
        sent_at = self.sent_at or timezone.now()
        if letter.signed_at is not None and sent_at < letter.signed_at - CLOCKS_DIFFER:
            raise InvalidActError("the letter was not signed yet at that time; nothing unsigned leaves")
        reason = reason_of(self.silent_reason, "the letter") if self.silent_reason.strip() else ""
        dispatch = Dispatch.objects.create(
            letter=letter,
            channel=self.channel,
            to=" ".join(self.to.split())[:400],
            sent_at=sent_at,
            by=self.user,
            silent_reason=reason,
        )
        return dispatch, self.told({"dispatch": dispatch.pk, "channel": self.channel, "silent": bool(reason)})


@dataclass(frozen=True, kw_only=True)
class ConfirmReceived(LetterAct[Dispatch]):
    """Somebody or a receipt said that the letter arrived."""

    verb = "letters.confirm"
    dispatch: Dispatch
    confirmation: str
    at: datetime | None = None

    def write(self) -> tuple[Dispatch, Told]:
        """The row of the log, confirmed."""
        words = reason_of(self.confirmation, "a confirmation").strip()[:200]
        one = _open(self.letter.pk, self.dispatch)
        at = self.at or timezone.now()
        not_in_future(at, "the receipt")
        if at < one.sent_at:
            raise InvalidActError("the receipt cannot come before the dispatch")
        one.confirmed_at, one.confirmed_by, one.confirmation = at, self.user, words
        one.save(update_fields=["confirmed_at", "confirmed_by", "confirmation"])
        return one, self.told({"dispatch": one.pk})


@dataclass(frozen=True, kw_only=True)
class RecordFailure(LetterAct[Dispatch]):
    """The letter did not arrive; it waits to be sent again."""

    verb = "letters.confirm"
    dispatch: Dispatch
    reason: str

    def write(self) -> tuple[Dispatch, Told]:
        """The row of the log, failed."""
        reason = reason_of(self.reason, "a failed dispatch")
        one = _open(self.letter.pk, self.dispatch)
        one.failed_at, one.failed_by, one.failure = timezone.now(), self.user, reason
        one.save(update_fields=["failed_at", "failed_by", "failure"])
        return one, self.told({"dispatch": one.pk, "failed": True})


def _open(letter: int, dispatch: Dispatch) -> Dispatch:
    one = Dispatch.objects.select_for_update().get(pk=dispatch.pk, letter=letter)
    if one.confirmed_at is not None:
        raise InvalidActError("this dispatch is confirmed already")
    if one.failed_at is not None:
        raise InvalidActError("this dispatch failed; log a new one")
    return one
