"""Everything one analysis found, before it is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.biomarkers.night import Biomarkers
from westward.eeg.events.background import Background
from westward.eeg.events.bad_channels import BadChannel
from westward.eeg.events.cluster import Cluster
from westward.eeg.events.event import Event
from westward.eeg.events.focus import Focus
from westward.eeg.events.hfo import Hfos
from westward.eeg.events.hypnogram import Hypnogram
from westward.eeg.events.quality import Quality
from westward.eeg.events.spasm_gamma import SpasmGamma
from westward.eeg.events.spasm_mask import SpasmMask
from westward.eeg.events.spasms import Spasms
from westward.eeg.events.spikes import Spikes
from westward.eeg.events.spindle import Spindles
from westward.eeg.grading.based_grade import BasedGrade
from westward.eeg.grading.hypsarrhythmia import Hypsarrhythmia
from westward.eeg.grading.score_one import Abnormality
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.layout import Layout
from westward.eeg.recording.recording import Recording
from westward.eeg.study.options import StudyOptions


@dataclass(frozen=True, eq=False)
class Night:
    """The whole recording without samples.

    Attributes
    ----------
    quality, hypnogram, spikes, background
        Of the detectors; one column per second of recording time.
    usable : bool array, shape (n_seconds,)
        Seconds without gap or artifact.
    spike_why : object array of str, shape (n_spikes,)
        Why a spike is left out of the grade; empty for those that enter it.
    focus : int32 array, shape (n_spikes,)
        Index into ``foci``, -1 for none.
    spasms, clusters
        Candidates with near-misses, and clusters of those that count.
    masked : SpasmMask
        Seconds that are not interictal.
    biomarkers : Biomarkers
    spindle_rows : Spindles
        Spindles by side, before they are joined to events.
    gamma : SpasmGamma or None
        Rise of gamma around each spasm.
    hfos : Hfos or None
        None where the sampling rate does not allow them.
    """

    quality: Quality
    usable: NDArray[np.bool_]
    hypnogram: Hypnogram
    spikes: Spikes
    spike_why: NDArray[np.object_]
    foci: tuple[Focus, ...]
    focus: NDArray[np.int32]
    background: Background
    attenuations: tuple[Event, ...]
    grouped: tuple[Event, ...]
    spindles: tuple[Event, ...]
    spasms: Spasms
    clusters: tuple[Cluster, ...]
    masked: SpasmMask
    biomarkers: Biomarkers
    spindle_rows: Spindles
    gamma: SpasmGamma | None = None
    hfos: Hfos | None = None

    @property
    def n_seconds(self) -> int:
        """Whole seconds of the recording, gaps counted."""
        return len(self.usable)


@dataclass(frozen=True, eq=False)
class Study:
    """One analysis of one recording.

    ``refusal`` says why nothing at all could be graded (no EEG, most channels bad), or is empty. ``with_ictal`` is the
    grade as it would be if spasms, clusters and the time after arousals were not left out.
    """

    recording: Recording
    options: StudyOptions
    layout: Layout | None
    age_days: int | None
    age_source: str
    bad_channels: tuple[BadChannel, ...]
    night: Night
    facts: StudyFacts
    abnormalities: tuple[Abnormality, ...]
    grade: BasedGrade
    with_ictal: BasedGrade
    hypsarrhythmia: Hypsarrhythmia
    refusal: str
    started: str
    seconds: float


def unstaged(study: Study) -> str:
    """Why sleep states are not assessed, or an empty string."""
    hypnogram = study.night.hypnogram
    if hypnogram.refusal or not len(hypnogram.state):
        return study.refusal or hypnogram.refusal or "shorter than one 30-s epoch"
    return ""
