"""An app that tells the journey what a test wants."""

from __future__ import annotations

from typing import Any

import pytest
from tests.program.journey.simulated import Teller

from westward.program.journey import collect


@pytest.fixture
def teller(monkeypatch: pytest.MonkeyPatch) -> Any:
    one = Teller()
    monkeypatch.setattr(collect, "tellers", lambda: (one,))
    return one
