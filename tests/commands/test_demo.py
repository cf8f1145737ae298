"""``westward demo --out``: two simulated infants, graded; ``--fresh`` makes them anew, and nobody's own file."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from westward.commands import demo
from westward.core.errors import RefusedError
from westward.eeg.recording.edf_writer import EdfWriter, SignalSpec
from westward.eeg.simulate.generate import paths_in


class CtrlCError(Exception):
    """Stands for Ctrl-C while the first infant is analyzed."""


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise CtrlCError

    monkeypatch.setattr(demo, "MINUTES", 6.0)
    monkeypatch.setattr("westward.eeg.study.analyze_to_bundle", stop)


def _options(out: Path, *, fresh: bool) -> Namespace:
    return Namespace(out=out, fresh=fresh)


@pytest.mark.usefixtures("interrupted")
def test_a_demo_that_was_interrupted_is_made_anew(tmp_path: Path) -> None:
    paths = paths_in(tmp_path, "spasms", seed=1)
    with pytest.raises(CtrlCError):
        demo._grade(_options(tmp_path, fresh=True))
    assert paths.edf.exists()
    paths.truth.unlink()  # interrupted a little earlier
    with pytest.raises(RefusedError, match="exists already"):
        demo._grade(_options(tmp_path, fresh=False))
    with pytest.raises(CtrlCError):
        demo._grade(_options(tmp_path, fresh=True))
    assert paths.truth.exists()


@pytest.mark.usefixtures("interrupted")
def test_a_file_that_nobody_simulated_is_never_replaced(tmp_path: Path) -> None:
    edf = paths_in(tmp_path, "spasms", seed=1).edf
    with EdfWriter(edf, [SignalSpec("Fp1", 256.0, -3276.8, 3276.7, "uV")], start=None) as writer:
        writer.write([np.zeros(256)])
    for own in (edf.read_bytes(), b"no recording at all"):
        edf.write_bytes(own)
        with pytest.raises(RefusedError, match="exists already"):
            demo._grade(_options(tmp_path, fresh=True))
        assert edf.read_bytes() == own
