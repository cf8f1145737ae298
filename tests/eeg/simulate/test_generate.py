import csv
import json
from pathlib import Path

import numpy as np
import pytest

from westward.core.ages import days_between, days_from_months
from westward.core.errors import RefusedError, UsageError
from westward.eeg.recording.channel import Kind
from westward.eeg.recording.open import open_recording
from westward.eeg.simulate.generate import channel_labels, generate_blocks, render, simulate
from westward.eeg.simulate.plan import plan
from westward.eeg.simulate.row import COLUMNS
from westward.eeg.simulate.scenario import scenario, scenarios

QUICK = {"age_months": 7, "minutes": 8, "seed": 4, "sfreq_hz": 128.0}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate("spasms", out_dir=folder, **QUICK)
    return folder


def test_the_same_seed_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again = simulate("spasms", out_dir=tmp_path, threads=1, **QUICK)
    for path in (again.edf, again.events, again.truth):
        assert path.read_bytes() == (written / path.name).read_bytes()


def test_another_seed_gives_another_recording() -> None:
    a = next(generate_blocks("healthy", **QUICK)).data
    b = next(generate_blocks("healthy", **(QUICK | {"seed": 5}))).data
    assert abs(np.corrcoef(a[8], b[8])[0, 1]) < 0.2


@pytest.mark.parametrize("name", ["hypsarrhythmia_attenuation", "healthy_artifact_rich", "spasms"])
def test_blocks_equal_the_whole(name: str) -> None:
    p = plan(name, **QUICK)
    labels = channel_labels()
    whole = render(p, 30, 150, "A1A2", labels)
    parts = [render(p, a, a + 24, "A1A2", labels) for a in range(30, 150, 24)]
    data = np.concatenate([b.data for b in parts], axis=1)
    assert np.allclose(whole.data, data, atol=2e-3)
    # The amplitude truth is filtered with two seconds of context, so borders may differ by a little.
    sizes = np.concatenate([b.swings_uv for b in parts], axis=1)
    assert np.median(np.abs(whole.swings_uv - sizes)) < 0.5


def test_the_file_says_simulated_everywhere(written: Path) -> None:
    with open_recording(written / "spasms_4.edf") as recording:
        assert recording.facts.simulated
        assert "SIMULATED" in (written / "spasms_4.edf").read_bytes()[8:88].decode("ascii")
        assert "WESTWARD_SIMULATED" in (written / "spasms_4.edf").read_bytes()[88:168].decode("ascii")
        start, born = recording.facts.start, recording.facts.patient.birth_date
        assert start is not None
        assert born is not None
        assert days_between(born, start.date()) == days_from_months(7)
    assert json.loads((written / "spasms_4_truth.json").read_text())["simulated"] is True


def test_the_file_reads_back_as_a_clinical_montage(written: Path) -> None:
    with open_recording(written / "spasms_4.edf") as recording:
        kinds = [c.kind for c in recording.channels]
        assert kinds.count(Kind.EEG) == 19
        assert kinds.count(Kind.EOG) == 2
        assert kinds.count(Kind.EMG) == 3
        assert kinds.count(Kind.ECG) == 1
        assert recording.duration_s == 480
        block = next(generate_blocks("spasms", **QUICK))
        page = recording.read(0, 60, [0])
        assert np.abs(page.data[0] - block.data[0]).max() < 0.06


def test_notes_of_the_file_do_not_tell_the_truth(written: Path) -> None:
    with open_recording(written / "spasms_4.edf") as recording:
        assert {note.text for note in recording.notes} <= {"Push button"}


def test_event_table_has_the_agreed_columns_and_is_in_order(written: Path) -> None:
    with (written / "spasms_4_events.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert tuple(rows[0]) == COLUMNS
    onsets = [float(row["onset"]) for row in rows]
    assert onsets == sorted(onsets)
    assert len({row["event_id"] for row in rows if row["trial_type"] == "spike"}) > 50
    spikes = [row for row in rows if row["trial_type"] == "spike"]
    assert all(row["focus"] != "n/a" and float(row["background_uv"]) > 0 for row in spikes)
    told = json.loads((written / "spasms_4_truth.json").read_text())
    assert told["spasms"]["n"] == sum(row["trial_type"] == "spasm" for row in rows)
    assert sum(told["states"].values()) == pytest.approx(8, abs=0.01)


def test_existing_files_are_kept(written: Path) -> None:
    with pytest.raises(RefusedError, match="exists already"):
        simulate("spasms", out_dir=written, **QUICK)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"age_months": 0.5}, "outside 1 to 36"),
        ({"minutes": 2}, "outside 6"),
        ({"sfreq_hz": 99.5}, "whole number"),
        ({"reference": "nose"}, "choose from"),
    ],
)
def test_senseless_arguments_are_refused_in_one_line(changes: dict, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=words):
        simulate("healthy", out_dir=tmp_path, **(QUICK | changes))
    assert not list(tmp_path.iterdir())


def test_an_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'hypsarrhythmia'"):
        scenario("hypsarhythmia")


@pytest.mark.parametrize(("reference", "n_eeg"), [("A1A2", 19), ("Ref", 21), ("Cz", 20), ("AVG", 19)])
def test_references(reference: str, n_eeg: int) -> None:
    labels = channel_labels(reference, emg=False, eog=False)
    assert sum(label.startswith("EEG") for label in labels) == n_eeg
    p = plan("healthy", **QUICK)
    block = render(p, 0, 20, reference, labels)
    assert block.data.shape == (len(labels), 20 * 128)
    assert np.isfinite(block.data).all()


def test_derivations_do_not_depend_on_the_reference() -> None:
    p = plan("hypsarrhythmia", **QUICK)
    pages = {}
    for reference in ("A1A2", "Ref", "AVG"):
        labels = channel_labels(reference)
        data = render(p, 100, 130, reference, labels).data
        word = labels[0].rsplit("-", 1)[1]
        pages[reference] = data[labels.index(f"EEG P3-{word}")] - data[labels.index(f"EEG O1-{word}")]
    assert np.allclose(pages["A1A2"], pages["Ref"], atol=1e-2)
    assert np.allclose(pages["A1A2"], pages["AVG"], atol=1e-2)


def test_every_scenario_has_one_line_and_is_listed() -> None:
    names = list(scenarios())
    assert {"healthy", "healthy_artifact_rich", "mimics", "spasms", "burst_suppression", "hypsarrhythmia"} <= set(names)
    for name in names:
        made = scenarios()[name]()
        assert made.name == name
        assert made.description
        assert "\n" not in made.description
