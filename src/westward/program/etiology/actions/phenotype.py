"""Note a feature of the child as present or absent, or take the note back."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from westward.core.errors import InputError
from westward.evidence import hpo
from westward.program.acts import InvalidActError, Told
from westward.program.etiology.actions.base import locked_child
from westward.program.etiology.models import Feature
from westward.program.people.actions.base import ChildAct


@dataclass(frozen=True, kw_only=True)
class RecordFeature(ChildAct[Feature]):
    """A term of the Human Phenotype Ontology, present or looked for and absent; a note of the term before is closed."""

    verb = "etiology.phenotype"
    term: str
    present: bool

    def write(self) -> tuple[Feature, Told]:
        """The note."""
        try:
            term = hpo.term(self.term)
        except InputError as error:
            raise InvalidActError(str(error)) from None
        locked_child(self.child)
        old = Feature.objects.filter(child=self.child, term=term.id, withdrawn_at=None).first()
        if old is not None and old.present == self.present:
            raise InvalidActError(f"{term.label} stands as {'present' if self.present else 'absent'} already")
        if old is not None:
            _close(old, self)
        feature = Feature.objects.create(
            child=self.child,
            term=term.id,
            label=term.label,
            release=hpo.slice_().version,
            present=self.present,
            by=self.user,
            at=timezone.now(),
        )
        return feature, self.told(f"feature:{feature.pk}", {"present": self.present})


@dataclass(frozen=True, kw_only=True)
class WithdrawFeature(ChildAct[Feature]):
    """The note was wrong: neither present nor absent is known."""

    verb = "etiology.phenotype"
    feature: Feature

    def write(self) -> tuple[Feature, Told]:
        """The note, closed."""
        found = Feature.objects.select_for_update().filter(pk=self.feature.pk, child=self.child).first()
        if found is None or found.withdrawn_at is not None:
            raise InvalidActError("this note does not stand in the chart")
        _close(found, self)
        return found, self.told(f"feature:{found.pk}", {"withdrawn": True})


def _close(feature: Feature, act: ChildAct[Feature]) -> None:
    feature.withdrawn_at, feature.withdrawn_by = timezone.now(), act.user
    feature.save(update_fields=["withdrawn_at", "withdrawn_by"])
