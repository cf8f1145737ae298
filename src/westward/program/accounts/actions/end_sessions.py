"""End all sessions of a colleague: a lost phone, a browser left open elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.usersessions.models import UserSession

from westward.program.accounts.actions.base import PersonAct
from westward.program.accounts.models import User
from westward.program.accounts.policies import Subject
from westward.program.acts import Told


@dataclass(frozen=True, kw_only=True)
class EndSessions(PersonAct[int]):
    """Sign a colleague out everywhere; password and factors stay. Returns how many sessions ended."""

    verb = "accounts.end_sessions"
    colleague: User

    def subject(self) -> Subject:
        """The colleague."""
        return Subject(id=self.colleague.audit_id)

    def write(self) -> tuple[int, Told]:
        """Every session that is known."""
        found = UserSession.objects.purge_and_list(self.colleague)
        for one in found:
            one.end()
        return len(found), Told(self.colleague.audit_id, detail={"sessions": len(found)})
