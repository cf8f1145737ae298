from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from tests.support.report_content import fake_page

from westward.eeg.report.content import EegPage, Span, SpikeMark, WaveMark
from westward.eeg.report.eeg_page import Layout, choose_sensitivity, draw, positive_seconds, row_of, row_positions
from westward.eeg.signal.montage import LONGITUDINAL

SVG = "{http://www.w3.org/2000/svg}"


def drawn(page: EegPage, **options: object) -> ET.Element:
    return ET.fromstring(draw(page, layout=Layout(**options), key="p", name="page"))  # type: ignore[arg-type]


def flat(**changes: object) -> EegPage:
    page = EegPage(30.0, 256.0, ("Fp1-F7", "F7-T7"), np.zeros((2, 15 * 256), np.float32))
    return replace(page, **changes)  # type: ignore[arg-type]


def test_millimeters_are_millimeters() -> None:
    root = drawn(flat(), mm_per_s=15.0)
    width = float(root.get("width", "").removesuffix("mm"))
    assert root.get("viewBox", "").split()[2] == f"{width:g}"
    assert width == pytest.approx(15 * 15 + 17 + 11)


def test_every_spike_has_its_number_and_its_words() -> None:
    page = fake_page(30.0, 3)
    root = drawn(page)
    links = {e.get("href"): e for e in root.iter(f"{SVG}a")}
    assert set(links) == {f"#spike-{1 + k}" for k in range(len(page.spikes))}
    for k, mark in enumerate(page.spikes):
        told = links[f"#spike-{1 + k}"].findtext(f"{SVG}title", "")
        assert mark.electrode in told
        assert ("not counted: " in told) is not mark.counted


def test_a_counted_spike_looks_different_from_one_that_is_not_without_color() -> None:
    spikes = (SpikeMark(31.0, "F7"), SpikeMark(32.0, "F7", counted=False, reason="muscle"))
    classes = [e.get("class") for e in drawn(flat(spikes=spikes)).iter(f"{SVG}path")]
    assert classes.count("tick") == classes.count("tick-open") == 1


def test_every_high_wave_is_bracketed_with_its_microvolts() -> None:
    data = np.zeros((2, 15 * 256), np.float32)
    data[1, 256:320] = np.linspace(-200, 200, 64)
    root = drawn(flat(data=data, waves=(WaveMark("F7-T7", 31.0, 31.246, 398.4, 200.0),)), uv_per_mm=20.0)
    assert [e.text for e in root.iter(f"{SVG}text") if e.get("class") == "eeg-uv"] == ["398"]
    (caliper,) = [e.get("d", "") for e in root.iter(f"{SVG}path") if e.get("class") == "eeg-caliper"]
    top, bottom = float(caliper.split()[1].split("h")[0]), float(caliper.split("V")[1].split("h")[0])
    assert bottom - top == pytest.approx(20, abs=0.5)


def test_a_spike_without_a_derivation_goes_to_the_row_where_it_is_largest() -> None:
    data = np.zeros((2, 15 * 256), np.float32)
    data[1, 250:262] = -90
    page = flat(data=data)
    assert row_of(SpikeMark(31.0, "F7"), page) == 1
    assert row_of(SpikeMark(31.0, "F7", derivation="Fp1-F7"), page) == 0
    assert row_of(SpikeMark(31.0, "O2"), page) is None


def test_only_counted_spikes_make_a_second_positive_and_never_an_excluded_one() -> None:
    spikes = (SpikeMark(31.2, "F7"), SpikeMark(31.9, "F7"), SpikeMark(33.0, "F7", counted=False), SpikeMark(40.5, "F7"))
    assert positive_seconds(flat(spikes=spikes, excluded_seconds=(40,))) == [31]


def test_spans_are_named_and_clipped_to_the_page() -> None:
    root = drawn(flat(spans=(Span(25.0, 33.0, "attenuation", event_id="attenuation-25000-all"),)))
    (box,) = [e for e in root.iter(f"{SVG}rect") if "span-attenuation" in (e.get("class") or "")]
    assert float(box.get("width", "0")) == pytest.approx(3 * 15)
    assert box.findtext(f"{SVG}title") == "attenuation, 8\u202fs (attenuation-25000-all)"


def test_chains_stand_apart() -> None:
    y = row_positions(LONGITUDINAL, Layout(row_mm=7, chain_gap_mm=3))
    wide = [LONGITUDINAL[k + 1] for k, step in enumerate(np.diff(y)) if step > 8]
    assert wide == ["Fp1-F3", "Fz-Cz", "Fp2-F4", "Fp2-F8"]


def test_sensitivity_is_a_usual_step_that_fits_the_page() -> None:
    quiet = fake_page(0, 1)
    loud = replace(quiet, data=quiet.data * 5)
    assert choose_sensitivity([quiet]) < choose_sensitivity([loud])
    assert choose_sensitivity([]) == 5
    assert choose_sensitivity([replace(quiet, data=np.full_like(quiet.data, np.nan))]) == 5


def test_a_page_that_is_all_gap_still_draws() -> None:
    root = drawn(flat(data=np.full((2, 15 * 256), np.nan, np.float32), spikes=(SpikeMark(31.0, "F7"),)))
    assert [e.get("class") for e in root.iter(f"{SVG}path")].count("eeg-trace") == 0


def test_on_a_crowded_page_every_wave_keeps_its_bracket_but_only_the_largest_speak_up() -> None:
    waves = tuple(WaveMark("F7-T7", 31 + 0.1 * k, 31.05 + 0.1 * k, 210.0 + k, 200.0) for k in range(40))
    root = drawn(flat(waves=waves), few_waves=24)
    classes = [e.get("class") for e in root.iter()]
    assert classes.count("eeg-caliper") == 40
    assert (classes.count("eeg-uv"), classes.count("eeg-uv more")) == (1, 39)
    assert [e.text for e in root.iter(f"{SVG}text") if e.get("class") == "eeg-uv"] == ["249"]
    assert sum("limit 200 µV" in (e.text or "") for e in root.iter(f"{SVG}title")) == 40


def test_numbers_beside_marks_cover_each_other_nowhere() -> None:
    names = ("Fp1-F7", "F7-T7", "T7-P7", "P7-O1")
    rng = np.random.default_rng(4)
    data = np.cumsum(rng.normal(0, 6, (4, 15 * 256)), axis=1).astype(np.float32) % 300
    waves = tuple(WaveMark(names[k % 4], 31 + 0.21 * k, 31.1 + 0.21 * k, 240.0 + k, 200.0) for k in range(20))
    spikes = tuple(SpikeMark(31 + 0.17 * k, "F7") for k in range(30))
    page = EegPage(30.0, 256.0, names, data, waves=waves, spikes=spikes)
    root = ET.fromstring(draw(page, layout=Layout(), key="p", name="page", first_number=240))
    boxes = []
    for one in root.iter(f"{SVG}text"):
        wide = 1.34 * len(one.text or "")  # of a digit in DejaVu Sans at 2.1 mm
        x, y = float(one.get("x", "0")), float(one.get("y", "0"))
        if one.get("class") == "eeg-uv":
            boxes.append((x, x + wide, y))
        elif one.get("class") == "eeg-number":
            boxes.append((x - wide / 2, x + wide / 2, y))
    assert len(boxes) == 50
    covered = [
        (a, b) for k, a in enumerate(boxes) for b in boxes[:k]
        if a[0] < b[1] and b[0] < a[1] and abs(a[2] - b[2]) < 2
    ]  # fmt: skip
    assert covered == []


def test_numbers_of_spikes_close_in_time_do_not_cover_each_other() -> None:
    root = drawn(flat(spikes=tuple(SpikeMark(31 + 0.02 * k, "F7", derivation="F7-T7") for k in range(4))))
    heights = [float(e.get("y", "0")) for e in root.iter(f"{SVG}text") if e.get("class") == "eeg-number"]
    assert min(abs(a - b) for i, a in enumerate(heights) for b in heights[:i]) > 2
