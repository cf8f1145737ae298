"""Take in a referral: from the public form, the phone, a fax, for a second opinion or a transfer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from westward.care.when import UNKNOWN_DAY, When
from westward.core.errors import InputError
from westward.program.accounts.actions.base import code
from westward.program.accounts.models import Site, User
from westward.program.accounts.policies import NOTHING, Subject, allows
from westward.program.accounts.queries import open_sites
from westward.program.acts import Act, InvalidActError, Told
from westward.program.people.choices import Sex
from westward.program.referral import rules
from westward.program.referral.actions.attach import attached
from westward.program.referral.choices import PUBLIC, Precision, SenderRelation, Source
from westward.program.referral.models import Referral, TriageRun
from westward.program.referral.site import emergency_number
from westward.program.referral.uploads import MAX_FILES, Stored

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
OLDEST = timedelta(days=366)
"""A referral that came in longer ago is a slip of the pen."""


def fresh_number() -> str:
    """``R-7K3M-Q9``: random, free of letters that are misread, short enough for the phone."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(6))
        number = f"R-{drawn[:4]}-{drawn[4:]}"
        if not Referral.objects.filter(number=number).exists():
            return number


@dataclass(frozen=True, kw_only=True)
class Receive(Act[Referral]):
    """Take in a referral and triage it at once.

    The public form needs no account; every other source needs a role of intake.

    Attributes
    ----------
    user : User or None
        Who takes it in; None for the public form.
    site : Site or None
        Who answers; None for the only site of the program, or for whichever takes it first.
    received_at : datetime or None
        When it came in, if not now: a fax that arrived at 7:10. The clock starts then.
    age_d : int or None
        Age in days if the birth date is not known.
    answers : mapping of str to str
        Codes ``yes``, ``no``, ``unknown`` by the names of :class:`westward.care.triage.TriageAnswers`; what is left
        out is unknown.
    onset_precision : str
        How the sender gave the day of the first event: :class:`Precision`.
    onset, suspicion : When
        Day of the first event; day on which somebody first thought of spasms.
    uploads : sequence of Stored
        Files kept by :func:`westward.program.referral.uploads.store`; if the act fails, discard them.
    files_left_out : int
        Files that the sender has and that there was no room for; whoever calls asks for them.
    """

    verb = "referral.receive"
    source: str
    user: User | None = None
    site: Site | None = None
    received_at: datetime | None = None
    sender_name: str
    sender_phone: str = ""
    sender_email: str = ""
    sender_practice: str = ""
    sender_relation: str = SenderRelation.UNKNOWN
    consent_contact: bool = False
    given_name: str = ""
    family_name: str
    birth_date: date | None = None
    age_d: int | None = None
    sex: str = Sex.UNKNOWN
    gestation_d: int | None = None
    language: str = "en"
    interpreter: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    onset_precision: str = Precision.UNKNOWN
    onset: When = UNKNOWN_DAY
    suspicion: When = UNKNOWN_DAY
    words: str = ""
    uploads: Sequence[Stored] = ()
    files_left_out: int = 0
    simulated: bool = False

    def authorize(self) -> bool:
        """Anyone by the public form; else by the table."""
        if self.source in PUBLIC:
            return True
        subject = Subject(site=self.site.pk) if self.site else NOTHING
        return allows(self.user, "referral.take_in", subject)

    def target(self) -> str:
        """Nothing: the referral does not exist yet."""
        return ""

    def validate(self) -> None:
        """A way to answer, a child, and dates that can be."""
        if self.source not in Source.values:
            raise InvalidActError(f"there is no source {self.source!r}; use {', '.join(Source.values)}")
        if not self.sender_name.strip():
            raise InvalidActError("a referral needs the name of whoever sends it")
        if not (self.sender_phone.strip() or self.sender_email.strip()):
            raise InvalidActError("a referral needs a phone number or an e-mail address to answer to")
        if self.source in PUBLIC and not self.consent_contact:
            raise InvalidActError("say that the program may contact you; without that nobody can answer")
        if not self.family_name.strip():
            raise InvalidActError("a referral needs the child's family name")
        self._validate_dates()
        if len(self.uploads) > MAX_FILES:
            raise InvalidActError(f"at most {MAX_FILES} files come with a referral; send fewer")
        try:
            rules.answers_of(self.answers)
        except InputError as error:
            raise InvalidActError(str(error)) from None

    def _validate_dates(self) -> None:
        now = timezone.now()
        if self.received_at is not None:
            if self.user is None:
                raise InvalidActError("the public form is received when it is sent")
            if self.received_at > now:
                raise InvalidActError("a referral cannot have come in later than now; check the time of receipt")
            if self.received_at < now - OLDEST:
                raise InvalidActError("a referral came in at most a year ago; check the time of receipt")
        on = timezone.localtime(self.received_at or now).date()
        if self.birth_date is not None and self.birth_date > on:
            raise InvalidActError("the birth date lies after the referral; check both")
        for words, span in (("first event", self.onset), ("first suspicion", self.suspicion)):
            if span.earliest is not None and span.earliest > on:
                raise InvalidActError(f"the day of the {words} lies after the referral; check it")
            if self.birth_date is not None and span.latest is not None and span.latest < self.birth_date:
                raise InvalidActError(f"the day of the {words} lies before the birth date; check both")

    def write(self) -> tuple[Referral, Told]:
        """The referral, its first triage and its files."""
        received = self.received_at or timezone.now()
        said = rules.Said(
            codes=self.answers, received=received, birth=self.birth_date, age_d=self.age_d, onset=self.onset
        )
        result = rules.triaged(said, emergency_number=emergency_number())
        site = self.site or _only_site()
        referral = Referral.objects.create(
            number=fresh_number(),
            site=site,
            source=self.source,
            simulated=self.simulated,
            sender_name=self.sender_name.strip(),
            sender_phone=self.sender_phone.strip(),
            sender_email=self.sender_email.strip(),
            sender_practice=self.sender_practice.strip(),
            sender_relation=self.sender_relation,
            consent_contact=self.consent_contact,
            given_name=self.given_name.strip(),
            family_name=self.family_name.strip(),
            birth_date=self.birth_date,
            age_given_d=self.age_d if self.birth_date is None else None,
            sex=self.sex,
            gestation_d=self.gestation_d,
            language=self.language,
            interpreter=self.interpreter,
            words=self.words.strip(),
            onset_precision=self.onset_precision if self.onset.known else Precision.UNKNOWN,
            onset_earliest=self.onset.earliest,
            onset_latest=self.onset.latest,
            suspicion_earliest=self.suspicion.earliest,
            suspicion_latest=self.suspicion.latest,
            received_at=received,
            entered_by=self.user,
            level=result.level.value,
            contact_by=result.contact_by,
            escalate_at=result.escalate_at,
            files_left_out=self.files_left_out,
        )
        run = TriageRun.objects.create(
            referral=referral, at=timezone.now(), by=self.user, **rules.stored(result, self.answers)
        )
        for one in self.uploads:
            attached(referral, one, self.user.pk if self.user else None)
        detail: dict[str, object] = {
            "source": self.source,
            "level": result.level.key,
            "rules": [fired["rule"] for fired in run.fired],
            "files": len(self.uploads),
        }
        if self.files_left_out:
            detail["files_left_out"] = self.files_left_out
        return referral, Told(referral.audit_id, code(site), detail=detail)


def _only_site() -> Site | None:
    sites = list(open_sites()[:2])
    return sites[0] if len(sites) == 1 else None
