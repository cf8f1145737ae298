"""What acts of signed-in people share: permission by the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest

from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import NOTHING, Subject, allows
from westward.program.acts import Act
from westward.program.audit.record import ANONYMOUS, Who

T = TypeVar("T")


def who(user: User | None, act_id: str = "") -> Who:
    """The actor as the audit chain names them."""
    return Who(actor=user.audit_id if user is not None and user.pk else ANONYMOUS, act_id=act_id)


def asking(request: HttpRequest) -> dict[str, Any]:
    """Who asks and the number of the request, as the first two arguments of an act."""
    user: Any = request.user if request.user.is_authenticated else None
    return {"user": user, "who": who(user, getattr(request, "act_id", ""))}


@dataclass(frozen=True, kw_only=True)
class PersonAct(Act[T]):
    """An act of a signed-in person, allowed by the table of policies."""

    user: User

    def subject(self) -> Subject:
        """What the act concerns."""
        return NOTHING

    def authorize(self) -> bool:
        """By the table."""
        return allows(self.user, self.verb, self.subject())

    def target(self) -> str:
        """Id of the subject."""
        return self.subject().id


def code(site: Site | None) -> str:
    """Code of a site for the audit row, empty for all sites."""
    return site.code if site else ""
