"""Biomarkers of epochs, pairs and segments: known answers, artifacts left out, the same wherever blocks are cut."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.support import infant_signals as s
from tests.support.memory_recording import MemoryRecording, blocks_of

from westward.eeg.biomarkers import by_state, epoch_measures, pair_measures, segment_measures
from westward.eeg.biomarkers.epoch_measures import COLUMNS, EpochMeasures
from westward.eeg.biomarkers.night import Biomarkers, assemble
from westward.eeg.biomarkers.pair_measures import PairMeasures
from westward.eeg.biomarkers.published import biomarker
from westward.eeg.block import Block
from westward.eeg.events.hypnogram import STATES, Hypnogram
from westward.eeg.events.quality import Quality, bit
from westward.eeg.signal.montage import ELECTRODES

RATE = 256.0
SECONDS = 900
NREM, WAKE = STATES.index("nrem"), STATES.index("wake")


@cache
def signal() -> np.ndarray:
    x = s.background(np.random.default_rng(3), SECONDS)
    return np.asarray(x, np.float32)


def clean(seconds: int = SECONDS) -> Quality:
    return Quality(0, ELECTRODES, np.zeros((19, seconds), np.uint16), np.zeros(seconds, np.uint16))


def part(quality: Quality, block: Block) -> Quality:
    """The seconds of a block's core, as a scan gives them."""
    first, stop = block.whole_cells(1.0).start, block.whole_cells(1.0).stop
    return Quality(first, quality.channels, quality.channel_flags[:, first:stop], quality.global_flags[first:stop])


def measured(measure: Callable[..., Any], x: np.ndarray, quality: Quality, block_s: float = 300.0) -> list[Any]:
    recording = MemoryRecording(ELECTRODES, x, RATE)
    return [measure(b, part(quality, b)) for b in blocks_of(recording, block_s=block_s)]


def epochs_of(x: np.ndarray, quality: Quality, block_s: float = 300.0) -> EpochMeasures:
    return EpochMeasures.concatenate(measured(epoch_measures.measure, x, quality, block_s), x.shape[1] // 7680)


def hypnogram(states: list[int]) -> Hypnogram:
    state = np.array(states, np.int8)
    return Hypnogram(state, np.ones(len(state), np.float32), np.zeros(0), 1)


def test_every_column_belongs_to_a_published_biomarker() -> None:
    ids = {*COLUMNS.values(), *pair_measures.MEASURES.values(), *segment_measures.MEASURES.values()}
    assert all(biomarker(id_).id == id_ for id_ in ids)


def test_a_sine_has_its_amplitude_and_edge() -> None:
    t = np.arange(round(60 * RATE)) / RATE
    x = np.zeros((19, len(t)), np.float32)
    x[8] = 100 * np.sin(2 * np.pi * 6 * t)  # C3
    x[12] = -x[8]  # P7: the average stays zero
    x += 0.05 * np.random.default_rng(0).standard_normal(x.shape).astype(np.float32)
    found = epochs_of(x, clean(60))
    c3 = {name: values[ELECTRODES.index("C3")] for name, values in found.values.items()}
    assert c3["amplitude_range_uv_median"] == pytest.approx(200, rel=0.01)
    assert c3["rms_uv_median"] == pytest.approx(100 / np.sqrt(2), rel=0.01)
    assert c3["power_theta_uv2"] == pytest.approx(5000, rel=0.02)
    assert c3["relative_power_theta"] == pytest.approx(1, abs=0.01)
    assert c3["spectral_edge_95_hz"] == pytest.approx(6, abs=0.51)


def test_blocks_change_nothing() -> None:
    quality = clean()
    quality.channel_flags[3, 100:130] = bit("loose_electrode")
    quality.global_flags[500:505] = bit("movement")
    one, other = (epochs_of(signal(), quality, block_s) for block_s in (300.0, 900.0))
    for name in COLUMNS:
        np.testing.assert_allclose(one.values[name], other.values[name], rtol=1e-4, atol=1e-5, err_msg=name)
    pairs = [
        PairMeasures.concatenate(measured(pair_measures.measure, signal(), quality, block_s), SECONDS // 60)
        for block_s in (300.0, 900.0)
    ]
    np.testing.assert_allclose(pairs[0].values, pairs[1].values, rtol=1e-4, atol=1e-5)
    rows = [
        [r for rows in measured(segment_measures.measure, signal(), quality, block_s) for r in rows]
        for block_s in (300.0, 900.0)
    ]
    assert [(r.segment, r.channel, r.measure) for r in rows[0]] == [(r.segment, r.channel, r.measure) for r in rows[1]]
    np.testing.assert_allclose([r.value for r in rows[0]], [r.value for r in rows[1]], rtol=1e-3, atol=1e-4)


def test_artifacts_are_left_out_of_their_electrode_alone() -> None:
    x = signal().copy()
    x[8, round(35 * RATE) : round(37 * RATE)] += 900
    quality = clean()
    quality.channel_flags[8, 34:39] = bit("loose_electrode")
    with_fault, without = epochs_of(x, quality), epochs_of(signal(), quality)
    c3 = ELECTRODES.index("C3")
    for name in ("amplitude_range_uv_p95", "power_delta_uv2", "shannon_entropy_bit"):
        # The average reference carries a nineteenth of the fault to the others, and it is flagged for C3 alone.
        assert with_fault.values[name][c3, 1] == pytest.approx(without.values[name][c3, 1], rel=0.05)
    assert np.isnan(with_fault.values["dfa_exponent_broadband"][c3, 1])
    assert np.isfinite(with_fault.values["dfa_exponent_broadband"][0, 1])


def test_an_epoch_without_a_clean_window_has_no_value() -> None:
    quality = clean()
    quality.global_flags[60:90] = bit("crying")
    found = epochs_of(signal(), quality)
    for name in COLUMNS:
        assert np.isnan(found.values[name][:, 2]).all(), name
    assert np.isfinite(found.values["rms_uv_median"][:, 3]).all()


def test_a_lagged_copy_lags_and_a_mixed_one_does_not() -> None:
    rng = np.random.default_rng(5)
    n = round(120 * RATE)
    x = (20 * rng.standard_normal((19, n))).astype(np.float32)
    source = (60 * s.colored(rng, 1, n, 1.0, 9.0, 12.0)[0]).astype(np.float32)
    x[0] += source
    x[4] += np.roll(source, round(0.025 * RATE))
    x[8] += source
    (found,) = measured(pair_measures.measure, x, clean(120))
    at = {name: found.values[pair_measures.COLUMNS.index("wpli_alpha"), k] for k, name in enumerate(found.names)}
    assert (at["Fp1|Fz"] > 0.8).all()
    assert (at["Fp1|C3"] < 0.6).all()


def together(states: list[int], quality: Quality | None = None, assessable: np.ndarray | None = None) -> Biomarkers:
    quality = quality or clean()
    return assemble(
        measured(epoch_measures.measure, signal(), quality),
        measured(pair_measures.measure, signal(), quality),
        itertools.chain.from_iterable(measured(segment_measures.measure, signal(), quality)),
        quality=quality,
        assessable=np.ones(SECONDS, bool) if assessable is None else assessable,
        hypnogram=hypnogram(states),
    )


def test_coherence_of_near_and_far_pairs_is_told_in_every_state() -> None:
    value = {(v.measure, v.state): v for v in by_state.values(together([WAKE] * 10 + [NREM] * 20))}
    for state in ("wake", "nrem"):
        every, near, far = (value[f"coherence{kind}_delta", state] for kind in ("", "_short", "_long"))
        assert near.n == far.n == every.n
        assert near.id == far.id == "coherence"
        assert 0 <= min(near.median, far.median) <= max(near.median, far.median) <= 1
        assert near.median != far.median


def test_states_are_never_pooled() -> None:
    found = together([WAKE] * 10 + [NREM] * 20)
    value = {(v.measure, v.state): v for v in by_state.values(found)}
    assert {state for _, state in value} == {"wake", "nrem"}
    wake, nrem = (found.epochs.values["rms_uv_median"][:, k] for k in (slice(0, 10), slice(10, 30)))
    assert value["rms_uv_median", "wake"].median == pytest.approx(np.median(np.median(wake, axis=0)), rel=1e-5)
    assert value["rms_uv_median", "nrem"].median == pytest.approx(np.median(np.median(nrem, axis=0)), rel=1e-5)
    assert value["rms_uv_median", "nrem"].n == 20
    assert value["dfa_exponent_delta", "nrem"].n == 2
    nothing = value["rms_uv_median", "wake"]
    assert np.isnan(nothing.low)
    assert value["rms_uv_median", "nrem"].low <= value["rms_uv_median", "nrem"].median


def test_a_segment_of_two_states_belongs_to_none() -> None:
    found = together([WAKE] * 5 + [NREM] * 25)
    assert found.segment_state.tolist() == [STATES.index("unknown"), NREM, NREM]
    assert {v.n for v in by_state.values(found) if v.measure == "network_strength"} == {2}


def test_masked_time_is_not_measured() -> None:
    assessable = np.ones(SECONDS, bool)
    assessable[300:600] = False
    found = {v.measure: v for v in by_state.values(together([NREM] * 30, assessable=assessable))}
    assert found["rms_uv_median"].n == 20


def test_what_only_the_whole_night_flags_takes_its_values() -> None:
    quality = clean()
    parts = measured(epoch_measures.measure, signal(), quality)
    quality.channel_flags[8, 0:120] = bit("loose_electrode")
    found = assemble(
        parts, [], [], quality=quality, assessable=np.ones(SECONDS, bool), hypnogram=hypnogram([NREM] * 30)
    )
    assert np.isnan(found.epochs.values["rms_uv_median"][8, :4]).all()
    assert np.isfinite(found.epochs.values["rms_uv_median"][8, 4:]).all()
    assert np.isfinite(found.epochs.values["rms_uv_median"][7, :4]).all()
