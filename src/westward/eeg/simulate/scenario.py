"""What a simulated recording is of: one frozen description per scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from westward.core.errors import UsageError


@dataclass(frozen=True)
class Scenario:
    """Everything that defines a recording except age, length and seed.

    Attributes
    ----------
    name, description : str
        Id and one line.
    expected_score : int
        The BASED grade that the scenario aims at; the truth is computed from the planted events.
    abnormality : str
        Planted non-epileptiform abnormality: ``asymmetry``, ``absent_spindles``, ``focal_slowing``, or empty.
    n_foci : (int, int)
        Fewest and most spike foci.
    spike_rate_per_s : float
        Spikes per second in NREM, all foci together.
    spike_contrast : (float, float)
        Range over children of the median spike amplitude (largest bipolar derivation) over the local
        background, both peak to peak.
    foci_in_turn : bool
        The foci are active one after the other, never three within 5 min.
    consistent_focus : bool
        One focus has most spikes.
    hypsarrhythmia : bool
        Spikes and high voltage nearly vanish in REM and briefly after arousals.
    high_amplitude_uv : float
        Typical peak-to-peak size per second of the chaotic slow waves in anterior derivations (posterior: 1.3
        times as much); 0 for none.
    synchrony : float
        0 independent hemispheres to 1 the same slow waves on both sides.
    weaker_side_gain : float
        Amplitude of the weaker hemisphere relative to the other.
    attenuations_per_min, grouped_per_min : float
        In NREM (attenuations also awake).
    burst_suppression : bool
        Activity comes in bursts between stretches of suppression.
    clusters : bool
        Spasm clusters, mostly on awakening.
    mimics_per_hour : float
        Startles (awake) and sleep myoclonus.
    artifact_factor : float
        1 is an ordinary recording.
    hypnagogic_factor, spindle_factor : float
        Against the healthy rate.
    """

    name: str
    description: str
    expected_score: int
    abnormality: str = ""
    n_foci: tuple[int, int] = (0, 0)
    spike_rate_per_s: float = 0.0
    spike_contrast: tuple[float, float] = (1.2, 2.4)
    foci_in_turn: bool = False
    consistent_focus: bool = False
    hypsarrhythmia: bool = False
    high_amplitude_uv: float = 0.0
    synchrony: float = 0.1
    weaker_side_gain: float = 1.0
    attenuations_per_min: float = 0.0
    grouped_per_min: float = 0.0
    burst_suppression: bool = False
    clusters: bool = False
    mimics_per_hour: float = 0.0
    artifact_factor: float = 1.0
    hypnagogic_factor: float = 1.0
    spindle_factor: float = 1.0


def _classic(name: str, description: str, **changes: object) -> Scenario:
    settings: dict[str, object] = {
        "expected_score": 5,
        "n_foci": (4, 7),
        "spike_rate_per_s": 1.7,
        "spike_contrast": (0.8, 1.3),
        "hypsarrhythmia": True,
        "high_amplitude_uv": 330.0,
        "spindle_factor": 0.1,
    }
    return Scenario(name, description, **(settings | changes))  # type: ignore[arg-type]


_ALL = (
    Scenario("healthy", "healthy infant, ordinary artifacts", 0),
    Scenario("healthy_artifact_rich", "healthy infant, six times the ordinary artifacts", 0, artifact_factor=6.0),
    Scenario(
        "mimics",
        "healthy infant with startles, sleep myoclonus and much hypnagogic hypersynchrony",
        0,
        mimics_per_hour=30.0,
        hypnagogic_factor=2.0,
    ),
    Scenario(
        "based_1_asymmetry",
        "one hemisphere at 40 % of the other's voltage throughout",
        1,
        abnormality="asymmetry",
        weaker_side_gain=0.4,
    ),
    Scenario(
        "based_1_absent_spindles",
        "no spindles in long NREM sleep (from 4 months of age)",
        1,
        abnormality="absent_spindles",
        spindle_factor=0.0,
    ),
    Scenario(
        "based_1_focal_slowing",
        "continuous polymorphic delta over one temporal region",
        1,
        abnormality="focal_slowing",
    ),
    Scenario("based_2", "one or two spike foci, normal voltage", 2, n_foci=(1, 2), spike_rate_per_s=0.10),
    Scenario(
        "based_2_uncommon_multifocal",
        "three foci or more over the study, never three within 5 min",
        2,
        n_foci=(3, 3),
        spike_rate_per_s=0.10,
        foci_in_turn=True,
    ),
    Scenario(
        "based_2_with_clusters",
        "one or two foci between clusters of spasms",
        2,
        n_foci=(1, 2),
        spike_rate_per_s=0.10,
        clusters=True,
    ),
    Scenario("based_3a", "three foci or more, spikes in well under half of the seconds", 3, "", (3, 5), 0.27),
    Scenario(
        "based_3b",
        "one or two foci, high-voltage slow background",
        3,
        "",
        (1, 2),
        0.10,
        (0.8, 1.3),
        high_amplitude_uv=330.0,
        spindle_factor=0.3,
    ),
    Scenario(
        "based_4a",
        "three foci or more in well under half of the seconds, high-voltage background",
        4,
        "",
        (3, 5),
        0.25,
        (0.8, 1.3),
        high_amplitude_uv=330.0,
        spindle_factor=0.3,
    ),
    Scenario(
        "based_4b_grouped",
        "rare spikes, grouped multifocal spikes in sleep",
        4,
        "",
        (3, 5),
        0.10,
        grouped_per_min=1.6,
        spindle_factor=0.5,
    ),
    Scenario(
        "based_4b_attenuation",
        "few spikes, paroxysmal voltage attenuations",
        4,
        "",
        (1, 3),
        0.12,
        attenuations_per_min=1.6,
        spindle_factor=0.5,
    ),
    Scenario("based_5", "multifocal spikes in most seconds, voltage not high", 5, "", (3, 6), 1.6, spindle_factor=0.3),
    _classic("hypsarrhythmia", "classic: chaotic, high voltage, multifocal, in most seconds"),
    _classic("hypsarrhythmia_synchronous", "variant: increased interhemispheric synchrony", synchrony=0.85),
    _classic("hypsarrhythmia_asymmetric", "variant: hemihypsarrhythmia", weaker_side_gain=0.35),
    _classic("hypsarrhythmia_consistent_focus", "variant: one consistent focus among others", consistent_focus=True),
    _classic("hypsarrhythmia_attenuation", "variant: episodes of attenuation", attenuations_per_min=2.0),
    _classic(
        "hypsarrhythmia_slow",
        "variant: mostly high-voltage slow activity, few spikes",
        expected_score=4,
        spike_rate_per_s=0.22,
        high_amplitude_uv=380.0,
    ),
    _classic(
        "burst_suppression",
        "bursts with multifocal spikes between suppressions",
        expected_score=4,
        spike_rate_per_s=1.2,
        spike_contrast=(1.0, 1.7),
        high_amplitude_uv=125.0,
        burst_suppression=True,
        spindle_factor=0.0,
    ),
    _classic("spasms", "hypsarrhythmia with clusters of spasms on awakening", clusters=True),
)


def _factory(scenario: Scenario) -> Callable[[], Scenario]:
    return lambda: scenario


def scenarios() -> dict[str, Callable[[], Scenario]]:
    """Factories of all scenarios by name, in order of severity."""
    return {s.name: _factory(s) for s in _ALL}


def scenario(name: str) -> Scenario:
    """One scenario by name.

    Raises
    ------
    UsageError
        If there is none; the message names the nearest.
    """
    table = scenarios()
    if name not in table:
        near = get_close_matches(name, table, 1)
        hint = f"; did you mean {near[0]!r}?" if near else "; `westward simulate --list` shows all"
        raise UsageError(f"no scenario is called {name!r}{hint}")
    return table[name]()
