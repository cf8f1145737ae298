"""Foci: spikes of one field are one focus, of two fields two."""

from __future__ import annotations

import numpy as np
import pytest
from tests.eeg.events import spike_pieces as piece

from westward.eeg.events import foci, spike
from westward.eeg.events.spikes import Spikes
from westward.eeg.signal.montage import ELECTRODES
from westward.eeg.signal.scalp import angles_deg, flat


def made(
    focus: list[str], n_each: int, seed: int = 0, scatter: float = 0.12, confidence: float = 0.9, over_s: float = 600.0
) -> Spikes:
    """Spikes of these foci with centers scattered around the electrode."""
    rng = np.random.default_rng(seed)
    parts = []
    for name in focus:
        n, e = n_each, ELECTRODES.index(name)
        peak = np.sort(rng.uniform(0, over_s, n))
        center = (flat()[e] + scatter * rng.standard_normal((n, 2))).astype(np.float32)
        nearest = np.hypot(*(flat()[None] - center[:, None]).transpose(2, 0, 1)).argmin(axis=1)
        f32 = np.full(n, 1, np.float32)
        parts.append(
            Spikes(peak, peak - 0.02, 0.05 * f32, peak + 0.3, nearest.astype(np.int16), 100 * f32, 8 * f32,
                   confidence * f32, np.left_shift(1, nearest).astype(np.uint32), center)
        )  # fmt: skip
    return Spikes.concatenate(parts)


@pytest.mark.parametrize("focus", [["C3"], ["C3", "P3"], ["O1", "F4", "T7"], ["O1", "O2", "F3", "C4", "T7", "F8"]])
def test_as_many_foci_as_there_are(focus):
    found, index = foci.group(made(focus, 60))
    assert {f.name for f in found} == set(focus)
    assert (index >= 0).mean() > 0.97


def test_jitter_is_no_second_focus():
    spikes = made(["C3"], 3000, scatter=0.2)
    assert len(np.unique(spikes.electrode)) > 1
    found, _ = foci.group(spikes)
    assert [f.name for f in found] == ["C3"]


@pytest.mark.parametrize("pair", [["F4", "F8"], ["P3", "P7"], ["F3", "Fz"]])
def test_the_closest_electrodes_hold_two_foci(pair):
    x = piece.background(70, 120, 40)
    for k, name in enumerate(pair):
        piece.plant(x, name, piece.moments(71 + k, 120, 15), 200)
    _, found, _ = foci.settle(spike.detect(piece.block(x), doubtful=True))
    assert {f.peak for f in found} == set(pair)


def test_names_are_unique_and_members_are_counted():
    spikes = made(["C3", "Cz", "O2"], 40)
    found, index = foci.group(spikes)
    assert len({f.name for f in found}) == len(found)
    for k, f in enumerate(found):
        assert f.n_spikes == (index == k).sum()
        assert f.peak in f.electrodes
    assert {f.peak: f.hemisphere for f in found} == {"C3": "left", "Cz": "midline", "O2": "right"}


def test_scattered_singles_make_no_focus():
    rng = np.random.default_rng(3)
    names = list(rng.permutation(ELECTRODES))
    found, index = foci.group(made(names, 1, over_s=7200))
    assert found == ()
    assert (index == -1).all()


def test_a_focus_recurs_within_minutes():
    enough = foci.FociParameters().min_spikes
    spikes = made(["T7"], enough, over_s=60)
    spread_out = Spikes(4000.0 * np.arange(enough), *(getattr(spikes, f) for f in (
        "onset_s", "duration_s", "slow_stop_s", "electrode", "amplitude_uv", "prominence", "confidence", "field",
        "center")))  # fmt: skip
    assert len(foci.group(spikes)[0]) == 1
    assert foci.group(spikes.select(slice(1, None)))[0] == ()
    assert foci.group(spread_out)[0] == ()


def test_without_positions_a_derivation_is_a_place():
    base = made(["C3"], 30)
    f32 = np.ones(30, np.float32)
    electrode = np.where(np.arange(30) % 2, -1, -3).astype(np.int16)
    spikes = Spikes(base.peak_s, base.onset_s, f32, base.slow_stop_s, electrode, f32, f32, f32, np.zeros(30, np.uint32))
    found, _ = foci.group(spikes, derivations=("A", "B", "C"))
    assert {f.name for f in found} == {"A", "C"}


def test_none_of_none():
    assert foci.group(Spikes.empty())[0] == ()
    assert len(foci.settle(Spikes.empty())[0]) == 0


def test_a_quarter_of_a_million_spikes():
    found, index = foci.group(made(["O1", "O2", "F4", "T7", "C4"], 50_000, over_s=86_400))
    assert len(found) == 5
    assert len(index) == 250_000


def test_doubtful_spikes_count_only_where_they_repeat_a_focus():
    clear, like = made(["C3"], 30), made(["C3"], 20, seed=1, confidence=0.3)
    elsewhere = made(["O2"], 20, seed=2, confidence=0.3)
    spikes, found, index = foci.settle(Spikes.concatenate([clear, like, elsewhere]))
    assert [f.name for f in found] == ["C3"]
    assert 48 <= len(spikes) <= 50
    assert found[0].n_spikes == (index == 0).sum() == len(spikes)
    assert np.hypot(*(spikes.center - flat()[ELECTRODES.index("C3")]).T).max() < 1


@pytest.mark.parametrize(("per_min", "joins"), [(1, False), (20, True)])
def test_the_more_often_a_focus_fires_the_fainter_the_spikes_that_join(per_min, joins):
    clear = made(["C3"], 10 * per_min, over_s=600)
    faint = made(["C3"], 20, seed=1, confidence=0.03)
    spikes, found, _ = foci.settle(Spikes.concatenate([clear, faint]))
    assert [f.name for f in found] == ["C3"]
    assert (len(spikes) - len(clear) > 15) == joins
    assert joins or len(spikes) == len(clear)


def test_foci_of_detected_spikes_lie_where_they_were_planted():
    x = piece.background(60, 120, 40)
    planted = ["O1", "F4", "T7"]
    for k, name in enumerate(planted):
        piece.plant(x, name, piece.moments(61 + k, 120, 15), 170)
    _, found, _ = foci.settle(spike.detect(piece.block(x), doubtful=True))
    apart = angles_deg()
    assert len(found) == 3
    for name in planted:
        assert min(apart[ELECTRODES.index(name), ELECTRODES.index(f.peak)] for f in found) < 52
