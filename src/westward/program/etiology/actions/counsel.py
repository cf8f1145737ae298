"""Record the talk before genetic tests and the family's answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.care.workup import Test
from westward.program.acts import InvalidActError, Told
from westward.program.etiology.actions.base import happened, one_of, spoken
from westward.program.etiology.choices import ConsentKind, SecondaryKind
from westward.program.etiology.models import Counseling
from westward.program.people.actions.base import ChildAct

GENETIC = tuple(test.value for test in Test if test.genetic)


@dataclass(frozen=True, kw_only=True)
class RecordCounseling(ChildAct[Counseling]):
    """Tests that were explained, consent to them, and whether secondary findings are to be told.

    Attributes
    ----------
    tests : sequence of str
        Genetic tests it covers.
    secondary : str
        Opt in or opt out; empty unless consent is given.
    told : str
        Who was spoken with.
    """

    verb = "etiology.counsel"
    on: date
    tests: Sequence[str]
    consent: str
    secondary: str = ""
    told_whom: str
    interpreter: str
    note: str = ""

    def validate(self) -> None:
        """Tests, an answer to both questions, somebody who was spoken with."""
        happened(self.on, "the talk", child=self.child)
        if not self.tests:
            raise InvalidActError("name the genetic tests that were explained")
        for test in self.tests:
            one_of(test, GENETIC, "genetic test")
        one_of(self.consent, ConsentKind.values, "answer to consent")
        if self.consent == ConsentKind.GIVEN and self.secondary not in SecondaryKind.values:
            raise InvalidActError("ask whether secondary findings are to be told, and record the answer")
        if self.consent != ConsentKind.GIVEN and self.secondary:
            raise InvalidActError("without consent there is no answer on secondary findings")
        spoken(self.told_whom, self.interpreter, self.note, child=self.child)

    def write(self) -> tuple[Counseling, Told]:
        """The talk."""
        tests = [test for test in GENETIC if test in self.tests]
        talk = Counseling.objects.create(
            child=self.child,
            on=self.on,
            tests=tests,
            consent=self.consent,
            secondary=self.secondary,
            told=" ".join(self.told_whom.split()),
            interpreter=self.interpreter,
            note=self.note.strip(),
            by=self.user,
            at=timezone.now(),
        )
        detail = {"tests": tests, "consent": self.consent, "secondary": self.secondary, "interpreter": self.interpreter}
        return talk, self.told(f"counseling:{talk.pk}", detail)
