"""Readers of labeled sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.data import data_file

from westward.core.errors import InputError
from westward.eeg.evaluate.labels import bids, chbmit, iesseeg, ratings, seizeit, siena, tusz
from westward.eeg.evaluate.labels.layout import read_labels
from westward.eeg.evaluate.marks import CLUSTER, SEIZURE, SPASM, Mark, kind_of, read_events, spans

LAYOUTS = "eeg/formats/dataset_layouts"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "label, kind",
    [
        ("spasm", SPASM), ("Epileptic spasm", SPASM), ("sz_gen_m_epilepticSpasms", SPASM), ("spasm_cluster", CLUSTER),
        ("cluster", CLUSTER), ("sz", SEIZURE), ("sz_foc_ia", SEIZURE), ("fnsz", SEIZURE), ("seiz", SEIZURE),
        ("Seizure", SEIZURE), ("startle", "startle"), ("sleep_nrem", "sleep_nrem"), ("bckg", "bckg"),
    ],
)  # fmt: skip
def test_labels_of_many_sets_are_one_kind(label: str, kind: str) -> None:
    assert kind_of(label) == kind


def test_bids_events_with_what_stands_beside_them(tmp_path: Path) -> None:
    path = write(
        tmp_path / "sub-01_ses-a_task-sleep_events.tsv",
        "onset\tduration\ttrial_type\tconfidence\n20\tn/a\tspasm\tn/a\n10\t2\tspasm\t0.5\nn/a\t1\tspasm\t1\n5\t1\tbckg\t1\n",
    )
    write(tmp_path / "sub-01_ses-a_task-sleep_eeg.json", json.dumps({"RecordingDuration": 600}))
    found = bids.read_file(path)
    assert (found.name, found.patient, found.duration_s) == ("sub-01_ses-a_task-sleep", "sub-01", 600)
    assert [(m.onset_s, m.duration_s, m.confidence) for m in found.marks] == [(10, 2, 0.5), (20, 0, None)]
    assert not found.simulated
    assert not found.ratings


@pytest.mark.parametrize(
    "name",
    [
        "sub-01_task-x_events.tsv", "sub-01_task-x_eeg.edf", "sub-01_task-x_eeg.westward", "sub-01_task-x.westward",
        "sub-01_task-x_desc-second_events.tsv",
    ],
)  # fmt: skip
def test_files_of_one_recording_have_one_stem(name: str) -> None:
    assert bids.stem_of(name) == "sub-01_task-x"


def test_near_misses_and_kinds_that_are_not_wanted(tmp_path: Path) -> None:
    text = "onset\tduration\ttrial_type\tcounted\n1\t1\tspasm\t0\n9\t1\tspasm\t1\nx\t1\tspike\t1\n"
    marks, length = read_events(write(tmp_path / "e.tsv", text), only=frozenset({SPASM}))
    assert [(m.onset_s, m.counted) for m in marks] == [(1, False), (9, True)]
    assert length is None


def test_the_truth_of_a_simulation_brings_its_length_and_grade(tmp_path: Path) -> None:
    path = write(tmp_path / "night_3_events.tsv", "onset\tduration\ttrial_type\n")
    write(tmp_path / "night_3_truth.json", json.dumps({"simulated": True, "duration_s": 7200.0, "based": {"score": 4}}))
    found = bids.read_file(path)
    assert (found.duration_s, found.simulated, found.patient) == (7200, True, "night_3")
    assert found.ratings == {"based": {"truth": 4.0}}


def test_szcore_columns_are_read() -> None:
    name, found = read_labels(data_file(f"{LAYOUTS}/sample.tsv"))
    assert name == "BIDS events"
    assert found[0].duration_s == 3600
    assert [m.onset_s for m in found[0].marks] == [36.89, 304.56, 1023.45]
    assert {m.kind for m in found[0].marks} == {SEIZURE}


@pytest.mark.parametrize(
    "text, message",
    [
        ("onset\tduration\n1\t2\n", "lacks the column 'trial_type'"),
        ("onset\ttrial_type\n1\tspasm\n", "lacks the column 'duration'"),
        ("onset\tduration\ttrial_type\nx\t2\tspasm\n", "'x' is not a time"),
        ("onset\tduration\ttrial_type\ninf\t2\tspasm\n", "'inf' is not a time"),
        ("onset\tduration\ttrial_type\n1\t-2\tspasm\n", "negative"),
        ("onset\tduration\ttrial_type\n1\t2\tspasm\tmore\n", "more cells"),
        ("", "lacks the column"),
    ],
)
def test_broken_events_are_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_events(write(tmp_path / "x_events.tsv", text))
    assert "\n" not in str(caught.value)


def test_a_binary_file_is_no_events_file(tmp_path: Path) -> None:
    path = tmp_path / "x_events.tsv"
    path.write_bytes(b"\xff\xfe\x00onset")
    with pytest.raises(InputError, match="not UTF-8"):
        read_events(path)


def test_the_union_of_marks_has_no_overlap() -> None:
    marks = [Mark(5, 10, SPASM), Mark(0, 2, SPASM), Mark(7, 1, SPASM), Mark(15, 5, CLUSTER), Mark(30, 0, SPASM)]
    assert spans(marks) == [(0, 2), (5, 20), (30, 30)]


def test_chbmit_summaries_in_both_spellings() -> None:
    name, found = read_labels(data_file(f"{LAYOUTS}/data/chbmit"))
    by_name = {m.name: m for m in found}
    assert name == "CHB-MIT"
    assert len(found) == 59
    assert {m.patient for m in found} == {"chb05", "chb08"}
    assert [(m.onset_s, m.end_s) for m in by_name["chb05_06"].marks] == [(417, 532)]
    assert [(m.onset_s, m.end_s) for m in by_name["chb08_21"].marks] == [(2083, 2347)]
    assert by_name["chb05_07"].duration_s == 3600  # its end is written 24:21:32
    assert by_name["chb05_01"].assessed == {SEIZURE}


def test_chbmit_seizure_files_say_what_the_summary_says() -> None:
    folder = data_file("eeg/seizure/chb01/chb01-summary.txt").parent
    summary = {m.name: m.marks for m in chbmit.read_summary(folder / "chb01-summary.txt")}
    files = sorted(folder.glob("*.edf.seizures"))
    assert len(files) == 7
    for path in files:
        assert chbmit.read_seizures(path) == summary[path.name.removesuffix(".edf.seizures")]


def test_chbmit_counts_that_disagree_are_refused(tmp_path: Path) -> None:
    times = "Seizure Start Time: 3 seconds\nSeizure End Time: 9 seconds\n"
    text = f"File Name: chb01_01.edf\nNumber of Seizures in File: 2\n{times}"
    with pytest.raises(InputError, match="has 2 seizures, but 1 starts"):
        chbmit.read_summary(write(tmp_path / "chb01-summary.txt", text))


def test_chb21_is_the_child_of_chb01(tmp_path: Path) -> None:
    text = "File Name: chb21_01.edf\nFile Start Time: 23:00:00\nFile End Time: 1:00:00\nNumber of Seizures in File: 0\n"
    (found,) = chbmit.read_summary(write(tmp_path / "chb21-summary.txt", text))
    assert (found.patient, found.duration_s) == ("chb01", 7200)


def test_siena_lists_with_their_slips_of_the_pen() -> None:
    name, found = read_labels(data_file(f"{LAYOUTS}/data/siena"))
    by_name = {m.name: m for m in found}
    assert name == "Siena"
    assert sorted(by_name) == ["PN00-1", "PN00-2", "PN00-3", "PN00-4", "PN00-5", "PN16-1", "PN16-2"]
    assert [(m.onset_s, m.duration_s) for m in by_name["PN00-1"].marks] == [(1143, 70)]
    assert by_name["PN00-1"].duration_s == 2605
    slip = by_name["PN00-3"]
    assert slip.marks[0].end_s == slip.duration_s == 2489
    assert "cut there" in slip.remarks[0]
    assert by_name["PN16-1"].duration_s == 8270  # over the hour, blanks after the time


def test_siena_over_midnight_and_without_a_time(tmp_path: Path) -> None:
    lines = "File name: PN09-1.edf\nRegistration start time: 23.00.00\nRegistration end time: 01:00:00\n"
    times = "Start time: 00.10.00\nEnd time: 00.11.30\n"
    (found,) = siena.read_list(write(tmp_path / "Seizures-list-PN09.txt", lines + times))
    assert [(m.onset_s, m.duration_s) for m in found.marks] == [(4200, 90)]
    with pytest.raises(InputError, match="not a time of day"):
        siena.read_list(write(tmp_path / "Seizures-list-PN10.txt", lines + times.replace("00.10.00", "soon")))


def test_tusz_two_class_files() -> None:
    name, found = read_labels(data_file(f"{LAYOUTS}/data/tuh"))
    by_name = {m.name: m for m in found}
    assert name == "TUSZ"
    assert len(found) == 217
    assert sum(len(m.marks) for m in found) == 253
    one = by_name["aaaaarnq_s004_t006"]
    assert (one.patient, one.duration_s) == ("aaaaarnq", 601)
    assert one.marks[1].onset_s == pytest.approx(454.3277)
    assert not by_name["aaaaarnq_s003_t011"].marks


def test_tusz_channel_files_and_old_ones(tmp_path: Path) -> None:
    csv = write(
        tmp_path / "a" / "aaaaaaac_s001_t000.csv",
        "# duration = 300.00 secs\nchannel,start_time,stop_time,label,confidence\n"
        "FP1-F7,10,20,fnsz,1\nF7-T3,15,30,fnsz,1\nF7-T3,40,50,bckg,1\n",
    )
    tse = write(
        tmp_path / "b" / "00000006_s003_t001.tse",
        "version = tse_v1.0.0\n\n0.0 5.5 bckg 1.0\n5.5 9.0 cpsz 1.0\n9.0 60.0 bckg 1.0\n",
    )
    assert [(m.onset_s, m.end_s) for m in tusz.read_file(csv).marks] == [(10, 30)]
    old = tusz.read_file(tse)
    assert ([(m.onset_s, m.end_s) for m in old.marks], old.duration_s, old.patient) == ([(5.5, 9)], 60, "00000006")
    assert tusz.without_date("aaaaaaac_s001_2003_t000") == "aaaaaaac_s001_t000"


def test_tusz_prefers_the_two_class_file(tmp_path: Path) -> None:
    head = "channel,start_time,stop_time,label,confidence\n"
    write(tmp_path / "aaaaaaac_s001_t000.csv", head + "C3,1,2,seiz,1\nC4,1,2,seiz,1\n")
    write(tmp_path / "aaaaaaac_s001_t000.csv_bi", head + "TERM,1,9,seiz,1\n")
    (found,) = tusz.read(tmp_path)
    assert [m.end_s for m in found.marks] == [9]


def test_seizeit_rows_without_header() -> None:
    name, found = read_labels(data_file(f"{LAYOUTS}/data/seizeit"))
    by_name = {m.name: m for m in found}
    assert name == "SeizeIT"
    assert len(found) == 24
    assert not by_name["P_ID64_r10"].marks
    assert by_name["P_ID64_r10"].duration_s is None
    marks = by_name["P_ID83_r6"].marks
    assert [(m.onset_s, m.duration_s) for m in marks] == [(1510, 0), (17702, 67)]
    assert "no end" in by_name["P_ID83_r6"].remarks[1]
    assert seizeit.recognize(data_file(f"{LAYOUTS}/data/seizeit"))


RECORDINGS = (
    "recording_id\tsource_id\tparticipant_id\tsubset\tvisit\tpath\tduration_seconds\tpatient_diagnosis_label\n"
    "long-1\t1\tsub-UCB001\toriginal_long\tPRE\tsub-UCB001/eeg/sub-UCB001_task-rest_run-01_eeg.edf\t71372\t1\n"
    "long-2\t2\tsub-UCB051\toriginal_long\tCONTROL\tsub-UCB051/eeg/sub-UCB051_task-rest_run-01_eeg.edf\t60000.5\t0\n"
)


def test_iesseeg_has_no_spasm_labels_but_grades_by_several_readers(tmp_path: Path) -> None:
    write(tmp_path / "recordings.tsv", RECORDINGS)
    write(
        tmp_path / "annotations" / "based_ratings.tsv",
        "recording_id\trater\tbased_score\nlong-1\tA\t5\nlong-1\tB\t4\nlong-2\tA\t0\n",
    )
    assert iesseeg.recognize(tmp_path)
    name, (case, control) = read_labels(tmp_path)
    assert name == "IESSEEG"
    assert (case.patient, case.duration_s, case.assessed) == ("sub-UCB001", 71372, frozenset())
    assert control.assessed == {SPASM, CLUSTER}
    assert case.ratings == {"based": {"A": 5.0, "B": 4.0}}
    assert case.name == "sub-UCB001_task-rest_run-01"


def test_iesseeg_without_paths_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "recordings.tsv", RECORDINGS.replace("sub-UCB001/eeg/sub-UCB001_task-rest_run-01_eeg.edf", "n/a"))
    with pytest.raises(InputError, match="has no path"):
        iesseeg.read(tmp_path)


def test_a_table_of_ratings(tmp_path: Path) -> None:
    text = "recording\trater\tbased\thypsarrhythmia\na.edf\tX\t3\t0\na.edf\tY\t4\tn/a\nb\tX\tn/a\t1\n"
    path = write(tmp_path / "ratings.tsv", text)
    for name, found in (read_labels(path), read_labels(tmp_path)):
        assert name == "ratings"
        assert {m.name: m.ratings for m in found} == {
            "a": {"based": {"X": 3.0, "Y": 4.0}, "hypsarrhythmia": {"X": 0.0}},
            "b": {"hypsarrhythmia": {"X": 1.0}},
        }


@pytest.mark.parametrize(
    "row, message",
    [
        ("a\tX\t6", "off the scale 0-5"),
        ("a\tX\t2.5", "off the scale"),
        ("a\tX\thigh", "not a number"),
        ("a\tX\t1\na\tX\t2", "twice"),
    ],
)
def test_ratings_that_make_no_sense(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ratings.read_table(write(tmp_path / "r.tsv", f"item\trater\tbased\n{row}\n"))


def test_an_unknown_folder_and_a_name_twice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="known layout"):
        read_labels(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        read_labels(tmp_path / "none")
    for folder in ("a", "b"):
        write(tmp_path / folder / "x_events.tsv", "onset\tduration\ttrial_type\n")
    with pytest.raises(InputError, match="two recordings named 'x'"):
        read_labels(tmp_path)
