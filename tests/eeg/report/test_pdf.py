"""The printed report: every drawing on it, few pages, and nothing that WeasyPrint would brood over."""

from __future__ import annotations

import base64
import re
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.support.printed import line_segments, page_sizes_mm
from tests.support.report_content import fake_content, fake_ictal_content

from westward.core.errors import UsageError
from westward.eeg.report import html, pdf
from westward.eeg.report.content import ParameterRow

PORTRAIT, LANDSCAPE = (210, 297), (297, 210)


def images(page: str) -> list[tuple[str, str]]:
    """Class and text of each drawing of a printable page."""
    found = re.findall(r'<img class="([^"]*)" alt="[^"]*" src="data:image/svg\+xml;base64,([^"]*)">', page)
    return [(class_, base64.b64decode(data).decode()) for class_, data in found]


def test_without_weasyprint_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match=r"install westward\[pdf\], or print report.html from a browser"):
        pdf.write(tmp_path / "report.html", tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_each_drawing_is_an_image_with_its_styles_and_every_token_resolved() -> None:
    page = html.render(fake_ictal_content(n_pages=1))
    printable = pdf.printable(page)
    drawn = images(printable)
    assert len(drawn) == len(re.findall(r"<svg\b", page)) - 1, "all but the shared patterns"
    assert "<svg" not in printable
    for class_, text in drawn:
        root = ET.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert text.index("<style>") < 400
        assert "var(--" not in text
        assert "paint-order" not in text
        assert 'id="hatch-mm"' in text, class_
    assert {"night", "eeg", "head-map", "sparkline"} <= {c for c, _ in drawn}


def test_what_a_drawing_shows_is_told_without_it() -> None:
    printable = pdf.printable(html.render(fake_content(n_pages=1)))
    assert 'class="night" alt="The recording on one time axis"' in printable


def test_no_rule_makes_the_printer_walk_the_whole_page_for_each_element() -> None:
    page = html.render(fake_content(n_pages=1))
    assert ":has(" in page
    printable = pdf.printable(page)
    assert ":has(" not in printable
    assert ".eeg-waves > g:hover .eeg-caliper" in printable, "the rule after the switches is kept"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("weasyprint", reason="the pdf extra is not installed", exc_type=ImportError)
    folder = tmp_path_factory.mktemp("printed")
    parameters = [
        ParameterRow(f"spike: limit {k}", "3", "µV", "policy", "Westward: " + 30 * "why ") for k in range(400)
    ]
    rule = ParameterRow("amplitude.anterior_uv", "200", "µV", "unconfirmed", "2021 BASED score; recalled")
    content = replace(fake_ictal_content(n_pages=20), parameters=(rule, *parameters))
    html.write(folder / "report.html", content)
    pdf.write(folder / "report.html", folder / "report.pdf")
    return folder


def test_it_prints_the_drawings(printed: Path) -> None:
    """As many line segments as the paths of the printed drawings have points: a lost trace would be missed."""
    page = (printed / "report.html").read_text("utf-8")
    sheets = re.findall(r'<article class="sheet".*?</article>', page, flags=re.DOTALL)
    assert len(sheets) == html.PRINTED_PAGES + 2
    points = 0
    for d in re.findall(r'<path d="([^"]*)"[^>]*class="eeg-trace', "".join(sheets)):
        points += sum(len(re.findall(r"-?\d+", piece)) // 2 for piece in re.findall(r"l([^Mmlh]*)", d))
    assert points > 20_000
    assert line_segments(printed / "report.pdf") >= points


def test_it_is_short_and_says_where_the_rest_is(printed: Path) -> None:
    sizes = page_sizes_mm(printed / "report.pdf")
    assert sizes[:2] == [PORTRAIT, PORTRAIT], "the answer comes first"
    assert sizes.count(LANDSCAPE) == html.PRINTED_PAGES + 2
    assert len(sizes) <= 16
    page = (printed / "report.html").read_text("utf-8")
    assert "4 of the 20 pages are printed" in page
    assert 'amplitude.anterior uv 200\u202fµV <i>unconfirmed</i> <span class="badge badge-unverified"' in page
    assert "All 401 parameters (400 policy, 1 unconfirmed) stand with their sources" in page


def test_a_report_without_pages_prints_too(tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="the pdf extra is not installed", exc_type=ImportError)
    report, target = tmp_path / "report.html", tmp_path / "report.pdf"
    html.write(report, replace(fake_content(n_pages=0), pages=()))
    pdf.write(report, target)
    assert LANDSCAPE not in page_sizes_mm(target)[:2]
