"""The second generator of recordings with spasms: what is planned, that it is fixed by the seed, that it is there."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from acceptance.other.cases import OtherCase, channels, made, other_cases
from acceptance.other.child import child
from acceptance.other.course import STATES, course
from acceptance.other.randomness import stream
from acceptance.other.recording import Made
from acceptance.other.scalp import PLACES, SITES, as_read, coloring, patch, row, toward
from acceptance.other.spasms import plan
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.recording.channel import Kind
from westward.eeg.recording.open import open_recording

WHAT = {
    "spasm", "spasm_cluster", "startle", "sleep_myoclonus", "k_complex", "vertex_wave", "hypnagogic", "artifact",
    "arousal", "attenuation", "burst", "spike", "spindle", "rem_twitch", "note",
}  # fmt: skip
SHORT = OtherCase("nearly_normal", 7.0, 12.0, 11, 200.0, mimics=2.0)


@pytest.fixture(scope="module")
def short() -> Made:
    return made(SHORT)


def test_the_set_has_half_with_emg_and_four_healthy() -> None:
    cases = other_cases("abc")
    assert len(cases) == 24
    assert len({c.name for c in cases}) == 24
    assert sum(c.emg for c in cases) == 12
    healthy = [c for c in cases if c.background == "healthy"]
    assert sorted(c.emg for c in healthy) == [False, False, True, True]
    assert min(c.mimics for c in healthy) > max(c.mimics for c in cases if c not in healthy)
    assert {c.sfreq_hz for c in cases} == {200.0, 256.0, 500.0}
    assert all(2 <= c.age_months <= 36 and c.group == "spasmsother" for c in cases)
    json.dumps([asdict(c) for c in cases])


def test_the_seed_word_fixes_the_set_and_local_changes_do_not() -> None:
    assert other_cases("abc") == other_cases("abc+")
    assert not {c.seed for c in other_cases("abc")} & {c.seed for c in other_cases("abd")}


@pytest.mark.parametrize("word", ["a", "b", "c"])
def test_a_set_has_enough_spasms_in_every_recording(word: str) -> None:
    counts = []
    for case in other_cases(word):
        line = course(stream(case.seed, "course"), minutes=case.minutes, age_months=case.age_months)
        counts.append(len(plan(child(stream(case.seed, "child")), line, stream(case.seed, "spasms"))))
    assert min(counts) >= 3
    assert sum(counts) >= 300


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.sampled_from((2.0, 8.0, 36.0)))
def test_states_follow_without_gaps_and_spasms_keep_apart(seed: int, age_months: float) -> None:
    line = course(stream(seed, "course"), minutes=60, age_months=age_months)
    assert line.duration_s == 3600
    assert line.stretches[0].start_s == 0
    assert all(a.stop_s == b.start_s and a.state != b.state for a, b in pairwise(line.stretches))
    weights = line.weights(np.arange(0.0, 3600, 7))
    assert weights.shape == (len(STATES), 515)
    np.testing.assert_allclose(weights.sum(axis=0), 1, atol=1e-9)
    found = plan(child(stream(seed, "child")), line, stream(seed, "spasms"))
    gaps = np.diff([s.onset_s for s in found])
    assert (gaps >= 3.9).all()
    for name in {s.cluster for s in found} - {""}:
        times = [s.onset_s for s in found if s.cluster == name]
        assert 3 <= len(times) <= 40
        assert np.diff(times).max() <= 30.1


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_a_child_is_within_the_literature(seed: int) -> None:
    who = child(np.random.default_rng(seed))
    assert who.slow_uv == 0 or (100 <= who.slow_uv <= 520 and 0.5 <= who.slow_s <= 2)
    assert (who.slow_uv > 0) is (len(who.keys) > 0)
    assert 14 <= who.fast_hz <= 30
    assert 2 * who.fast_uv < 50
    assert who.fall_to <= 1
    assert 1 <= who.fall_s <= 5
    assert max(who.field[row(e)] for e in ("Fz", "FCz", "Cz", "F3", "F4", "C3", "C4")) > 0.8
    assert who.field.max() == 1
    assert (who.lag_s >= 0).all()
    assert who.slow_uv or who.fast_uv or who.fall_to < 1


def test_places_and_fields() -> None:
    np.testing.assert_allclose(np.linalg.norm(PLACES, axis=1), 1)
    assert PLACES[row("C4")][0] > 0.5 > PLACES[row("C3")][0]
    assert PLACES[row("Fz")][1] > 0.5 > PLACES[row("O1")][1]
    assert SITES[int(np.argmax(patch(toward(0, 0), 3)))] == "Cz"
    assert np.abs(as_read(patch(toward(0, 0), 3))).max() <= 2.5
    mix = coloring(1.0) @ coloring(1.0).T
    np.testing.assert_allclose(np.diag(mix), 1, atol=1e-5)
    assert mix[row("C3"), row("P3")] > mix[row("C3"), row("O2")] > 0


def test_the_same_seed_makes_the_same_recording_whatever_is_recorded_of_it(short: Made) -> None:
    again = made(replace(SHORT, emg=False, reference="AVG"))
    assert np.array_equal(short.canvas.eeg, again.canvas.eeg)
    when = [(p.onset_s, p.trial_type) for p in short.canvas.planted]
    assert when == [(p.onset_s, p.trial_type) for p in again.canvas.planted]
    assert not np.array_equal(short.canvas.eeg, made(replace(SHORT, seed=12)).canvas.eeg)


def test_everything_told_lies_in_the_recording(short: Made) -> None:
    length = short.canvas.duration_s
    for p in short.canvas.planted:
        assert p.trial_type in WHAT | {f"sleep_{s}" for s in STATES}
        assert 0 <= p.onset_s < length
        assert p.duration_s > 0
        if p.trial_type.startswith(("spasm", "sleep_wake", "sleep_nrem", "sleep_rem")):
            assert p.onset_s + p.duration_s <= length + 1e-6
    told = [p for p in short.canvas.planted if p.trial_type == "artifact"]
    assert told
    assert all(p.subtype for p in told)
    stages = [p for p in short.canvas.planted if p.trial_type in {f"sleep_{s}" for s in STATES}]
    assert sum(p.duration_s for p in stages) == pytest.approx(length)


def test_spasms_are_in_the_signals(short: Made) -> None:
    """The average over the spasms stands out at the vertex, from an ear and over time; deltoids too."""
    fs, eeg = short.canvas.sfreq_hz, short.canvas.eeg
    found = [p for p in short.canvas.planted if p.trial_type == "spasm" and p.amplitude_uv is not None]
    assert len(found) >= 3
    assert short.child.form in {"positive", "sharp_then_positive", "positive_then_negative", "triphasic", "negative"}
    n = round(2 * fs)
    trace = (eeg[row("Cz")] + eeg[row("Fz")]) / 2 - (eeg[row("A1")] + eeg[row("A2")]) / 2
    at = [round(p.onset_s * fs) for p in found]
    during = np.mean([trace[a : a + n] for a in at], axis=0)
    before = np.mean([trace[a - 2 * n : a - n] for a in at], axis=0)
    assert np.ptp(during) > 2 * np.ptp(before)
    assert np.ptp(during) > 40
    tense = [np.std(short.limbs[:, a : a + n]) / np.std(short.limbs[:, a - 2 * n : a - n]) for a in at]
    assert np.median(tense) > 2


def test_hypsarrhythmia_is_high_and_a_healthy_infant_is_not() -> None:
    sizes = {}
    for name in ("hypsarrhythmia", "healthy"):
        whole = made(OtherCase(name, 6.0, 6.0, 5, 200.0))
        c3_p3 = (whole.canvas.eeg[row("C3")] - whole.canvas.eeg[row("P3")]).reshape(-1, 200)
        sizes[name] = float(np.median(np.ptp(c3_p3, axis=1)))
        assert np.isfinite(whole.canvas.eeg).all()
        if name == "healthy":
            assert not [p for p in whole.canvas.planted if p.trial_type.startswith(("spasm", "spike"))]
    assert sizes["hypsarrhythmia"] > 1.8 * sizes["healthy"]
    assert 20 < sizes["healthy"] < 200


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_file_is_read_with_its_deltoids(seed: int, tmp_path: Path) -> None:
    case = replace(SHORT, seed=seed, minutes=4.0, older_names=True)
    paths = case.make(tmp_path)
    assert paths.events.name == paths.truth.name.replace("_truth.json", "_events.tsv")
    told = json.loads(paths.truth.read_text("utf-8"))
    assert told["based"] is None
    assert told["duration_s"] == 240
    with paths.events.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert sum(r["trial_type"] == "spasm" for r in rows) == told["n_spasms"]
    for r in rows:
        if r["trial_type"] == "spasm":
            assert r["subtype"] in {"with_emg", "without_emg"}
            assert float(r["background_uv"]) > 0
    with open_recording(paths.edf) as recording:
        kinds = [c.kind for c in recording.channels]
        sides = [c.side for c in recording.channels if c.kind is Kind.EMG]
    assert kinds.count(Kind.EEG) == 19
    assert sides == ["left", "right"]


def test_references_differ_by_one_trace(short: Made) -> None:
    ears = channels(SHORT, short)
    other = channels(replace(SHORT, reference="Ref"), short)
    shift = np.array(ears[1][:19]) - np.array(other[1][:19])
    assert np.ptp(shift, axis=0).max() < 1e-2
    assert ears[0][-1].startswith("EMG")
    assert len(channels(replace(SHORT, emg=False), short)[0]) == 20
