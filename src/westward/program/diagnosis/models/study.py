"""Recordings as they came, studies they make on a chart, and what the engine found."""

from __future__ import annotations

from django.db import models

from westward.program.accounts.models import Site, User
from westward.program.diagnosis.choices import (
    IN_DOUBT,
    AnalysisState,
    RecordingState,
    Resolution,
    Source,
    StudyState,
)
from westward.program.diagnosis.models.order import EegOrder
from westward.program.people.models import Child


class Recording(models.Model):
    """A file or a set of files, kept unchanged, with what its header says of the child.

    ``folder`` and ``main`` are relative to the folder of files; ``sha256`` is that of the file, or of the digests of
    a set. What the header does not say is empty or None.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=RecordingState.choices, default=RecordingState.UNASSIGNED)
    source = models.CharField(max_length=8, choices=Source.choices)
    sha256 = models.CharField(max_length=64, unique=True)
    size_bytes = models.PositiveBigIntegerField()
    n_files = models.PositiveSmallIntegerField(default=1)
    original_name = models.CharField(max_length=255)
    folder = models.CharField(max_length=100, unique=True)
    main = models.CharField(max_length=255)
    readable = models.BooleanField()
    unreadable_because = models.CharField(max_length=500, blank=True)
    format = models.CharField(max_length=40, blank=True)
    header_name = models.CharField(max_length=200, blank=True)
    header_code = models.CharField(max_length=100, blank=True)
    header_sex = models.CharField(max_length=8, blank=True)
    header_birth = models.DateField(null=True, blank=True)
    header_start = models.CharField(max_length=19, blank=True)
    duration_s = models.FloatField(null=True, blank=True)
    n_channels = models.PositiveSmallIntegerField(null=True, blank=True)
    limb_emg = models.BooleanField(null=True, blank=True)
    simulated = models.BooleanField(default=False)
    arrived_at = models.DateTimeField()
    arrived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rejected_because = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-arrived_at", "-pk")

    def __str__(self) -> str:
        return self.audit_id

    @property
    def audit_id(self) -> str:
        """How the audit chain names this recording."""
        return f"recording:{self.pk}"


class Studies(models.QuerySet["Study"]):
    """Studies by whether they count."""

    def on_charts(self) -> Studies:
        """Without those that were taken off their chart: nothing of them counts any more."""
        return self.exclude(state=StudyState.WITHDRAWN)

    def sure(self) -> Studies:
        """Of these, without those of whom it is in doubt whose they are."""
        return self.exclude(state__in=IN_DOUBT)


class Study(models.Model):
    """A recording on the chart of one child.

    ``identity`` is the comparison of the file with the chart as it is now; ``earlier`` in it holds the ones before the
    chart was corrected, each with ``until``.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="studies")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="studies")
    order = models.ForeignKey(EegOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="studies")
    state = models.CharField(max_length=10, choices=StudyState.choices)
    recorded_on = models.DateField(null=True, blank=True)
    identity = models.JSONField(default=dict)
    stopped = models.BooleanField(default=False)
    urgent_suggested = models.BooleanField(default=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = Studies.as_manager()

    class Meta:
        """A recording is on one chart at a time."""

        ordering = (models.F("recorded_on").desc(nulls_last=True), "-attached_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["recording"], condition=~models.Q(state="withdrawn"), name="diagnosis_recording_on_one_chart"
            ),
        )
        indexes = (models.Index(fields=["child", "state"], name="diagnosis_study_child"),)

    def __str__(self) -> str:
        return self.audit_id

    @property
    def audit_id(self) -> str:
        """How the audit chain names this study."""
        return f"study:{self.pk}"


class Identity(models.Model):
    """What a person said, with a reason, of a study whose child was in doubt."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="resolutions")
    resolution = models.CharField(max_length=8, choices=Resolution.choices)
    reason = models.TextField()
    other = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"identity of study {self.study_id}: {self.resolution}"


class Analysis(models.Model):
    """One run of the engine on a study; every run may be run again.

    ``age_d`` is the age that was given to the engine, in days, with why in ``age_why``.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="analyses")
    state = models.CharField(max_length=8, choices=AnalysisState.choices, default=AnalysisState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=1)
    age_d = models.PositiveIntegerField()
    age_why = models.CharField(max_length=200)
    done = models.FloatField(default=0)
    doing = models.CharField(max_length=100, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first; one at a time for a study."""

        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["study"], condition=models.Q(state__in=["queued", "running"]), name="diagnosis_one_analysis"
            ),
        )

    def __str__(self) -> str:
        return f"analysis:{self.pk}"


class EngineResult(models.Model):
    """What the engine found; shown to nobody before a reader has stored an own read.

    ``summary_sha256`` is that of the bundle's ``summary.json``; what was not assessed is None.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="results")
    analysis = models.OneToOneField(Analysis, on_delete=models.PROTECT, related_name="result")
    bundle = models.CharField(max_length=200)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    lower_bound = models.BooleanField(default=False)
    rule = models.CharField(max_length=24, blank=True)
    headline = models.CharField(max_length=500, blank=True)
    margin = models.JSONField(default=list)
    spike_bin_fraction = models.FloatField(null=True, blank=True)
    spasms = models.PositiveIntegerField(null=True, blank=True)
    clusters = models.PositiveIntegerField(null=True, blank=True)
    sleep_min = models.FloatField(null=True, blank=True)
    not_assessable = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    version = models.CharField(max_length=60)
    summary_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        """The newest is in force."""

        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"result of study {self.study_id}"
