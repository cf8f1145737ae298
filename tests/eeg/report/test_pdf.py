from __future__ import annotations

import sys
from pathlib import Path

import pytest

from westward.core.errors import UsageError
from westward.eeg.report import pdf


def test_without_weasyprint_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match=r"install westward\[pdf\], or print report.html from a browser"):
        pdf.write(tmp_path / "report.html", tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []
