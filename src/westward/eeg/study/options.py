"""What a user may choose for one analysis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from westward.eeg.events.cluster import ClusterRules
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.study.motion import MotionTrace

Progress = Callable[[float, str], None]
"""Called with the share done (0-1) and what is being done."""


@dataclass(frozen=True, kw_only=True)
class StudyOptions:
    """Options of one analysis.

    Attributes
    ----------
    age_days : int or None
        Age at the recording, corrected for prematurity; None: taken from the header if it has a birth date.
    post_treatment : bool
        Adds the read-out of the relapse risk.
    threads : int
        Blocks worked on at the same time.
    block_s : float
        Length of a block's core, a multiple of 300 s; results do not depend on it. (Another length loses the biomarkers
        of the minutes and 5-min segments that it cuts.)
    mask_after_arousal_s : float or None
        Time after each arousal left out of interictal scoring; None: as shipped.
    spasm_operating_point : float or None
        Confidence from which a spasm candidate counts; None: as shipped.
    cluster_min_spasms : int or None
        Smallest cluster; None: as shipped.
    cluster_max_gap_s : float or None
        Longest time without spasm inside a cluster, s; None: as shipped.
    motion : MotionTrace or None
        Motion in the video.
    """

    age_days: int | None = None
    post_treatment: bool = False
    threads: int = 2
    block_s: float = 300.0
    mask_after_arousal_s: float | None = None
    spasm_operating_point: float | None = None
    cluster_min_spasms: int | None = None
    cluster_max_gap_s: float | None = None
    motion: MotionTrace | None = None

    @property
    def spasms(self) -> SpasmParameters:
        """Limits of the spasm detector as asked for."""
        if self.spasm_operating_point is None:
            return SpasmParameters()
        point = self.spasm_operating_point
        return SpasmParameters(operating_point=point, operating_point_without_emg=point)

    @property
    def clusters(self) -> ClusterRules:
        """The grammar of clusters as asked for."""
        usual = ClusterRules()
        least, gap_s = self.cluster_min_spasms, self.cluster_max_gap_s
        return replace(
            usual,
            min_spasms=usual.min_spasms if least is None else least,
            max_gap_s=usual.max_gap_s if gap_s is None else gap_s,
        )
