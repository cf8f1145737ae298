"""Facts of the search for the cause: work-up, orders, samples, results. Nothing is deleted."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from westward.program.accounts.models import User
from westward.program.etiology import choices as c
from westward.program.people.models import Child


def _by() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


def _by_or_nobody() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


class Workup(models.Model):
    """The search for the cause of one child: from which day its times count, in which order its tests come."""

    child = models.OneToOneField(Child, on_delete=models.PROTECT, related_name="workup")
    diagnosed_on = models.DateField()
    order = models.CharField(max_length=16, choices=c.OrderKind.choices)
    reason = models.CharField(max_length=400, blank=True)
    opened_by = _by()
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"workup {self.pk} of {self.child_id}"


class Counseling(models.Model):
    """One talk before genetic tests and the family's answer; the latest that covers a test is in force."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="counselings")
    on = models.DateField()
    tests: models.JSONField[Any, Any] = models.JSONField()
    consent = models.CharField(max_length=12, choices=c.ConsentKind.choices)
    secondary = models.CharField(max_length=8, choices=c.SecondaryKind.choices, blank=True)
    told = models.CharField(max_length=200)
    interpreter = models.CharField(max_length=16, choices=c.InterpreterKind.choices)
    note = models.TextField(blank=True)
    by = _by()
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"counseling {self.pk} of {self.child_id}"

    @property
    def test_words(self) -> str:
        """Names of the tests it covers."""
        return ", ".join(c.TestKind(test).label.lower() for test in self.tests)


class TestOrder(models.Model):
    """A test that was ordered. Where it stands follows from its samples and its result."""

    __test__ = False  # not a test case of pytest

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="test_orders")
    test = models.CharField(max_length=16, choices=c.TestKind.choices)
    ordered_on = models.DateField()
    reason = models.CharField(max_length=400, blank=True)
    by = _by()
    at = models.DateTimeField()
    canceled_at = models.DateTimeField(null=True, blank=True)
    canceled_by = _by_or_nobody()
    cancel_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-ordered_on", "-pk")
        indexes = (models.Index(fields=["child", "test"], name="etiology_order_by_test"),)

    def __str__(self) -> str:
        return f"order {self.pk} of {self.child_id}"

    @property
    def audit_id(self) -> str:
        """How the audit chain names this order."""
        return f"test_order:{self.pk}"


class Sample(models.Model):
    """A sample: collected, shipped, perhaps rejected by the laboratory."""

    order = models.ForeignKey(TestOrder, on_delete=models.PROTECT, related_name="samples")
    person = models.CharField(max_length=8, choices=c.Person.choices, default=c.Person.CHILD)
    material = models.CharField(max_length=12, choices=c.Material.choices)
    collected_at = models.DateTimeField()
    collected_by = _by()
    without_consent = models.CharField(max_length=400, blank=True)
    shipped_on = models.DateField(null=True, blank=True)
    shipped_by = _by_or_nobody()
    lab = models.CharField(max_length=200, blank=True)
    accession = models.CharField(max_length=80, blank=True)
    rejected_on = models.DateField(null=True, blank=True)
    rejected_by = _by_or_nobody()
    rejection = models.CharField(max_length=400, blank=True)

    class Meta:
        """In the order in which they were collected."""

        ordering = ("collected_at", "pk")

    def __str__(self) -> str:
        return f"sample {self.pk} of order {self.order_id}"


class Result(models.Model):
    """What the laboratory or the examination said. An amended report is a new row that supersedes the old one."""

    order = models.ForeignKey(TestOrder, on_delete=models.PROTECT, related_name="results")
    finding = models.CharField(max_length=12, choices=c.FindingKind.choices)
    reported_on = models.DateField()
    summary = models.TextField(blank=True)
    lab = models.CharField(max_length=200, blank=True)
    by = _by()
    at = models.DateTimeField()
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    amendment = models.CharField(max_length=400, blank=True)
    secondary_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        """One result of an order is in force."""

        ordering = ("-reported_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["order"], condition=Q(superseded_by=None), name="etiology_result_in_force"),
        )

    def __str__(self) -> str:
        return f"result {self.pk} of order {self.order_id}"


class Variant(models.Model):
    """A variant as the laboratory reported it; Westward neither classifies nor changes it."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="variants")
    gene = models.CharField(max_length=40, blank=True)
    hgvs = models.CharField(max_length=200)
    zygosity = models.CharField(max_length=16, choices=c.Zygosity.choices)
    inheritance = models.CharField(max_length=16, choices=c.Inheritance.choices)
    classification = models.CharField(max_length=20, choices=c.Classification.choices)
    reported_as = models.CharField(max_length=200, blank=True)
    condition = models.CharField(max_length=200, blank=True)
    secondary = models.BooleanField(default=False)

    class Meta:
        """As entered."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return f"variant {self.pk} of result {self.result_id}"


class Analyte(models.Model):
    """One analyte of the metabolic work-up."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="analytes")
    name = models.CharField(max_length=120)
    value = models.CharField(max_length=80, blank=True)
    flag = models.CharField(max_length=12, choices=c.AnalyteFlag.choices)

    class Meta:
        """As entered; once a result."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["result", "name"], name="etiology_analyte_once"),)

    def __str__(self) -> str:
        return f"analyte {self.pk} of result {self.result_id}"


class Disclosure(models.Model):
    """A result was told to the family."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="disclosures")
    on = models.DateField()
    told = models.CharField(max_length=200)
    interpreter = models.CharField(max_length=16, choices=c.InterpreterKind.choices)
    note = models.TextField(blank=True)
    by = _by()
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"disclosure {self.pk} of result {self.result_id}"


class Imaging(models.Model):
    """One examination by imaging and what its report says."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="imagings")
    order = models.ForeignKey(TestOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="imagings")
    kind = models.CharField(max_length=12, choices=c.ImagingKind.choices)
    on = models.DateField()
    protocol = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=16, choices=c.ImagingOutcome.choices)
    finding = models.CharField(max_length=12, choices=c.FindingKind.choices)
    reported_on = models.DateField()
    summary = models.TextField(blank=True)
    by = _by()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = _by_or_nobody()
    withdrawal = models.CharField(max_length=400, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-on", "-pk")
        indexes = (models.Index(fields=["child", "kind"], name="etiology_imaging_by_kind"),)

    def __str__(self) -> str:
        return f"imaging {self.pk} of {self.child_id}"

    @property
    def age_d(self) -> int:
        """Age at the examination in days."""
        return (self.on - self.child.birth_date).days


class ImagingFinding(models.Model):
    """One thing that was seen, and where."""

    imaging = models.ForeignKey(Imaging, on_delete=models.PROTECT, related_name="findings")
    lesion = models.CharField(max_length=16, choices=c.Lesion.choices)
    malformation = models.CharField(max_length=20, choices=c.Malformation.choices, blank=True)
    side = models.CharField(max_length=12, choices=c.Side.choices)
    lobe = models.CharField(max_length=12, choices=c.Lobe.choices)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        """As entered."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return f"finding {self.pk} of imaging {self.imaging_id}"


class Report(models.Model):
    """A report file, under a random name; its own name is known to the database alone."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="cause_reports")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    imaging = models.ForeignKey(Imaging, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    path = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = _by()
    at = models.DateTimeField()

    class Meta:
        """Of a result or of an examination."""

        constraints = (
            models.CheckConstraint(
                condition=Q(result__isnull=False, imaging__isnull=True) | Q(result__isnull=True, imaging__isnull=False),
                name="etiology_report_of_one",
            ),
        )

    def __str__(self) -> str:
        return f"report {self.pk}"


class Feature(models.Model):
    """A term of the Human Phenotype Ontology, present or looked for and absent."""

    closed_by_merge = "withdrawn_at"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="features")
    term = models.CharField(max_length=12)
    label = models.CharField(max_length=200)
    release = models.CharField(max_length=16)
    present = models.BooleanField()
    by = _by()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = _by_or_nobody()

    class Meta:
        """A term stands once for a child at a time."""

        verbose_name = "feature"
        ordering = ("label",)
        constraints = (
            models.UniqueConstraint(
                fields=["child", "term"], condition=Q(withdrawn_at=None), name="etiology_feature_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.term} of {self.child_id}"


class TreatableAnswer(models.Model):
    """Where one treatable cause stands for a child; the latest answer is in force."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="treatable_answers")
    cause = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=c.TreatableState.choices)
    why = models.CharField(max_length=400)
    by = _by()
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["child", "cause"], name="etiology_answer_by_cause"),)

    def __str__(self) -> str:
        return f"{self.cause} {self.state} of {self.child_id}"


class Classed(models.Model):
    """The class of the cause, one version after the other; the one that nothing superseded is in force."""

    closed_by_merge = "superseded_at"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="causes")
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=24, choices=c.CauseKind.choices)
    words = models.CharField(max_length=200, blank=True)
    evidence: models.JSONField[Any, Any] = models.JSONField()
    reason = models.CharField(max_length=400)
    by = _by()
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The one in force first, then the newest."""

        verbose_name = "class of the cause"
        verbose_name_plural = "classes of the cause"
        ordering = (models.F("superseded_at").desc(nulls_first=True), "-pk")
        constraints = (
            models.UniqueConstraint(fields=["child"], condition=Q(superseded_at=None), name="etiology_cause_in_force"),
        )

    def __str__(self) -> str:
        return f"cause {self.number} of {self.child_id}"
