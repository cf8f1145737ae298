"""Artifacts are found, and what makes the disease is kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import infant_signals as s
from tests.support.memory_recording import MemoryRecording, blocks_of

from westward.eeg.block import Block
from westward.eeg.events import artifact
from westward.eeg.events.artifact_measures import cell_starts, close, running_median, widen
from westward.eeg.events.quality import REASONS, Quality, bit
from westward.eeg.signal.montage import ELECTRODES

RATE = s.RATE_HZ


def quality_of(x: np.ndarray, *, block_s: float = 240.0, **more: object) -> Quality:
    recording = MemoryRecording(ELECTRODES, x, RATE, **more)
    return artifact.finalize(
        [artifact.scan(b) for b in blocks_of(recording, block_s=block_s)], int(recording.duration_s)
    )


def lost(x: np.ndarray) -> float:
    return artifact.fraction_by_reason(quality_of(x))["any"]


def seconds_with(quality: Quality, reason: str, channel: str | None = None) -> set[int]:
    flags = quality.global_flags if channel is None else quality.channel_flags[quality.channels.index(channel)]
    return set(np.flatnonzero(flags & bit(reason)).tolist())


# What must survive -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("peak_uv", [300, 600, 1000])
@pytest.mark.parametrize("independent", [False, True])
def test_high_voltage_chaotic_delta_survives(seed: int, peak_uv: float, independent: bool) -> None:
    x = s.chaotic_delta(np.random.default_rng([seed, 7]), 90, peak_uv, independent=independent)
    quality = quality_of(x)
    assert 1 - quality.usable().mean() < 0.02
    assert (quality.channel_flags > 0).mean() < 0.02


def test_quiet_background_survives() -> None:
    assert lost(s.background(np.random.default_rng(3), 120)) == 0


def test_burst_suppression_survives() -> None:
    rng = np.random.default_rng(4)
    gain = np.full(round(120 * RATE), 0.06)
    for start in np.arange(3, 118, 7.0):
        gain[round(start * RATE) : round((start + 2) * RATE)] = 1
    assert lost(s.chaotic_delta(rng, 120, 500) * np.convolve(gain, np.ones(30) / 30, "same")) < 0.02


def test_hypnagogic_hypersynchrony_survives() -> None:
    rng = np.random.default_rng(5)
    x = s.background(rng, 120)
    for start in range(5, 112, 7):
        t = np.arange(round(rng.uniform(2, 6) * RATE)) / RATE
        phase = 2 * np.pi * rng.uniform(3, 5) * t + 0.8 * np.sin(np.pi * t)
        s.add(x, start, 175 * s.field("Cz", 1.0)[:, None] * (np.sin(phase) + 0.25 * np.sin(2 * phase + 1))[None])
    assert lost(x) < 0.02


def test_posterior_slow_waves_survive() -> None:
    rng = np.random.default_rng(6)
    x = s.background(rng, 120)
    for start in np.arange(3, 117, 2.5):
        wave = np.hanning(round(rng.uniform(0.5, 1) * RATE))
        s.add(
            x, start, rng.uniform(200, 450) * s.field(rng.choice(["O1", "O2", "P7", "P8"]), 0.5)[:, None] * wave[None]
        )
    assert lost(x) < 0.02


@pytest.mark.parametrize("rate_hz", [1.2, 1.8, 2.6])
def test_rhythmic_delta_seizure_survives(rate_hz: float) -> None:
    x = s.background(np.random.default_rng(8), 60)
    t = np.arange(round(25 * RATE)) / RATE
    phase = 2 * np.pi * (rate_hz * t - 0.01 * t**2)
    s.add(
        x,
        15,
        300 * s.field("F7", 0.8)[:, None] * (np.sin(phase) + 0.2 * np.sin(2 * phase))[None] * np.minimum(1, t / 5),
    )
    assert lost(x) < 0.05


def test_slow_spike_wave_is_not_patting() -> None:
    rng = np.random.default_rng(9)
    x = s.background(rng, 60)
    at = 15.0
    while at < 40:
        s.add(x, at, -300 * s.field("Fz", 0.9)[:, None] * s.spike_wave()[None])
        at += rng.normal(0.45, 0.04)
    assert not seconds_with(quality_of(x), "patting")


def test_spasm_slow_waves_survive() -> None:
    rng = np.random.default_rng(10)
    x = s.background(rng, 90)
    for start in np.arange(10, 85, 9.0):
        wave = np.sin(np.linspace(0, 2 * np.pi, 256)) * np.hanning(256)
        s.add(
            x,
            start,
            300 * s.field("Cz", 0.8)[:, None] * wave[None] + 15 * np.hanning(256) * s.muscle_noise(rng, 19, 256),
        )
    assert lost(x) < 0.05


def test_drift_of_sweat_is_no_reason() -> None:
    rng = np.random.default_rng(11)
    x = s.background(rng, 60)
    assert lost(x + 300 * s.colored(rng, 19, x.shape[1], 2, 0.02, 0.25)) == 0


# What must be found ----------------------------------------------------------------------------------------------

PIECES: dict[str, Callable[[np.random.Generator, float], np.ndarray]] = {
    "movement": s.movement,
    "crying": s.crying,
    "sucking": s.sucking,
    "patting": s.patting,
}


@pytest.mark.parametrize("reason", list(PIECES))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_artifact_of_the_child_is_found_and_named(reason: str, seed: int) -> None:
    rng = np.random.default_rng([seed, 20])
    x = s.background(rng, 60)
    s.add(x, 20, PIECES[reason](rng, 16))
    quality = quality_of(x)
    found = seconds_with(quality, reason)
    assert len(found & set(range(21, 35))) >= 9
    assert found <= set(range(14, 43))
    others = [r for r in PIECES if r != reason]
    assert sum(len(seconds_with(quality, r)) for r in others) <= 2


def test_movement_is_found_within_hypsarrhythmia() -> None:
    rng = np.random.default_rng(12)
    x = s.chaotic_delta(rng, 60, 400)
    s.add(x, 20, s.movement(rng, 16, 800))
    assert len(seconds_with(quality_of(x), "movement") & set(range(21, 35))) >= 12


def test_fast_sway_with_limb_emg_is_movement_and_without_muscle_is_not() -> None:
    rng = np.random.default_rng(21)
    x = s.background(rng, 60)
    n = round(8 * RATE)
    fields = np.stack([s.field(e, 0.8) for e in ("Fz", "T7", "P4")], axis=1)
    s.add(x, 20, fields @ (180 * s.colored(rng, 3, n, 1.0, 0.8, 3.5)) * np.minimum(1, 4 * np.hanning(n)))
    emg = 4 * s.muscle_noise(rng, 1, x.shape[1])[0]
    assert not seconds_with(quality_of(x, aux={"EMG deltoid left": emg}), "movement")
    emg[round(20 * RATE) : round(28 * RATE)] *= 12
    found = seconds_with(quality_of(x, aux={"EMG deltoid left": emg}), "movement")
    assert set(range(21, 27)) <= found <= set(range(17, 31))


def test_sustained_muscle_excludes_and_muscle_of_one_electrode_does_not() -> None:
    rng = np.random.default_rng(13)
    x = s.background(rng, 60)
    s.add(x, 10, 30 * s.muscle_noise(rng, 19, round(10 * RATE)))
    x[7, round(40 * RATE) : round(50 * RATE)] += 40 * s.muscle_noise(rng, 1, round(10 * RATE))[0]
    quality = quality_of(x)
    assert set(range(11, 19)) <= seconds_with(quality, "muscle")
    assert set(range(41, 49)) <= seconds_with(quality, "muscle", "T7")
    assert quality.usable()[35:].all()


def _pop(rng: np.random.Generator, n: int) -> np.ndarray:
    return 300 * np.exp(-np.arange(n) / RATE / 0.6)


def _mains(rng: np.random.Generator, n: int) -> np.ndarray:
    return 150 * np.sin(2 * np.pi * 50 * np.arange(n) / RATE)


def _loose(rng: np.random.Generator, n: int) -> np.ndarray:
    return 400 * s.colored(rng, 1, n, 1.5, 0.2, 30)[0] * np.minimum(1, np.arange(n) / RATE)


@pytest.mark.parametrize(
    ("reason", "piece", "inside"),
    [
        ("electrode_pop", _pop, range(20, 22)),
        ("mains", _mains, range(21, 29)),
        ("loose_electrode", _loose, range(21, 29)),
    ],
)
@pytest.mark.parametrize("channel", ["C3", "F8", "O1"])
def test_fault_of_one_electrode_is_found_there_only(
    reason: str, piece: Callable[[np.random.Generator, int], np.ndarray], inside: range, channel: str
) -> None:
    rng = np.random.default_rng(14)
    x = s.background(rng, 60)
    at = round(20.4 * RATE)
    x[ELECTRODES.index(channel), at : at + round(9 * RATE)] += piece(rng, round(9 * RATE))
    quality = quality_of(x)
    found = seconds_with(quality, reason, channel)
    assert len(found & set(inside)) >= 0.6 * len(inside)
    assert found <= set(range(18, 32))
    assert not [c for c in ELECTRODES if c != channel and seconds_with(quality, reason, c)]


def test_dropout_of_an_electrode_is_flat() -> None:
    x = s.background(np.random.default_rng(15), 60)
    x -= 0.8 * x[ELECTRODES.index("T8")]
    x[ELECTRODES.index("O1"), round(20 * RATE) : round(30 * RATE)] = 5
    quality = quality_of(x)
    assert seconds_with(quality, "flat", "O1") == set(range(20, 30))


@pytest.mark.parametrize("step_uv", [0.0, 0.5])
def test_clipping_is_found_and_smooth_crests_are_not(step_uv: float) -> None:
    x = s.chaotic_delta(np.random.default_rng(16), 60, 1000)
    if step_uv:
        x = np.round(x / step_uv) * step_uv
    assert (quality_of(x).channel_flags & bit("clipping") > 0).mean() < 0.005
    clipped = np.clip(x, -250, 250)
    reached = (np.abs(clipped).reshape(19, 60, 256) >= 249.9).sum(axis=-1) > 12
    flagged = (quality_of(clipped).channel_flags & bit("clipping")) > 0
    assert flagged[reached].mean() > 0.9


def test_mains_at_60_hz_is_mains_too() -> None:
    rng = np.random.default_rng(15)
    x = s.background(rng, 20)
    x[4] += 150 * np.sin(2 * np.pi * 60 * np.arange(x.shape[1]) / RATE)
    assert len(seconds_with(quality_of(x), "mains", ELECTRODES[4])) >= 18


def test_mains_common_to_all_electrodes_harms_none() -> None:
    x = s.background(np.random.default_rng(16), 20)
    x += 200 * np.sin(2 * np.pi * 50 * np.arange(x.shape[1]) / RATE)
    assert lost(x) == 0


def test_reference_electrode_is_flat_but_valid_and_a_dead_one_is_not() -> None:
    x = s.background(np.random.default_rng(17), 60)
    cz, t8 = ELECTRODES.index("Cz"), ELECTRODES.index("T8")
    against_cz = x - x[cz]
    assert not seconds_with(quality_of(against_cz), "flat", "Cz")
    against_t8 = x - x[t8]
    against_t8[cz] = 0
    assert len(seconds_with(quality_of(against_t8), "flat", "Cz")) > 50


# Shape of the result ---------------------------------------------------------------------------------------------


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6), block_s=st.sampled_from([30.0, 60.0, 120.0]))
def test_result_does_not_depend_on_block_size(seed: int, block_s: float) -> None:
    rng = np.random.default_rng(seed)
    x = s.background(rng, 150)
    for make in PIECES.values():
        s.add(x, rng.uniform(2, 135), make(rng, 12))
    x[3, round(60 * RATE) : round(75 * RATE)] = 0
    whole, cut = quality_of(x, block_s=960), quality_of(x, block_s=block_s)
    assert np.array_equal(whole.channel_flags, cut.channel_flags)
    assert np.array_equal(whole.global_flags, cut.global_flags)


def test_gaps_carry_the_gap_flag_and_flags_do_not_cross_them() -> None:
    x = s.background(np.random.default_rng(18), 100)
    quality = quality_of(x, segments=[(0.0, 40.5), (55.0, 100.0)])
    assert seconds_with(quality, "gap") == set(range(40, 55))
    events = [e for e in artifact.events(quality) if e.subtype == "gap"]
    assert [(e.onset_s, e.duration_s, e.counted) for e in events] == [(40.0, 15.0, True)]


def test_unknown_positions_and_low_rates_are_scanned_too() -> None:
    rng = np.random.default_rng(19)
    x = s.background(rng, 60)[:3, ::2]
    x[1, 128 * 20 : 128 * 30] = 0
    recording = MemoryRecording(["X1", "X2", "X3"], x, 128.0, reference=None)
    quality = artifact.finalize([artifact.scan(b) for b in blocks_of(recording)], 60)
    assert quality.channels == ("X1", "X2", "X3")
    assert seconds_with(quality, "flat", "X2") >= set(range(21, 29))


def test_ten_seconds_are_enough_to_scan() -> None:
    quality = quality_of(s.background(np.random.default_rng(20), 10))
    assert quality.usable().all()
    assert quality.n_seconds == 10


def test_events_name_each_run_once_with_reason_in_words() -> None:
    flags = np.zeros(20, np.uint16)
    flags[3:6] = bit("movement")
    flags[5:8] |= np.uint16(bit("patting"))
    channel = np.zeros((2, 20), np.uint16)
    channel[1, 10:12] = bit("electrode_pop")
    events = artifact.events(Quality(0, ("C3", "C4"), channel, flags))
    assert [(e.onset_s, e.duration_s, e.subtype, e.channels) for e in events] == [
        (3.0, 3.0, "movement", ()),
        (5.0, 3.0, "patting", ()),
        (10.0, 2.0, "electrode_pop", ("C4",)),
    ]
    assert all(e.trial_type == "artifact" and e.counted and e.reason for e in events)


def test_fractions_leave_gaps_out_and_share_electrode_time() -> None:
    flags = np.zeros(20, np.uint16)
    flags[:10] = bit("gap")
    flags[10:15] = bit("crying")
    channel = np.zeros((2, 20), np.uint16)
    channel[0, 15:20] = bit("flat")
    fraction = artifact.fraction_by_reason(Quality(0, ("C3", "C4"), channel, flags))
    assert fraction["crying"] == 0.5
    assert fraction["flat"] == 0.25
    assert fraction["any"] == 0.5
    assert set(fraction) == {*REASONS[1:], "any"}


def test_nothing_recorded_gives_no_fractions() -> None:
    quality = artifact.finalize([], 5, channels=("C3",))
    assert artifact.fraction_by_reason(quality) == {}
    assert not quality.usable().any()


def test_finalize_joins_flags_one_second_apart() -> None:
    flags = np.array([1, 0, 1, 0, 0, 1], np.uint16) * np.uint16(bit("crying"))
    joined = artifact.finalize([Quality(0, (), np.zeros((0, 6), np.uint16), flags)], 6)
    assert (joined.global_flags > 0).tolist() == [True, True, True, False, False, True]


# Small tools -----------------------------------------------------------------------------------------------------


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 3))
def test_closing_only_adds_and_fills_short_holes(flags: list[bool], gap: int) -> None:
    x = np.array(flags)
    y = close(x, gap)
    assert (y | ~x).all()
    filled = [k for k in range(len(x)) if x[:k].any() and x[k:].any()]
    for k in filled:
        before, after = np.flatnonzero(x[: k + 1]).max(), k + np.flatnonzero(x[k:]).min()
        assert y[k] == (after - before - 1 <= gap)


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 3), st.integers(0, 3))
def test_widening_reaches_exactly_so_far(flags: list[bool], before: int, after: int) -> None:
    x = np.array(flags)
    y = widen(x, before, after)
    for k in range(len(x)):
        assert y[k] == x[max(0, k - after) : k + before + 1].any()


@given(st.integers(1, 40), st.integers(1, 6), st.integers(0, 99))
def test_running_median_equals_its_definition(n: int, radius: int, seed: int) -> None:
    x = np.random.default_rng(seed).standard_normal((2, n)).astype(np.float32)
    expected = np.stack([np.median(x[:, max(0, k - radius) : k + radius + 1], axis=1) for k in range(n)], axis=1)
    np.testing.assert_allclose(running_median(x, radius), expected, rtol=1e-6)


@given(
    rate_hz=st.sampled_from([100.0, 128.0, 200.0, 250.0, 256.0]),
    first=st.integers(0, 10**6),
    later=st.integers(1, 40_000),
    per_second=st.sampled_from([1, 4, 8, 32]),
)
def test_a_cell_begins_at_the_same_sample_whatever_its_block(
    rate_hz: float, first: int, later: int, per_second: int
) -> None:
    """Blocks begin at any sample after a gap; at 200 Hz every second cell of 1/32 s begins between two samples."""

    def starts(sample: int) -> np.ndarray:
        nothing = np.zeros((0, 0), np.float32)
        block = Block(sample / rate_hz, 0, 0, rate_hz, (), nothing, nothing, (), nothing)
        begin = int(np.ceil((first + later) / rate_hz)) * per_second
        return cell_starts(block, 1 / per_second, range(begin, begin + 64)) + sample

    np.testing.assert_array_equal(starts(first), starts(first + later))
