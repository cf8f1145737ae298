"""Spasms are found from their joint signature, whatever the shape of the wave; what resembles them is not."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import spasm_signals as g
from tests.support.memory_recording import MemoryRecording, blocks_of

from westward.eeg.events import artifact, spasm
from westward.eeg.events.hypnogram import STATES, Hypnogram
from westward.eeg.events.quality import Quality, bit
from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.events.spasms import UNCONFIRMED, Spasms


def scanned(scene: g.Scene, *, emg: bool = True, block_s: float = 240.0) -> spasm.SpasmFeatures:
    recording = MemoryRecording(g.names(), scene.eeg, g.RATE_HZ, aux=scene.aux() if emg else None)
    return spasm.SpasmFeatures.concatenate([spasm.scan(b) for b in blocks_of(recording, block_s=block_s)])


def found(scene: g.Scene, *, emg: bool = True, **more: object) -> Spasms:
    settings_ = {"quality": None, "hypnogram": None, "n_seconds": int(scene.seconds)} | more
    return spasm.find(scanned(scene, emg=emg), **settings_)


def hits(s: Spasms, scene: g.Scene, tolerance_s: float = 1.0) -> tuple[int, int]:
    """Spasms found, and counted candidates that are none."""
    onset = s.onset_s[s.counted]
    near = np.abs(onset[:, None] - np.array(scene.onset_s)[None]) <= tolerance_s
    return int(near.any(axis=0).sum()), int((~near.any(axis=1)).sum())


@cache
def with_cluster(background: str, shape: str) -> g.Scene:
    scene = g.scene(11 + g.SHAPES.index(shape), 300, background)
    scene.cluster(100, 8, shape, uv=250.0 if background == "quiet" else 400.0)
    return scene


@pytest.mark.parametrize("background", ["quiet", "chaotic"])
@pytest.mark.parametrize("shape", g.SHAPES)
def test_with_emg_a_cluster_of_any_shape_is_found(background: str, shape: str) -> None:
    scene = with_cluster(background, shape)
    right, wrong = hits(found(scene), scene)
    assert right >= 7
    assert wrong == 0


@pytest.mark.parametrize("background", ["quiet", "chaotic"])
@pytest.mark.parametrize("shape", ["negative", "biphasic", "slow"])
def test_without_emg_most_are_found(background: str, shape: str) -> None:
    scene = with_cluster(background, shape)
    s = found(scene, emg=False)
    right, wrong = hits(s, scene)
    assert right >= 7
    assert wrong <= 2
    assert np.isnan(s.emg_ratio).all()
    assert s.with_emg is False
    assert all("limb EMG not recorded" in s.reason(k) for k in range(len(s)))


def test_parts_are_measured_as_planted() -> None:
    scene = g.scene(3, 180)
    scene.fall(91.0, 3.0, 0.3)
    scene.wave(90.0, 300, 0.5, (0, 0, 1), 60)
    scene.burst(90.2, 1.2, 200, 50)
    s = found(scene)
    k = int(np.abs(s.onset_s - 90.0).argmin())
    assert s.onset_s[k] == pytest.approx(90.0, abs=0.3)
    assert s.slow_wave_width_s[k] == pytest.approx(0.5)
    assert 100 < s.slow_wave_uv[k] < 320
    assert s.vertex_share[k] > 0.9
    assert s.decrement_s[k] == pytest.approx(3.0, abs=0.7)
    assert s.decrement_ratio[k] == pytest.approx(0.3, abs=0.12)
    assert s.emg_duration_s[k] == pytest.approx(1.2, abs=0.3)
    assert s.emg_diamond[k] > 0.85
    assert s.emg_asymmetry[k] > 0.4
    assert s.emg_lag_s[k] == pytest.approx(0.2, abs=0.3)
    assert s.counted[k]
    assert s.subtype[k].startswith("slow wave")
    assert "decrement" in s.subtype[k]
    assert "EMG" in s.subtype[k]


def movements(scene: g.Scene, t: float) -> None:
    scene.movement(t, scene.rng.uniform(0.4, 4), emg_uv=scene.rng.uniform(20, 150))


def vertex_wave(scene: g.Scene, t: float) -> None:
    scene.wave(t, -200, 0.15, (0, 0.1, 1), 35)


def arousal(scene: g.Scene, t: float) -> None:
    scene.fall(t + 1, scene.rng.uniform(6, 14), 0.55)
    scene.wave(t, -120, 0.25, (0, 0.3, 1), 50)
    scene.wave(t + 0.3, 180, 0.5, (0, 0.4, 1), 55)
    scene.movement(t + 0.6, scene.rng.uniform(3.5, 8))


def attenuation(scene: g.Scene, t: float) -> None:
    scene.fall(t, scene.rng.uniform(1, 4), 0.3)


def hypersynchrony(scene: g.Scene, t: float) -> None:
    for k in range(int(scene.rng.uniform(1, 4) * 4)):
        scene.wave(t + k * 0.25, 150 * (-1) ** k, 0.13, (0, 0.5, 1), 60)


def myoclonus(scene: g.Scene, t: float) -> None:
    scene.burst(t, scene.rng.uniform(0.04, 0.12), 200, 200)


def contraction(scene: g.Scene, t: float) -> None:
    scene.burst(t, scene.rng.uniform(0.5, 2), 200, 150)


@pytest.mark.parametrize("emg", [True, False])
@pytest.mark.parametrize(
    "mimic", [movements, vertex_wave, arousal, attenuation, hypersynchrony, myoclonus, contraction]
)
def test_mimics_are_not_counted(mimic, emg: bool) -> None:
    # Arousals recur for long; in a few minutes without EMG they cannot be told from a cluster.
    seconds, step_s = (600, 40.0) if mimic is arousal else (240, 17.0)
    scene = g.scene(29, seconds, "chaotic" if mimic is attenuation else "quiet")
    for t in np.arange(20, seconds - 20, step_s):
        mimic(scene, float(t) + scene.rng.uniform(0, 4))
    assert not found(scene, emg=emg).counted.any()


@pytest.mark.parametrize("background", ["quiet", "chaotic"])
@pytest.mark.parametrize("emg", [True, False])
def test_a_background_alone_holds_none(background: str, emg: bool) -> None:
    assert not found(g.scene(41, 240, background), emg=emg).counted.any()


def suppression_burst() -> g.Scene:
    scene, t = g.scene(35, 480, "chaotic"), 3.0
    while t < 470:
        low = scene.rng.uniform(2, 8)
        scene.fall(t, low, 0.07)
        t += low + scene.rng.uniform(1, 3)
    return scene


@pytest.mark.parametrize("emg", [True, False])
def test_suppression_burst_is_no_series_of_spasms(emg: bool) -> None:
    assert found(suppression_burst(), emg=emg).counted.sum() <= 1


@pytest.mark.parametrize("emg", [True, False])
def test_in_suppression_burst_a_decrement_says_less_and_the_row_tells_why(emg: bool) -> None:
    told, untold = (
        found(suppression_burst(), emg=emg, parameters=SpasmParameters(listed_from=0.0, suppression_takes=takes))
        for takes in (SpasmParameters().suppression_takes, (0.0, 0.0))
    )
    assert told.confidence.max() < untold.confidence.max()
    assert (told.suppression > 0.5).all()
    assert all("in suppression-burst" in told.reason(k) for k in range(len(told)))
    assert (found(with_cluster("quiet", "biphasic"), emg=emg).suppression == 0).all()


def test_spasms_that_go_on_for_a_quarter_of_an_hour_do_not_become_usual() -> None:
    scene = g.scene(36, 1020, "chaotic")
    for t in np.arange(40, 980, 14.0):
        scene.spasm(float(t), "biphasic", uv=350)
    right, wrong = hits(found(scene), scene)
    assert right >= 0.9 * len(scene.onset_s)
    assert wrong <= 1


def test_one_wave_with_a_startle_but_no_decrement_stays_a_near_miss() -> None:
    scene = g.scene(6, 120)
    scene.wave(60, 200, 0.5, (0, 0, 1), 60)
    scene.burst(60.1, 0.5, 80, 80)
    s = found(scene, parameters=SpasmParameters(listed_from=0.001))
    assert not s.counted.any()
    k = int(np.abs(s.onset_s - 60).argmin())
    assert s.onset_s[k] == pytest.approx(60, abs=0.5)
    assert "below the operating point" in s.reason(k)
    assert s.at_point(float(s.confidence[k])).counted[k]


def test_members_of_a_cluster_support_one_another() -> None:
    one, many = g.scene(8, 300, "chaotic"), g.scene(8, 300, "chaotic")
    for t in (200.0, 170, 185, 212, 226, 240):
        many.spasm(t, "biphasic", uv=350)
    one.spasm(200.0, "biphasic", uv=350)
    many.onset_s.remove(200.0)
    first, second = found(one), found(many)
    before = first.confidence[np.abs(first.onset_s - 200) < 1.5].max(initial=0)
    assert second.confidence[np.abs(second.onset_s - 200) < 1.5].max() > before
    assert (second.confidence >= second.confidence_alone - 1e-6).all()


def test_too_close_candidates_are_one() -> None:
    s = found(with_cluster("quiet", "biphasic"))
    assert (np.diff(s.onset_s) >= SpasmParameters().refractory_s).all()


@settings(max_examples=4, deadline=None, derandomize=True)
@given(block_s=st.sampled_from([30.0, 60.0, 90.0, 120.0]), shape=st.sampled_from(["biphasic", "fast"]))
def test_features_do_not_depend_on_block_size(block_s: float, shape: str) -> None:
    scene = with_cluster("chaotic", shape)
    whole, cut = scanned(scene, block_s=600), scanned(scene, block_s=block_s)
    assert len(whole) == len(cut)
    for f in fields(whole):
        np.testing.assert_allclose(getattr(whole, f.name), getattr(cut, f.name), rtol=0.02, atol=0.02, err_msg=f.name)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(block_s=st.sampled_from([30.0, 60.0, 120.0]))
def test_features_do_not_depend_on_block_size_across_a_gap(block_s: float) -> None:
    scene = with_cluster("chaotic", "biphasic")
    segments = [(0.0, 118.4), (131.7, scene.seconds)]
    recording = MemoryRecording(g.names(), scene.eeg, g.RATE_HZ, aux=scene.aux(), segments=segments)
    whole, cut = (
        spasm.SpasmFeatures.concatenate([spasm.scan(b) for b in blocks_of(recording, block_s=length)])
        for length in (600.0, block_s)
    )
    assert len(whole) == len(cut)
    for f in fields(whole):
        np.testing.assert_allclose(getattr(whole, f.name), getattr(cut, f.name), rtol=0.02, atol=0.02, err_msg=f.name)


def test_a_burst_of_seven_seconds_at_the_edge_of_a_block_does_not_depend_on_it() -> None:
    scene = g.scene(23, 180)
    scene.burst(119.6, 9.0, 200, 150, "square")
    scene.wave(119.5, 250, 0.5, (0, 0, 1), 60)
    whole, cut = scanned(scene, block_s=600), scanned(scene, block_s=30)
    near = [f.select(np.abs(f.onset_s - 119.5) < 0.5) for f in (whole, cut)]
    assert len(near[0]) == len(near[1]) > 0
    for f in fields(whole):
        first, second = (getattr(n, f.name) for n in near)
        np.testing.assert_allclose(first, second, rtol=0.02, atol=0.02, err_msg=f.name)


def test_a_wave_in_front_of_the_vertex_is_one() -> None:
    scene = g.scene(24, 180)
    scene.wave(90.0, 250, 0.5, (0, 0.75, 0.65), 22)
    recording = MemoryRecording(g.names(), scene.eeg, g.RATE_HZ)
    ratio = []
    for places in (SpasmParameters().wave_places, SpasmParameters().wave_places[:1]):
        p = SpasmParameters(wave_places=places)
        f = spasm.SpasmFeatures.concatenate([spasm.scan(b, parameters=p) for b in blocks_of(recording)])
        ratio.append(f.slow_wave_ratio[np.abs(f.slow_wave_peak_s - 90.5) < 0.5].max(initial=0))
    assert ratio[0] > max(3, 1.3 * ratio[1])


def test_k_complexes_of_a_night_resemble_one_another_and_are_no_series() -> None:
    scene = g.scene(25, 600)
    for t in np.arange(30, 570, 13.0):
        scene.wave(t + scene.rng.uniform(0, 4), -150, 0.2, (0, 0.2, 1), 45)
    n = 20
    asleep = Hypnogram(np.full(n, STATES.index("nrem"), np.int8), np.ones(n, np.float32), np.zeros(0), 0)
    assert not found(scene, emg=False, hypnogram=asleep).counted.any()


@cache
def series_of_waves() -> tuple[spasm.SpasmFeatures, np.ndarray]:
    """Twenty minutes of hypsarrhythmia with a series of one shape, without decrement or EMG; its onsets."""
    scene = g.scene(31, 1200, "chaotic")
    at = np.cumsum(np.concatenate([[600.0], scene.rng.uniform(8, 16, 13)]))
    for t in at:
        scene.wave(t, 300, 0.35, (0.1, 0.1, 1), 60)
        scene.wave(t + 0.4, -260, 0.45, (0.1, 0.1, 1), 60)
    return scanned(scene, emg=False), at


def series_judged(state: str) -> Spasms:
    features, at = series_of_waves()
    staged = Hypnogram(np.full(40, STATES.index(state), np.int8), np.ones(40, np.float32), np.zeros(0), 0)
    p = replace(SpasmParameters(), listed_from=0.0)
    s = spasm.find(features, quality=None, hypnogram=staged, n_seconds=1200, parameters=p)
    return s.select(np.abs(s.onset_s[:, None] - at[None]).min(axis=1) < 1)


def test_waves_alone_tell_what_spasms_look_like_awake_but_not_asleep() -> None:
    assert np.median(series_judged("wake").likeness) > 1
    assert all(np.median(series_judged(state).likeness) <= 0 for state in STATES if state != "wake")


def test_movements_of_one_arm_in_a_cluster_are_not_counted() -> None:
    scene = g.scene(26, 300)
    at = 100.0
    for k in range(8):
        scene.spasm(at, "biphasic")
        if k in (2, 4, 6):
            scene.burst(at + 6.5, 1.0, 200, 1)
        at += 13
    right, wrong = hits(found(scene), scene)
    assert right == 8
    assert wrong == 0


def test_what_resembles_the_others_says_so() -> None:
    s = series_judged("wake")
    assert np.median(s.likeness) > 1
    most = int(s.likeness.argmax())
    assert "wave like the other spasms of this recording" in s.reason(most)
    others = replace(s, likeness=-s.likeness)
    assert "wave unlike the other spasms of this recording" in others.reason(most)


def test_no_burst_where_the_others_have_one_is_not_told_of_the_wave() -> None:
    scene = g.scene(27, 420)
    scene.cluster(60, 16, "biphasic")
    scene.spasm(scene.onset_s[-1] + 15, "biphasic", emg_uv=0)
    s = found(scene, parameters=SpasmParameters(listed_from=0.0))
    k = int(np.abs(s.onset_s - scene.onset_s[-1]).argmin())
    assert s.emg_ratio[k] == 0
    assert s.unlike_emg[k] < -0.3
    assert (s.unlike_emg[s.emg_ratio > 0] == 0).all()
    many = replace(s, unlike_emg=4 * s.unlike_emg, likeness=np.zeros_like(s.likeness))
    assert "no EMG burst, unlike the other spasms of this recording" in many.reason(k)
    assert "wave unlike" not in many.reason(k)


def test_every_part_that_is_measured_is_written() -> None:
    s = found(with_cluster("quiet", "biphasic"))
    measured = {f.name for f in fields(spasm.SpasmFeatures)} - {"shape", "emg_onset_s"}
    assert measured <= set(s.columns())
    assert np.isfinite(s.repeats).all()
    assert np.isfinite(s.burst_contrast).all()


def test_a_rhythm_is_named() -> None:
    scene = g.scene(30, 240)
    for t in np.arange(40.0, 200.0, 31.0):
        hypersynchrony(scene, float(t))
    s = found(scene, emg=False, parameters=SpasmParameters(listed_from=0.0))
    in_one = np.isfinite(s.slow_wave_peak_s) & (s.repeats > 0.9) & (s.decrement_s == 0)
    assert in_one.any()
    assert all("waves of its size beside it" in s.reason(int(k)) for k in np.flatnonzero(in_one))
    alone = found(with_cluster("quiet", "biphasic"))
    assert "beside it" not in alone.reason(int(alone.repeats.argmin()))


def test_without_positions_the_slow_wave_is_not_assessable() -> None:
    scene = with_cluster("chaotic", "biphasic")
    rows = scene.eeg[:6] - scene.eeg[6:12]
    recording = MemoryRecording([f"X{k}" for k in range(6)], rows, g.RATE_HZ, aux=scene.aux(), reference=None)
    f = spasm.SpasmFeatures.concatenate([spasm.scan(b) for b in blocks_of(recording)])
    s = spasm.find(f, quality=None, hypnogram=None, n_seconds=int(scene.seconds))
    assert len(f)
    assert np.isnan(f.slow_wave_ratio).all()
    assert all("slow wave not assessable" in s.reason(k) for k in range(len(s)))


def test_a_recording_without_eeg_has_no_candidates() -> None:
    assert len(spasm.find(spasm.SpasmFeatures.empty(), quality=None, hypnogram=None, n_seconds=10)) == 0
    assert spasm.SpasmFeatures.concatenate([]).onset_s.dtype == np.float64
    assert Spasms.empty().with_emg is None


def test_chin_emg_is_not_limb_emg() -> None:
    scene = with_cluster("quiet", "biphasic")
    recording = MemoryRecording(g.names(), scene.eeg, g.RATE_HZ, aux={"EMG chin": scene.emg[0]})
    f = spasm.SpasmFeatures.concatenate([spasm.scan(b) for b in blocks_of(recording)])
    assert np.isnan(f.emg_ratio).all()


def test_a_disconnected_emg_is_not_assessable() -> None:
    scene = with_cluster("quiet", "biphasic")
    dead = g.Scene(scene.rng, scene.eeg, 0.02 * np.ones_like(scene.emg), scene.onset_s)
    f = scanned(dead)
    assert np.isnan(f.emg_ratio).all()
    assert np.isnan(f.emg_duration_s).all()
    assert hits(found(dead), dead)[0] >= 5


def test_a_reduced_montage_still_shows_the_vertex() -> None:
    scene = with_cluster("quiet", "biphasic")
    kept = [g.names().index(e) for e in ("Fp1", "Fp2", "C3", "Cz", "C4", "T7", "T8", "O1", "O2")]
    recording = MemoryRecording([g.names()[k] for k in kept], scene.eeg[kept], g.RATE_HZ)
    f = spasm.SpasmFeatures.concatenate([spasm.scan(b) for b in blocks_of(recording)])
    assert np.isfinite(f.slow_wave_ratio).all()
    assert hits(spasm.find(f, quality=None, hypnogram=None, n_seconds=300), scene)[0] >= 5


def flagged(scene: g.Scene, start: int, stop: int) -> Quality:
    n = int(scene.seconds)
    flags = np.zeros(n, np.uint16)
    flags[start:stop] = bit("movement")
    return Quality(0, (), np.zeros((0, n), np.uint16), flags)


def test_a_long_movement_takes_confidence_a_short_one_does_not() -> None:
    scene = g.scene(14, 180)
    scene.spasm(90, "biphasic")
    clean = found(scene)
    short = found(scene, quality=flagged(scene, 88, 92))
    long = found(scene, quality=flagged(scene, 80, 100))
    k = int(clean.confidence.argmax())
    assert short.confidence.max() == clean.confidence[k]
    assert long.confidence.max(initial=0) < clean.confidence[k]
    assert not short.in_artifact.any()
    assert not len(long) or long.in_artifact[int(long.confidence.argmax())]


def test_sleep_takes_a_little_and_the_state_is_told() -> None:
    scene = g.scene(15, 180)
    scene.spasm(90, "biphasic")
    n = 6
    asleep = Hypnogram(np.full(n, STATES.index("nrem"), np.int8), np.ones(n, np.float32), np.zeros(0), 0)
    awake, sleeping = found(scene), found(scene, hypnogram=asleep)
    assert sleeping.confidence.max() < awake.confidence.max()
    assert {e.state for e in sleeping.events(hypnogram=asleep)} == {"nrem"}
    assert {e.state for e in awake.events()} == {""}


def test_motion_of_a_video_speaks_for_or_against() -> None:
    scene = g.scene(16, 180)
    scene.spasm(90, "biphasic", emg_uv=0)
    still, moving = np.ones(180), np.ones(180)
    moving[90:92] = 6
    none, against, for_it = (found(scene, emg=False, motion=m) for m in (None, still, moving))

    def best(s: Spasms) -> float:
        return float(s.confidence[np.abs(s.onset_s - 90) < 1.5].max(initial=0))

    assert best(against) < best(none) < best(for_it)
    assert np.isnan(none.motion).all()
    assert for_it.motion.max() == pytest.approx(6, rel=0.01)


def test_rows_say_what_they_are() -> None:
    scene = with_cluster("quiet", "biphasic")
    s = found(scene)
    rows = s.events(cluster_ids=np.full(len(s), "cluster_1", object))
    assert all(r.trial_type == "spasm" and r.reason.endswith(UNCONFIRMED) for r in rows)
    assert [r.counted for r in rows] == s.counted.tolist()
    assert {r.cluster_id for r in rows} == {"cluster_1"}
    assert set(s.columns()) >= {"onset_s", "slow_wave_uv", "decrement_s", "emg_diamond", "motion", "subtype"}


def test_the_real_pipeline_of_artifacts_leaves_a_cluster() -> None:
    scene = with_cluster("quiet", "biphasic")
    recording = MemoryRecording(g.names(), scene.eeg, g.RATE_HZ, aux=scene.aux())
    quality = artifact.finalize([artifact.scan(b) for b in blocks_of(recording)], int(scene.seconds))
    right, wrong = hits(found(scene, quality=quality), scene)
    assert right >= 7
    assert wrong == 0


def test_a_wave_in_the_first_moment_begins_with_the_recording() -> None:
    scene = g.scene(18, 120)
    scene.spasm(0.2, "slow")
    f = scanned(scene)
    assert (f.onset_s >= 0).all()
    assert (np.diff(f.onset_s) >= 0).all()
    assert all(e.onset_s >= 0 for e in found(scene).events())


@pytest.mark.parametrize("seconds", [3, 5, 9, 15])
def test_a_few_seconds_are_looked_at_without_error(seconds: int) -> None:
    scene = g.scene(19, seconds)
    assert not found(scene).counted.any()
    scene.eeg[:] = 0
    assert not found(scene).counted.any()
