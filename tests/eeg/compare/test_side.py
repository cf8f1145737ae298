"""Reading a study back from its bundle."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.support.compared import analyzed, bundle, side

from westward.core.errors import InputError
from westward.eeg.biomarkers import by_state
from westward.eeg.compare.measures import SPINDLES, measures
from westward.eeg.compare.side import read
from westward.eeg.events.hypnogram import STATES


def test_what_was_written_is_read(tmp_path: Path) -> None:
    kept = np.ones(120, np.bool_)
    kept[70:80] = False
    made = side("night", interictal=kept, spasms=2)
    found = read(bundle(made, tmp_path / "night.westward"))
    assert found.name == "night"
    assert found.electrodes == made.electrodes
    np.testing.assert_array_equal(found.state, made.state)
    np.testing.assert_array_equal(found.interictal, kept)
    np.testing.assert_allclose(found.tables["rms_uv_median"].values, made.tables["rms_uv_median"].values, rtol=1e-6)
    np.testing.assert_array_equal(found.spasm_s, [0, 1])
    assert found.minutes("nrem") == 25
    assert found.usable_hours == 1


def test_medians_by_state_are_those_of_the_analysis() -> None:
    found = read(analyzed("hypsarrhythmia"))
    checked = 0
    for state, told in found.summary["biomarkers"].items():
        for key, value in told.items():
            if value["median"] is None or key not in found.tables:
                continue
            table = found.tables[key]
            at, x = table.series(state, table.channels)
            assert len(at) == value["n"]
            assert np.median(x) == pytest.approx(value["median"], rel=2e-4, abs=1e-6), (state, key)
            checked += 1
    assert checked > 60


def test_every_measure_of_an_analysis_has_a_name() -> None:
    told = read(analyzed("hypsarrhythmia")).summary["biomarkers"]
    assert {key for state in told.values() for key in state} <= {*measures(), *by_state.BY_DISTANCE}


@pytest.mark.parametrize(
    "derivations, channels, per_minute",
    [
        (("F3-C3", "C3-P3"), ("C3",), 2.0),
        (("F3-C3", "F4-C4"), ("C3, C4",), 1.0),
        (("Fz-Cz",), ("Cz",), 0.0),
        (("Fp1-F7",), (), None),
    ],
)
def test_a_side_that_was_not_recorded_does_not_halve_the_spindles(
    tmp_path: Path, derivations: tuple[str, ...], channels: tuple[str, ...], per_minute: float | None
) -> None:
    made = side("night")
    made.summary["recording"]["derivations"] = list(derivations)
    folder = bundle(made, tmp_path / "night.westward")
    with (folder / "events.tsv").open("a") as file:
        file.write("1805\t1\tspindle\tC3\t1\n")
    tables = read(folder).tables
    if per_minute is None:
        assert SPINDLES not in tables
    else:
        assert tables[SPINDLES].channels == channels
        assert tables[SPINDLES].values[0, 60] == per_minute


def test_states_are_not_mixed() -> None:
    made = side(level=100, wake_level=10)
    table = made.tables["rms_uv_median"]
    at, x = table.series("nrem", table.channels)
    assert len(at) == 60
    assert np.all(made.state[at] == STATES.index("nrem"))
    assert abs(np.median(x) - 100) < 1


@pytest.mark.parametrize("missing", ["epochs.parquet", "pairs.parquet", "segments.parquet", "events.tsv", "trends"])
def test_a_part_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    made = bundle(side("a"), tmp_path / "a.westward")
    path = made / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(InputError, match=r"a\.westward: lacks .*; analyze the recording again"):
        read(made)


@pytest.mark.parametrize("broken", ["epochs.parquet", "pairs.parquet", "segments.parquet", "events.tsv"])
def test_a_broken_part_is_one_line(tmp_path: Path, broken: str) -> None:
    made = bundle(side("a"), tmp_path / "a.westward")
    (made / broken).write_text("onset\n1\n")
    with pytest.raises(InputError, match=r"a\.westward: cannot be read") as caught:
        read(made)
    assert "\n" not in str(caught.value)


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read(tmp_path / "none.westward")
    with pytest.raises(InputError, match="is no bundle"):
        read(tmp_path)
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(InputError, match="is no JSON"):
        read(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps({"based": {}}))
    with pytest.raises(InputError, match=r"lacks 'spasms'"):
        read(tmp_path)
