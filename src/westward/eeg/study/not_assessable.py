"""What a study could not measure, and why: the other half of every null in ``summary.json``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from westward.eeg.biomarkers.epoch_measures import COUPLING_EVERY, MULTISCALE_EVERY
from westward.eeg.events import attenuation, hfo
from westward.eeg.study import gamma, ictal
from westward.eeg.study.result import Study, unstaged

MIN_RATE_MINUTES = 1.0
"""Assessable minutes below which no rate per minute is given. Status: policy."""

SAMPLED = (
    "no clean window of its length in that state, or too few epochs: coupling is taken of every "
    f"{COUPLING_EVERY}th, sample and multiscale entropy of every {MULTISCALE_EVERY}th epoch of 30 s"
)

Lack = tuple[str, str]
"""What, and why."""


def entries(study: Study) -> list[dict[str, str]]:
    """Entries of ``not_assessable``, the most important first, none twice."""
    found = dict.fromkeys(_all(study))
    return [{"what": what, "why": why} for what, why in found]


def spikes_why(study: Study) -> str:
    """Why spikes are not assessable, or an empty string."""
    if study.layout is None:
        return study.refusal or "no EEG"
    return study.facts.spikes_refusal or _no_second(study)


def foci_why(study: Study) -> str:
    """Why foci, and what is made of several foci, are not assessable, or an empty string."""
    why = spikes_why(study)
    if not why and study.layout is not None and not study.layout.positions_known:
        return "electrode positions not recognized"
    return why


def attenuations_why(study: Study) -> str:
    """Why attenuations are not assessable, or an empty string."""
    if study.layout is None:
        return study.refusal or "no EEG"
    return attenuation.refusal(study.layout.derivations) or _no_second(study)


def background_why(study: Study) -> str:
    """Why no background amplitude is given, or an empty string."""
    waves = study.night.background.wave_uv[:, study.facts.assessable]
    if waves.size and np.isfinite(waves).any():
        return ""
    return study.refusal or "no assessable second"


def rate_why(study: Study) -> str:
    """Why no spike rate is given, or an empty string."""
    minutes = float(study.facts.assessable.sum()) / 60
    if minutes < MIN_RATE_MINUTES:
        return f"{minutes * 60:.0f} s assessable, {MIN_RATE_MINUTES * 60:.0f} s needed"
    return ""


def spindles_why(study: Study) -> str:
    """Why spindles are not assessable, or an empty string."""
    if why := unstaged(study):
        return f"states not assessed: {why}"
    return "" if study.night.hypnogram.minutes("nrem") > 0 else "no NREM sleep recognized"


def biomarkers_why(study: Study) -> str:
    """Why no biomarker is given, or an empty string."""
    if why := unstaged(study):
        return f"never pooled over states, and states are not assessed: {why}"
    if not study.night.biomarkers.epochs.electrodes:
        return study.refusal or "electrode positions not recognized"
    return "" if study.night.biomarkers.interictal.any() else "no epoch is half usable"


def hfo_why(study: Study) -> str:
    """Why high-frequency oscillations are not assessed."""
    if study.layout is None:
        return study.refusal or "no EEG"
    if study.night.hfos is None:
        return hfo.refusal(study.layout.rate_hz) or "no derivation can be made"
    return ""


def _no_second(study: Study) -> str:
    return "" if study.facts.assessable.any() else "no assessable second"


def _all(study: Study) -> Iterator[Lack]:
    if study.refusal:
        yield "everything", study.refusal
    yield from ((n.what, n.why) for n in study.grade.not_assessable)
    if study.age_days is None:
        yield "age", "neither given nor a valid birth date and start date in the header"
    if study.layout is None:
        yield "sampling rate and reference", study.refusal or "no EEG"
    elif study.layout.reference is None:
        yield "reference", "the file does not say"
    if not study.night.quality.channels and study.refusal:
        yield "artifacts", study.refusal
    if why := unstaged(study):
        for what in ("states", "sleep-wake cycles", "arousals", "mask after arousals"):
            yield what, why
    elif why := study.night.hypnogram.arousal_doubt:
        for what in ("arousals no stronger than the background's own shifts", "mask after such arousals"):
            yield what, why
    for what, why in (
        ("spikes", spikes_why(study)),
        ("spike rate", spikes_why(study) or rate_why(study)),
        ("foci", foci_why(study)),
        ("grouped multifocal spikes", foci_why(study)),
        ("attenuations", attenuations_why(study)),
        ("background amplitude", background_why(study)),
        ("spindles", spindles_why(study)),
    ):
        if why:
            yield what, why
    yield from _background_rows(study)
    if not study.options.post_treatment:
        yield "relapse risk", "read out only after treatment (--post-treatment)"
    yield from ((n.what, n.why) for n in study.hypsarrhythmia.not_assessable())
    yield from ((a.name, a.why) for a in study.abnormalities if a.found is None)
    if why := ictal.refusal(study):
        yield "spasms", why
    if why := gamma.why(study):
        yield "gamma lead of spasms", why
    elif (gamma.summary(study) or {}).get("low") is None:
        yield "gamma lead of spasms or its interval given as null", "too few candidates with a rise of gamma"
    if why := hfo_why(study):
        yield "hfo", why
    elif study.night.hfos is not None:
        yield "rates of HFO given as null", "no clean interictal NREM sleep on that derivation, or no spikes"
    if not spindles_why(study):
        yield "spindle measures given as null", "too little usable NREM sleep, too few spindles, or one side alone"
    if why := biomarkers_why(study):
        yield "biomarkers", why
    else:
        yield "biomarkers given as null", SAMPLED
        yield "intervals of biomarkers given as null", "fewer than two blocks of 5 minutes in that state"
    if study.night.clusters:
        yield "properties of spasm clusters given as null", "too few spasms, no arousal before, or no limb EMG"


def _background_rows(study: Study) -> Iterator[Lack]:
    if background_why(study):
        return
    waves = study.night.background.wave_uv[:, study.facts.assessable]
    for name, row in zip(study.night.background.derivations, waves, strict=True):
        if not np.isfinite(row).any():
            yield f"background amplitude of {name}", "no second in which it could be measured"
