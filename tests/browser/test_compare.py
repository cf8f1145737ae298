"""The comparison in a real Chromium: nothing fetched, nothing cut off, on paper too."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.compared import side

from westward.eeg.compare import page as comparison_page
from westward.eeg.compare.comparison import compare
from westward.eeg.compare.result import as_dict

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sides = (side("a", level=200, score=5, spasms=20), side("b", level=80, score=1, cycles=0, seed=1))
    path = tmp_path_factory.mktemp("compare") / "comparison.html"
    path.write_text(comparison_page.render(as_dict(compare(*sides)), sides), "utf-8")
    return path


def test_it_opens_without_a_request_or_a_complaint(page: playwright.Page, report: Path) -> None:
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(report.as_uri())
    assert requests == [report.as_uri()]
    assert complaints == []
    assert page.locator("h1").inner_text().startswith("BASED 5 before, BASED 1 after")


def test_answer_caution_and_both_grades_are_seen_without_scrolling(page: playwright.Page, report: Path) -> None:
    page.goto(report.as_uri())
    for place in ("h1", ".caution.strong", ".tile.before", ".tile.after"):
        box = page.locator(place).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_the_page_itself_never_scrolls_sideways(page: playwright.Page, report: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_commit_is_too_wide_for_a_phone(page: playwright.Page, report: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('.facts').forEach(p => p.append(' commit ' + 'd'.repeat(60)))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


# Wider than the font of this machine, whatever it is.
WIDER = "svg text, table.forest { letter-spacing: .04em }"
TEXTS = {"svg.nights": "svg.nights text", "table.forest": "table.forest :is(th, td), table.forest svg text"}
INK = """selector => [...document.querySelectorAll(selector)]
    .filter(e => e.textContent.trim() && !e.querySelector('svg'))
    .map(e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect(); })
    .map(r => [r.x, r.y, r.right, r.bottom])"""


@pytest.mark.parametrize("medium", ["screen", "print"])
@pytest.mark.parametrize("style", ["", WIDER])
@pytest.mark.parametrize("drawing", list(TEXTS))
def test_no_text_of_a_drawing_is_cut_off_or_overlaps_another(
    page: playwright.Page, report: Path, drawing: str, style: str, medium: str
) -> None:
    if medium == "print":
        page.set_viewport_size({"width": 688, "height": 1000})
        page.emulate_media(media="print")
    page.goto(report.as_uri())
    page.add_style_tag(content=style or "p {}")
    frame = page.locator(drawing).bounding_box()
    assert frame is not None
    assert frame["x"] >= 0
    boxes = page.evaluate(INK, TEXTS[drawing])
    assert len(boxes) > 5
    for i, a in enumerate(boxes):
        assert a[0] >= frame["x"] - 1
        assert a[2] <= frame["x"] + frame["width"] + 1
        for b in boxes[i + 1 :]:
            wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            assert wide <= 0.5 or high <= 3.5


def test_it_prints_on_few_sheets_with_everything_open(page: playwright.Page, report: Path, tmp_path: Path) -> None:
    page.goto(report.as_uri())
    target = tmp_path / "comparison.pdf"
    page.pdf(path=target, prefer_css_page_size=True)
    assert 2 <= target.read_bytes().count(b"/MediaBox") <= 6
    page.emulate_media(media="print")
    assert page.locator("details table").first.is_visible()
