"""One tiny simulated recording for the whole folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.program.diagnosis.support import make_edf


@pytest.fixture(scope="session")
def edf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_edf(tmp_path_factory.mktemp("edf"))


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """A folder of files of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return Path(settings.MEDIA_ROOT)
