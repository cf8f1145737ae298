"""Does the simulated child look like the published ones?"""

from functools import lru_cache

import numpy as np
import pytest

from westward.eeg.signal.montage import LONGITUDINAL
from westward.eeg.simulate.generate import blocks_of, channel_labels
from westward.eeg.simulate.graphoelements import recurrent_maximum
from westward.eeg.simulate.plan import Plan, plan
from westward.eeg.simulate.randomness import generator
from westward.eeg.simulate.tell import event_rows, truth
from westward.eeg.simulate.timeline import NREM, REM, WAKE
from westward.eeg.simulate.truth import limits_uv

FS = 100.0


@lru_cache(maxsize=12)
def made(name: str, age: float, seed: int, minutes: float = 20) -> tuple[Plan, np.ndarray, np.ndarray]:
    p = plan(name, age_months=age, minutes=minutes, seed=seed, sfreq_hz=FS)
    blocks = list(blocks_of(p, "A1A2", channel_labels()))
    return p, np.concatenate([b.data for b in blocks], axis=1), np.concatenate([b.swings_uv for b in blocks], axis=1)


def inside(p: Plan, state: int) -> np.ndarray:
    mask = p.line.per_second() == state
    for t in p.line.arousals_s:
        mask[max(int(t) - 5, 0) : int(t) + 60] = False
    return mask


def test_recurrent_maxima_follow_the_published_classes() -> None:
    x = np.array([recurrent_maximum(generator(s, "posterior maximum")) for s in range(4000)])
    shares = np.histogram(x, [0, 200, 300, 400, 500, 1000])[0] / len(x)
    assert shares == pytest.approx([0.17, 0.49, 0.30, 0.03, 0.01], abs=0.025)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_posterior_waves_reach_the_maximum_in_a_minority_of_seconds(seed: int) -> None:
    p, _, swings = made("healthy", 8, seed)
    posterior = [i for i, d in enumerate(LONGITUDINAL) if d.endswith(("O1", "O2"))]
    seen = swings[posterior][:, inside(p, NREM)]
    reached = np.percentile(seen, 99, axis=1).max()
    assert reached == pytest.approx(p.normal.recurrent_maximum_uv, rel=0.33)
    over = (swings >= limits_uv()[:, None])[:, inside(p, NREM)].mean(axis=1)
    assert over.max() < 0.35


def test_spindle_density_at_four_to_five_months_is_in_the_published_range() -> None:
    density, length = [], []
    for seed in range(12):
        p = plan("healthy", age_months=4.5, minutes=60, seed=seed, sfreq_hz=FS)
        rows = [r for r in p.normal.rows if r.trial_type == "spindle"]
        density.append(len(rows) / ((p.line.per_second() == NREM).sum() / 60))
        length += [r.duration_s for r in rows]
    assert 5.7 < np.median(density) < 8.0
    assert 2.6 < np.median(length) < 3.6


def test_spindles_are_thirteen_hertz_at_the_center() -> None:
    p, data, _ = made("healthy", 4.5, 7)
    labels = channel_labels()
    c3 = data[labels.index("EEG C3-LE")] - data[labels.index("EEG Pz-LE")]
    at = [w for w in p.normal.rows if w.trial_type == "spindle" and "C3" in w.channel and w.duration_s > 1.5]
    spectra = []
    for row in at:
        a = int((row.onset_s + 0.2 * row.duration_s) * FS)
        spectra.append(np.abs(np.fft.rfft(c3[a : a + 128] * np.hanning(128))) ** 2)
    f = np.fft.rfftfreq(128, 1 / FS)
    band = (f > 9) & (f < 18)
    assert 12.0 < f[band][np.argmax(np.mean(spectra, axis=0)[band])] < 14.2


def test_states_differ_as_in_life() -> None:
    p, data, swings = made("healthy", 8, 1, 40)
    labels = channel_labels()
    chin, leog = data[labels.index("EMG Chin")], data[labels.index("EOG L")]
    reog = data[labels.index("EOG R")]
    second = np.repeat(np.arange(swings.shape[1]), int(FS))
    masks = {s: inside(p, s) for s in (WAKE, NREM, REM)}
    size = {s: np.median(swings[:, m]) for s, m in masks.items()}
    assert size[NREM] > 1.4 * size[WAKE]
    assert size[REM] < 0.75 * size[NREM]
    tone = {s: np.median(np.abs(np.diff(chin[np.isin(second, np.flatnonzero(m))]))) for s, m in masks.items()}
    assert tone[WAKE] > 1.5 * tone[NREM] > 1.5 * tone[REM]
    gaze = {s: np.percentile(np.abs((leog - reog)[np.isin(second, np.flatnonzero(m))]), 95) for s, m in masks.items()}
    assert gaze[REM] > 2 * gaze[NREM]


def test_hypsarrhythmia_is_high_asleep_and_nearly_gone_in_rem() -> None:
    p, _, swings = made("hypsarrhythmia", 7, 2, 40)
    assert np.median(swings[:, inside(p, NREM)]) > 220
    assert np.median(swings[:, inside(p, REM)]) < 0.45 * np.median(swings[:, inside(p, NREM)])
    state = p.line.per_second()[p.spikes.peak_s.astype(int)]
    rate = {s: (state == s).sum() / (p.line.per_second() == s).sum() for s in (NREM, REM)}
    assert rate[REM] < 0.15 * rate[NREM]


def test_hemihypsarrhythmia_is_weaker_on_one_side() -> None:
    _, _, swings = made("hypsarrhythmia_asymmetric", 7, 2)
    left = [i for i, d in enumerate(LONGITUDINAL) if d in ("F7-T7", "T7-P7", "F3-C3", "C3-P3")]
    right = [i for i, d in enumerate(LONGITUDINAL) if d in ("F8-T8", "T8-P8", "F4-C4", "C4-P4")]
    a, b = np.median(swings[left]), np.median(swings[right])
    assert 0.25 < min(a, b) / max(a, b) < 0.6


def test_attenuations_fall_below_forty_percent() -> None:
    p, _, swings = made("based_4b_attenuation", 7, 3)
    ratios = []
    for t, d in zip(p.attenuations.onset_s, p.attenuations.duration_s, strict=True):
        a, b = int(np.ceil(t + 0.2)), int(np.floor(t + d - 0.2))
        if b > a and a > 12:
            ratios.append(np.median(swings[:, a:b]) / np.median(swings[:, a - 11 : a - 1]))
    assert len(ratios) >= 4
    assert np.median(ratios) < 0.4


def test_spikes_stand_at_their_focus() -> None:
    p, data, _ = made("based_5", 7, 3)
    labels = channel_labels()
    eeg = data[: len([x for x in labels if x.startswith("EEG")])]
    eeg = eeg - eeg.mean(axis=0)
    for k, focus in enumerate(p.spikes.foci):
        at = p.spikes.peak_s[(p.spikes.focus == k) & (p.spikes.duration_s < 0.07)]
        at = at[(at > 1) & (at < p.line.duration_s - 1)]
        cut = np.array([eeg[:, round(t * FS) - 6 : round(t * FS) + 7] for t in at])
        mean = np.median(cut, axis=0)
        sharp = mean[:, 6] - 0.5 * (mean[:, 0] + mean[:, -1])
        peak = labels[int(np.argmin(sharp))].split()[1].split("-")[0]
        assert peak in focus.electrodes


def test_few_spikes_never_crowd_by_chance_into_grouped_runs() -> None:
    for seed in range(6):
        p = plan("based_3a", age_months=7, minutes=60, seed=seed, sfreq_hz=FS)
        for t in p.spikes.peak_s:
            window = p.spikes.focus[(p.spikes.peak_s >= t) & (p.spikes.peak_s < t + 2)]
            assert len(set(window.tolist())) < 3


def test_spasms_have_muscle_and_come_in_clusters_after_waking() -> None:
    p = plan("spasms", age_months=7, minutes=40, seed=1, sfreq_hz=FS)
    spasms = sorted(r.onset_s for r in p.ictal.rows if r.trial_type == "spasm")
    assert len(spasms) >= 5
    gaps = np.diff(spasms)
    assert 5 <= np.median(gaps) <= 30
    assert p.line.state_at(spasms[-1]) == WAKE
    assert all(b.duration_s >= 0.4 for b in p.ictal.bursts if b.shape == "diamond")


def test_mimics_are_short_or_without_cluster() -> None:
    p = plan("mimics", age_months=7, minutes=40, seed=1, sfreq_hz=FS)
    myoclonus = [r for r in p.ictal.rows if r.trial_type == "sleep_myoclonus"]
    assert len(myoclonus) > 5
    assert max(r.duration_s for r in myoclonus) < 0.2
    assert not [r for r in p.ictal.rows if r.trial_type.startswith("spasm")]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("healthy", "0"),
        ("based_2", "2"),
        ("based_3a", "3a"),
        ("based_3b", "3b"),
        ("based_4a", "4a"),
        ("based_4b_grouped", "4b_grouped"),
        ("based_5", "5"),
    ],
)
def test_scenarios_reach_their_grade_clear_of_the_limits(name: str, rule: str) -> None:
    p, _, swings = made(name, 7, 3)
    based = truth(p, swings, event_rows(p, swings))["based"]
    assert based["rule"] == rule
    assert based["score"] == p.scenario.expected_score
    assert abs(based["distance_to_limit"]["nearest"]) > 0.08
