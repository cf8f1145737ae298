"""Background waves and the other measures of one second."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.block import Block
from westward.eeg.events import waves
from westward.eeg.events.background import Background, measure
from westward.eeg.events.quality import REASONS, Quality, bit
from westward.eeg.events.spikes import Spikes
from westward.eeg.signal.montage import ELECTRODES, bipolar

MONTAGE = bipolar(ELECTRODES)
RATE = 256.0


def block(bipolar_uv: np.ndarray, *, start_s: float = 0.0, core: tuple[float, float] | None = None, rate: float = RATE):
    n = bipolar_uv.shape[1]
    core = (start_s, start_s + n / rate) if core is None else core
    none = np.zeros((len(ELECTRODES), n), np.float32)
    x = bipolar_uv.astype(np.float32)
    return Block(start_s, *core, rate, ELECTRODES, none, none, MONTAGE.derivations, x)


def tone(hz: float, peak_uv: float, seconds: float = 30, rate: float = RATE) -> np.ndarray:
    t = np.arange(int(seconds * rate)) / rate
    return np.tile(peak_uv * np.sin(2 * np.pi * hz * t), (len(MONTAGE.derivations), 1))


def noise(seed: int, seconds: float, scale_uv: float = 60.0) -> np.ndarray:
    """1/f noise of 0.5-70 Hz, as a block's derivations are."""
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE)
    hz = np.fft.rfftfreq(n, 1 / RATE)
    shape = np.where((hz >= 0.5) & (hz <= 70), 1 / np.maximum(hz, 0.5), 0)
    x = np.fft.irfft(np.fft.rfft(rng.standard_normal((len(MONTAGE.derivations), n))) * shape, n)
    return x / x.std() * scale_uv


def spike(peak_s: float, electrode: str, slow_stop_s: float) -> Spikes:
    i = ELECTRODES.index(electrode)
    one = np.ones(1, np.float32)
    return Spikes(
        np.array([peak_s]), np.array([peak_s - 0.03]), one * 0.06, np.array([slow_stop_s]),
        np.array([i], np.int16), one * 200, one * 3, one, np.array([1 << i], np.uint32),
    )  # fmt: skip


@pytest.mark.parametrize("rate", [100.0, 128.0, 200.0, 250.0, 256.0, 300.0])
@pytest.mark.parametrize("hz", [0.7, 1.5, 3.0, 6.0])
def test_a_wave_is_measured_from_peak_to_trough(hz: float, rate: float) -> None:
    waves_uv = measure(block(tone(hz, 150, rate=rate), rate=rate)).wave_uv[:, 2:-2]
    assert np.nanmedian(waves_uv) == pytest.approx(300, rel=0.03)
    assert np.nanmin(waves_uv) > 280


def test_a_ripple_that_rides_on_a_slow_wave_does_not_split_it() -> None:
    # pieces between neighboring extrema of this sum stay below 200 µV
    x = tone(1.0, 150) + tone(11.0, 25)
    assert np.nanmin(measure(block(x)).wave_uv[:, 2:-2]) > 290


def test_reversals_above_the_share_end_a_wave() -> None:
    x = np.array([[0, 0, 100, 60, 160, 0, 10]], np.float32)
    found = waves.find(x, longest=10, ripple=0.25)
    assert 160 in found.amplitude  # the fall
    rises = found.amplitude[found.last <= 4]
    assert set(rises) == {100, 40}


def test_waves_slower_than_half_a_hertz_are_left_out() -> None:
    x = np.concatenate([np.linspace(0, 500, 200), np.linspace(500, 0, 200)] * 3)[None].astype(np.float32)
    assert not (waves.find(x, longest=128, ripple=0.25).amplitude > 1).any()


def test_activity_above_30_hz_is_not_background() -> None:
    assert np.nanmax(measure(block(tone(45, 200))).wave_uv[:, 1:-1]) < 5


def test_no_slow_wave_is_lost_when_it_crosses_a_second() -> None:
    # half-waves of 0.7 s: every second holds the middle of one
    assert np.isfinite(measure(block(tone(0.72, 100))).wave_uv[:, 2:-2]).all()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(1, 3))
def test_results_do_not_depend_on_the_block(seed: int, cut: int) -> None:
    x = noise(seed, 150)
    spikes = Spikes.concatenate([spike(t + 0.4, "C3", t + 0.9) for t in range(5, 145, 3)])
    whole = measure(block(x), spikes=spikes)
    start, stop = 30.0 * cut, 30.0 * (cut + 1)
    part_start, part_stop = max(start - 20, 0), min(stop + 20, 150)
    piece = x[:, int(part_start * RATE) : int(part_stop * RATE)]
    part = measure(block(piece, start_s=part_start, core=(start, stop)), spikes=spikes)
    inside = slice(int(start), int(stop))
    assert part.first_second == start
    np.testing.assert_allclose(part.wave_uv, whole.wave_uv[:, inside], rtol=1e-4, atol=1e-2)
    np.testing.assert_allclose(part.band_power, whole.band_power[..., inside], rtol=1e-3, atol=1e-2)
    np.testing.assert_allclose(part.pair_products, whole.pair_products[..., inside], rtol=1e-3, atol=1)
    np.testing.assert_allclose(part.generalized_uv, whole.generalized_uv[:, inside], rtol=1e-4, atol=1e-2)


def test_a_spike_and_its_slow_wave_are_removed_where_its_field_reaches() -> None:
    x = 0.2 * tone(6.0, 100)
    t = np.arange(x.shape[1]) / RATE
    x += -400 * np.exp(-(((t - 10.4) / 0.02) ** 2)) + 250 * np.exp(-(((t - 10.65) / 0.09) ** 2))
    out = measure(block(x), spikes=spike(10.4, "C3", 10.9))
    row = {d: i for i, d in enumerate(out.derivations)}
    touched = [row["F3-C3"], row["C3-P3"]]
    assert not (out.wave_uv[touched, 9:12] > 100).any()
    assert out.wave_uv[row["P8-O2"], 10] > 300
    assert np.isfinite(out.wave_uv[touched, 9]).all()


def test_a_second_with_too_little_left_is_not_measured() -> None:
    out = measure(block(noise(3, 30)), spikes=spike(10.1, "C3", 10.9))
    row = {d: i for i, d in enumerate(out.derivations)}
    assert np.isnan(out.wave_uv[row["F3-C3"], 10])
    assert np.isfinite(out.wave_uv[row["F3-C3"], [9, 11]]).all()
    assert np.isfinite(out.wave_uv[row["P8-O2"], 10])


def test_spikes_of_derivations_without_position_remove_their_own_derivation() -> None:
    s = spike(10.1, "C3", 10.9)
    s = replace(s, field=np.zeros(1, np.uint32), electrode=np.array([-1 - 4], np.int16))
    out = measure(block(noise(3, 30)), spikes=s)
    assert np.flatnonzero(np.isnan(out.wave_uv[:, 10])).tolist() == [4]


def test_flagged_seconds_are_not_measured() -> None:
    flags = np.zeros((len(ELECTRODES), 30), np.uint16)
    flags[ELECTRODES.index("C3"), 5] = bit("electrode_pop")
    everywhere = np.zeros(30, np.uint16)
    everywhere[7] = bit(REASONS[-1])
    out = measure(block(noise(1, 30)), quality=Quality(0, ELECTRODES, flags, everywhere))
    lost = {d for d, w in zip(out.derivations, out.wave_uv[:, 5], strict=True) if np.isnan(w)}
    assert lost == {"F3-C3", "C3-P3"}
    assert np.isnan(out.wave_uv[:, 7]).all()
    assert np.isnan(out.generalized_uv[:, 7]).all()
    assert np.isfinite(out.wave_uv[:, 6]).all()


@pytest.mark.parametrize(("hz", "band"), [(2.0, 0), (6.0, 1), (10.0, 2), (20.0, 3)])
def test_power_of_a_tone_lies_in_its_band(hz: float, band: int) -> None:
    power = measure(block(tone(hz, 50))).band_power[:, :, 5:-5]
    assert np.median(power[band]) == pytest.approx(50**2 / 2, rel=0.1)
    assert power[band].sum() > 0.95 * power.sum()


def test_pairs_move_together_or_against_each_other() -> None:
    x = noise(2, 30)
    row = {d: i for i, d in enumerate(MONTAGE.derivations)}
    x[row["P8-O2"]], x[row["P4-O2"]] = x[row["P7-O1"]], -2 * x[row["P3-O1"]]
    out = measure(block(x))
    cross, left, right = out.pair_products.sum(axis=2)
    r = dict(zip((out.derivations[a] for a, _ in out.pairs), cross / np.sqrt(left * right), strict=True))
    assert r["P7-O1"] == pytest.approx(1, abs=0.01)
    assert r["P3-O1"] == pytest.approx(-1, abs=0.01)
    assert abs(r["F3-C3"]) < 0.6
    assert len(out.pairs) == 8


def test_suppression_needs_nearly_all_derivations() -> None:
    x = tone(3.0, 100)
    x[:, int(10 * RATE) : int(12 * RATE)] = 0
    x[:3, :] = tone(3.0, 100)[:3]
    assert measure(block(x)).generalized_uv[0, 11] < 10
    x[:5, :] = tone(3.0, 100)[:5]
    assert measure(block(x)).generalized_uv[0, 11] > 100


def test_a_flat_derivation_gives_no_waves_of_note() -> None:
    out = measure(block(np.zeros((len(MONTAGE.derivations), int(30 * RATE)))))
    assert not (out.wave_uv > 0).any()


def test_parts_join_to_the_recording_and_gaps_stay_unmeasured() -> None:
    x = noise(5, 60)
    parts = [measure(block(x[:, : int(30 * RATE)])), measure(block(x[:, int(30 * RATE) :], start_s=90.0))]
    whole = Background.concatenate(parts, 200)
    assert whole.wave_uv.shape == (len(MONTAGE.derivations), 200)
    assert np.isnan(whole.wave_uv[:, 31:89]).all()
    assert np.isnan(whole.wave_uv[:, 121:]).all()
    np.testing.assert_array_equal(whole.wave_uv[:, 90:120], parts[1].wave_uv)
    assert Background.concatenate([], 10).wave_uv.shape == (0, 10)
    with pytest.raises(ValueError, match="differ"):
        Background.concatenate([parts[0], replace(parts[1], derivations=("a",))], 200)


def test_a_block_without_derivations_gives_nothing() -> None:
    empty = replace(block(noise(1, 30)), derivations=(), bipolar=np.zeros((0, int(30 * RATE)), np.float32))
    assert measure(empty).wave_uv.shape == (0, 30)
