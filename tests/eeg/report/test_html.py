from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.support.report_content import fake_content, fake_ictal_content, fake_page, fake_summary

from westward.eeg.report import html
from westward.eeg.report.content import ReportContent, SpikeMark


class Reader(HTMLParser):
    """Tags, ids, links and visible words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag == "style"
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def report() -> str:
    return html.render(fake_content())


@pytest.fixture(scope="module")
def read(report: str) -> Reader:
    return Reader(report)


def test_it_is_one_file_without_script_that_fetches_nothing(report: str, read: Reader) -> None:
    assert "script" not in read.tags
    assert not re.search(r"\son\w+=", report)
    assert all(link.startswith("#") for link in read.links)
    assert "@import" not in report
    assert set(re.findall(r"url\(([^)]*)\)", report)) <= {"#hatch", "#hatch-mm"}
    assert len(report.encode()) <= html.MAX_BYTES


def test_every_number_on_the_eeg_opens_its_row(read: Reader) -> None:
    assert len(read.ids) == len(set(read.ids))
    assert set(read.links) == {f"#{i}" for i in read.ids if i.startswith("spike-")}


def test_content_comes_in_the_order_of_the_design(read: Reader) -> None:
    order = ["BASED 4", "The recording at a glance", "The worst five minutes as EEG", "Spike foci", "Provenance"]
    places = [read.text.index(words) for words in order]
    assert places == sorted(places)


def test_it_says_what_it_is(read: Reader) -> None:
    assert "Simulated" in read.text
    assert "Decision support. Tested on simulation; 0 children with spasms. Not a medical device." in read.text


def test_a_real_recording_has_no_simulated_badge() -> None:
    content = fake_content(n_pages=0)
    page = html.render(replace(content, summary={**content.summary, "simulated": False}))
    assert "badge-simulated" not in Reader(page).text
    assert '<span class="badge badge-simulated"' not in page


@pytest.mark.parametrize("score", [None, 0, 1, 2, 3, 4, 5])
def test_it_never_says_normal_nor_excluded(score: int | None) -> None:
    content = ReportContent("x", fake_summary(score=score, headline=None, sentence=None))
    text = Reader(html.render(content)).text.lower()
    assert not re.search(r"\bnormal\b", text)
    assert not re.search(r"\b(?:excludes|ruled out)\b", text)
    assert ("does not exclude" in text) is (score is None or score < 4)


def test_every_table_has_a_caption_and_every_drawing_a_title(report: str, read: Reader) -> None:
    assert read.tags.count("table") == read.tags.count("caption") > 8
    drawings = re.findall(r'<svg[^>]*role="img"[^>]*>\s*<title', report)
    assert len(drawings) == report.count('role="img"') > 24


def test_not_assessable_is_printed_with_its_reason(read: Reader) -> None:
    assert "256 Hz: high-frequency oscillations need at least 1,000 Hz" in read.text
    assert "not assessable: less than 60 s measured" in read.text


def test_statuses_that_nobody_checked_wear_the_badge(report: str) -> None:
    row = next(r for r in report.split("<tr>") if r.startswith('<th scope="row">posterior amplitude limit'))
    assert "unconfirmed" in row
    assert "badge-unverified" in row
    assert "badge-unverified" not in next(r for r in report.split("<tr>") if r.startswith('<th scope="row">recurrence'))


def test_text_from_the_file_cannot_become_markup() -> None:
    content = fake_content(n_pages=0)
    evil = "<script>alert(1)</script>"
    summary: dict[str, Any] = {**content.summary, "warnings": [evil]}
    page = fake_page(30.0, 3)
    page = replace(page, spikes=(SpikeMark(31.0, "C3", counted=False, reason=evil, event_id=evil),))
    report = html.render(replace(content, name=evil, summary=summary, pages=(page,)))
    assert "<script" not in report
    assert report.count("&lt;script&gt;") >= 4


def test_an_empty_study_still_makes_a_report() -> None:
    text = Reader(html.render(ReportContent("clip", {}))).text
    assert "Not graded" in text
    assert "Not assessable: no five minutes could be graded." in text
    assert "0 spike" not in text


def test_a_heavy_study_keeps_to_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    content = fake_content(n_pages=3)
    free = len(html.render(content).encode())
    monkeypatch.setattr(html, "MAX_BYTES", int(0.8 * free))
    assert len(html.render(content).encode()) <= 0.8 * free


def test_pages_of_other_epochs_go_before_the_size_does(monkeypatch: pytest.MonkeyPatch) -> None:
    worst, other = fake_page(30.0, 3), fake_page(600.0, 4, rank=2)
    content = replace(fake_content(n_pages=0), pages=(worst, *(replace(other, start_s=600.0 * k) for k in range(1, 5))))
    monkeypatch.setattr(html, "_COLUMNS_MM", (1.2,))
    full = len(html.render(content).encode())
    alone = len(html.render(replace(content, pages=(worst,))).encode())
    monkeypatch.setattr(html, "MAX_BYTES", (full + alone) // 2)
    report = html.render(content)
    assert len(report.encode()) <= html.MAX_BYTES
    text = Reader(report).text
    assert "The pages of the other worst epochs are left out" in text
    assert "From epoch 2" not in text
    monkeypatch.setattr(html, "MAX_BYTES", alone // 2)
    with pytest.raises(html.ReportTooLargeError, match="would have"):
        html.render(content)


def test_foci_that_were_not_sought_are_not_called_absent() -> None:
    text = Reader(html.render(ReportContent("clip", fake_summary(foci=None)))).text
    assert "Foci are not assessable" in text
    assert "No group of spikes" not in text
    assert "No group of spikes" in Reader(html.render(ReportContent("clip", fake_summary(foci=[])))).text


def test_nothing_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")

    def broken(content: ReportContent) -> str:
        raise RuntimeError("broken")

    monkeypatch.setattr(html, "render", broken)
    with pytest.raises(RuntimeError, match="broken"):
        html.write(target, ReportContent("x", {}))
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text() == "old"


def test_a_recording_too_short_to_grade_still_says_what_was_measured() -> None:
    why = "the recording lasts 3.5 min, 5 are needed"
    full = fake_summary(score=None, worst_epoch=None, headline=None, sentence=None, epoch_scores={"n": 0, "below_3": 0})
    summary = {
        **full,
        "spikes": {"n": 22, "per_minute": 6.256},
        "background": {"median_uv": {"P7-O1": 48.2}},
        "spindles": {"n": 2, "per_nrem_minute": 0.049},
        "abnormalities": [
            {
                "name": "persistent asymmetry",
                "found": None,
                "value": None,
                "limit": 0.5,
                "unit": "1",
                "why": "too short",
            },
            {
                "name": "absent spindles",
                "found": True,
                "value": 41.0,
                "limit": 30.0,
                "unit": "min",
                "why": "2 spindles in 41 min of NREM sleep; at most 0.1 a minute is absent",
            },
        ],
        "not_assessable": [
            {"what": "BASED score", "why": why},
            {"what": "hypsarrhythmia: amplitude", "why": why},
            {"what": "hypsarrhythmia: slowing", "why": why},
        ],
    }
    pages = (fake_page(0.0, 3),)
    text = Reader(html.render(ReportContent("clip", summary, pages=pages))).text
    assert "BASED score; hypsarrhythmia: amplitude and slowing " + why in text
    assert "spikes per minute – 6.3" in text
    assert "Background amplitude in the recording" in text
    assert "The beginning of the recording as EEG" in text
    assert "The worst five minutes as EEG" not in text
    assert "How firm the grade is" not in text
    assert "persistent asymmetry not assessable too short" in text
    assert (
        "0.05 spindles of any side per minute: 2 spindles in 41 min of NREM sleep; at most 0.1 a minute is absent"
        in text
    )
    assert "limit 30 min" not in text


@pytest.fixture(scope="module")
def ictal_report() -> str:
    return html.render(fake_ictal_content())


@pytest.fixture(scope="module")
def ictal_read(ictal_report: str) -> Reader:
    return Reader(ictal_report)


def test_interictal_and_ictal_pattern_are_paragraphs_of_their_own(ictal_report: str, ictal_read: Reader) -> None:
    inter, ictal = (re.search(rf'<section[^>]*aria-label="{n}ctal pattern">.*?</section>', ictal_report, re.DOTALL)
                    for n in ("Interi", "I"))  # fmt: skip
    assert inter is not None
    assert ictal is not None
    assert "BASED 4" in inter[0]
    assert "with it: BASED 5" in inter[0]
    assert "candidates" not in Reader(inter[0]).text.replace("around candidates", "")
    assert "9 candidates" in ictal[0]
    assert "The diagnosis needs both patterns" in ictal[0]
    order = ["Interictal pattern", "Ictal pattern", "The recording at a glance", "Spasms and clusters",
             "EEG of a cluster with limb EMG", "The worst five minutes as EEG", "Biomarkers by state"]  # fmt: skip
    places = [ictal_read.text.index(words) for words in order]
    assert places == sorted(places)


def test_an_ictal_report_keeps_the_rules_of_the_page(ictal_report: str, ictal_read: Reader) -> None:
    assert "script" not in ictal_read.tags
    assert len(ictal_read.ids) == len(set(ictal_read.ids))
    assert {"#spasm-2", "#spasm-3"} <= set(ictal_read.links) <= {f"#{i}" for i in ictal_read.ids}
    assert ictal_read.tags.count("table") == ictal_read.tags.count("caption")
    drawings = re.findall(r'<svg[^>]*role="img"[^>]*>\s*<title', ictal_report)
    assert len(drawings) == ictal_report.count('role="img"')
    assert len(ictal_report.encode()) <= html.MAX_BYTES


def test_every_part_on_spasms_is_there(ictal_read: Reader) -> None:
    for words in (
        "Clusters: at least 3 candidates", "Intervals from onset to onset inside clusters", "n = 6",
        "Single spasms, in no cluster", "3:25:45", "14 near-misses below the operating point",
        "Expected false alarms per night of 12 h", "To review with the video", "30 minutes after an awakening",
        "Push button", "no EEG correlate seen", "seen within 30 min after an awakening", "8 candidates of clusters",
    ):  # fmt: skip
        assert words in ictal_read.text, words


@pytest.mark.parametrize("n", [0, 9, None])
def test_it_never_says_that_there_are_no_spasms(n: int | None) -> None:
    content = fake_ictal_content(n_pages=0, ictal_pages=())
    found = None if n is None else {**content.summary["spasms"], "n": n}
    if n == 0:
        found = {**(found or {}), "clusters": [], "n_clusters": 0, "n_in_clusters": 0, "expected_false_per_night": []}
        content = replace(content, spasms=(), notes=content.notes[1:])
    content = replace(content, summary={**content.summary, "spasms": found})
    text = Reader(html.render(content)).text.lower()
    assert not re.search(r"\b(?:no|not a|0) (?:candidate |single )?spasms?\b", text)
    assert not re.search(r"\bno clusters?\b(?! )", text)
    assert ("none found" in text) is (n is not None)
    assert (("clusters: none found" in text) and ("false alarms per night: not assessable" in text)) is (n == 0)


def test_every_candidate_row_reads_unconfirmed(ictal_report: str) -> None:
    section = ictal_report[ictal_report.index('id="h-spasms"') : ictal_report.index('id="h-ictal-eeg"')]
    tables = re.findall(r"<table.*?</table>", section, re.DOTALL)
    told = [r for t in tables if "measured</th>" in t for r in t.split("<tr>")[2:]]
    assert len(told) == 8 + 1 + 12
    assert all("candidate, not video-confirmed" in r for r in told)


def test_biomarkers_of_states_stand_side_by_side(ictal_read: Reader) -> None:
    text = ictal_read.text
    assert "states are never pooled" in text
    assert "amplitude range, median µV 141 138 to 145, n 410 no usable epoch 389 371 to 402, n 622" in text
    assert "Mytinger 2018" in text


def test_text_of_notes_and_reasons_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>"
    content = fake_ictal_content(n_pages=0)
    page = content.ictal_pages[0]
    bad = replace(page, ictal=evil, spasms=(replace(page.spasms[0], reason=evil),))
    notes = (replace(content.notes[0], reason=evil),)
    spasms = tuple(replace(e, reason=evil, subtype=evil) for e in content.spasms)
    report = html.render(replace(content, ictal_pages=(bad,), notes=notes, spasms=spasms))
    assert "<script" not in report
    assert report.count("&lt;script&gt;") >= 5


def test_without_limb_emg_the_page_of_a_cluster_says_so() -> None:
    page = replace(fake_ictal_content(n_pages=0).ictal_pages[0], emg=())
    text = Reader(html.render(fake_ictal_content(n_pages=0, ictal_pages=(page,)))).text
    assert "limb EMG not recorded or not connected" in text
    assert "EEG of a cluster with limb EMG" not in text
    assert "EEG of a cluster" in text
