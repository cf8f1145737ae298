"""Coded values of diagnosis. A code never changes; its words may."""

from __future__ import annotations

from django.db import models


class Known(models.TextChoices):
    """An answer to a clinical question; what was not asked stays ``unknown``."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class ReadSide(models.TextChoices):
    """On which side a reader saw it; what was not said stays ``unknown``."""

    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    BILATERAL = "bilateral", "Bilateral"
    NOT_LATERALIZED = "not_lateralized", "Not lateralized"
    NOT_ASSESSABLE = "not_assessable", "Not assessable"
    UNKNOWN = "unknown", "Not said"


class Length(models.TextChoices):
    """How long a video-EEG is wanted."""

    NAP = "nap", "With one full nap"
    HALF_DAY = "half_day", "Half a day"
    OVERNIGHT = "overnight", "Overnight"
    DAY = "day", "24 hours or longer"


class Urgency(models.TextChoices):
    """How soon, in the order of the queue."""

    TODAY = "today", "Today"
    DAYS = "days", "Within days"
    PLANNED = "planned", "Planned"


URGENCY_RANK: dict[str, int] = {Urgency.TODAY: 0, Urgency.DAYS: 1, Urgency.PLANNED: 2}
"""Place in the queue, least first."""


class OrderState(models.TextChoices):
    """What became of an order."""

    OPEN = "open", "Open"
    DONE = "done", "Recorded"
    CANCELED = "canceled", "Canceled"


class Source(models.TextChoices):
    """How a recording came."""

    UPLOAD = "upload", "Uploaded"
    FOLDER = "folder", "Taken from the inbox folder"
    OUTSIDE = "outside", "Outside EEG"


class RecordingState(models.TextChoices):
    """Whose a recording is."""

    UNASSIGNED = "unassigned", "Unassigned"
    ATTACHED = "attached", "Attached to a chart"
    REJECTED = "rejected", "Rejected"


class StudyState(models.TextChoices):
    """Where a study stands before it is read."""

    STOPPED = "stopped", "Stopped: whose recording is it?"
    NO_AGE = "no_age", "Recording date missing: no age, no grade"
    WAITING = "waiting", "Waiting for analysis"
    ANALYZING = "analyzing", "Being analyzed"
    ANALYZED = "analyzed", "Analyzed"
    FAILED = "failed", "Analysis failed"
    WITHDRAWN = "withdrawn", "Withdrawn"


IN_DOUBT = (StudyState.WITHDRAWN, StudyState.STOPPED)
"""States of a study that has happened to nobody: taken off its chart, or nobody has said yet whose it is."""


class Resolution(models.TextChoices):
    """What a person said of a recording whose child was in doubt."""

    THIS = "this", "It is this child's"
    OTHER = "other", "It is another child's"
    REJECT = "reject", "Reject it: whose it is cannot be said"


class AnalysisState(models.TextChoices):
    """One run of the engine."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Quality(models.TextChoices):
    """How far a reader could read the recording."""

    GOOD = "good", "Good"
    LIMITED = "limited", "Limited"
    POOR = "poor", "Poor"


class ReadKind(models.TextChoices):
    """Why a version of a read was stored."""

    OWN = "own", "Own read, before the engine's result was seen"
    CHANGED = "changed", "Changed after the engine's result was seen"
    AMENDED = "amended", "Amended after signing"
    AGE = "age", "Confirmed at the corrected age"
    TAKEN = "taken", "Read in place of another reader"


class Part(models.TextChoices):
    """What is asked of a child before the diagnosis."""

    HISTORY = "history", "History"
    SEMIOLOGY = "semiology", "Semiology"
    MIMICS = "mimics", "Mimics"


class Outcome(models.TextChoices):
    """What a physician decided."""

    CONFIRMED = "confirmed", "Confirmed"
    SUSPECTED = "suspected", "Still suspected"
    NOT = "not", "Not infantile epileptic spasms syndrome"


class OutsideState(models.TextChoices):
    """Where an EEG from elsewhere stands."""

    REQUESTED = "requested", "Requested"
    READABLE = "readable", "Arrived and readable"
    EXPORT = "export", "Ask for EDF and video export"
    CLOSED = "closed", "Closed"


class Missing(models.TextChoices):
    """What an outside EEG lacks."""

    SIGNALS = "signals", "The EEG signals themselves (a report or pictures came)"
    EDF = "edf", "A file that can be read (EDF or BDF)"
    VIDEO = "video", "Video"
    NOTES = "notes", "Annotations and push-buttons"
    WHOLE = "whole", "The whole recording (a clip came)"
    REPORT = "report", "The written report"
    SLEEP = "sleep", "Sleep"
