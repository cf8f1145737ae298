"""The EMG that a summary tells of, whichever version wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from westward.eeg.bundle import emg


@pytest.mark.parametrize(
    "spasms, which",
    [
        ({"with_emg": True, "emg": "limb"}, emg.LIMB),
        ({"with_emg": True, "emg": "place not named"}, emg.UNNAMED),
        ({"with_emg": False, "emg": "none"}, emg.NONE),
        ({"with_emg": True}, emg.LIMB),
        ({"with_emg": False}, emg.NONE),
        ({}, None),
    ],
)
def test_earlier_versions_tell_only_whether_there_was_any(spasms: dict[str, Any], which: str | None) -> None:
    assert emg.judged(spasms) == which
