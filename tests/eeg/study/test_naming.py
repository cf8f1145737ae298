"""No name, birth date or record number of a note or a file name enters a bundle."""

from __future__ import annotations

import pytest

from westward.eeg.recording.recording import Patient
from westward.eeg.study.naming import anonymous_note

CHILD = Patient(code="MRN-77", name="Ng_Li_Quartz")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("born 02.05.2025", "born [removed]"),
        ("DOB 02-MAY-2025, asleep", "DOB [removed], asleep"),
        ("born 2 May 2025", "born [removed]"),
        ("born May 2nd, 2025", "born [removed]"),
        ("born 2025-05-02", "born [removed]"),
        ("MRN 12345 video on", "[removed] video on"),
        ("call mother +1 (206) 555-0199", "call mother [removed]"),
        ("Ng asleep", "[removed] asleep"),
        ("li quartz: spasm?", "[removed]: spasm?"),
        ("asleep at 10 Hz, 50 / 60 Hz notch", "asleep at 10 Hz, 50 / 60 Hz notch"),
        ("angry, lively", "angry, lively"),
        ("Fp1 loose 12:30", "Fp1 loose 12:30"),
    ],
)
def test_names_dates_and_numbers_are_removed(text: str, kept: str) -> None:
    assert anonymous_note(text, CHILD) == kept
