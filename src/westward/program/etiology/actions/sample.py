"""Collect a sample, ship it, or note that the laboratory rejected it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from westward.care.workup import Test
from westward.program.accounts.policies import allows
from westward.program.acts import InvalidActError, Told
from westward.program.etiology import queries, rules
from westward.program.etiology.actions.base import OrderAct, fits, happened, in_force, one_of, reason_of
from westward.program.etiology.choices import Material, Person
from westward.program.etiology.models import Sample

CLOCKS_DIFFER = timedelta(minutes=5)
_NO_SAMPLE = (Test.MRI, Test.EXAMINATION)


@dataclass(frozen=True, kw_only=True)
class RecordSample(OrderAct[Sample]):
    """A sample was collected. For a genetic test consent comes first, or a physician's reason why not.

    Attributes
    ----------
    without_consent : str
        A physician's reason to collect without recorded consent; audited as such.
    """

    verb = "etiology.sample"
    material: str
    collected_at: datetime
    person: str = Person.CHILD
    without_consent: str = ""

    def validate(self) -> None:
        """Of this child, with consent, at a time that can be."""
        super().validate()
        one_of(self.material, Material.values, "material")
        one_of(self.person, Person.values, "person")
        if Test(self.order.test) in _NO_SAMPLE:
            raise InvalidActError("this test needs no sample")
        if self.collected_at > timezone.now() + CLOCKS_DIFFER:
            raise InvalidActError("the sample lies in the future")
        happened(timezone.localtime(self.collected_at).date(), "the sample", child=self.child)
        self._consent()

    def _consent(self) -> None:
        talks = queries.talks(self.child)
        why = rules.no_consent(talks, Test(self.order.test), on=timezone.localtime(self.collected_at).date())
        if not why:
            if self.without_consent.strip():
                raise InvalidActError("consent is recorded; leave the reason empty")
            return
        if not self.without_consent.strip():
            raise InvalidActError(f"{why}, or a physician gives the reason to collect without")
        if not allows(self.user, "etiology.collect_without_consent", self.subject()):
            raise InvalidActError(f"{why}; only a physician can collect without, with a reason")

    def write(self) -> tuple[Sample, Told]:
        """The sample."""
        order = self.locked()
        if in_force(order) is not None:
            raise InvalidActError("the order has its result; order the test again for a new sample")
        sample = Sample.objects.create(
            order=order,
            person=self.person,
            material=self.material,
            collected_at=self.collected_at,
            collected_by=self.user,
            without_consent=fits(self.without_consent, "the reason"),
        )
        detail = {"test": order.test, "person": self.person, "without_consent": bool(sample.without_consent)}
        return sample, self.told(f"sample:{sample.pk}", detail)


@dataclass(frozen=True, kw_only=True)
class ShipSample(OrderAct[Sample]):
    """A sample left for a laboratory; from this day the turnaround counts."""

    verb = "etiology.sample"
    sample: Sample
    shipped_on: date
    lab: str
    accession: str = ""

    def validate(self) -> None:
        """To a laboratory, not before it was collected."""
        super().validate()
        happened(self.shipped_on, "the dispatch", child=self.child)
        if not self.lab.strip():
            raise InvalidActError("name the laboratory")
        fits(self.lab, "the laboratory", most=200)
        fits(self.accession, "the accession number", most=80)

    def write(self) -> tuple[Sample, Told]:
        """The sample, shipped."""
        self.locked()
        sample = _of_order(self.sample, self.order.pk)
        if sample.rejected_on is not None:
            raise InvalidActError("the laboratory rejected this sample; collect another")
        if sample.shipped_on is not None:
            raise InvalidActError("the sample was shipped already")
        if self.shipped_on < timezone.localtime(sample.collected_at).date():
            raise InvalidActError("the sample cannot leave before it was collected")
        sample.shipped_on, sample.shipped_by = self.shipped_on, self.user
        sample.lab, sample.accession = " ".join(self.lab.split()), " ".join(self.accession.split())
        sample.save(update_fields=["shipped_on", "shipped_by", "lab", "accession"])
        return sample, self.told(f"sample:{sample.pk}", {"shipped": True})


@dataclass(frozen=True, kw_only=True)
class RejectSample(OrderAct[Sample]):
    """The laboratory cannot use the sample, or it was lost: another has to be collected."""

    verb = "etiology.sample"
    sample: Sample
    rejected_on: date
    reason: str

    def validate(self) -> None:
        """On a day that can be."""
        super().validate()
        happened(self.rejected_on, "the rejection", child=self.child)

    def write(self) -> tuple[Sample, Told]:
        """The sample, rejected."""
        reason = reason_of(self.reason, "a rejected sample")
        self.locked()
        sample = _of_order(self.sample, self.order.pk)
        if sample.rejected_on is not None:
            raise InvalidActError("the sample was rejected already")
        if self.rejected_on < timezone.localtime(sample.collected_at).date():
            raise InvalidActError("the sample cannot be rejected before it was collected")
        sample.rejected_on, sample.rejected_by, sample.rejection = self.rejected_on, self.user, reason
        sample.save(update_fields=["rejected_on", "rejected_by", "rejection"])
        return sample, self.told(f"sample:{sample.pk}", {"rejected": True})


def _of_order(sample: Sample, order: int) -> Sample:
    found = Sample.objects.select_for_update().filter(pk=sample.pk, order=order).first()
    if found is None:
        raise InvalidActError("the sample belongs to another order")
    return found
