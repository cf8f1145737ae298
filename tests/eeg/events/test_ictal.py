"""The mask of ictal candidates: spasms go, hypsarrhythmia stays."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support import infant_signals as s
from tests.support.memory_recording import MemoryRecording, blocks_of

from westward.eeg.events import ictal
from westward.eeg.events.event import Event
from westward.eeg.signal.montage import ELECTRODES

RATE = s.RATE_HZ


def features_of(
    x: np.ndarray, emg: np.ndarray | None = None, *, block_s: float = 240.0, name: str = "EMG deltoid left"
) -> ictal.IctalFeatures:
    recording = MemoryRecording(ELECTRODES, x, RATE, aux=None if emg is None else {name: emg})
    return ictal.IctalFeatures.concatenate([ictal.scan(b) for b in blocks_of(recording, block_s=block_s)])


def mask_of(x: np.ndarray, emg: np.ndarray | None = None, **more: object) -> ictal.IctalMask:
    return ictal.mask(features_of(x, emg), [], int(x.shape[1] / RATE), **more)


def quiet_emg(rng: np.random.Generator, n: int) -> np.ndarray:
    return 4 * s.muscle_noise(rng, 1, n)[0]


def plant(
    rng: np.random.Generator, x: np.ndarray, times: list[float], uv: float, emg: np.ndarray | None = None
) -> None:
    """Spasms: a slow wave of a second at the vertex, a decrement, a burst of deltoid EMG."""
    t = np.arange(x.shape[1]) / RATE
    for at in times:
        gain = np.where((t > at + 0.7) & (t < at + 0.7 + rng.uniform(1.5, 4)), 0.25, 1.0)
        x *= np.convolve(gain, np.ones(25) / 25, "same")
        wave = np.hanning(256) * np.sin(np.linspace(0, 2 * np.pi, 256) + 0.3)
        s.add(x, at, uv * s.field("Cz", 0.8)[:, None] * wave[None])
        if emg is not None:
            n = round(rng.uniform(0.6, 1.8) * RATE)
            a = round((at + 0.15) * RATE)
            emg[a : a + n] += 120 * np.hanning(n) * s.muscle_noise(rng, 1, n)[0]


TIMES = [40.0, 52.0, 61.0, 80.0, 95.0, 104.0]


@pytest.mark.parametrize(("kind", "with_emg"), [("background", False), ("background", True), ("hypsarrhythmia", True)])
def test_a_cluster_is_found_and_masked_throughout(kind: str, with_emg: bool) -> None:
    rng = np.random.default_rng(1)
    x = s.background(rng, 180) if kind == "background" else s.chaotic_delta(rng, 180, 400)
    emg = quiet_emg(rng, x.shape[1]) if with_emg else None
    plant(rng, x, TIMES, 300 if kind == "background" else 450, emg)
    result = mask_of(x, emg)
    onset = np.array([e.onset_s for e in result.events])
    assert sum(np.abs(onset - at).min() < 1.5 for at in TIMES) >= 5
    assert result.mask[41:106].mean() > 0.8
    assert not result.mask[:37].any()
    assert not result.mask[112:].any()
    assert all(e.trial_type == "ictal_candidate" and "slow wave" in e.reason for e in result.events)
    assert any("EMG burst" in e.reason for e in result.events) == with_emg


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("with_emg", [False, True])
def test_hypsarrhythmia_without_spasms_is_hardly_masked(seed: int, with_emg: bool) -> None:
    rng = np.random.default_rng([seed, 2])
    x = s.chaotic_delta(rng, 240, 500)
    emg = quiet_emg(rng, x.shape[1]) if with_emg else None
    assert mask_of(x, emg).candidate_share < 0.02


def test_interictal_attenuations_alone_are_not_ictal() -> None:
    rng = np.random.default_rng(3)
    x = s.chaotic_delta(rng, 240, 400)
    emg = quiet_emg(rng, x.shape[1])
    t = np.arange(x.shape[1]) / RATE
    for at in np.arange(20, 230, 19.0):
        x *= np.where((t > at) & (t < at + 2.5), 0.25, 1.0)
    assert mask_of(x, emg).candidate_share < 0.02


def test_vertex_waves_are_not_ictal() -> None:
    rng = np.random.default_rng(4)
    x = s.background(rng, 180)
    for at in np.arange(10, 170, 6.0):
        s.add(x, at, -180 * s.field("Cz", 0.6)[:, None] * np.hanning(90)[None])
    assert mask_of(x).candidate_share < 0.02


def test_emg_without_a_wave_is_not_ictal() -> None:
    rng = np.random.default_rng(5)
    x = s.background(rng, 120)
    emg = quiet_emg(rng, x.shape[1])
    for at in range(10, 110, 10):
        emg[round(at * RATE) : round((at + 1) * RATE)] *= 30
    assert mask_of(x, emg).events == []


def test_a_single_wave_with_emg_needs_its_decrement() -> None:
    rng = np.random.default_rng(6)
    x = s.background(rng, 120)
    emg = quiet_emg(rng, x.shape[1])
    s.add(x, 60, 300 * s.field("Cz", 0.8)[:, None] * np.hanning(256)[None])
    emg[round(60.2 * RATE) : round(61.2 * RATE)] *= 30
    features = features_of(x, emg)
    assert len(features) == 1
    assert features.emg_s[0] == pytest.approx(1.0, abs=0.3)
    assert ictal.mask(features, [], 120).events == []
    drop = Event(61.2, 2.0, "attenuation")
    with_drop = ictal.mask(features, [], 120, [drop])
    assert len(with_drop.events) == 1
    assert with_drop.mask[61:65].all()


def test_chin_emg_is_not_limb_emg() -> None:
    rng = np.random.default_rng(7)
    x = s.background(rng, 120)
    emg = quiet_emg(rng, x.shape[1])
    plant(rng, x, [60.0], 300, emg)
    assert np.isfinite(features_of(x, emg).emg_s).all()
    assert np.isnan(features_of(x, emg, name="EMG chin").emg_s).all()


def test_time_after_arousal_is_masked_as_asked() -> None:
    none = ictal.IctalFeatures.empty()
    result = ictal.mask(none, [100.0, 290.0], 300)
    assert np.flatnonzero(result.mask).tolist() == [*range(100, 160), *range(290, 300)]
    assert result.arousal_share == pytest.approx(70 / 300)
    assert ictal.mask(none, [100.0], 300, mask_after_arousal_s=20).mask.sum() == 20
    assert not ictal.mask(none, [100.0], 300, mask_after_arousal_s=0).mask.any()


def test_features_do_not_depend_on_block_size() -> None:
    rng = np.random.default_rng(8)
    x = s.background(rng, 180)
    emg = quiet_emg(rng, x.shape[1])
    plant(rng, x, TIMES, 300, emg)
    whole, cut = features_of(x, emg), features_of(x, emg, block_s=30)
    np.testing.assert_allclose(whole.peak_s, cut.peak_s)
    np.testing.assert_allclose(whole.decrement_s, cut.decrement_s)
    np.testing.assert_allclose(whole.emg_ratio, cut.emg_ratio, rtol=0.02)


def test_without_positions_nothing_is_claimed() -> None:
    x = s.background(np.random.default_rng(9), 30)[:4]
    recording = MemoryRecording(["X1", "X2", "X3", "X4"], x, RATE, reference=None)
    assert len(ictal.scan(blocks_of(recording)[0])) == 0


def test_burst_suppression_is_not_a_cluster() -> None:
    rng = np.random.default_rng(10)
    x = s.chaotic_delta(rng, 240, 500)
    gain = np.full(x.shape[1], 0.06)
    for start in np.arange(3, 236, 7.0):
        gain[round(start * RATE) : round((start + 2) * RATE)] = 1
    x = x * np.convolve(gain, np.ones(30) / 30, "same")
    for emg in (None, quiet_emg(rng, x.shape[1])):
        assert mask_of(x, emg).candidate_share < 0.05


def test_waves_within_gross_movement_are_no_candidates() -> None:
    rng = np.random.default_rng(11)
    x = s.background(rng, 120)
    emg = quiet_emg(rng, x.shape[1])
    plant(rng, x, [60.0], 300, emg)
    features = features_of(x, emg)
    assert len(ictal.mask(features, [], 120).events) == 1
    moving = np.zeros(120, bool)
    moving[58:63] = True
    assert len(ictal.mask(features, [], 120, movement=moving).events) == 1
    moving[54:68] = True
    assert ictal.mask(features, [], 120, movement=moving).events == []
