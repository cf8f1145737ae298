from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from tests.support.report_content import fake_content

from westward.core.errors import UsageError
from westward.eeg.report import html, pdf


def test_without_weasyprint_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match=r"install westward\[pdf\], or print report.html from a browser"):
        pdf.write(tmp_path / "report.html", tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_each_drawing_carries_its_styles_with_every_token_resolved() -> None:
    page = html.render(fake_content(n_pages=1))
    styled = pdf.with_styled_drawings(page)
    body = styled.partition("<body>")[2]
    assert len(re.findall(r"<svg\b[^>]*><style>", body)) == len(re.findall(r"<svg\b", page))
    assert "var(--" not in body
    assert "paint-order" not in body
    assert 'id="hatch-mm"' in body


def test_weasyprint_prints_the_report(tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="the pdf extra is not installed", exc_type=ImportError)
    report, target = tmp_path / "report.html", tmp_path / "report.pdf"
    html.write(report, fake_content(n_pages=0))
    pdf.write(report, target)
    assert target.read_bytes().startswith(b"%PDF-")
