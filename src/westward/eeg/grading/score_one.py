"""Abnormalities that are not epileptiform and that a machine may claim: the list behind level 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.events.background import Background
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.signal.homologs import homologous_pairs, regions
from westward.evidence.loader import load
from westward.evidence.status import Status


@dataclass(frozen=True, slots=True)
class Abnormality:
    """One item of the list.

    Attributes
    ----------
    name : str
        What it is.
    found : bool or None
        None when it was not assessable.
    value, limit : float or None
        Measured value and the limit it is held against.
    unit : str
    status : Status
        Of the limit.
    why : str
        Where it was found, or why it was not assessable.
    """

    name: str
    found: bool | None
    value: float | None
    limit: float | None
    unit: str
    status: Status
    why: str


def find(facts: StudyFacts, background: Background | None, *, n_spindles: int | None = None) -> tuple[Abnormality, ...]:
    """Look for each item of the list in the assessable time of a study.

    Parameters
    ----------
    facts : StudyFacts
    background : Background or None
        Whole-night measures, one column per second of ``facts``; None: nothing that needs it is claimed.
    n_spindles : int, optional
        Spindles in NREM sleep; None when no spindle detector ran.

    Notes
    -----
    All limits are Westward policy (``evidence/based_2021.toml``, section ``score_1``): the published score says only
    "any definite abnormality that is not epileptiform".
    """
    minutes = float(facts.assessable.sum()) / 60
    needed = load("based_2021").number("score_1.min_assessable_minutes")
    short = "" if minutes >= needed else f"{minutes:.0f} min assessable, {needed:g} needed"
    why = "background not measured" if background is None else short
    if background is None or short:
        persistent = (
            _unknown("persistent asymmetry", "persistent_asymmetry_fraction", why),
            _unknown("persistent focal slowing", "persistent_focal_slowing_fraction", why),
            _unknown("excessive discontinuity", "excessive_discontinuity_fraction", why),
        )
    else:
        persistent = (
            _asymmetry(facts, background), _focal_slowing(facts, background), _discontinuity(facts, background),
        )  # fmt: skip
    return (*persistent, _spindles(facts, n_spindles))


def _unknown(name: str, key: str, why: str) -> Abnormality:
    fact = load("based_2021")[f"score_1.{key}"]
    return Abnormality(name, None, None, load("based_2021").number(f"score_1.{key}"), fact.unit, fact.status, why)


def _judged(name: str, key: str, value: float, why: str) -> Abnormality:
    fact, limit = load("based_2021")[f"score_1.{key}"], load("based_2021").number(f"score_1.{key}")
    return Abnormality(name, value >= limit, value, limit, fact.unit, fact.status, why)


def _asymmetry(facts: StudyFacts, background: Background) -> Abnormality:
    name, key = "persistent asymmetry", "persistent_asymmetry_fraction"
    pairs = homologous_pairs(background.derivations)
    if not pairs:
        return _unknown(name, key, "no derivations on both sides")
    ratio = load("based_2021").number("score_1.asymmetry_ratio")
    waves = background.wave_uv[:, facts.assessable]
    left, right = waves[[a for a, _ in pairs]], waves[[b for _, b in pairs]]
    log_ratio = np.log(np.maximum(right, 1)) - np.log(np.maximum(left, 1))
    seen = np.isfinite(log_ratio).sum(axis=0) * 2 >= len(pairs)
    if seen.sum() < 60:
        return _unknown(name, key, "too little background on both sides")
    side = np.nanmedian(log_ratio[:, seen], axis=0)
    lower_left, lower_right = float((side >= np.log(ratio)).mean()), float((side <= -np.log(ratio)).mean())
    where = "left lower" if lower_left >= lower_right else "right lower"
    return _judged(name, key, max(lower_left, lower_right), f"{where}, amplitude ratio of {ratio:g} or more")


def _focal_slowing(facts: StudyFacts, background: Background) -> Abnormality:
    name, key = "persistent focal slowing", "persistent_focal_slowing_fraction"
    sheet = load("based_2021")
    ratio = sheet.number("score_1.focal_delta_ratio")
    difference = sheet.number("score_1.focal_delta_fraction_difference")
    power = _ten_seconds(background.band_power[:, :, facts.assessable])
    share = power[0] / np.maximum(power.sum(axis=0), 1e-9)
    groups = regions(background.derivations)
    best, where = -1.0, ""
    for place in ("frontal", "temporal", "posterior"):
        left, right = groups.get(f"left {place}", ()), groups.get(f"right {place}", ())
        if not left or not right:
            continue
        delta = [_mean(power[0], side) for side in (left, right)]
        part = [_mean(share, side) for side in (left, right)]
        both = np.isfinite(delta[0]) & np.isfinite(delta[1])
        if both.sum() < 6:
            continue
        for i, side in enumerate(("left", "right")):
            own, other = i, 1 - i
            slow = (delta[own] >= ratio * delta[other]) & (part[own] - part[other] >= difference)
            if (fraction := float(slow[both].mean())) > best:
                best, where = fraction, f"{side} {place}"
    if best < 0:
        return _unknown(name, key, "no homologous regions")
    return _judged(name, key, best, f"most at the {where} derivations")


def _ten_seconds(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over runs of ten seconds: slowing persists, while the power of single seconds scatters."""
    n = power.shape[-1] // 10 * 10
    return np.asarray(power[..., :n].reshape(*power.shape[:-1], -1, 10).mean(axis=-1), np.float32)


def _mean(x: NDArray[np.float32], rows: tuple[int, ...]) -> NDArray[np.float32]:
    return np.asarray(x[list(rows)].mean(axis=0), np.float32)


def _discontinuity(facts: StudyFacts, background: Background) -> Abnormality:
    name, key = "excessive discontinuity", "excessive_discontinuity_fraction"
    sheet = load("based_2021")
    from_age = sheet.integer("score_1.excessive_discontinuity_from_age_days")
    if facts.age_days is None:
        return _unknown(name, key, "age unknown")
    if facts.age_days < from_age:
        return _unknown(name, key, f"not judged before {from_age} days of age")
    limit = sheet.number("score_1.discontinuity_below_uv")
    cells = background.generalized_uv[:, facts.assessable]
    cells = cells[np.isfinite(cells)]
    if len(cells) < 120:
        return _unknown(name, key, "too little background")
    return _judged(name, key, float((cells < limit).mean()), f"share of half-seconds below {limit:g} µV")


def _spindles(facts: StudyFacts, n_spindles: int | None) -> Abnormality:
    name, key = "absent spindles", "absent_spindles_max_per_minute"
    sheet = load("based_2021")
    least, from_age = (
        sheet.number("score_1.absent_spindles_min_nrem_minutes"),
        sheet.integer("score_1.absent_spindles_from_age_days"),
    )
    if n_spindles is None:
        return _unknown(name, key, "spindles not measured")
    if facts.age_days is None:
        return _unknown(name, key, "age unknown")
    if facts.age_days < from_age:
        return _unknown(name, key, f"spindles are not asked for before {from_age} days of age")
    few = sheet.number(f"score_1.{key}")
    counted = f"{n_spindles} spindle{'' if n_spindles == 1 else 's'} in {facts.nrem_minutes:.0f} min of NREM sleep"
    absent = n_spindles <= few * facts.nrem_minutes
    # Presence can be seen in any sleep; absence needs enough of it.
    if facts.nrem_minutes <= 0 or (absent and facts.nrem_minutes < least):
        return _unknown(name, key, f"{counted}, {least:g} min needed")
    fact, rate = sheet[f"score_1.{key}"], n_spindles / facts.nrem_minutes
    return Abnormality(
        name, absent, rate, few, fact.unit, fact.status, f"{counted}; at most {few:g} a minute is absent"
    )
