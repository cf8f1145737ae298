"""Open a chart."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from westward.care.ages import age_on
from westward.core.errors import UsageError
from westward.program.accounts.actions.base import PersonAct, code
from westward.program.accounts.models import Site
from westward.program.accounts.policies import NOTHING, Subject
from westward.program.acts import InvalidActError, Told
from westward.program.audit.record import one_at_a_time
from westward.program.people import queries
from westward.program.people.choices import ChildState, Sex
from westward.program.people.likeness import Person
from westward.program.people.models import Child, Different

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class LikelyDuplicateError(InvalidActError):
    """A chart of the same child may exist already; nobody has said yet that it is another child."""


def fresh_pseudonym() -> str:
    """``W-7K3M-Q9TX``: random, says nothing of the child, free of letters that are misread."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(8))
        pseudonym = f"W-{drawn[:4]}-{drawn[4:]}"
        if not Child.objects.filter(pseudonym=pseudonym).exists():
            return pseudonym


def check_facts(
    *,
    site: Site | None,
    family_name: str,
    birth_date: date,
    gestation_d: int | None,
    record_number: str,
    besides: int | None = None,
) -> None:
    """Refuse a chart without family name, with dates that cannot be, or with the record number of another chart.

    ``besides`` is the key of the chart itself, if it exists.
    """
    if not family_name.strip():
        raise InvalidActError("a chart needs a family name")
    today = timezone.localdate()
    if birth_date > today:
        raise InvalidActError(f"the birth date {birth_date} lies in the future")
    try:
        age_on(today, birth=birth_date, gestation_d=gestation_d)
    except UsageError as error:
        raise InvalidActError(str(error)) from None
    number = record_number.strip()
    others = Child.objects.exclude(state=ChildState.MERGED).exclude(pk=besides or 0)
    if number and others.filter(site=site, record_number=number).exists():
        raise InvalidActError("this record number has a chart at this site already; open that one")


@dataclass(frozen=True, kw_only=True)
class AddChild(PersonAct[Child]):
    """Open a chart for a child.

    Attributes
    ----------
    gestation_d : int or None
        Gestational age at birth in days; None if not known.
    not_the_same : frozenset of int or None
        Keys of charts that look alike and that a person looked at: these are other children. None if nobody looked
        and the caller compares by itself.
    """

    verb = "people.add"
    site: Site | None = None
    family_name: str
    given_name: str = ""
    birth_date: date
    sex: str = Sex.UNKNOWN
    gestation_d: int | None = None
    multiple_birth: bool = False
    record_number: str = ""
    language: str = "en"
    interpreter: bool = False
    simulated: bool = False
    not_the_same: frozenset[int] | None = None

    def subject(self) -> Subject:
        """The site alone: the child does not exist yet."""
        return Subject(site=self.site.pk) if self.site else NOTHING

    def validate(self) -> None:
        """A name, a birth date that can be, and a record number that is free."""
        check_facts(
            site=self.site,
            family_name=self.family_name,
            birth_date=self.birth_date,
            gestation_d=self.gestation_d,
            record_number=self.record_number,
        )

        if self.not_the_same is not None:
            one_at_a_time()
            me = Person(self.family_name, self.given_name, self.birth_date, self.sex, self.multiple_birth)
            if [one for one in queries.likely(me) if one.stops and one.child.pk not in self.not_the_same]:
                raise LikelyDuplicateError("a chart looks like this child", remedy="open it, or say that it is another")

    def write(self) -> tuple[Child, Told]:
        """The child."""
        child = Child.objects.create(
            site=self.site,
            pseudonym=fresh_pseudonym(),
            family_name=self.family_name.strip(),
            given_name=self.given_name.strip(),
            birth_date=self.birth_date,
            sex=self.sex,
            gestation_d=self.gestation_d,
            multiple_birth=self.multiple_birth,
            record_number=self.record_number.strip(),
            language=self.language,
            interpreter=self.interpreter,
            simulated=self.simulated,
            created_by=self.user,
        )
        looked_at = sorted(self.not_the_same or ())
        Different.objects.bulk_create(
            Different(child=child, other_id=key, at=timezone.now(), by=self.user) for key in looked_at
        )
        detail = {"not_the_same": [f"child:{key}" for key in looked_at]} if looked_at else {}
        return child, Told(child.audit_id, code(self.site), detail=detail, children=(child.pk,))
