"""The code of the acceptance sets: cases, comparison, figures and report, on tiny hand-made truths and bundles."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from acceptance.cases import AGES, SPINDLES_FROM_MONTHS, graded, nights, seed_of
from acceptance.clips import Clip, Source, joined
from acceptance.commit import Commit
from acceptance.run import keep, kept_result
from acceptance.score import OWN_AMPLITUDE, compare, is_exact, is_right_without_sleep, near_limit
from acceptance.semireal import LEVELS, UNPLANTED, semireal
from hypothesis import given
from hypothesis import strategies as st

from acceptance import figures, mutated, report
from westward.eeg.evaluate.agreement import cohen_kappa
from westward.eeg.simulate.scenario import scenarios

COLUMNS = ("onset", "duration", "trial_type", "channel", "amplitude_uv", "background_uv", "counted")
TRUE_FOCI = (("C3", 9), ("F8", 4), ("O1", 2), ("Fz", 1))
FAR = {"page_rule": -0.4, "amplitude_bin_fraction": -0.3, "spike_bin_fraction": -0.4, "nearest": -0.3}


def write_events(path: Path, rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(rows)


def make_pair(folder: Path, *, score: int | None = 3, foci: tuple[str, ...] = ("C3", "F4", "P8")) -> tuple[Path, Path]:
    """A truth of 10 min with three foci and one single spike, and what a bundle holds of it."""
    truth = folder / "made_1_truth.json"
    truth.write_text(
        json.dumps(
            {
                "scenario": "made", "abnormality": None, "age_months": 6, "seed": 1, "duration_s": 600.0,
                "based": {
                    "score": 3, "rule": "3a", "worst_epoch": {"start_s": 0, "end_s": 300}, "spike_bin_fraction": 0.2,
                    "foci": [{"peak": e, "n_spikes_worst_epoch": n} for e, n in TRUE_FOCI],
                    "high_amplitude_channels": [], "n_attenuations": 0, "n_grouped_multifocal_spikes": 0,
                    "distance_to_limit": FAR,
                },
                "spike_contrast_terciles": [1.0, 2.0],
            }
        )
    )  # fmt: skip
    write_events(
        folder / "made_1_events.tsv",
        [
            (0, 300, "sleep_wake", "n/a", "n/a", "n/a", 1),
            (300, 300, "sleep_nrem", "n/a", "n/a", "n/a", 1),
            (310, 1, "sleep_myoclonus", "n/a", "n/a", "n/a", 1),
            (10.0, 0.06, "spike", "C3", 100, 100, 1),
            (20.0, 0.06, "spike", "F8", 300, 100, 1),
            (30.0, 0.06, "spike", "O1", 300, 100, 0),
            (150.0, 0.06, "spike", "O1", 200, 100, 1),
        ],
    )
    bundle = folder / "made_1.westward"
    (bundle / "trends").mkdir(parents=True)
    spikes = np.zeros(600, np.float32)
    spikes[:30] = 1
    spikes[100:200] = np.nan
    np.save(bundle / "trends" / "spikes_0.npy", spikes)
    rule = None if score is None else "3a"
    (bundle / "summary.json").write_text(
        json.dumps(
            {
                "based": {
                    "score": score, "rule": rule, "lower_bound": False, "spike_bin_fraction": 0.19,
                    "foci": [{"peak": e, "n_spikes_worst_epoch": 5} for e in foci],
                    "high_amplitude_channels": [], "n_attenuations": 0, "n_grouped_multifocal_spikes": 0,
                },
                "ictal_mask": {"candidate_share": 0.0}, "quality": {"artifact_fraction": {"any": 0.1}},
                "spikes": {"per_minute": 1.0}, "provenance": {"seconds": 1.0, "peak_rss_mb": 200.0},
                "not_assessable": [{"what": "hfo", "why": "later"}, {"what": "NREM sleep", "why": "none"}],
            }
        )
    )  # fmt: skip
    write_events(
        bundle / "events.tsv",
        [
            (0, 270, "sleep_wake", "n/a", "n/a", "n/a", 1),
            (270, 60, "sleep_unknown", "n/a", "n/a", "n/a", 1),
            (330, 270, "sleep_nrem", "n/a", "n/a", "n/a", 1),
            (9.99, 0.06, "spike", "C3", 90, "n/a", 1),
            (20.0, 0.06, "spike", "F8", 90, "n/a", 0),
            (30.0, 0.06, "spike", "O1", 90, "n/a", 1),
            (50.0, 0.06, "spike", "O1", 90, "n/a", 1),
        ],
    )
    return truth, bundle


@pytest.fixture
def result(tmp_path: Path) -> dict[str, Any]:
    return {"minutes": 10.0, "sfreq_hz": 256.0, "emg": True, "eog": True, "reference": "A1A2", "wall_s": 1.0} | compare(
        *make_pair(tmp_path)
    )


def test_states_of_both_sides_come_from_the_events(result: dict[str, Any]) -> None:
    assert result["states_true"] == [0] * 10 + [2] * 10
    assert result["states"] == [0] * 9 + [4] * 2 + [2] * 9
    kappa = figures.pooled_kappa([result])
    assert kappa.value == pytest.approx(cohen_kappa(result["states_true"], result["states"]))
    assert 0 < kappa.value < 1


def test_foci_match_within_one_neighbor_and_single_spikes_are_none(result: dict[str, Any]) -> None:
    assert result["foci_true"] == ["C3", "F8", "O1"]
    assert result["foci_missed"] == ["O1"]
    assert result["foci_false"] == ["P8"]
    assert str(figures.foci_found([result])).startswith("66.7 % (2/3")
    assert figures.same_class(result)


def test_spike_bins_at_the_true_epoch_leave_out_unassessable_seconds(result: dict[str, Any]) -> None:
    assert result["spike_bins_at_true_epoch"] == pytest.approx(30 / 200)
    assert figures.bin_errors([result], "spike_bins") == [pytest.approx(0.01)]
    assert figures.bin_errors([result], "spike_bins_at_true_epoch") == [pytest.approx(0.05)]
    assert figures.bin_errors([result | {"spike_bins": None}], "spike_bins") == []


def test_spikes_are_matched_one_by_one(result: dict[str, Any]) -> None:
    found = result["spikes_found"]
    assert (sum(found["planted"]), sum(found["found"])) == (2, 1)
    assert (found["counted"], found["false"], found["unread"]) == (3, 1, 1)
    assert found["median_contrast"] == pytest.approx(2.0)
    assert result["not_assessable"] == ["NREM sleep: none"]


def test_not_assessable_is_wrong_unless_there_is_no_sleep_to_score(tmp_path: Path) -> None:
    nothing = compare(*make_pair(tmp_path, score=None, foci=()))
    assert not is_exact(nothing)
    assert not is_right_without_sleep(nothing)
    assert not figures.same_class(nothing)
    low = nothing | {"score_true": 2}
    assert not is_exact(low)
    assert is_right_without_sleep(low)
    assert not is_right_without_sleep(low | {"score": 3})


def test_zero_and_one_are_pooled_only_off_the_list() -> None:
    listed = {"score_true": 1, "score": 0, "abnormality": "asymmetry"}
    assert not is_exact(listed)
    assert is_exact(listed | {"abnormality": "something_else"})
    assert not is_exact(listed | {"abnormality": "something_else", "score": 2})
    assert not is_exact({"score_true": 0, "score": 1, "abnormality": ""})


@pytest.mark.parametrize(
    ("rule", "changes", "near"),
    [
        ("3a", {}, False),
        ("3a", {"amplitude_bin_fraction": 0.05}, True),
        ("5", {"amplitude_bin_fraction": 0.05, "page_rule": 0.3}, False),
        ("5", {"page_rule": 0.0}, True),
        ("4b_attenuation", {"amplitude_bin_fraction": -0.02}, False),
        ("4a", {"amplitude_bin_fraction": 0.02}, True),
        ("3a", {"page_rule": -0.0667}, True),
        ("3a", {OWN_AMPLITUDE: 0.3}, True),
        ("3a", {OWN_AMPLITUDE: -0.2}, False),
        ("3b", {OWN_AMPLITUDE: 0.01}, False),
    ],
)  # fmt: skip
def test_only_limits_that_could_change_the_score_are_near(rule: str, changes: dict[str, float], near: bool) -> None:
    assert near_limit({"rule": rule, "distance_to_limit": FAR | changes}) is near


def test_seeds_hang_on_the_commit_and_the_recording() -> None:
    cases = graded("a" * 40, list(scenarios()))
    seeds = {c.seed for c in cases}
    assert len(seeds) == len(cases) >= 60
    assert seeds.isdisjoint(c.seed for c in graded("b" * 40, list(scenarios())))
    assert seed_of("abc", "x") == seed_of("abc+", "x") != seed_of("abc", "y")


def test_the_graded_set_covers_scenarios_ages_and_ways_of_recording() -> None:
    cases = graded("c" * 40, list(scenarios()))
    assert {c.scenario for c in cases} == set(scenarios())
    assert {c.age_months for c in cases} == set(AGES)
    assert {c.sfreq_hz for c in cases} == {200, 256, 500}
    assert {(c.emg, c.eog) for c in cases} == {(True, True), (True, False), (False, True), (False, False)}
    assert {c.reference for c in cases} == {"A1A2", "Ref", "Cz", "AVG"}
    assert all(c.minutes >= 40 for c in cases)
    absent = [c for c in cases if c.scenario == "based_1_absent_spindles"]
    assert all(c.age_months >= SPINDLES_FROM_MONTHS for c in absent)
    night = nights("c" * 40)
    assert len({c.seed for c in night}) == len(night) >= 20


def test_every_clip_gets_levels_and_one_recording_without() -> None:
    cases, skipped = semireal("d" * 40)
    if skipped:
        pytest.skip(skipped[0])
    assert len([c for c in cases if c.scenario != UNPLANTED]) >= 16
    assert {c.scenario for c in cases} == {UNPLANTED, *LEVELS}
    for clip in {c.clip for c in cases}:
        assert sum(c.scenario == UNPLANTED for c in cases if c.clip == clip) == 1


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_joined_pieces_keep_their_power(seed: int, files: int) -> None:
    rng = np.random.default_rng(seed)
    source = Source(
        ("A", "B"), ("C3", "C4"), tuple(rng.standard_normal((2, 30 * 256)).astype(np.float32) for _ in range(files))
    )
    long = joined(source, 60, Clip("x", "", "", 6.0).piece_s, rng)
    assert long.shape == (2, 60 * 256)
    each = long.reshape(2, 60, 256).std(axis=2)
    assert each.min() > 0.7
    assert each.max() < 1.6  # the same samples may meet in a crossfade: up to the square root of 2


@given(st.integers(0, 60), st.integers(0, 60))
def test_an_interval_holds_its_share(hits: int, misses: int) -> None:
    found = figures.Share(hits, hits + misses)
    low, high = found.interval
    assert 0 <= low <= high <= 1
    if found.total:
        assert low - 1e-9 <= found.value <= high + 1e-9
    else:
        assert str(found) == "none"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=80))
def test_kappa_of_a_table_is_the_kappa_of_the_labels(pairs: list[tuple[int, int]]) -> None:
    true, found = (list(x) for x in zip(*pairs, strict=True))
    table = figures.state_tables([{"states_true": true, "states": found}]).sum(axis=0)
    assert figures.kappa(table) == pytest.approx(cohen_kappa(true, found), nan_ok=True)


def test_terciles_split_recordings_and_spikes(result: dict[str, Any]) -> None:
    def with_contrast(value: float) -> dict[str, Any]:
        return result | {"spikes_found": result["spikes_found"] | {"median_contrast": value}}

    split = figures.terciles([with_contrast(v) for v in (3.0, 1.0, 2.0, 6.0, 5.0, 4.0)])
    assert [name for name, _ in split] == ["hard (1.00-2.00)", "middle (3.00-4.00)", "easy (5.00-6.00)"]
    assert all(len(part) == 2 for _, part in split)
    spikes = figures.spike_terciles([result])
    assert sum(s.total for _, s in spikes) == 2
    assert sum(s.hits for _, s in spikes) == 1


def all_results(result: dict[str, Any], **changes: Any) -> report.Results:
    clip = result | {"clip": "adult", "minutes": 40.0}
    outcome = {"file": "a.edf", "kind": "digit", "field": "n_records", "message": "m", "seconds": 0.1}
    made: dict[str, Any] = {
        "graded": [result, result | {"score": 5, "rule": "5"}],
        "semireal": [clip, clip | {"scenario": UNPLANTED, "score_true": 0, "rule_true": "0"}],
        "night": [result],
        "mutations": [{"peak_mb": 90.0, "outcomes": [outcome | {"outcome": o} for o in ("error", "start", "silent")]}],
        "planned": {"graded": 92, "semireal": 27, "night": 20, "mutations": 20},
    }
    return report.Results(Commit("e" * 40, "e" * 40, clean=True), **(made | changes))


def test_the_report_says_pass_and_fail_plainly(result: dict[str, Any], tmp_path: Path) -> None:
    text = report.write(all_results(result), tmp_path / "docs" / "acceptance.md")
    assert (tmp_path / "docs" / "acceptance.md").read_text("utf-8") == text
    for words in ("e" * 40, "evidence phase 0", "SEMI-REAL / SIMULATED", "2 of 92 **partial**"):
        assert words in text
    assert "| Worst error, grades | 2 | <= 1 | **FAIL** |" in text
    assert "| Mutations that break the rule | 1 of 3 | 0 | **FAIL** |" in text
    assert "| Tracebacks, waits over the limit | 0 | 0 | pass |" in text
    assert "| made | 6 | 1 | 3a | 5 |" in text
    widths = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert min(widths) >= 3
    assert "nan" not in text


def test_the_report_of_nothing_calls_nothing_passed(result: dict[str, Any]) -> None:
    text = report.render(all_results(result, graded=[], semireal=[], night=[], mutations=[]))
    assert "pass" not in text.replace("passed", "")
    assert "0 failed" in text
    assert "Not run, and so without a section: simulated, semi-real, healthy nights, spasms" in text
    assert "## Healthy nights" not in text


def test_a_night_graded_three_or_with_two_foci_fails(result: dict[str, Any]) -> None:
    healthy = result | {"score": 0, "foci": ["C3"]}
    assert [b.met for b in report.night_bars([healthy] * 20)] == [True] * 4
    assert [b.met for b in report.night_bars([healthy] * 19 + [result])] == [True, False, False, True]
    assert [b.met for b in report.night_bars([healthy] * 20 + [healthy | {"score": None}])][3] is False


def test_a_kept_result_is_found_again(tmp_path: Path) -> None:
    assert kept_result("x", tmp_path) is None
    keep("x", tmp_path, {"a": 1})
    assert kept_result("x", tmp_path) == {"a": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]


def test_enough_mutations_are_planned() -> None:
    made = mutated.batches("f" * 40)
    assert sum(b.size for b in made) >= 2000
    assert len({b.seed for b in made}) == len(made)
