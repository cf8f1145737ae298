"""Everything decided before the first sample: the plan of one recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.core.errors import UsageError
from westward.eeg.simulate import head, noise
from westward.eeg.simulate.artifacts import Artifacts, plan_artifacts
from westward.eeg.simulate.attenuation import Attenuations, join, plan_attenuations
from westward.eeg.simulate.background import Background, background, site_gain
from westward.eeg.simulate.body import Body, plan_body
from westward.eeg.simulate.graphoelements import Graphoelements, graphoelements
from westward.eeg.simulate.parameters import number
from westward.eeg.simulate.randomness import stream_seed
from westward.eeg.simulate.scenario import Scenario, scenario
from westward.eeg.simulate.spasms import Ictal, plan_ictal
from westward.eeg.simulate.spikes import Spikes, plan_spikes
from westward.eeg.simulate.timeline import Timeline, timeline
from westward.eeg.simulate.tracks import Tracks, tracks


@dataclass(frozen=True, eq=False)
class Plan:
    """All events and sources of one recording.

    Attributes
    ----------
    scenario, age_months, seed, sfreq_hz
        What was asked for.
    line, tracks : Timeline, Tracks
        States and strengths.
    background, normal, site_gain
        Ongoing activity, normal transients, and how much each site sees of them.
    attenuations, falls : Attenuations
        Interictal attenuations; those together with ictal decrements.
    spikes, ictal, artifacts, body
        The rest.
    amplifier : NoiseSource
        Electrode and amplifier noise.
    """

    scenario: Scenario
    age_months: float
    seed: int
    sfreq_hz: float
    line: Timeline
    tracks: Tracks
    background: Background
    normal: Graphoelements
    site_gain: NDArray[np.float32]
    attenuations: Attenuations
    falls: Attenuations
    spikes: Spikes
    ictal: Ictal
    artifacts: Artifacts
    body: Body
    amplifier: noise.ScaledNoise


def plan(scenario_name: str, *, age_months: float, minutes: float, seed: int, sfreq_hz: float = 256.0) -> Plan:
    """Decide everything; see :func:`westward.eeg.simulate.generate.simulate` for the parameters.

    Raises
    ------
    UsageError
        If an argument makes no sense.
    """
    what = scenario(scenario_name)
    if not 1 <= age_months <= 36:
        raise UsageError(f"an age of {age_months!r} months is outside 1 to 36")
    if not 6 <= minutes <= 7 * 1440:
        raise UsageError(f"a length of {minutes!r} minutes is outside 6 to 10080")
    if sfreq_hz != round(sfreq_hz) or not 100 <= sfreq_hz <= 2048:
        raise UsageError(f"a rate of {sfreq_hz!r} Hz is not a whole number from 100 to 2048")
    if what.abnormality == "absent_spindles" and age_months < 4:
        raise UsageError("absent spindles are no abnormality before 4 months; choose an older child")
    duration_s = float(round(minutes * 60))
    own = stream_seed(seed, scenario_name)
    line = timeline(
        seed=own,
        age_months=age_months,
        duration_s=duration_s,
        long_nrem=what.abnormality == "absent_spindles",
    )
    ictal = plan_ictal(what, line, seed=own)
    normal = graphoelements(what, line, seed=own, age_months=age_months)
    strength = tracks(
        what,
        line,
        seed=own,
        age_months=age_months,
        clusters_s=ictal.clusters_s,
        recurrent_uv=normal.recurrent_maximum_uv,
    )
    falls = plan_attenuations(what, line, seed=own, avoid_s=ictal.clusters_s)
    every = join(falls, ictal.decrements)
    found = plan_spikes(what, line, strength, seed=own, silent_s=every.spans_s, sparse_s=ictal.clusters_s)
    made = plan_artifacts(
        what,
        line,
        seed=own,
        age_months=age_months,
        sfreq_hz=sfreq_hz,
        movements_s=ictal.movements_s,
        avoid_s=ictal.clusters_s,
    )
    return Plan(
        what,
        age_months,
        seed,
        sfreq_hz,
        line,
        strength,
        background(what, strength, seed=own, age_months=age_months, sfreq_hz=sfreq_hz),
        normal,
        site_gain(what, seed=own),
        falls,
        every,
        found,
        ictal,
        made,
        plan_body(
            line,
            strength,
            seed=own,
            age_months=age_months,
            sfreq_hz=sfreq_hz,
            artifact_factor=what.artifact_factor,
            bursts=ictal.bursts,
        ),
        noise.ScaledNoise(
            noise.NoiseSource(own, "amplifier", len(head.SITES), np.ones_like, sfreq_hz),
            number("background.electrode_noise_uv"),
        ),
    )
