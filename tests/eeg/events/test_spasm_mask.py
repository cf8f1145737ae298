"""Spasms, clusters and the time after arousals leave interictal scoring."""

from __future__ import annotations

import numpy as np
import pytest
from tests.eeg.events.test_cluster import spasms

from westward.eeg.events import cluster, spasm_mask
from westward.eeg.events.spasms import Spasms


def test_a_cluster_is_masked_throughout() -> None:
    s = spasms(
        [50, 80, 120],
        decrement_s=np.array([0, 0, 4], np.float32),
        slow_wave_peak_s=np.array([50.5, 80.5, 120.5]),
    )
    m = spasm_mask.mask(s, cluster.group(s), [], 200)
    assert m.mask[49:127].all()
    assert not m.mask[:49].any()
    assert not m.mask[128:].any()
    assert m.spasm_share == pytest.approx(m.mask.mean())
    assert m.arousal_share == 0


def test_doubtful_spasms_are_masked_and_unlikely_ones_are_not() -> None:
    s = spasms([50, 150], counted=[False, False], confidence=np.array([0.4, 0.2], np.float32))
    m = spasm_mask.mask(s, (), [], 200)
    assert m.mask[50]
    assert not m.mask[140:].any()


def test_the_time_after_an_arousal_is_masked_as_asked() -> None:
    m = spasm_mask.mask(Spasms.empty(), (), [100.0, 290.0], 300)
    assert np.flatnonzero(m.mask).tolist() == [*range(100, 160), *range(290, 300)]
    assert m.spasm_share == 0
    assert m.arousal_share == pytest.approx(70 / 300)
    assert not spasm_mask.mask(Spasms.empty(), (), [100.0], 300, mask_after_arousal_s=0).mask.any()


def test_a_decrement_alone_is_masked_once() -> None:
    """Without wave and burst the spasm lasts to the end of its decrement; it is not added again."""
    nothing = np.full(1, np.nan)
    s = spasms([50], decrement_s=np.array([6], np.float32), slow_wave_peak_s=nothing, duration_s=np.array([6.8]))
    assert s.end_of_decrement_s[0] == pytest.approx(56.8)
    with_wave = spasms([50], decrement_s=np.array([6], np.float32), slow_wave_peak_s=np.array([50.4]))
    assert with_wave.end_of_decrement_s[0] > with_wave.stop_s[0] + 5
