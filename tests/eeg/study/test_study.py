"""One analysis end to end: the bundle keeps its contract and does not depend on how the recording is cut."""

from __future__ import annotations

import csv
import json
import math
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.support.printed import line_segments, page_sizes_mm
from tests.support.simulated import AGE_MONTHS, simulated

from westward.core.ages import days_from_months
from westward.eeg.bundle.events_table import COLUMNS
from westward.eeg.bundle.store import bundle_path
from westward.eeg.events.event import TRIAL_TYPES
from westward.eeg.recording.open import open_recording
from westward.eeg.report import html, pdf
from westward.eeg.study import StudyOptions, analyze, analyze_to_bundle, parameters, save
from westward.eeg.study.cautions import warnings

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


EXPLAINED = (
    (r"age_days", "age"),
    (r"recording\.(sfreq_hz|reference)", "reference"),
    (r"quality\.artifact_fraction\..*", "artifacts"),
    (r"states\..*", "states"),
    (r"sleep_wake_cycles", "sleep-wake cycles"),
    (r"arousals", "arousals"),
    (r"based\.relapse_risk", "relapse risk"),
    (r"based\.incomplete", "complete study|sleep-wake cycle"),
    (r"based\.encephalopathy", "BASED score"),
    (r"based\.foci|based\.worst_epochs\.\d+\.n_foci", "foci"),
    (r"based\..*n_attenuations.*", "attenuations|BASED score"),
    (r"based\..*n_grouped.*", "grouped multifocal spikes|BASED score"),
    (r"based\.amplitude\.\d+\..*", "amplitude"),
    (r"based\..*(spike_bin_fraction|positive_pages)", "spikes|BASED score"),
    (r"based\..*", "BASED score"),
    (r"hypsarrhythmia\.features\.\d+\.value", "hypsarrhythmia"),
    (r"hypsarrhythmia\.features\.\d+\.parts\..*", "hypsarrhythmia|amplitude"),
    (r"background\.median_uv\..*", "background amplitude of"),
    (r"background", "background amplitude"),
    (r"spikes\.per_minute", "spike rate"),
    (r"ictal_mask\.arousal_share", "mask after arousals"),
    (r"biomarkers\.\w+\.\w+\.median", "biomarkers given as null"),
    (r"biomarkers\.\w+\.\w+\.(low|high)", "intervals of biomarkers given as null"),
    (r"spasms\.clusters\.\d+\..*", "properties of spasm clusters given as null"),
    (r"spindles\.\w+", "spindle measures given as null"),
    (r"hfo\..*", "rates of HFO given as null"),
    (r"spasm_gamma\b.*", "gamma lead of spasms.*"),
    (r"(spikes|spasms|spindles|hfo|biomarkers)", r"\g<0>"),
)
"""Path of a null in the summary, and what of ``not_assessable`` explains it."""
NO_MEASURE = r"provenance\..*|hypsarrhythmia\.(variant|features\.\d+\.reader_kappa|state)"
"""A form that was not found, a number nobody published: nothing that this recording lacks."""


def nulls(value: Any, path: str = "") -> list[str]:
    if value is None:
        return [path]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [p for k, v in pairs for p in nulls(v, f"{path}.{k}" if path else str(k))]


def check_nulls(summary: dict[str, Any]) -> None:
    named = [entry["what"] for entry in summary["not_assessable"]]
    lists = {f"abnormalities.{i}": a["name"] for i, a in enumerate(summary["abnormalities"])}
    for path in nulls(summary):
        if re.fullmatch(NO_MEASURE, path):
            continue
        if (head := path.rpartition(".")[0]) in lists:
            assert lists[head] in named, path
            continue
        what = next(m.expand(what) for pattern, what in EXPLAINED if (m := re.fullmatch(pattern, path)))
        assert any(re.search(what, n) for n in named), path
    assert all(entry["why"] for entry in summary["not_assessable"])


def test_every_null_has_a_reason(bundle: Path) -> None:
    summary = summary_of(bundle)
    check_nulls(summary)
    for key in ("hfo",):
        assert summary[key] is None


def test_of_a_short_file_every_null_has_a_reason_and_no_rate_is_given(tmp_path: Path) -> None:
    data = bytearray(simulated("healthy", minutes=6.0).edf.read_bytes())
    header, n_records = int(data[184:192]), int(data[236:244])
    kept = 20
    data[236:244] = str(kept).encode().ljust(8)
    short = tmp_path / "short.edf"
    short.write_bytes(data[: header + kept * (len(data) - header) // n_records])
    with open_recording(short) as recording:
        saved = analyze_to_bundle(recording, tmp_path / "short.westward", StudyOptions(age_days=AGE))
    summary = saved.summary
    jsonschema.validate(summary, schema("summary"))
    check_nulls(summary)
    assert summary["based"]["score"] is None
    assert summary["spikes"] is None or summary["spikes"]["per_minute"] is None
    assert saved.advice


def test_without_positions_foci_and_attenuations_are_null(tmp_path: Path) -> None:
    path = simulated("healthy", minutes=6.0).edf
    data = bytearray(path.read_bytes())
    n_signals = int(data[252:256])
    for k in range(n_signals):
        label = bytes(data[256 + 16 * k : 272 + 16 * k])
        if label.startswith(b"EEG"):
            data[256 + 16 * k : 272 + 16 * k] = f"EEG {k + 1}".encode().ljust(16)
    copy = tmp_path / "numbered.edf"
    copy.write_bytes(data)
    with open_recording(copy) as recording:
        saved = analyze_to_bundle(recording, tmp_path / "numbered.westward", StudyOptions(age_days=AGE))
    based = saved.summary["based"]
    assert based["foci"] is None
    assert based["n_grouped_multifocal_spikes_study"] is None
    check_nulls(saved.summary)
    jsonschema.validate(saved.summary, schema("summary"))


def test_without_neighboring_derivations_spikes_are_null_not_zero(tmp_path: Path) -> None:
    data = bytearray(simulated("hypsarrhythmia", minutes=6.0).edf.read_bytes())
    for k in range(int(data[252:256])):
        at = slice(256 + 16 * k, 272 + 16 * k)
        label = bytes(data[at]).decode().split()
        if label[0] == "EEG" and label[1].split("-")[0] not in ("F3", "C3", "P4", "O2"):
            data[at] = f"X {k + 1}".encode().ljust(16)
    copy = tmp_path / "two.edf"
    copy.write_bytes(data)
    with open_recording(copy) as recording:
        saved = analyze_to_bundle(recording, tmp_path / "two.westward", StudyOptions(age_days=AGE))
    summary = saved.summary
    assert summary["recording"]["derivations"] == ["F3-C3", "P4-O2"]
    assert summary["spikes"] is None
    why = {e["what"]: e["why"] for e in summary["not_assessable"]}
    for what in ("spikes", "spike rate", "foci", "grouped multifocal spikes", "hypsarrhythmia: multifocality"):
        assert "share an electrode" in why[what]
    based = summary["based"]
    assert (based["spike_bin_fraction"], based["positive_pages"], based["foci"]) == (None, None, None)
    assert "no spike" not in based["sentence"]
    assert not [r for r in rows_of(saved.bundle) if r["trial_type"] == "spike"]
    assert np.isnan(np.load(saved.bundle / "trends" / "spikes_0.npy")).all()
    assert np.load(saved.bundle / "trends" / "assessable_0.npy").any()
    check_nulls(summary)
    jsonschema.validate(summary, schema("summary"))


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


def test_epochs_table_has_a_row_per_epoch_and_channel(bundle: Path) -> None:
    summary = summary_of(bundle)
    table = pq.read_table(bundle / "epochs.parquet")
    n_epochs = math.floor(summary["recording"]["duration_s"] / 30)
    assert table.num_rows == n_epochs * (len(summary["recording"]["derivations"]) + 19)
    lost = np.array(table["artifact_fraction"].to_pylist())
    assert ((lost >= 0) & (lost <= 1)).all()
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
    assert summary["recording"]["assessed_s"] == pytest.approx(60 * summary["spikes"]["assessable_minutes"], abs=0.6)
    assert 0 < summary["recording"]["assessed_s"] < summary["recording"]["duration_s"]


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
    assert saved.summary["ictal_mask"]["arousal_share"] is None
    assert any("arousals" in w for w in saved.warnings)
    check_nulls(saved.summary)
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


def test_a_file_named_after_the_child_is_not_named_in_its_report(tmp_path: Path) -> None:
    data = bytearray(simulated("healthy", minutes=6.0).edf.read_bytes())
    data[8:88] = b"MRN-123456 F 04-MAR-2020 Doe_Jane_Quartz".ljust(80)
    copy = tmp_path / "QUARTZ_night1.edf"
    copy.write_bytes(data)
    with open_recording(copy) as recording:
        saved = analyze_to_bundle(recording, bundle_path(copy, tmp_path), StudyOptions(age_days=AGE))
    assert any("deidentify" in w for w in saved.warnings)
    for file in saved.bundle.rglob("*"):
        assert not file.is_file() or b"quartz" not in file.read_bytes().lower(), file.name


def test_what_an_option_set_is_printed_as_set() -> None:
    def mask(options: StudyOptions) -> tuple[str, str, str]:
        (row,) = (r for r in parameters.rows(options) if r.name == parameters.MASK)
        return row.value, row.status, row.source

    assert mask(StudyOptions(mask_after_arousal_s=300)) == ("300", "policy", parameters.SET)
    assert mask(StudyOptions())[0] == "60"
    assert mask(StudyOptions())[2] != parameters.SET


def test_much_masked_time_is_said() -> None:
    path = simulated("based_5").edf
    with open_recording(path) as recording:
        study = analyze(recording, StudyOptions(age_days=AGE))
    assert not any("masked" in w for w in warnings(study))
    all_of_it = replace(study.night.masked, mask=np.ones(study.night.n_seconds, np.bool_), arousal_share=0.9)
    masked = replace(study, night=replace(study.night, masked=all_of_it))
    assert any(
        w.startswith("100 % of the recording is masked") and "90 % after arousals" in w for w in warnings(masked)
    )


def test_an_electrode_at_fault_is_lost_in_its_derivations_alone(tmp_path: Path) -> None:
    with open_recording(simulated("based_5").edf) as recording:
        study = analyze(recording, StudyOptions(age_days=AGE))
    flags = np.zeros_like(study.night.quality.channel_flags)
    flags[study.night.quality.channels.index("F3"), :30] = 1
    usable = np.ones(study.night.n_seconds, np.bool_)
    usable[30:45] = False
    night = replace(study.night, usable=usable, quality=replace(study.night.quality, channel_flags=flags))
    save._write_tables(replace(study, night=night), tmp_path)
    table = [r for r in pq.read_table(tmp_path / "epochs.parquet").to_pylist() if "-" in r["channel"]]
    first = {r["channel"]: r["artifact_fraction"] for r in table if r["start_s"] == 0}
    second = {r["artifact_fraction"] for r in table if r["start_s"] == 30}
    assert {d for d, v in first.items() if v == 1.0} == {d for d in first if "F3" in d.split("-")}
    assert set(first.values()) == {0.0, 1.0}
    assert second == {0.5}


def test_its_report_prints_with_its_drawings(bundle: Path, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="the pdf extra is not installed", exc_type=ImportError)
    pdf.write(bundle / "report.html", tmp_path / "report.pdf")
    sizes = page_sizes_mm(tmp_path / "report.pdf")
    ictal_sheets = (bundle / "report.html").read_text("utf-8").count('<article class="sheet" id="ictal-')
    assert ictal_sheets >= 1
    assert sizes.count((297, 210)) == html.PRINTED_PAGES + ictal_sheets
    assert len(sizes) <= 16
    assert line_segments(tmp_path / "report.pdf") > 20_000


def test_the_summary_tells_the_gamma_lead_of_the_table(bundle: Path) -> None:
    told = summary_of(bundle)["spasm_gamma"]
    rows = [r for r in pq.read_table(bundle / "spasms.parquet").to_pylist() if r["gamma_lead_s"] is not None]
    assert told["n"] == summary_of(bundle)["spasms"]["n"] > 0
    assert told["n_with_rise"] == len(rows) == sum(told["first"].values())
    assert told["n_with_rise"] <= told["n_measured"] <= told["n"]
    if rows:
        assert told["lead_s"] == pytest.approx(np.median([r["gamma_lead_s"] for r in rows]), abs=1e-4)
        left = sum(all(e[-1] in "13579" for e in r["gamma_first"].split("-")) for r in rows)
        assert told["first"]["left"] == left
    if told["low"] is not None:
        assert told["low"] <= told["lead_s"] <= told["high"]
    report = html_text(bundle)
    assert "Gamma lead of spasms" in report


def html_text(bundle: Path) -> str:
    return (bundle / "report.html").read_text("utf-8")
