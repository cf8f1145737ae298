"""Accept a referral: the child has a chart from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from westward.care.clocks import Milestone
from westward.care.when import When
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, Told
from westward.program.letters.actions.draft import Draft, drafts
from westward.program.letters.choices import LetterKind
from westward.program.people.actions.add_child import AddChild
from westward.program.people.actions.caregivers import AddCaregiver
from westward.program.people.actions.clinicians import AddClinician, TieClinician
from westward.program.people.choices import ChildState, ClinicianKind, Relation, TieRole
from westward.program.people.models import Caregiver, Child, Clinician
from westward.program.people.policies import subject as child_subject
from westward.program.referral.actions.assign import give_child
from westward.program.referral.actions.base import ReferralAct, must_be_open
from westward.program.referral.choices import CLINICIANS, FactSource, ReferralState, SenderRelation
from westward.program.referral.letter import gather
from westward.program.referral.models import ChildFact, Contact, Referral

_KINDS = {
    SenderRelation.PEDIATRICIAN.value: ClinicianKind.PEDIATRICIAN,
    SenderRelation.NEUROLOGIST.value: ClinicianKind.NEUROLOGIST,
    SenderRelation.EMERGENCY.value: ClinicianKind.EMERGENCY,
}
_CARING = {
    SenderRelation.PARENT.value: Relation.OTHER,
    SenderRelation.GUARDIAN.value: Relation.GUARDIAN,
}


@dataclass(frozen=True, kw_only=True)
class Accept(ReferralAct[Child]):
    """Accept: link the chart of the child, or open one.

    The referring clinician is tied to the chart, a parent who referred becomes a caregiver of it, the days that were
    told become its facts, and a letter to the sender is drafted. The contact clock runs on until somebody is reached.

    Attributes
    ----------
    child : Child or None
        The chart that is the child's already; None opens a new one.
    birth_date : date or None
        Required for a new chart if the referral does not say it.
    record_number : str
        The hospital's, for a new chart.
    not_the_same : frozenset of int
        Keys of charts that look alike and that a person looked at: these are other children. Any other chart that looks
        alike stops a new one.
    """

    verb = "referral.accept"
    child: Child | None = None
    birth_date: date | None = None
    record_number: str = ""
    not_the_same: frozenset[int] = frozenset()

    def check(self, referral: Referral) -> None:
        """Open; a chart of the same site that one may read, or a birth date for a new one."""
        must_be_open(referral)
        if self.child is not None:
            if not allows(self.user, "people.read", child_subject(self.child)):
                raise InvalidActError("your roles do not open that chart; ask somebody of its site")
            if self.child.state == ChildState.MERGED:
                raise InvalidActError("that chart was merged into another; choose the other one")
            if self.child.simulated != referral.simulated:
                raise InvalidActError("a simulated referral and a real chart do not belong together")
        elif self.birth_date is None and referral.birth_date is None:
            raise InvalidActError("a new chart needs the birth date; ask for it, or find it in the hospital's record")

    def write(self) -> tuple[Child, Told]:
        """The chart, with the sender tied to it."""
        referral = self.fresh()
        child = self.child or self._open(referral)
        referral.child = child
        referral.state, referral.state_at, referral.state_by = ReferralState.ACCEPTED, timezone.now(), self.user
        if referral.site is None:
            referral.site = child.site
        referral.save()
        Contact.objects.filter(referral=referral, child=None).update(child=child)
        recipient = self._sender(referral, child)
        source = FactSource.REFERRER if referral.sender_relation in CLINICIANS else FactSource.FAMILY
        self._remember(child, Milestone.ONSET, referral.onset, source)
        self._remember(child, Milestone.SUSPICION, referral.suspicion, source)
        give_child(child, to=referral.owner or self.user, by=self.user)
        if recipient is not None:
            self._letter(child, recipient)
        return child, self.told(referral, {"chart": "new" if self.child is None else "known"})

    def _open(self, referral: Referral) -> Child:
        birth = self.birth_date or referral.birth_date
        assert birth is not None
        return AddChild(
            user=self.user,
            who=self.who,
            site=referral.site,
            family_name=referral.family_name,
            given_name=referral.given_name,
            birth_date=birth,
            sex=referral.sex,
            gestation_d=referral.gestation_d,
            record_number=self.record_number,
            language=referral.language,
            interpreter=referral.interpreter,
            simulated=referral.simulated,
            not_the_same=self.not_the_same,
        ).execute()

    def _sender(self, referral: Referral, child: Child) -> Clinician | Caregiver | None:
        """The sender as somebody of the chart: a referring clinician, or a caregiver without an account."""
        asked: dict[str, Any] = {"user": self.user, "who": self.who}
        reach: dict[str, Any] = {"phone": referral.sender_phone, "email": referral.sender_email}
        name, practice = referral.sender_name, referral.sender_practice
        if referral.sender_relation in CLINICIANS:
            known = Clinician.objects.filter(name__iexact=name, practice__iexact=practice).first()
            kind = _KINDS.get(referral.sender_relation, ClinicianKind.OTHER)
            clinician = known or AddClinician(**asked, name=name, practice=practice, kind=kind, **reach).execute()
            if not child.clinicians.filter(clinician=clinician, role=TieRole.REFERRING, ended_at=None).exists():
                TieClinician(**asked, child=child, clinician=clinician, role=TieRole.REFERRING).execute()
            return clinician
        if referral.sender_relation not in _CARING:
            return None
        there = child.caregivers.filter(name__iexact=name, revoked_at=None).first()
        # Whether somebody who says to be a parent may consent, a person finds out and says.
        return (
            there
            or AddCaregiver(
                **asked,
                child=child,
                name=name,
                relation=_CARING[referral.sender_relation],
                language=referral.language,
                interpreter=referral.interpreter,
                decides=False,
                **reach,
            ).execute()
        )

    def _letter(self, child: Child, recipient: Clinician | Caregiver) -> None:
        """Draft the letter that the referral has arrived, unless one waits or this person drafts none."""
        if not allows(self.user, Draft.verb, child_subject(child)):
            return
        if drafts(child, LetterKind.REFERRAL_RECEIVED, recipient).exists():
            return
        blocks = gather(child, recipient, "en")
        Draft(
            user=self.user,
            who=self.who,
            child=child,
            kind=LetterKind.REFERRAL_RECEIVED,
            recipient=recipient,
            blocks=blocks,
        ).execute()

    def _remember(self, child: Child, milestone: Milestone, when: When, source: FactSource) -> None:
        """Store what was told, unless the chart knows it already."""
        if when.known and not ChildFact.objects.filter(child=child, milestone=milestone, superseded_at=None).exists():
            ChildFact.objects.create(
                child=child,
                milestone=milestone,
                earliest=when.earliest,
                latest=when.latest,
                source=source,
                note="as told in the referral",
                recorded_by=self.user,
                recorded_at=timezone.now(),
            )
