"""What is known of a child when the diagnosis is made: the answers that the criteria need."""

from __future__ import annotations

from dataclasses import dataclass

from westward.care.answer import Answer
from westward.care.when import Days
from westward.core.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Findings for the criteria; what was not asked or not done stays unknown.

    Attributes
    ----------
    spasms : Answer
        The child has epileptic spasms in the judgment of the physician.
    hypsarrhythmia, focal_or_multifocal : Answer
        Interictal EEG.
    interictal_normal, suppression_burst : Answer
        Interictal EEG, alerts.
    sleep_recorded : Answer
        The EEG holds sleep.
    event_recorded : Answer
        An event suspected to be a spasm was recorded on EEG.
    event_eeg_normal : Answer
        The EEG was normal during it.
    ictal_correlate : Answer
        The EEG showed the ictal correlate of an epileptic spasm.
    onset_age_d : Days or None
        Age at the first spasm in days; a range if approximate.
    plateau_or_regression : Answer
        Development stood still or went back after the onset.
    at_risk : Answer
        A structural or genetic cause of spasms is known.
    mri_done : Answer
        Not required; asked because it is advised.
    eeg_available : Answer
        No only where no EEG can be had.
    clusters_witnessed : Answer
        An experienced clinician saw clusters, live or on video.
    clusters_by_history : Answer
        Definite clusters by history or typical spasms on a home video.
    based_score : int or None
        BASED of the reader, 0-5.

    Raises
    ------
    UsageError
        If the score is not 0-5, or two findings contradict each other.
    """

    spasms: Answer = Answer.UNKNOWN
    hypsarrhythmia: Answer = Answer.UNKNOWN
    focal_or_multifocal: Answer = Answer.UNKNOWN
    interictal_normal: Answer = Answer.UNKNOWN
    suppression_burst: Answer = Answer.UNKNOWN
    sleep_recorded: Answer = Answer.UNKNOWN
    event_recorded: Answer = Answer.UNKNOWN
    event_eeg_normal: Answer = Answer.UNKNOWN
    ictal_correlate: Answer = Answer.UNKNOWN
    onset_age_d: Days | None = None
    plateau_or_regression: Answer = Answer.UNKNOWN
    at_risk: Answer = Answer.UNKNOWN
    mri_done: Answer = Answer.UNKNOWN
    eeg_available: Answer = Answer.YES
    clusters_witnessed: Answer = Answer.UNKNOWN
    clusters_by_history: Answer = Answer.UNKNOWN
    based_score: int | None = None

    def __post_init__(self) -> None:
        if self.based_score is not None and self.based_score not in range(6):
            raise UsageError(f"a BASED score of {self.based_score!r} does not exist; give 0 to 5")
        if self.event_recorded is Answer.NO and Answer.YES in (self.event_eeg_normal, self.ictal_correlate):
            raise UsageError(
                "findings of a recorded event are given, yet no event was recorded; correct one of the two"
            )
        if self.interictal_normal is Answer.YES and Answer.YES in (self.hypsarrhythmia, self.focal_or_multifocal):
            raise UsageError("the interictal EEG is called normal and epileptiform; correct one of the two")
        if self.event_eeg_normal is Answer.YES and self.ictal_correlate is Answer.YES:
            raise UsageError(
                "the EEG of a recorded event is called normal and ictal; "
                "if events differed, judge the one with the ictal correlate"
            )
