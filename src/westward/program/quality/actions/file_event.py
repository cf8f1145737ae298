"""File a safety event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.models import Site
from westward.program.accounts.policies import NOTHING, Subject, allows
from westward.program.acts import InvalidActError, Told
from westward.program.people.models import Child
from westward.program.people.policies import subject as of_child
from westward.program.quality.choices import EventKind, Harm, Step
from westward.program.quality.models import SafetyEvent

MOST = 4_000
"""Letters of what happened."""


@dataclass(frozen=True, kw_only=True)
class FileEvent(PersonAct[SafetyEvent]):
    """Anybody on the staff files what went wrong or nearly did.

    Attributes
    ----------
    child : Child or None
        Only a child whose chart one may read; None to leave the child unnamed.
    site : Site or None
        Where it happened; a child's own site if it is named.
    happened_on : date or None
        None if nobody knows the day.
    source : str
        What the program stopped, filed once; empty for everything else.
    """

    verb = "quality.file"
    child: Child | None = None
    site: Site | None = None
    kind: str
    harm: str = Harm.UNKNOWN
    step: str = Step.OTHER
    happened_on: date | None = None
    what: str
    prevented: str = ""
    source: str = ""

    def subject(self) -> Subject:
        """The child that is named, else nothing that exists yet."""
        return of_child(self.child) if self.child else NOTHING

    def authorize(self) -> bool:
        """Staff; a child is named only by those who may read its chart."""
        return super().authorize() and (self.child is None or allows(self.user, "people.read", self.subject()))

    def validate(self) -> None:
        """Known codes, a day that can be, words that say what happened."""
        for value, known, name in (
            (self.kind, EventKind.values, "kind"),
            (self.harm, Harm.values, "harm"),
            (self.step, Step.values, "step"),
        ):
            if value not in known:
                raise InvalidActError(f"{value!r} is no {name} of a safety event; choose one of the list")
        if not self.what.strip():
            raise InvalidActError("say what happened; a line is enough")
        if max(len(self.what), len(self.prevented)) > MOST:
            raise InvalidActError(f"shorten each part to {MOST} letters")
        if self.happened_on is not None and self.happened_on > timezone.localdate():
            raise InvalidActError(f"{self.happened_on} lies in the future; give the day on which it happened")
        if self.source and SafetyEvent.objects.filter(source=self.source).exists():
            raise InvalidActError("this was filed already; the quality lead has it")

    def write(self) -> tuple[SafetyEvent, Told]:
        """The event, to review."""
        site = self.child.site if self.child else self.site
        event = SafetyEvent.objects.create(
            site=site,
            child=self.child,
            kind=self.kind,
            harm=self.harm,
            step=self.step,
            happened_on=self.happened_on,
            what=self.what.strip(),
            prevented=self.prevented.strip(),
            source=self.source,
            filed_by=self.user,
            filed_at=timezone.now(),
        )
        detail = {"kind": self.kind, "harm": self.harm, "step": self.step, "source": self.source}
        return event, Told(event.audit_id, code(site), detail=detail, children=(self.child.pk,) if self.child else ())
