"""The spike detector: finds what stands out with a field, leaves the mimics of infancy alone."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from tests.eeg.events import spike_pieces as piece
from tests.support.data import data_file

from westward.core.errors import InputError
from westward.eeg.events import spike
from westward.eeg.events.quality import Quality, bit
from westward.eeg.events.spikes import Spikes
from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.signal.scalp import angles_deg

FS = piece.FS


def rate_per_min(x: np.ndarray, **options: object) -> float:
    found = spike.detect(piece.block(x, **options))  # type: ignore[arg-type]
    return len(found) / (x.shape[1] / FS / 60)


@pytest.mark.parametrize(
    ("uv", "slope", "spike_uv", "per_min"), [(25, 2.0, 130, 12), (60, 2.3, 250, 20), (150, 2.7, 500, 40)]
)
def test_finds_spikes_on_calm_and_on_chaotic_background(uv, slope, spike_uv, per_min):
    x = piece.background(1, 120, uv, slope)
    at = piece.moments(2, 120, per_min)
    piece.plant(x, "C3", at, spike_uv)
    found = spike.detect(piece.block(x))
    assert piece.sensitivity(found.peak_s, at) >= 0.95
    assert piece.false(found.peak_s, at) <= 1
    at_focus = np.mean(found.electrode == piece.row("C3"))
    assert at_focus > 0.9


@pytest.mark.parametrize("duration_s", [0.025, 0.05, 0.07, 0.1])
def test_finds_short_spikes_and_sharp_waves(duration_s):
    x = piece.background(3, 90, 25)
    at = piece.moments(4, 90, 12)
    piece.plant(x, "P4", at, 250, duration_s=duration_s)
    found = spike.detect(piece.block(x))
    assert piece.sensitivity(found.peak_s, at) >= 0.9


def test_measures_field_duration_amplitude_and_slow_wave():
    x = piece.background(5, 60, 10)
    at = piece.moments(6, 60, 12, apart_s=1.5)
    piece.plant(x, "F4", at, 200, duration_s=0.06)
    found = spike.detect(piece.block(x))
    assert piece.sensitivity(found.peak_s, at) == 1
    names = {e for i in range(len(found)) for e in found.electrodes_of(i)}
    assert "F4" in names
    assert not names & {"O1", "O2", "P7", "T7"}
    assert 0.04 <= np.median(found.duration_s) <= 0.09
    assert 90 <= np.median(found.amplitude_uv) <= 230
    assert np.median(found.slow_stop_s - found.peak_s) == pytest.approx(0.33, abs=0.12)
    assert (found.onset_s < found.peak_s).all()
    assert (found.slow_stop_s > found.peak_s).all()


@pytest.mark.parametrize(("uv", "slope"), [(20, 1.6), (40, 2.0), (200, 2.8)])
def test_noise_and_chaotic_delta_hold_no_spikes(uv, slope):
    assert rate_per_min(piece.background(7, 180, uv, slope)) <= 0.4


def test_not_vertex_waves():
    x = piece.background(8, 120)
    for t in piece.moments(9, 120, 10, apart_s=2):
        piece.add(x, t, -180 * piece.field("Cz", 48), piece.gaussian(0.11))
    assert rate_per_min(x) <= 0.5


def test_true_vertex_spikes_are_found():
    x = piece.background(10, 90)
    at = piece.moments(11, 90, 12)
    piece.plant(x, "Cz", at, 180, duration_s=0.05)
    assert piece.sensitivity(spike.detect(piece.block(x)).peak_s, at) >= 0.9


def test_not_spindles():
    x, t = piece.background(12, 120), piece.times(0.7)
    for k, moment in enumerate(piece.moments(13, 120, 10, apart_s=3)):
        wave = np.hanning(len(t)) ** 0.5 * np.sin(2 * np.pi * (11.5 + 0.3 * (k % 8)) * t)
        piece.add(x, moment, 50 * piece.field("C4", 45), wave)
    assert rate_per_min(x) <= 0.5


def test_not_hypnagogic_hypersynchrony():
    x, t = piece.background(14, 120), piece.times(1.5)
    for moment in piece.moments(15, 120, 5, apart_s=6):
        phase = 2 * np.pi * 4 * t
        wave = np.hanning(len(t)) ** 0.5 * (np.sin(phase) + 0.25 * np.sin(2 * phase + 1) + 0.1 * np.sin(3 * phase))
        piece.add(x, moment, 200 * piece.field("Cz", 70), wave)
    assert rate_per_min(x) <= 0.5


def test_not_muscle():
    x = piece.background(16, 120)
    noise = piece.highpassed(np.random.default_rng(17).standard_normal(x.shape), 20)
    envelope = (np.sin(2 * np.pi * np.arange(x.shape[1]) / FS / 9) > 0).astype(float)
    for e, uv in {"T7": 40, "F7": 30, "T8": 35, "Fp2": 25}.items():
        x[piece.row(e)] += uv * envelope * noise[piece.row(e)]
    assert rate_per_min(x) <= 0.5


def test_not_electrode_pops():
    x = piece.background(18, 120)
    rng = np.random.default_rng(19)
    decay = np.exp(-np.arange(FS) / FS / 0.15)
    for k, moment in enumerate(piece.moments(20, 120, 10, apart_s=2)):
        start = int(moment * FS)
        x[k % 19, start : start + FS] += rng.choice([-1, 1]) * rng.uniform(80, 400) * decay
    assert rate_per_min(x) <= 1


def test_not_blinks():
    x = piece.background(21, 120)
    for moment in piece.moments(22, 120, 15):
        weights = 200 * (piece.field("Fp1", 35) + piece.field("Fp2", 35)) / 1.3
        piece.add(x, moment, weights, piece.gaussian(0.12))
    assert rate_per_min(x) <= 0.5


@pytest.mark.parametrize("with_channel", [True, False])
def test_not_heartbeats(with_channel):
    x = piece.background(23, 120, 20)
    beats = np.cumsum(0.45 * (1 + 0.02 * np.random.default_rng(24).standard_normal(300)))
    beats = beats[(beats > 1) & (beats < 118)]
    qrs = piece.gaussian(0.022)
    lateral = 60 * (piece.scalp.positions()[:, 0])
    ecg = np.zeros((1, x.shape[1]))
    for t in beats:
        piece.add(x, t, lateral, qrs)
        piece.add(ecg, t, np.array([900.0]), qrs)
    found = rate_per_min(x, aux={"ECG": ecg[0].astype(np.float32)} if with_channel else {})
    assert found <= (0.5 if with_channel else 8)


def test_spikes_survive_a_heartbeat_channel():
    x = piece.background(25, 90, 25)
    at = piece.moments(26, 90, 20)
    piece.plant(x, "O1", at, 150)
    ecg = np.zeros((1, x.shape[1]))
    for t in np.arange(1, 88, 0.47):
        piece.add(ecg, t, np.array([900.0]), piece.gaussian(0.022))
    found = spike.detect(piece.block(x, aux={"ECG": ecg[0].astype(np.float32)}))
    assert piece.sensitivity(found.peak_s, at) >= 0.95


def same(a: Spikes, b: Spikes) -> None:
    for f in fields(Spikes):
        np.testing.assert_allclose(getattr(a, f.name), getattr(b, f.name), rtol=1e-4, atol=1e-4, err_msg=f.name)


def test_result_does_not_depend_on_block_size():
    x = piece.background(27, 240, 40)
    x[:, 100 * FS : 160 * FS] *= 2.5
    for focus, seed in (("O2", 28), ("F3", 29)):
        piece.plant(x, focus, piece.moments(seed, 240, 15), 160)
    whole = piece.block(x)
    at_once = spike.detect(whole, doubtful=True)
    assert len(at_once) > 60
    for length in (30, 60, 90):
        parts = [
            spike.detect(piece.cut(whole, (start, min(start + length, 240.0))), doubtful=True)
            for start in range(0, 240, length)
        ]
        same(at_once, Spikes.concatenate(parts))


def test_flagged_seconds_and_electrodes_yield_none():
    x = piece.background(30, 60, 20)
    at = piece.moments(31, 60, 20)
    piece.plant(x, "C3", at, 200)
    b = piece.block(x)
    flags = np.zeros((19, 60), np.uint16)
    everywhere = np.zeros(60, np.uint16)
    everywhere[:30] = bit("movement")
    found = spike.detect(b, quality=Quality(0, ELECTRODES, flags, everywhere))
    assert found.peak_s.min() >= 30
    flags[piece.row("C3")] = bit("loose_electrode")
    assert len(spike.detect(b, quality=Quality(0, ELECTRODES, flags, everywhere))) == 0


def test_every_finding_is_at_or_above_the_operating_point_and_the_doubtful_ones_include_the_clear():
    x = piece.background(32, 90, 30)
    piece.plant(x, "P3", piece.moments(33, 90, 20), 75)
    b = piece.block(x)
    p = spike.SpikeParameters()
    clear, all_of_them = spike.detect(b), spike.detect(b, doubtful=True)
    assert (clear.confidence >= p.operating_point).all()
    assert (all_of_them.confidence >= p.doubtful_point).all()
    assert set(clear.peak_s) < set(all_of_them.peak_s)
    strict = spike.detect(b, parameters=replace(p, operating_point=0.9))
    assert set(strict.peak_s) < set(clear.peak_s)


def test_without_positions_each_derivation_is_judged_alone():
    x = piece.background(34, 60, 20)
    at = piece.moments(35, 60, 15)
    piece.plant(x, "C3", at, 220)
    placed = piece.block(x)
    b = replace(placed, electrodes=(), potentials=placed.potentials[:0], raw=placed.raw[:0])
    found = spike.detect(b)
    assert piece.sensitivity(found.peak_s, at) >= 0.8
    assert (found.electrode < 0).all()
    assert (found.field == 0).all()
    assert np.isnan(found.center).all()
    names = [b.derivations[-1 - e].split("-") for e in found.electrode]
    assert np.mean(["C3" in pair for pair in names]) > 0.9


@pytest.mark.parametrize("fs", [100, 200, 250, 300])
def test_works_at_every_working_rate(fs):
    x = piece.background(36, 60, 25, fs=fs)
    at = piece.moments(37, 60, 15)
    for t in at:
        piece.add(x, float(t), 160 * piece.field("T8"), piece.spike_wave(0.06, fs=fs), fs)
    found = spike.detect(piece.block(x, fs=fs))
    assert piece.sensitivity(found.peak_s, at) >= 0.9
    assert piece.false(found.peak_s, at) <= 1


def test_refuses_below_100_samples_per_second():
    x = piece.background(38, 20, fs=64)
    assert "100" in spike.refusal(64)
    assert spike.refusal(100) == ""
    with pytest.raises(InputError, match="at least 100"):
        spike.detect(piece.block(x, fs=64))


@pytest.mark.parametrize(
    "derivations, seen",
    [
        (("F3-C3", "P4-O2"), False),
        (("Fp1-F7", "Fp2-F8", "Fz-Cz"), False),
        (("F3-C3", "C3-P3"), True),
        (("Fp1-F7", "Fp1-F3"), True),
    ],
)
def test_a_field_needs_two_derivations_that_share_an_electrode(derivations: tuple[str, ...], seen: bool) -> None:
    electrodes = tuple(dict.fromkeys(e for d in derivations for e in d.split("-")))
    assert (spike.without_field(electrodes, derivations) == "") is seen
    assert spike.without_field((), ("X1", "X2")) == ""


def test_flat_and_tiny_blocks_are_empty():
    flat = np.zeros((19, 30 * FS))
    assert len(spike.detect(piece.block(flat))) == 0
    assert len(spike.detect(piece.block(np.zeros((19, 40))))) == 0


def test_reduced_montage_keeps_finding():
    names = ("Fp1", "Fp2", "T7", "C3", "Cz", "C4", "T8", "O1", "O2")
    x = piece.background(39, 90, 25)
    at = piece.moments(40, 90, 15)
    piece.plant(x, "C3", at, 200)
    found = spike.detect(piece.block(x[[piece.row(n) for n in names]], names))
    assert piece.sensitivity(found.peak_s, at) >= 0.85


def test_peak_is_the_focus_or_its_neighbor_anywhere_on_the_head():
    apart = angles_deg()
    for k, focus in enumerate(("Fp1", "F8", "T7", "Pz", "O2")):
        x = piece.background(41 + k, 45, 25)
        at = piece.moments(50 + k, 45, 15)
        piece.plant(x, focus, at, 180)
        found = spike.detect(piece.block(x))
        assert piece.sensitivity(found.peak_s, at) >= 0.9
        assert (apart[piece.row(focus), found.electrode] < 52).all()


def test_real_normal_adult_has_hardly_any():
    """Rich in eye blinks, muscle and mu; every finding would be false."""
    from tests.eeg.events.real_clips import clip

    b = clip(data_file("eeg/clinical/adult_64ch_overlapping_annotations.edf"), mains_hz=60)
    found = spike.detect(b)
    assert len(found) <= 5


def test_real_clip_with_movement_has_hardly_any():
    from tests.eeg.events.real_clips import clip

    found = spike.detect(clip(data_file("eeg/clinical/multiple_annotation_chans.bdf"), mains_hz=50))
    assert len(found) <= 5
