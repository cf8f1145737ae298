"""Values a site sets in place of the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from westward.core.errors import InputError
from westward.evidence.status import Status
from westward.program.folder import DataFolder
from westward.program.shell import values


def put(folder: Path, text: str) -> Path:
    (folder / values.NAME).write_text(text, "utf-8")
    return folder


def test_without_the_file_the_shipped_values_hold(tmp_path: Path) -> None:
    assert values.read(tmp_path) == {}


def test_a_value_of_the_site_is_policy_and_names_what_it_replaced(tmp_path: Path, settings: object) -> None:
    settings.FOLDER = DataFolder(put(tmp_path, '[workup]\n"turnaround.exome_d" = 10\n'))  # type: ignore[attr-defined]
    fact = values.sheet("workup")["turnaround.exome_d"]
    assert (fact.value, fact.status) == (10, Status.POLICY)
    assert "28" in fact.source
    assert values.sheet("causes")["cohort_nisc_2015.n"].value == 250


@pytest.mark.parametrize(
    "text, words",
    [
        ("x = [", "not valid TOML"),
        ("due = 3\n", "outside any sheet"),
        ('[workup]\n"due.nothing_d" = 3\n', "no fact"),
        ('[workup]\n"due.mri_d" = "soon"\n', "cannot set it"),
        ("[nothing]\na = 1\n", "no evidence sheet"),
    ],
)
def test_a_broken_file_is_said_in_one_line_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        values.read(put(tmp_path, text))
    assert values.NAME in str(caught.value)
