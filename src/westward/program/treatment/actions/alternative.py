"""Alternative approaches, as the family tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.look.words import day as dated
from westward.program.acts import InvalidActError, Told
from westward.program.people.actions.base import ChildAct
from westward.program.treatment.actions.base import need_words
from westward.program.treatment.choices import AlternativeKind
from westward.program.treatment.models import Alternative


@dataclass(frozen=True, kw_only=True)
class RecordAlternative(ChildAct[Alternative]):
    """One approach, without judgment."""

    verb = "treatment.alternative"
    kind: str
    what: str
    from_on: date
    told_by: str
    words: str = ""

    def validate(self) -> None:
        """What it is, who told of it, from when."""
        if self.kind not in AlternativeKind.values:
            raise InvalidActError(f"{self.kind!r} is not known; one of {', '.join(AlternativeKind.values)}")
        need_words(self.what, "what is given or done, with its amount if known")
        need_words(self.told_by, "who told of it")
        if not self.child.birth_date <= self.from_on <= timezone.localdate():
            raise InvalidActError(f"a beginning on {dated(self.from_on)} cannot be")

    def write(self) -> tuple[Alternative, Told]:
        """The approach."""
        made = Alternative.objects.create(
            child=self.child,
            kind=self.kind,
            what=self.what.strip()[:200],
            from_on=self.from_on,
            told_by=self.told_by.strip()[:100],
            words=self.words.strip()[:300],
            by=self.user,
            at=timezone.now(),
        )
        return made, self.told(detail={"alternative": made.pk, "kind": self.kind})


@dataclass(frozen=True, kw_only=True)
class EndAlternative(ChildAct[Alternative]):
    """It is not used any more."""

    verb = "treatment.alternative"
    alternative: Alternative
    on: date

    def validate(self) -> None:
        """In use, of this child."""
        if self.alternative.child_id != self.child.pk or self.alternative.until_on is not None:
            raise InvalidActError("this has ended already")
        if not self.alternative.from_on <= self.on <= timezone.localdate():
            raise InvalidActError(f"an end on {dated(self.on)} cannot be")

    def write(self) -> tuple[Alternative, Told]:
        """The approach, ended."""
        self.alternative.until_on = self.on
        self.alternative.save(update_fields=["until_on"])
        return self.alternative, self.told(detail={"alternative": self.alternative.pk, "ended": True})
