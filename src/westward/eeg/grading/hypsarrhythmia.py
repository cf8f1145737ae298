"""Hypsarrhythmia by features: each measured, none a yes or no."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.background import Background
from westward.eeg.events.hypnogram import STATES
from westward.eeg.grading.based_grade import BasedGrade, NotAssessable
from westward.eeg.grading.epochs import located
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.grading.verdict import side_of
from westward.evidence.loader import load
from westward.evidence.status import Status

SHEET = "hypsarrhythmia"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of the worst epoch.

    Attributes
    ----------
    name : str
    value : float or None
        None when it was not assessable.
    unit : str
        Empty for a count or a coefficient, ``1`` for a share.
    definition : str
        What was computed.
    parts : mapping
        The value by region or side, where there is more to say.
    reader_kappa : float or None
        Published agreement of human readers on this feature.
    why : str
        Why it was not assessable, or empty.
    """

    name: str
    value: float | None
    unit: str
    definition: str
    parts: Mapping[str, float | None] = field(default_factory=dict)
    reader_kappa: float | None = None
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """As in ``summary.json``."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "definition": self.definition,
            "parts": {k: _rounded(v) for k, v in self.parts.items()},
            "reader_kappa": self.reader_kappa,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Variant:
    """A modified form (Hrachovy 1984) that the measurements fit, and why."""

    form: str
    why: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that points to another syndrome, with the status of the advice."""

    words: str
    why: str
    status: Status


@dataclass(frozen=True)
class Hypsarrhythmia:
    """Features of the worst epoch, the modified forms they fit, and alerts.

    ``where`` is ``worst epoch``, or ``all assessable time`` of a recording without an assessable epoch. ``state`` is
    the state most of that time was spent in; features must not be compared across states.
    """

    where: str
    state: str | None
    features: tuple[Feature, ...]
    variants: tuple[Variant, ...]
    alerts: tuple[Alert, ...]

    @property
    def variant(self) -> str | None:
        """The forms in one phrase, or None."""
        return " + ".join(v.form for v in self.variants) or None

    def feature(self, name: str) -> Feature:
        """The feature of that name."""
        return next(f for f in self.features if f.name == name)

    def not_assessable(self) -> tuple[NotAssessable, ...]:
        """Every feature without a value, with its reason."""
        return tuple(NotAssessable(f"hypsarrhythmia: {f.name}", f.why) for f in self.features if f.value is None)

    def to_json(self) -> dict[str, Any]:
        """What stands under ``hypsarrhythmia`` in ``summary.json``."""
        return {
            "where": self.where,
            "state": self.state,
            "features": [f.to_json() for f in self.features],
            "variant": self.variant,
            "variants": [{"form": v.form, "why": v.why} for v in self.variants],
            "alerts": [{"words": a.words, "why": a.why, "status": str(a.status)} for a in self.alerts],
        }


DEFINITIONS = {
    "multifocality": ("", "spike foci that count"),
    "amplitude": ("µV", "median of the largest background wave of each second, over derivations"),
    "slowing": ("1", "share of 0.5-4 Hz in 0.5-30 Hz power, median over seconds and derivations"),
    "disorganization": ("", "not computed: no published definition is computable"),
    "place entropy of the largest wave": (
        "1",
        "how evenly the largest wave of each second is spread over the derivations, 0 always the same, 1 anywhere; "
        "it is high in an ordinary background too and does not stand for disorganization",
    ),
    "synchrony": ("", "correlation of homologous derivations at zero lag, 0.5-30 Hz, median over pairs"),
    "asymmetry": ("1", "(right - left) / (right + left) of the median background wave, median over homologous pairs"),
    "attenuation": ("", "generalized attenuations between seizures"),
    "burst suppression": ("1", "share of half-seconds in which 80 % of derivations stay below 10 µV"),
    "burst attenuation": (
        "1",
        "share of half-seconds, in runs of a second or more, in which 80 % of derivations stay below a third of the "
        "bursts (90th percentile) of the same minute",
    ),
}
"""Unit and definition of each feature, in the order of the report."""

NO_DISORGANIZATION = (
    "no published definition is computable, readers agree poorly (kappa 0.22), and the measures tried were not higher "
    "in hypsarrhythmia than in an ordinary background; judge it on the EEG pages"
)
"""Why this feature has no value."""

_PLACE = "place entropy of the largest wave"
_NO_KAPPA = {_PLACE, "burst suppression", "burst attenuation"}


def measure(facts: StudyFacts, grade: BasedGrade, background: Background | None) -> Hypsarrhythmia:
    """Measure the features of hypsarrhythmia in the worst epoch of a graded study.

    A recording without an assessable epoch is measured over all its assessable time instead; no modified form is
    named then.

    Parameters
    ----------
    facts : StudyFacts
    grade : BasedGrade
        Of the same study.
    background : Background or None
        Whole-night measures, one column per second of ``facts``; None leaves what needs it unassessed.

    Notes
    -----
    Readers agree little on most of these (Hussain 2015: kappa 0.68 for multifocality, 0.08 for asynchrony); the
    definitions are Westward policy, the five modified forms are from Hrachovy 1984.
    """
    worst = grade.worst_epoch
    seconds = np.arange(facts.n_seconds) if worst is None else np.arange(int(worst.start_s), int(worst.end_s))
    seconds = seconds[facts.assessable[seconds]]
    features = [
        _multifocality(grade, facts.spikes_refusal),
        *_background_features(background, seconds),
        _feature("attenuation", grade.n_attenuations_study if worst is None else grade.n_attenuations),
        _feature("disorganization", None, why=NO_DISORGANIZATION),
        *_bursts(background, seconds),
    ]
    order = list(DEFINITIONS)
    features.sort(key=lambda f: order.index(f.name))
    variants = _variants(grade, {f.name: f for f in features})
    where = "all assessable time" if worst is None else "worst epoch"
    state = _state(facts, seconds) if worst is None else worst.state
    return Hypsarrhythmia(where, state, tuple(features), variants, _alerts(facts, background))


def _state(facts: StudyFacts, seconds: NDArray[np.intp]) -> str | None:
    return STATES[int(np.bincount(facts.state[seconds]).argmax())] if len(seconds) else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _feature(
    name: str, value: float | None, *, parts: Mapping[str, float | None] | None = None, why: str = ""
) -> Feature:
    unit, definition = DEFINITIONS[name]
    kappa = None if name in _NO_KAPPA else load("agreement").number(f"kappa.{name}")
    return Feature(name, value, unit, definition, parts or {}, kappa, "" if value is not None else why)


def _multifocality(grade: BasedGrade, refusal: str) -> Feature:
    if refusal:
        return _feature("multifocality", None, why=refusal)
    if grade.worst_epoch is None:
        seen, n = [f for f in grade.foci if f.counted], sum(f.counted for f in grade.foci)
    else:
        seen, n = [f for f in grade.foci if f.counted_worst_epoch], grade.worst_epoch.n_foci
    sides = {s: float(sum(f.hemisphere == s for f in seen)) for s in ("left", "right", "midline")}
    return _feature("multifocality", float(n), parts=sides)


def _median(x: NDArray[np.float32]) -> float | None:
    x = x[np.isfinite(x)]
    return float(np.median(x)) if len(x) else None


def _background_features(background: Background | None, seconds: NDArray[np.intp]) -> tuple[Feature, ...]:
    names = ("amplitude", "slowing", _PLACE, "synchrony", "asymmetry")
    needed = load(SHEET).integer("feature.min_measured_seconds")
    if background is None:
        return tuple(_feature(name, None, why="background not measured") for name in names)
    waves = background.wave_uv[:, seconds]
    if np.isfinite(waves).any(axis=0).sum() < needed:
        why = f"less than {needed} s of assessable background"
        return tuple(_feature(name, None, why=why) for name in names)
    return (
        _amplitude(background, waves),
        _slowing(background, seconds),
        _place_entropy(waves),
        _synchrony(background, seconds),
        _asymmetry(background, waves),
    )


def _rows(background: Background, kind: str) -> list[int]:
    rows = [(i, d) for i, d in enumerate(background.derivations) if located(d)]
    if kind in ("left", "right"):
        return [i for i, d in rows if side_of(d) == kind]
    posterior = kind == "posterior"
    return [i for i, d in rows if bool({"O1", "O2"} & set(d.split("-"))) is posterior]


def _amplitude(background: Background, waves: NDArray[np.float32]) -> Feature:
    parts = {kind: _median(waves[_rows(background, kind)]) for kind in ("anterior", "posterior", "left", "right")}
    return _feature("amplitude", _median(waves), parts=parts)


def _slowing(background: Background, seconds: NDArray[np.intp]) -> Feature:
    power = background.band_power[:, :, seconds]
    share = power[0] / np.maximum(power.sum(axis=0), 1e-9)
    parts = {kind: _median(share[_rows(background, kind)]) for kind in ("anterior", "posterior")}
    return _feature("slowing", _median(share), parts=parts, why="no signal")


def _place_entropy(waves: NDArray[np.float32]) -> Feature:
    """Entropy of the place of the largest wave, over seconds in which every kept derivation was measured."""
    kept = np.isfinite(waves).mean(axis=1) >= 0.5
    rows = waves[kept]
    full = np.isfinite(rows).mean(axis=0) >= 0.8 if len(rows) else np.zeros(0, np.bool_)
    if len(rows) < 4 or full.sum() < 60:
        return _feature(_PLACE, None, why="too few derivations measured together")
    place = np.where(np.isfinite(rows[:, full]), rows[:, full], -1).argmax(axis=0)
    share = np.bincount(place, minlength=len(rows)) / len(place)
    share = share[share > 0]
    return _feature(_PLACE, float(-(share * np.log(share)).sum() / np.log(len(rows))))


def _synchrony(background: Background, seconds: NDArray[np.intp]) -> Feature:
    products = background.pair_products[:, :, seconds]
    if not products.shape[1] or not np.isfinite(products).any():
        return _feature("synchrony", None, why="no homologous derivations")
    cross, left, right = np.nansum(products, axis=2)
    used = (left > 0) & (right > 0)
    if not used.any():
        return _feature("synchrony", None, why="no signal in homologous derivations")
    return _feature("synchrony", float(np.median(cross[used] / np.sqrt(left[used] * right[used]))))


def _asymmetry(background: Background, waves: NDArray[np.float32]) -> Feature:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a derivation may be all NaN
        level = np.nanmedian(waves, axis=1) if waves.size else np.zeros(len(waves))
    pairs = [(level[a], level[b]) for a, b in background.pairs if np.isfinite(level[a]) and np.isfinite(level[b])]
    index = [float((r - s) / (r + s)) for s, r in pairs if r + s > 0]
    if not index:
        return _feature("asymmetry", None, why="no homologous derivations")
    return _feature("asymmetry", float(np.median(index)))


def _suppressed(background: Background | None, seconds: NDArray[np.intp]) -> float | None:
    if background is None:
        return None
    cells = background.generalized_uv[:, seconds]
    cells = cells[np.isfinite(cells)]
    return float((cells < load(SHEET).number("feature.suppressed_below_uv")).mean()) if len(cells) >= 120 else None


def _bursts(background: Background | None, seconds: NDArray[np.intp]) -> tuple[Feature, Feature]:
    why = "background not measured" if background is None else "less than a minute of assessable background"
    return (
        _feature("burst suppression", _suppressed(background, seconds), why=why),
        _feature("burst attenuation", _interburst(background, seconds), why=why),
    )


def _interburst(background: Background | None, seconds: NDArray[np.intp]) -> float | None:
    """Share of half-seconds that are low against the bursts of the same minute, in runs long enough.

    An infant's interburst voltage is often above 10 µV; what it shows is its contrast to the bursts.
    """
    if background is None:
        return None
    sheet = load(SHEET)
    cells = np.full_like(background.generalized_uv, np.nan)
    cells[:, seconds] = background.generalized_uv[:, seconds]
    n = -(-background.n_seconds // 60) * 120
    row = np.full(n, np.nan, np.float32)
    row[: cells.size] = cells.T.ravel()
    minutes = row.reshape(-1, 120)
    seen = np.isfinite(minutes)
    full = seen.sum(axis=1) >= 60
    if not full.any():
        return None
    bursts = np.nanpercentile(minutes[full], sheet.number("feature.burst_percentile"), axis=1)
    low = np.zeros(minutes.shape, np.bool_)
    low[full] = minutes[full] < sheet.number("feature.interburst_ratio") * bursts[:, None]
    padded = np.pad(low.ravel(), 1)
    in_run = padded[1:-1] & (padded[:-2] | padded[2:])
    return float(in_run.sum() / seen[full].sum())


def _variants(grade: BasedGrade, by_name: Mapping[str, Feature]) -> tuple[Variant, ...]:
    """The modified forms; none is named where the pattern is not of the hypsarrhythmia kind at all."""
    sheet = load(SHEET)
    high = len(grade.high_amplitude_channels)
    slow = (by_name["slowing"].value or 0) >= 0.5
    if not ((grade.score or 0) >= sheet.integer("variant.needs_score") or (high and slow)):
        return ()
    out: list[Variant] = []
    synchrony, asymmetry = by_name["synchrony"].value, by_name["asymmetry"].value
    if synchrony is not None and synchrony >= (limit := sheet.number("variant.synchrony")):
        out.append(Variant("increased interhemispheric synchrony", f"correlation {synchrony:.2f}, limit {limit:g}"))
    ratio = sheet.number("variant.asymmetry_ratio")
    if asymmetry is not None and abs(asymmetry) >= (ratio - 1) / (ratio + 1):
        higher = "right" if asymmetry > 0 else "left"
        times = (1 + abs(asymmetry)) / (1 - abs(asymmetry))
        out.append(Variant("asymmetric", f"{higher} {times:.1f} times the other side, limit {ratio:g}"))
    counts = {f.name: f.n_spikes_worst_epoch or 0 for f in grade.foci}
    total = sum(counts.values())
    if total and max(counts.values()) / total >= (limit := sheet.number("variant.consistent_focus")):
        name = max(counts, key=lambda k: counts[k])
        out.append(Variant("consistent focus", f"{name} holds {counts[name]} of {total} spikes, limit {limit:g}"))
    if (n := grade.n_attenuations or 0) >= (least := sheet.integer("variant.attenuations")):
        out.append(Variant("episodes of attenuation", f"{n} in the worst epoch, limit {least}"))
    share = grade.worst_epoch.spike_bin_fraction if grade.worst_epoch else None
    if high and slow and share is not None and share < (limit := sheet.number("variant.few_spikes")):
        out.append(Variant("high-voltage slow with few spikes", f"spikes in {share:.2f} of seconds, limit {limit:g}"))
    return tuple(out)


def _alerts(facts: StudyFacts, background: Background | None) -> tuple[Alert, ...]:
    sheet, seconds = load(SHEET), np.flatnonzero(facts.assessable)
    reasons = []
    share = _suppressed(background, seconds)
    if share is not None and share >= (limit := sheet.number("alert.burst_suppression")):
        reasons.append(f"{share:.2f} of the assessable time suppressed, limit {limit:g}")
    share = _interburst(background, seconds)
    if share is not None and share >= (limit := sheet.number("alert.burst_attenuation")):
        reasons.append(f"{share:.2f} of the assessable time low between bursts, limit {limit:g}")
    if not reasons:
        return ()
    words = sheet["alert.burst_suppression_words"]
    return (Alert(sheet.text(words.key), "; ".join(reasons), words.status),)
