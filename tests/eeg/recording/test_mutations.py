"""Real files with a piece broken: an error, or a finding, or the same samples and times; never anything else.

What stays undetected is counted, not hidden: a channel renamed into another plausible name and a start moved to
another time of day leave no trace in any header; neither does a change of range below the last written digit, nor a
new range of a channel that nothing else in the file resembles (a temperature, the one test signal of a file).
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from tests.support.data import DATA, data_files
from tests.support.edf_bytes import Signal, annotations, edf_bytes, stamp
from tests.support.mutations import UNDETECTED, Outcome, mutate, run, summary

from westward.eeg.recording.edf_reader import EdfRecording

NUMBER = 200
PATTERNS = (
    "clinical/*", "formats/*.edf", "formats/*.bdf", "formats/nihon_kohden/*.EDF", "formats/dataset_layouts/*.edf",
    "malformed/duplicate*",
)  # fmt: skip
FILES = sorted({p for pattern in PATTERNS for p in data_files(f"eeg/{pattern}")})

pytestmark = pytest.mark.skipif(not FILES, reason=f"shared data not found: {DATA} (set WESTWARD_DATA)")


@cache
def campaign() -> tuple[list[Outcome], float]:
    return run(FILES, number=NUMBER, seed=20260)


def test_there_is_never_a_traceback_nor_a_wait() -> None:
    outcomes, peak_mb = campaign()
    assert len(outcomes) == NUMBER
    assert [o for o in outcomes if o.outcome == "crash"] == []
    assert peak_mb < 1024


def test_a_broken_sample_changes_itself_alone() -> None:
    broken = [o for o in campaign()[0] if o.kind == "sample"]
    assert len(broken) > 10
    assert {o.outcome for o in broken} == {"identical"}


def test_a_broken_header_is_an_error_or_a_finding_or_changes_nothing() -> None:
    outcomes = campaign()[0]
    counts = summary(outcomes)
    assert set(counts) <= {"error", "finding", "identical", *UNDETECTED}
    assert counts["error"] > 10
    assert counts["finding"] > 50
    silent = [o for o in outcomes if o.outcome == "silent" and o.field not in ("physical_min", "physical_max")]
    assert silent == []
    assert counts.get("silent", 0) <= NUMBER // 50


def test_every_kind_of_mutation_changes_the_bytes_it_says(tmp_path: Path) -> None:
    signals = [Signal("EEG C3", 200), Signal("EEG C4", 200), annotations([stamp(0), stamp(1)])]
    data = edf_bytes(signals, n_records=2, reserved="EDF+C")
    path = tmp_path / "x.edf"
    path.write_bytes(data)
    with EdfRecording(path) as recording:
        header = recording.header
    rng = random.Random(0)
    seen = set()
    for _ in range(400):
        mutation = mutate(data, header, rng)
        assert mutation.data != data
        seen.add(mutation.kind)
        if mutation.changed is not None:
            start, stop = mutation.changed
            assert mutation.data[:start] == data[:start]
            assert mutation.data[stop:] == data[stop:]
    assert seen >= {"overwrite", "digit", "swap", "edge", "blank", "insert", "delete", "truncate", "extend", "sample",
                    "annotation"}  # fmt: skip
