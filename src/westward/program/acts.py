"""The shape of every act: authorize, validate, write, audit, in one transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.db import transaction
from django.dispatch import Signal

from westward.core.errors import InputError, RefusedError
from westward.program.audit.record import DONE, REFUSED, SYSTEM, Who, record

T = TypeVar("T")

acted = Signal()
"""Sent inside the transaction of every act that concerns children, with ``children``: their keys."""


class NotAllowedError(RefusedError):
    """The actor may not do this; the refusal stands in the audit chain."""


class InvalidActError(InputError):
    """The act makes no sense as asked; one line says what and what to do."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the audit row says: codes, counts and ids, never names or free text.

    ``children`` are the keys of the children concerned; each stands in the row, and :data:`acted` tells of them.
    """

    target: str
    site: str = ""
    purpose: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    children: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Act(ABC, Generic[T]):
    """One act of one actor. Subclasses are frozen dataclasses whose fields are what the act needs.

    ``execute`` does it all in one transaction, so an act without its audit row cannot happen, nor a row without its
    act. A refused act leaves one row with the outcome ``refused`` and nothing else.
    """

    verb: ClassVar[str]
    who: Who

    @abstractmethod
    def authorize(self) -> bool:
        """Whether the actor may."""

    @abstractmethod
    def target(self) -> str:
        """Id of what the act concerns, for the row of a refusal."""

    def validate(self) -> None:
        """Raise :class:`InvalidActError` if the act makes no sense."""

    @abstractmethod
    def write(self) -> tuple[T, Told]:
        """Write; returns the result and what the audit row says."""

    def execute(self) -> T:
        """Do it.

        Raises
        ------
        NotAllowedError
            If ``authorize`` says no.
        InvalidActError
            If ``validate`` or ``write`` finds it makes no sense; nothing was written.
        """
        with transaction.atomic():
            if self.authorize():
                self.validate()
                result, told = self.write()
                record(
                    self.who,
                    self.verb,
                    told.target,
                    site=told.site,
                    purpose=told.purpose,
                    outcome=DONE,
                    detail={**told.detail, "children": list(told.children)} if told.children else told.detail,
                )
                if told.children:
                    acted.send(type(self), children=told.children)
                return result
            record(self.who, self.verb, self.target(), outcome=REFUSED)
        raise NotAllowedError("your roles do not allow this; a program administrator can change them")


@dataclass(frozen=True, kw_only=True)
class SystemAct(Act[T]):
    """An act of the program itself; nobody signed in can do it."""

    who: Who = field(default_factory=Who)

    def authorize(self) -> bool:
        """The program alone."""
        return self.who.actor == SYSTEM
