"""Arousals against what was planted: bursts are none, and ordinary sleep loses nothing by it."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from tests.support.simulated import AGE_MONTHS, simulated

from westward.core.ages import days_from_months
from westward.eeg import layout
from westward.eeg.evaluate.spasm_scoring import match
from westward.eeg.events import artifact, sleep, sleep_features
from westward.eeg.events.hypnogram import EPOCH_S, Hypnogram
from westward.eeg.events.sleep_features import SleepFeatures
from westward.eeg.recording.open import open_recording
from westward.eeg.stream import over_blocks, plan

NEAR_S = 15.0


def staged(scenario: str, seed: int) -> tuple[Hypnogram, np.ndarray]:
    """Half an hour, staged, and the onsets of the arousals planted in it."""
    made = simulated(scenario, minutes=30.0, seed=seed)
    with made.events.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    planted = np.array([float(r["onset"]) for r in rows if r["trial_type"] == "arousal"])
    with open_recording(made.edf) as recording:
        chosen = layout.choose(recording)
        assert chosen is not None
        parts = list(
            over_blocks(
                recording,
                chosen,
                plan(recording.segments, 300.0),
                lambda block: (artifact.scan(block), sleep_features.measure(block)),
                threads=1,
            )
        )
    n_seconds = int(recording.duration_s)
    quality = artifact.finalize([q for q, _ in parts], n_seconds)
    night = sleep.classify(
        SleepFeatures.concatenate([f for _, f in parts]),
        quality=quality,
        age_days=days_from_months(AGE_MONTHS),
        n_epochs=int(n_seconds // EPOCH_S),
    )
    return night, planted


@pytest.mark.parametrize("seed", [11, 12])
def test_in_suppression_burst_bursts_are_no_arousals(seed: int) -> None:
    night, planted = staged("burst_suppression", seed)
    found = match(planted, night.arousal_s, tolerance_s=NEAR_S)
    assert found.n_false <= 1
    assert found.n_matched >= len(planted) / 2
    assert len(night.usual_shift_s) > 5
    assert "suppression-burst" in night.arousal_doubt
    everything = np.concatenate([night.arousal_s, night.usual_shift_s])
    assert match(planted, everything, tolerance_s=NEAR_S).n_false > 5


def test_in_ordinary_sleep_no_shift_is_left_out() -> None:
    night, planted = staged("healthy", 12)
    assert len(planted) >= 1
    assert match(planted, night.arousal_s, tolerance_s=NEAR_S).n_missed <= 1
    assert len(night.usual_shift_s) == 0
    assert night.arousal_doubt == ""
