"""The result of grading a study: what stands under ``based`` in ``summary.json``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from westward.eeg.grading.margin import Change


@dataclass(frozen=True, slots=True)
class NotAssessable:
    """Something that could not be measured, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class GradedEpoch:
    """One five-minute epoch with its level.

    Attributes
    ----------
    start_s, end_s : float
        Recording time.
    level : int
        5, 4, 3, or 0 where no level from 3 on is met (levels 0-2 belong to the whole study).
    spike_bin_fraction : float
        Of its assessable bins.
    positive_pages, assessable_bins, n_foci, n_attenuations, n_grouped : int
    state : str
        The state most of its assessable time was spent in.
    """

    start_s: float
    end_s: float
    level: int
    spike_bin_fraction: float
    positive_pages: int
    assessable_bins: int
    n_foci: int
    n_attenuations: int
    n_grouped: int
    state: str

    @property
    def stands_out(self) -> bool:
        """Whether anything but its background sets this epoch apart; if not, it is only an example."""
        return self.level >= 3 or self.spike_bin_fraction > 0 or self.n_attenuations > 0 or self.n_grouped > 0


@dataclass(frozen=True, slots=True)
class FocusCount:
    """One focus with its spikes in assessable time; ``n_spikes_worst_epoch`` is None without an epoch.

    ``counted`` and ``counted_worst_epoch`` tell whether they are enough to count, in the study and in that epoch.
    """

    name: str
    peak: str
    electrodes: tuple[str, ...]
    hemisphere: str
    n_spikes: int
    n_spikes_worst_epoch: int | None
    counted: bool
    counted_worst_epoch: bool


@dataclass(frozen=True, slots=True)
class DerivationAmplitude:
    """Background waves of one derivation in the worst epoch.

    Attributes
    ----------
    name : str
    bin_fraction : float or None
        Share of the bins with background in which the limit was reached; None where not assessed.
    median_uv : float or None
        Median of the largest wave of each bin.
    limit_uv : float or None
        None for a derivation of unknown position.
    high : bool or None
        Whether it counts as abnormally high.
    """

    name: str
    bin_fraction: float | None
    median_uv: float | None
    limit_uv: float | None
    high: bool | None


@dataclass(frozen=True, slots=True)
class EpochScores:
    """How the assessable epochs (which overlap) are distributed over the levels."""

    below_3: int
    level_3: int
    level_4: int
    level_5: int

    @property
    def n(self) -> int:
        """Number of assessable epochs."""
        return self.below_3 + self.level_3 + self.level_4 + self.level_5

    def to_json(self) -> dict[str, int]:
        """Counts by level."""
        return {"n": self.n, "below_3": self.below_3, "3": self.level_3, "4": self.level_4, "5": self.level_5}


@dataclass(frozen=True)
class BasedGrade:
    """The 2021 BASED grade of one study with its evidence.

    Attributes
    ----------
    score : int or None
        0-5 by the page rule; None when not assessable (see ``not_assessable``).
    rule : str or None
        Row of the table that gave it.
    rules_met : tuple of str
        All rows of that level that the worst epoch meets.
    encephalopathy, relapse_risk : bool or None
        Score of at least 4; score of at least 3 after treatment (None before treatment).
    worst_epoch : GradedEpoch or None
    worst_epochs : tuple of GradedEpoch
        The five worst that do not overlap, worst first.
    score_by_bin_rule : int or None
        The score if the spike burden is the share of bins.
    foci : tuple of FocusCount
    derivations : tuple of DerivationAmplitude
        Every derivation in the worst epoch, or over all assessable time where there is no epoch.
    n_attenuations, n_grouped : int or None
        In the worst epoch.
    n_attenuations_study, n_grouped_study : int
    epoch_scores : EpochScores
    margin : tuple of Change
    lower_bound : bool
        Limited data: the score is at least this.
    incomplete : bool or None
        No full sleep-wake cycle was recorded; None where states, and so cycles, were not assessable.
    headline, sentence, advice : str
        The grade in a line; with its reasons; what must be said with it (empty from 4 on).
    why : str
        The reasons of the sentence alone, without a full stop.
    not_assessable : tuple of NotAssessable
    warnings : tuple of str
    """

    score: int | None
    rule: str | None
    rules_met: tuple[str, ...]
    encephalopathy: bool | None
    relapse_risk: bool | None
    worst_epoch: GradedEpoch | None
    worst_epochs: tuple[GradedEpoch, ...]
    score_by_bin_rule: int | None
    foci: tuple[FocusCount, ...]
    derivations: tuple[DerivationAmplitude, ...]
    n_attenuations: int | None
    n_grouped: int | None
    n_attenuations_study: int
    n_grouped_study: int
    epoch_scores: EpochScores
    margin: tuple[Change, ...]
    lower_bound: bool
    incomplete: bool | None
    headline: str
    sentence: str
    why: str
    advice: str
    not_assessable: tuple[NotAssessable, ...]
    warnings: tuple[str, ...]

    @property
    def score_by_page_rule(self) -> int | None:
        """The headline score."""
        return self.score

    @property
    def high_amplitude_channels(self) -> tuple[DerivationAmplitude, ...]:
        """Derivations of abnormally high amplitude in the worst epoch."""
        return tuple(d for d in self.derivations if d.high)

    def to_json(self) -> dict[str, Any]:
        """What stands under ``based`` in ``summary.json``; reasons and warnings stand at its top level."""
        worst = self.worst_epoch
        return {
            "score": self.score,
            "rule": self.rule,
            "rules_met": list(self.rules_met),
            "encephalopathy": self.encephalopathy,
            "relapse_risk": self.relapse_risk,
            "worst_epoch": None if worst is None else {"start_s": worst.start_s, "end_s": worst.end_s},
            "spike_bin_fraction": None if worst is None else round(worst.spike_bin_fraction, 4),
            "worst_epoch_stands_out": None if worst is None else worst.stands_out,
            "positive_pages": None if worst is None else worst.positive_pages,
            "score_by_page_rule": self.score_by_page_rule,
            "score_by_bin_rule": self.score_by_bin_rule,
            "foci": [
                {
                    "name": f.name,
                    "peak": f.peak,
                    "electrodes": list(f.electrodes),
                    "hemisphere": f.hemisphere,
                    "n_spikes": f.n_spikes,
                    "n_spikes_worst_epoch": f.n_spikes_worst_epoch,
                }
                for f in self.foci
            ],
            "high_amplitude_channels": [_amplitude(d) for d in self.high_amplitude_channels],
            "amplitude": [{**_amplitude(d), "high": d.high} for d in self.derivations],
            "n_attenuations": self.n_attenuations,
            "n_grouped_multifocal_spikes": self.n_grouped,
            "n_attenuations_study": self.n_attenuations_study,
            "n_grouped_multifocal_spikes_study": self.n_grouped_study,
            "epoch_scores": self.epoch_scores.to_json(),
            "worst_epochs": [
                asdict(e) | {"spike_bin_fraction": round(e.spike_bin_fraction, 4)} for e in self.worst_epochs
            ],
            "margin": [c.to_json() for c in self.margin],
            "lower_bound": self.lower_bound,
            "incomplete": self.incomplete,
            "headline": self.headline,
            "sentence": self.sentence,
            "why": self.why,
            "advice": self.advice,
        }  # fmt: skip


def _amplitude(d: DerivationAmplitude) -> dict[str, Any]:
    return {
        "name": d.name,
        "bin_fraction": None if d.bin_fraction is None else round(d.bin_fraction, 4),
        "median_uv": None if d.median_uv is None else round(d.median_uv, 1),
        "limit_uv": d.limit_uv,
    }
