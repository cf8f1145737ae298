"""One analysis end to end: the bundle keeps its contract and does not depend on how the recording is cut."""

from __future__ import annotations

import csv
import json
import math
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.support.simulated import AGE_MONTHS, simulated

from westward.core.ages import days_from_months
from westward.eeg.bundle.events_table import COLUMNS
from westward.eeg.bundle.store import bundle_path
from westward.eeg.events.event import TRIAL_TYPES
from westward.eeg.recording.open import open_recording
from westward.eeg.study import StudyOptions, analyze, analyze_to_bundle

AGE = days_from_months(AGE_MONTHS)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = simulated("spasms").edf
    out = tmp_path_factory.mktemp("bundles")
    with open_recording(path) as recording:
        return analyze_to_bundle(recording, bundle_path(path, out), StudyOptions(age_days=AGE)).bundle


def schema(name: str) -> Any:
    text = (files("westward.eeg.bundle") / "schema" / f"{name}.schema.json").read_text("utf-8")
    return json.loads(text)


def summary_of(bundle: Path) -> dict[str, Any]:
    return json.loads((bundle / "summary.json").read_text("utf-8"))


def rows_of(bundle: Path) -> list[dict[str, str]]:
    with (bundle / "events.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_summary_keeps_its_schema(bundle: Path) -> None:
    jsonschema.validate(summary_of(bundle), schema("summary"))


def test_every_number_not_assessed_is_null_with_a_reason(bundle: Path) -> None:
    summary = summary_of(bundle)
    named = {entry["what"] for entry in summary["not_assessable"]}
    for key in ("spasms", "hfo", "biomarkers"):
        assert summary[key] is None
        assert key in named
    assert all(entry["why"] for entry in summary["not_assessable"])


def test_simulated_is_said_everywhere(bundle: Path) -> None:
    assert summary_of(bundle)["simulated"] is True
    assert json.loads((bundle / "events.json").read_text("utf-8"))["Simulated"] is True
    assert "Simulated" in (bundle / "report.html").read_text("utf-8")
    assert b"SIMULATED" in (bundle / "events.edf").read_bytes()[:256].upper()


def test_event_rows_keep_their_schema(bundle: Path) -> None:
    rows = rows_of(bundle)
    validator = jsonschema.Draft202012Validator(schema("events"))
    assert rows
    assert list(rows[0]) == list(COLUMNS)
    for row in rows:
        validator.validate(row)
    ids = [row["event_id"] for row in rows]
    assert len(ids) == len(set(ids))
    onsets = [float(row["onset"]) for row in rows]
    assert onsets == sorted(onsets)


def test_trends_keep_their_schema_and_levels_agree(bundle: Path) -> None:
    index = json.loads((bundle / "trends" / "index.json").read_text("utf-8"))
    jsonschema.validate(index, schema("trends"))
    for series in index["series"]:
        for level in series["levels"]:
            values = np.load(bundle / "trends" / level["file"])
            assert values.dtype == np.float32
            assert len(values) == level["n"]


def test_epochs_table_has_a_row_per_epoch_and_derivation(bundle: Path) -> None:
    summary = summary_of(bundle)
    table = pq.read_table(bundle / "epochs.parquet")
    n_epochs = math.floor(summary["recording"]["duration_s"] / 30)
    assert table.num_rows == n_epochs * len(summary["recording"]["derivations"])
    assert set(table["state"].to_pylist()) <= {"wake", "drowsy", "nrem", "rem", "unknown"}


def test_report_is_one_file_without_script(bundle: Path) -> None:
    text = (bundle / "report.html").read_text("utf-8")
    assert "<script" not in text
    assert len(text.encode()) <= 5_000_000
    assert "0 children with spasms" in text


def test_states_and_time_add_up(bundle: Path) -> None:
    summary = summary_of(bundle)
    minutes = sum(summary["states"].values())
    assert minutes == pytest.approx(math.floor(summary["recording"]["duration_s"] / 30) / 2)
    assert 0 <= summary["recording"]["assessed_s"] <= summary["recording"]["duration_s"]


def test_hed_tags_stand_once_per_trial_type(bundle: Path) -> None:
    described = json.loads((bundle / "events.json").read_text("utf-8"))["trial_type"]
    assert set(described["HED"]) == set(TRIAL_TYPES) == set(described["Levels"])


def test_block_size_and_threads_change_nothing() -> None:
    path = simulated("based_5").edf
    with open_recording(path) as recording:
        a = analyze(recording, StudyOptions(age_days=AGE, block_s=240, threads=2))
        b = analyze(recording, StudyOptions(age_days=AGE, block_s=90, threads=1))
    assert len(a.night.spikes) > 100
    assert len(a.night.spikes) == len(b.night.spikes)
    np.testing.assert_allclose(a.night.spikes.peak_s, b.night.spikes.peak_s, atol=0.01)
    np.testing.assert_array_equal(a.night.hypnogram.state, b.night.hypnogram.state)
    np.testing.assert_array_equal(a.night.usable, b.night.usable)
    wave_a, wave_b = a.facts.background_uv, b.facts.background_uv
    np.testing.assert_array_equal(np.isnan(wave_a), np.isnan(wave_b))
    np.testing.assert_allclose(wave_a, wave_b, atol=0.5, rtol=0.01)
    assert a.grade.to_json() == b.grade.to_json()


def test_without_an_age_states_are_null_and_it_says_so(tmp_path: Path) -> None:
    """The simulated header has a birth date; a de-identified copy has none."""
    path = simulated("healthy", minutes=6.0).edf
    data = bytearray(path.read_bytes())
    data[8:88] = b"SIMULATED X X X".ljust(80)
    copy = tmp_path / "no_age.edf"
    copy.write_bytes(data)
    with open_recording(copy) as recording:
        saved = analyze_to_bundle(recording, tmp_path / "no_age.westward", StudyOptions())
    assert saved.summary["age_days"] is None
    assert all(v is None for v in saved.summary["states"].values())
    assert any("age unknown" in w for w in saved.warnings)
    assert "states" in {n["what"] for n in saved.summary["not_assessable"]}
    jsonschema.validate(saved.summary, schema("summary"))


def test_no_name_and_no_birth_date_in_the_bundle(tmp_path: Path) -> None:
    path = simulated("healthy", minutes=6.0).edf
    data = bytearray(path.read_bytes())
    data[8:88] = b"MRN-123456 F 04-MAR-2020 Doe_Jane_Quartz".ljust(80)
    copy = tmp_path / "chart.edf"
    copy.write_bytes(data)
    with open_recording(copy) as recording:
        saved = analyze_to_bundle(recording, tmp_path / "chart.westward", StudyOptions(age_days=AGE))
    for file in saved.bundle.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for word in (b"Quartz", b"Jane", b"MRN-123456", b"04-MAR-2020", b"2020-03-04"):
                assert word not in content, (file.name, word)
