from __future__ import annotations

import re

import pytest
from tests.support.report_content import fake_ictal_summary

from westward.eeg.biomarkers import epoch_measures, pair_measures, segment_measures
from westward.eeg.biomarkers.published import published
from westward.eeg.report import biomarker_tables

MEASURED = (*epoch_measures.COLUMNS, *pair_measures.COLUMNS, *segment_measures.MEASURES)


@pytest.mark.parametrize("measure", MEASURED)
def test_every_measure_has_a_name_in_words(measure: str) -> None:
    name, unit = biomarker_tables.name_and_unit(measure)
    assert "_" not in name
    assert not re.search(r" (uv|hz|log10)\b", name)
    assert bool(unit) is bool(re.search(r"_(uv|uv2|hz|bit|nat|rad|z)(_|$)|log10|relative", measure))


def test_names_tell_measures_apart() -> None:
    names = [biomarker_tables.name_and_unit(m) for m in MEASURED]
    assert len(set(names)) == len(names)


def test_every_published_measure_of_a_state_has_a_family() -> None:
    ids = {*epoch_measures.COLUMNS.values(), *pair_measures.MEASURES.values(), *segment_measures.MEASURES.values()}
    placed = {i for _, members in biomarker_tables.FAMILIES for i in members}
    assert placed == ids
    assert placed <= {b.id for b in published()}
    assert set(biomarker_tables.KEY) <= set(MEASURED)


def test_states_stand_side_by_side_and_are_never_pooled() -> None:
    tables = biomarker_tables.tables(fake_ictal_summary())
    assert tables is not None
    assert tables.states == ("wake", "drowsy", "NREM", "REM")
    row = next(r for r in tables.key.rows if r.name == "amplitude range, median")
    assert [c.median for c in row.cells] == ["141", "no usable epoch", "389", "no usable epoch"]
    assert row.cells[2].beside == "371\u00a0to\u00a0402, n\u00a0622"
    assert row.unit == "µV"


def test_a_value_without_interval_or_without_value_says_so() -> None:
    tables = biomarker_tables.tables(fake_ictal_summary())
    assert tables is not None
    row = next(r for r in tables.key.rows if r.name == "network strength")
    assert (row.cells[0].median, row.cells[0].absent) == ("not assessable", True)
    assert row.cells[2].beside == "no\u00a0interval, n\u00a01"


def test_norms_are_numbered_and_only_those_that_were_read() -> None:
    tables = biomarker_tables.tables(fake_ictal_summary())
    assert tables is not None
    notes = {r.name: r.note for r in tables.key.rows}
    assert notes["power, delta"] == 0
    assert tables.norms[notes["amplitude range, median"] - 1].startswith("Amplitude (range)")
    assert len(tables.norms) == 2


def test_what_nobody_published_is_shown_as_not_stated() -> None:
    tables = biomarker_tables.tables(fake_ictal_summary())
    assert tables is not None
    other = tables.families[-1]
    assert other.name == "Other"
    assert (other.rows[0].name, other.rows[0].status) == ("invented measure", "not stated")
    assert other.rows[0].badge is not None
    assert other.rows[0].cells[2].median == "4.0·10⁻⁴"


def test_spindles_stand_beside_norms_of_their_age_only() -> None:
    spindles = {"n": 40, "per_nrem_minute": 6.0, "density_per_min": 5.1, "density_low": 4.0, "density_high": 6.2}
    summary = fake_ictal_summary(spindles=spindles, age_days=150)
    (row, either), source = biomarker_tables.spindle_rows(summary)
    assert row.cells == ("density, mean of left and right", "5.10", "4–6.20", "per minute", "5.7–8, below")
    assert either.cells == ("of any side, overlapping ones once", "6", "", "per minute", "none for this rate")
    assert "Ventura 2022" in source
    (row, either), source = biomarker_tables.spindle_rows({**summary, "age_days": 700})
    assert row.cells[4] == "none for this age"


def test_the_rate_of_any_side_never_stands_for_the_density() -> None:
    refused = {"n": 40, "per_nrem_minute": 6.0, "density_per_min": None}
    ((row,), _) = biomarker_tables.spindle_rows(fake_ictal_summary(spindles=refused, age_days=150))
    assert row.cells[0] == "of any side, overlapping ones once"
    assert row.cells[4] == "none for this rate"


def test_without_spindles_nothing_is_claimed() -> None:
    _, source = biomarker_tables.spindle_rows(fake_ictal_summary(spindles=None, age_days=700))
    assert source == ""


def test_without_biomarkers_there_is_no_section() -> None:
    assert biomarker_tables.tables({}) is None
    assert biomarker_tables.tables({"biomarkers": None, "spindles": None}) is None


def test_oscillations_name_the_busiest_derivations_and_chance() -> None:
    rates = {f"X{k}": {"per_minute": 0.1 * k, "low": 0.05 * k, "high": 0.2 * k} for k in range(9)}
    rates["X9"] = {"per_minute": None, "low": None, "high": None}
    hfo = {
        "scope": "80-240 Hz", "n": 88, "nrem_minutes": 4.0, "reliable": False, "per_minute": rates, "spikes": 40,
        "spikes_with_hfo": 12, "spike_share": 0.3, "spike_share_by_chance": 0.02, "definition": "",
    }  # fmt: skip
    rows = [r.cells for r in biomarker_tables.oscillation_rows({"hfo": hfo})]
    assert [name for name, _ in rows if "per minute" in name] == [f"X{k}, per minute" for k in (8, 7, 6, 5, 4)]
    assert rows[1][1].endswith("too little for a rate")
    assert ("spikes that carry one", "12 of 40 (30%; by chance 2%)") in rows
    assert biomarker_tables.oscillation_rows({"hfo": None}) == ()


def test_the_gamma_lead_of_spasms_is_told_with_interval_and_side() -> None:
    found = {
        "n": 9, "n_measured": 8, "n_with_rise": 6, "lead_s": 0.31, "low": 0.1, "high": 0.45,
        "first": {"left": 4, "right": 1, "midline": 1},
    }  # fmt: skip
    rows = [r.cells for r in biomarker_tables.gamma_rows({"spasm_gamma": found})]
    assert rows == [
        ("candidates with a rise", "6 of 8 measured"),
        ("median lead, s (positive: before the slow wave)", "0.310 (0.100 to 0.450)"),
        ("side it begins on, candidates", "left 4, right 1, midline 1"),
    ]
    few = biomarker_tables.gamma_rows({"spasm_gamma": found | {"low": None, "high": None}})
    assert few[1].cells[1] == "0.310 (no interval: too few)"
    none = biomarker_tables.gamma_rows({"spasm_gamma": found | {"n_with_rise": 0, "lead_s": None}})
    assert [r.cells for r in none] == [("candidates with a rise", "0 of 8 measured")]
    assert biomarker_tables.gamma_rows({"spasm_gamma": found | {"n": 0}}) == ()
    assert biomarker_tables.gamma_rows({"spasm_gamma": None}) == biomarker_tables.gamma_rows({}) == ()


@pytest.mark.parametrize(
    "measure, id_, told",
    [
        ("multiscale_entropy_nat", "multiscale_entropy", "too few epochs"),
        ("coupling_3_35_mvl_z", "phase_amplitude", "too few epochs"),
        ("spectral_entropy", "spectral_entropy", "not assessable"),
    ],
)
def test_a_measure_taken_of_few_epochs_says_so_where_it_has_none(measure: str, id_: str, told: str) -> None:
    value = {"id": id_, "n": 0, "median": None, "low": None, "high": None, "electrodes": {}}
    made = biomarker_tables.tables({"biomarkers": {"drowsy": {measure: value}}})
    assert made is not None
    cells = [row.cells for family in made.families for row in family.rows]
    assert cells[0][1].median == told
    assert cells[0][2].median == "no usable epoch"
