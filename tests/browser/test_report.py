"""The report in a real Chromium: nothing fetched, nothing cut off, legible by machine and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support.report_content import fake_content, fake_ictal_content

from westward.eeg.report import html

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    html.write(path, fake_content())
    return path


@pytest.fixture(scope="module")
def ictal_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ictal") / "report.html"
    html.write(path, fake_ictal_content())
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
    assert page.locator("h1").inner_text().startswith("BASED 4")


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_the_page_itself_never_scrolls_sideways(page: playwright.Page, report: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_answer_and_the_night_are_seen_without_scrolling(page: playwright.Page, report: Path) -> None:
    page.goto(report.as_uri())
    for selector in ("h1", ".why", "svg.night"):
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900


def test_a_millimeter_on_the_screen_is_a_css_millimeter(page: playwright.Page, report: Path) -> None:
    page.goto(report.as_uri())
    box = page.locator("svg.eeg").first.bounding_box()
    wanted = page.locator("svg.eeg").first.get_attribute("width")
    assert box is not None
    assert wanted is not None
    assert box["width"] == pytest.approx(float(wanted.removesuffix("mm")) * 96 / 25.4, abs=1)


def test_pointing_at_a_number_opens_its_row(page: playwright.Page, report: Path) -> None:
    page.goto(report.as_uri())
    page.locator('#page-1 a[href="#spike-3"] .eeg-number').click()
    page.wait_for_url(re.compile("#spike-3$"))
    row = page.locator("#spike-3")
    playwright.expect(row).to_be_visible()


def test_no_text_of_the_answer_overlaps_another(page: playwright.Page, report: Path) -> None:
    page.goto(report.as_uri())
    boxes = page.evaluate(
        """[...document.querySelectorAll('svg.night text')].map(t => t.getBoundingClientRect())
           .map(r => [r.x, r.y, r.right, r.bottom])"""
    )
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            assert wide <= 0.5 or high <= 3.5


def test_dark_follows_the_reader(browser: playwright.Browser, report: Path) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(report.as_uri())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    trace = page.evaluate("getComputedStyle(document.querySelector('.eeg-trace')).stroke")
    page.close()
    assert ground == "rgb(17, 24, 27)"
    assert trace == "rgb(213, 222, 221)"


def test_it_prints_the_answer_and_a_sheet_for_each_chosen_page_of_eeg(
    page: playwright.Page, report: Path, tmp_path: Path
) -> None:
    page.goto(report.as_uri())
    target = tmp_path / "report.pdf"
    page.pdf(path=target, prefer_css_page_size=True)
    body = target.read_bytes()
    landscape = body.count(b"/MediaBox [0 0 841.91998 594.95996]")
    assert landscape == html.PRINTED_PAGES
    assert 3 <= body.count(b"/MediaBox") - landscape <= 7


def test_marks_can_be_taken_off_the_eeg_to_read_it_bare(page: playwright.Page, report: Path) -> None:
    page.goto(report.as_uri())
    tick, bracket = page.locator("#page-2 .tick").first, page.locator("#page-2 .eeg-caliper").first
    playwright.expect(tick).to_be_visible()
    page.get_by_role("checkbox", name="spikes").uncheck()
    playwright.expect(tick).to_be_hidden()
    playwright.expect(bracket).to_be_visible()
    page.get_by_role("checkbox", name="high-amplitude waves").uncheck()
    playwright.expect(bracket).to_be_hidden()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_report_of_spasms_never_scrolls_sideways(page: playwright.Page, ictal_report: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(ictal_report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_both_answers_are_seen_without_scrolling(page: playwright.Page, ictal_report: Path) -> None:
    page.goto(ictal_report.as_uri())
    for selector in ("h1", ".verdict", ".ictal .why", ".night-cluster"):
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900


def test_the_number_of_a_spasm_opens_its_row(page: playwright.Page, ictal_report: Path) -> None:
    page.goto(ictal_report.as_uri())
    page.locator('#ictal-1 a[href="#spasm-3"] .spasm-number').click()
    playwright.expect(page.locator("#spasm-3")).to_be_visible()


def test_each_page_of_a_cluster_prints_on_one_sheet(page: playwright.Page, ictal_report: Path, tmp_path: Path) -> None:
    page.goto(ictal_report.as_uri())
    target = tmp_path / "report.pdf"
    page.pdf(path=target, prefer_css_page_size=True)
    body = target.read_bytes()
    landscape = body.count(b"/MediaBox [0 0 841.91998 594.95996]")
    assert landscape == 2 + 2
    assert 4 <= body.count(b"/MediaBox") - landscape <= 9


def test_no_table_of_a_report_of_spasms_is_cut_off_in_print(page: playwright.Page, ictal_report: Path) -> None:
    page.set_viewport_size({"width": 688, "height": 1000})
    page.emulate_media(media="print")
    page.goto(ictal_report.as_uri())
    wide = page.evaluate(
        "[...document.querySelectorAll('main table')].filter(t => t.getBoundingClientRect().right > 689)"
        ".map(t => t.caption.innerText)"
    )
    assert wide == []
