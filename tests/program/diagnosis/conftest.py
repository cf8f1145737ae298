"""One tiny simulated recording for the whole folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.program.diagnosis.support import by, looked, make_edf, person

from westward.program.diagnosis import files
from westward.program.diagnosis.actions.attach import AttachUpload
from westward.program.diagnosis.models import EegOrder, Study
from westward.program.people.models import Child


@pytest.fixture(scope="session")
def edf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_edf(tmp_path_factory.mktemp("edf"))


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """A folder of files of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def bring(tmp_path: Path, media: Path) -> Any:
    """Attach a file whose header says what is given."""
    made = 0

    def attach(
        child: Child, order: EegOrder | None = None, *, user: Any = None, day: date | None = None, **facts: Any
    ) -> Study:
        nonlocal made
        made += 1
        path = tmp_path / f"{made}.edf"
        path.write_bytes(b"%d" % made)
        return AttachUpload(
            **by(user or person(f"tec{made}", "technologist")),
            child=child,
            arrival=files.copy_in([path]),
            inspected=looked(**facts),
            order=order,
            recorded_on=day,
        ).execute()

    return attach
