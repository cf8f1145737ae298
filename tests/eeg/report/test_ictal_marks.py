from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from tests.support.report_content import fake_ictal_page, fake_page

from westward.eeg.report import eeg_page, ictal_marks, sparkline
from westward.eeg.report.content import EmgTrace

SVG = "{http://www.w3.org/2000/svg}"
LAYOUT = eeg_page.Layout(row_mm=5.6, emg_uv_per_mm=50.0)


def drawn(**changes: object) -> ET.Element:
    page = replace(fake_ictal_page(), **changes)  # type: ignore[arg-type]
    return ET.fromstring(eeg_page.draw(page, layout=LAYOUT, key="k", name="a page"))


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


def test_each_candidate_lies_at_its_time_with_its_number() -> None:
    root = drawn()
    first, second = of_class(root, "band-spasm")
    left = float(first.get("x", "0"))
    assert float(second.get("x", "0")) - left == pytest.approx(11 * LAYOUT.mm_per_s, abs=0.02)
    assert float(first.get("width", "0")) == pytest.approx(1.1 * LAYOUT.mm_per_s, abs=0.02)
    assert [e.get("href") for e in root.iter(f"{SVG}a")] == ["#spasm-2", "#spasm-3"]
    assert [e.text for e in of_class(root, "spasm-number")] == ["◆ 2", "◇", "◆ 3"]


def test_a_near_miss_is_drawn_as_one_and_a_decrement_ends_with_the_page() -> None:
    root = drawn()
    assert len(of_class(root, "band-near-miss")) == 1
    decrements = of_class(root, "band-decrement")
    ends = [float(e.get("x", "0")) + float(e.get("width", "0")) for e in decrements]
    assert len(ends) == 2
    grid = of_class(root, "eeg-divide")[0].get("d", "")
    assert max(ends) == pytest.approx(float(grid.split("L")[1].split(" ")[0]), abs=0.02)


def test_limb_emg_lies_below_the_eeg_and_makes_the_page_higher() -> None:
    with_emg, without = drawn(), drawn(emg=())
    rows = of_class(with_emg, "emg-trace")
    assert len(rows) == 2
    assert not of_class(without, "emg-trace")
    heights = [float(r.get("height", "0").removesuffix("mm")) for r in (with_emg, without)]
    assert heights[0] - heights[1] == pytest.approx(2 * ictal_marks.EMG_ROW_MM + ictal_marks.EMG_GAP_MM)
    assert heights[0] < 180


def test_a_page_of_a_cluster_has_times_but_no_seconds_of_the_grade() -> None:
    root = drawn()
    assert not of_class(root, "bin-negative")
    assert of_class(root, "eeg-time")
    graded = ET.fromstring(eeg_page.draw(fake_page(0.0, 3), layout=LAYOUT, key="k", name="a page"))
    assert of_class(graded, "bin-negative")


def test_sensitivity_of_emg_keeps_bursts_in_their_row() -> None:
    page = fake_ictal_page()
    chosen = ictal_marks.emg_sensitivity([page])
    burst = max(float(np.percentile(np.abs(t.data), 99.5)) for t in page.emg)
    assert burst / chosen <= 5.2
    finer = [s for s in ictal_marks.EMG_STEPS_UV_MM if s < chosen]
    assert burst / finer[-1] > 5.2


def test_emg_that_is_absent_or_all_lost_still_has_a_sensitivity() -> None:
    assert ictal_marks.emg_sensitivity([]) == ictal_marks.EMG_STEPS_UV_MM[0]
    lost = replace(fake_ictal_page(), emg=(EmgTrace("EMG deltoid left", np.full(3840, np.nan, np.float32)),))
    assert ictal_marks.emg_sensitivity([lost]) == ictal_marks.EMG_STEPS_UV_MM[0]
    ET.fromstring(eeg_page.draw(lost, layout=LAYOUT, key="k", name="a page"))


class TestSparkline:
    def test_the_largest_has_the_dot_and_the_reference_is_one(self) -> None:
        root = ET.fromstring(sparkline.draw([0.5, 1.0, 4.0, 2.0], key="s", name="intensity"))
        (dot,) = of_class(root, "spark-peak")
        assert float(dot.get("cy", "0")) == pytest.approx(sparkline.MARGIN)
        assert "4 spasms; largest 4.0 at number 3." in (root.findtext(f"{SVG}desc") or "")
        (one,) = of_class(root, "spark-one")
        y = float(one.get("d", "").split("L")[0].split(" ")[1])
        assert y == pytest.approx(sparkline.HEIGHT - sparkline.MARGIN - (sparkline.HEIGHT - 2 * sparkline.MARGIN) / 4)

    def test_what_was_not_measured_breaks_the_line(self) -> None:
        root = ET.fromstring(sparkline.draw([1.0, None, 1.2, 1.1], key="s", name="intensity"))
        (line,) = of_class(root, "spark")
        assert line.get("d", "").count("M") == 2

    @pytest.mark.parametrize("values", [[], [None, None]])
    def test_nothing_measured_draws_nothing(self, values: list[float | None]) -> None:
        assert sparkline.draw(values, key="s", name="intensity") == ""
