"""The spasm sets: which recordings are planned, what is drawn and planted, how it is compared and told."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from acceptance.clips import RATE_HZ
from acceptance.commit import Commit
from acceptance.real_files import real_files
from acceptance.run import keep, kept_set, latest_other
from acceptance.semireal import UNPLANTED, to_file_of
from acceptance.spasm_cases import HOURS, SETTINGS, SpasmCase, plan, spasm_cases, with_background
from acceptance.spasm_child import child, plan_spasms
from acceptance.spasm_score import compare, terciles, there
from acceptance.spasm_semireal import EMG_LABELS, SPASMS, SpasmClipCase, spasm_clips
from hypothesis import given, settings
from hypothesis import strategies as st

from acceptance import clips, report, spasm_semireal
from acceptance import spasm_figures as sf
from westward.eeg.recording.open import open_recording
from westward.eeg.simulate.generate import channel_labels, render
from westward.eeg.simulate.row import Row
from westward.eeg.simulate.timeline import timeline

BUNDLE_COLUMNS = ("onset", "duration", "trial_type", "confidence", "counted")
TRUTH_COLUMNS = ("onset", "duration", "trial_type", "subtype", "amplitude_uv", "background_uv", "cluster_id", "state")


def rows_to(path: Path, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(columns)
        out.writerows(rows)


def made(folder: Path, found: list[tuple[Any, ...]], *, assessed: bool = True) -> dict[str, Any]:
    """Two clusters (five and three spasms), one single spasm and one startle in an hour, against what was found."""
    truth = folder / "made_events.tsv"
    times = [(100 + 10 * k, "cluster_1") for k in range(5)]
    times += [(1000 + 10 * k, "cluster_2") for k in range(3)] + [(2000, "n/a")]
    rows_to(
        truth,
        TRUTH_COLUMNS,
        [
            (0, 3600, "sleep_wake", "n/a", "n/a", "n/a", "n/a", "wake"),
            (100, 42, "spasm_cluster", "n/a", "n/a", "n/a", "cluster_1", "wake"),
            (3000, 0.5, "startle", "n/a", "n/a", "n/a", "n/a", "wake"),
            (3010, 9, "artifact", "movement", "n/a", "n/a", "n/a", "wake"),
            *((t, 1, "spasm", "with_emg", 100 + t, 100, name, "wake") for t, name in times[:-1]),
            (2000, 1, "spasm", "without_emg", "n/a", "n/a", "n/a", "wake"),
        ],
    )
    bundle = folder / "made.westward"
    bundle.mkdir()
    rows_to(bundle / "events.tsv", BUNDLE_COLUMNS, found)
    (bundle / "summary.json").write_text(
        json.dumps(
            {
                "spasms": {"with_emg": True} if assessed else None,
                "based": {"with_ictal_time": {"score": 4}},
                "recording": {"duration_s": 3600.0},
                "not_assessable": [] if assessed else [{"what": "spasms", "why": "no EEG"}],
            }
        )
    )
    return compare(truth, bundle, 3600.0)


@pytest.fixture
def result(tmp_path: Path) -> dict[str, Any]:
    found = [(100.5 + 10 * k, 1, "spasm", 0.9, 1) for k in range(4)]
    found += [(100.5, 31, "spasm_cluster", 0.9, 1), (1000.2, 1, "spasm", 0.3, 0), (3000.1, 1, "spasm", 0.7, 1)]
    found += [(3011.0, 30, "spasm_cluster", 0.7, 1), *((3011 + 10 * k, 1, "spasm", 0.6, 1) for k in range(3))]
    spasms = made(tmp_path, found)
    return {
        "scenario": "based_2", "seed": 7, "emg": True, "minutes": 60.0, "age_months": 6.0, "score": 2, "score_true": 2,
        "rule_true": "2", "near_limit": False, "abnormality": "", "spasms": spasms,
    }  # fmt: skip


def test_spasms_and_clusters_are_counted_by_the_evaluation(result: dict[str, Any]) -> None:
    s = result["spasms"]
    assert (s["n_true"], s["n_found"], s["n_matched"], s["n_false"]) == (9, 8, 4, 4)
    assert (s["clusters_true"], s["clusters_matched"], s["large_true"], s["large_matched"]) == (2, 1, 1, 1)
    assert (s["clusters_found"], s["clusters_false"]) == (2, 1)
    assert s["missed_clusters"] == [{"start_s": 1000.0, "n": 3}]
    assert s["false_clusters"] == [{"start_s": 3011.0, "n": 3, "there": "artifact movement (wake)"}]
    assert s["errors_s"] == [0.5] * 4
    assert s["score_with_ictal"] == 4


def test_what_lies_at_a_false_and_a_missed_spasm_is_told(result: dict[str, Any]) -> None:
    s = result["spasms"]
    assert [f["there"] for f in s["false"]][:2] == ["startle (wake)", "artifact movement (wake)"]
    missed = {m["onset_s"]: m for m in s["missed"]}
    assert missed[1000.0]["near_miss"] == 0.3
    assert missed[1010.0]["near_miss"] is None
    assert missed[1000.0]["contrast"] == pytest.approx(11.0)
    assert (missed[2000.0]["contrast"], missed[2000.0]["single"], missed[2000.0]["emg"]) == (None, True, False)
    assert there(2500.0, []) == "nothing planted (n/a)"
    cluster = {"trial_type": "spasm_cluster", "onset": 10.0, "duration": 60.0, "subtype": "n/a"}
    assert there(30.0, [cluster]) == "nothing planted (n/a, between the spasms of a cluster)"


def test_what_was_not_assessable_is_missed_and_gives_no_exposure(tmp_path: Path, result: dict[str, Any]) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = result | {"seed": 8, "spasms": made(folder, [], assessed=False)}
    assert other["spasms"]["assessed"] is False
    assert sf.sensitivity([result, other]).of == "4 of 18"
    assert sf.false_per_hour([result, other]).of == "4 in 1 h"
    assert sf.false_per_hour([other]).value is None


def test_the_bars_say_what_fails(result: dict[str, Any]) -> None:
    bars = {b.what: b for b in sf.spasm_bars([result])}
    assert [b.met for b in bars.values()] == [False, False, True, True, None, None, None, None]
    perfect = result["spasms"] | {"n_matched": 9, "n_false": 0, "n_found": 9}
    assert all(b.met is not False for b in sf.spasm_bars([result | {"spasms": perfect}]))
    assert sf.grade_bar([result]).met is True
    assert sf.grade_bar([result, result | {"score": 5}]).met is False
    assert [b.met for b in sf.night_spasm_bars([result])] == [False, False]
    assert [b.met for b in sf.size_bars([result])] == [False, False]


def test_real_files_without_a_search_say_nothing() -> None:
    def file(n: int | None, clusters: int | None, *, must: bool = True) -> dict[str, Any]:
        return {"path": "chb01", "no_clusters": must, "n": n, "clusters": clusters, "duration_s": 360.0}

    assert sf.real_bar([file(None, None)]).met is None
    assert sf.real_bar([file(1, 0), file(9, 2, must=False)]).met is True
    assert sf.real_bar([file(3, 1)]).met is False
    assert sf.real_false_per_hour([file(None, None), file(1, 0)]).value == pytest.approx(10)


def test_terciles_leave_out_what_has_no_slow_wave(result: dict[str, Any]) -> None:
    parts = terciles([result["spasms"]])
    assert sum(len(each) for _, each in parts) == 8
    tops = [max(e["contrast"] for e in each) for _, each in parts]
    assert tops == sorted(tops)


def test_the_report_has_a_section_for_each_set_and_names_its_commit(result: dict[str, Any]) -> None:
    clip = result | {"clip": "neonate", "scenario": SPASMS}
    real = {
        "path": "a.edf", "no_clusters": True, "n": None, "clusters": None, "duration_s": 10.0, "usable_s": None,
        "with_emg": None, "why": "not assessable: too short",
    }  # fmt: skip
    text = report.render(
        report.Results(
            Commit("e" * 40, "e" * 40, clean=True),
            {"spasms": 44, "spasmclips": 24, "realfiles": 1},
            spasms=[result],
            spasmclips=[clip, clip | {"scenario": UNPLANTED}],
            realfiles=[real],
            graded=[],
            commits={"realfiles": "f" * 40},
        )
    )
    assert f"| spasms | 1 of 44 **partial** | `{'e' * 40}` |" in text
    assert f"| real recordings | 1 of 1 | `{'f' * 40}` |" in text
    assert "| spasms | Spasms found, with EMG | 44.4 % (4 of 9;" in text
    assert "**FAIL**" in text
    absent = "simulated, semi-real, healthy nights, spasms of another generator, mutations"
    assert f"Not run, and so without a section: {absent}" in text
    assert "| based_2 with EMG | 7 | 0:50:00 | 0.70 | startle (wake) |" in text
    assert "2, 2, 4" in text
    assert "left out: 100.0 % (1/1; 21-100 %); had it been scored too: 0.0 % (0/1; 0-79 %)" in text
    for heading in ("## Spasms\n", "## Spasms, semi-real\n", "## Spasms on real recordings\n"):
        assert text.count(heading) == 1
    assert "nan" not in text.replace("nanometer", "")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert len(set(headings)) == len(headings)


def test_the_set_is_as_large_and_mixed_as_asked() -> None:
    cases = spasm_cases("c" * 40)
    assert len(cases) >= 40
    assert len({c.seed for c in cases}) == len({c.name for c in cases}) == len(cases)
    assert {c.minutes / 60 for c in cases} == set(HOURS)
    assert {c.emg for c in cases} == {True, False}
    for setting in SETTINGS:
        assert {c.emg for c in cases if c.setting == setting} == {True, False}
    for emg in (True, False):
        part = [c for c in cases if c.emg is emg]
        assert len({c.age_months for c in part}) >= 8
        assert len({c.reference for c in part}) >= 3
    assert sum(c.setting.artifact_factor > 1 for c in cases) >= 10
    assert sum(c.setting.mimics_per_hour > 0 for c in cases) >= 10
    assert {c.minutes for c in spasm_cases("c" * 40, 1.5)} == {90.0}
    assert {c.seed for c in cases}.isdisjoint(c.seed for c in spasm_cases("d" * 40))


@given(st.integers(0, 2**32), st.sampled_from([1.0, 4.0, 8.0]))
@settings(max_examples=25, deadline=None)
def test_every_recording_gets_a_cluster_inside_it(seed: int, hours: float) -> None:
    line = timeline(seed=seed, age_months=6.0, duration_s=3600 * hours)
    drawn = child(seed)
    assert drawn == child(seed)
    spasms = plan_spasms(drawn, line, seed=seed)
    assert spasms
    assert any(s.cluster for s in spasms)
    assert all(0 < s.onset_s < line.duration_s for s in spasms)
    assert all(s.slow_uv > 0 or s.emg_uv > 0 for s in spasms)
    for a, b in pairwise([s for s in spasms if s.cluster]):
        assert b.onset_s - a.onset_s >= 4 - 1e-9


def test_a_plan_holds_what_was_drawn_and_renders_the_spasm() -> None:
    case = SpasmCase(SETTINGS[1], 6.0, 60.0, 11)
    p = plan(case)
    spasms = [r for r in p.ictal.rows if r.trial_type == "spasm"]
    assert {r.trial_type for r in p.ictal.rows} >= {"spasm", "spasm_cluster", "startle"}
    seen = max(spasms, key=lambda r: r.amplitude_uv or 0)
    labels = channel_labels("A1A2")
    start = int(seen.onset_s) - 2
    block = render(p, start, start + 8, "A1A2", labels)
    at = round((seen.onset_s - start) * case.sfreq_hz)
    cz = block.data[labels.index("EEG Cz-LE")]
    assert np.ptp(cz[at : at + round(case.sfreq_hz * seen.duration_s)]) > 0.4 * (seen.amplitude_uv or 0)
    assert plan(case).ictal.rows == p.ictal.rows
    assert asdict(case)["setting"]["background"] == "based_2"


def test_local_background_is_that_before_the_spasm() -> None:
    sizes = np.full((18, 60), 50.0, np.float32)
    sizes[:, 30:] = 500.0
    row = Row(30.5, 1.0, "spasm", amplitude_uv=100.0)
    assert with_background([row, Row(1.0, 1.0, "startle")], sizes)[0].background_uv == 50.0


def test_clips_come_with_and_without_spasms_and_emg() -> None:
    cases, skipped = spasm_clips("d" * 40)
    if skipped:
        pytest.skip(skipped[0])
    assert {(c.scenario, c.emg) for c in cases} == {(s, e) for s in (SPASMS, UNPLANTED) for e in (True, False)}
    assert len({c.name for c in cases}) == len(cases)


def test_spasms_are_planted_into_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("Fp1", "Fp2", "F3", "F4", "C3", "C4", "P3", "P4", "O1", "O2", "Cz")
    rng = np.random.default_rng(1)
    quiet = rng.standard_normal((len(names), round(60 * RATE_HZ))).astype(np.float32)
    source = clips.Source(tuple(f"EEG {n}-Ref" for n in names), names, (quiet,))
    monkeypatch.setattr(spasm_semireal, "load", lambda _clip: source)
    paths = SpasmClipCase("adult", SPASMS, True, 5, minutes=20.0).make(tmp_path)
    with open_recording(paths.edf) as recording:
        page = recording.read(0.0, recording.duration_s, [c.index for c in recording.channels])
        labels = [c.label for c in recording.channels]
    assert labels[-2:] == list(EMG_LABELS)
    with paths.events.open() as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if r["trial_type"] == "spasm"]
    assert len(rows) >= 5
    seen = [r for r in rows if r["amplitude_uv"] != "n/a"]
    cz, at = page.data[labels.index("EEG Cz-Ref")], [round(float(r["onset"]) * RATE_HZ) for r in seen]
    sizes = [np.ptp(cz[a : a + round(RATE_HZ)]) for a in at]
    assert np.median(sizes) > 40
    assert np.abs(to_file_of(names)).sum() > 0
    assert json.loads(paths.truth.read_text())["based"] is None


def test_real_files_are_only_what_is_there() -> None:
    files, skipped = real_files()
    if skipped:
        pytest.skip(skipped[0])
    assert any(f.no_clusters and "neonate" in f.path and f.age_months == 1.0 for f in files)
    assert any("chb01" in f.path for f in files)
    assert not any("feature" in f.path for f in files)
    assert len({f.name for f in files}) == len(files)


def test_the_newest_results_of_another_commit_stand_in(tmp_path: Path) -> None:
    assert latest_other("spasms", tmp_path / "none", "a") is None
    keep("spasms-x", tmp_path / "a", {"n": 1})
    assert latest_other("spasms", tmp_path, "a") is None
    keep("spasmclips-x", tmp_path / "b", {"n": 2})
    assert latest_other("spasms", tmp_path, "c") == tmp_path / "a"
    assert kept_set("spasms", tmp_path / "a") == [{"n": 1}]
    assert latest_other("spasmclips", tmp_path, "a") == tmp_path / "b"
