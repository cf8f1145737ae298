from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from tests.support.report_content import fake_night, fake_summary

from westward.eeg.report import charts, head_map, night
from westward.eeg.report.content import ChannelAmplitude
from westward.eeg.signal.montage import ELECTRODES, hemisphere

SVG = "{http://www.w3.org/2000/svg}"


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


class TestHeadMap:
    def foci(self) -> list[dict[str, Any]]:
        return list(fake_summary()["based"]["foci"])

    def test_every_electrode_has_a_place_on_its_own_side(self) -> None:
        assert set(head_map.POSITIONS) == set(ELECTRODES)
        for name, (x, y) in head_map.POSITIONS.items():
            side = "left" if x < -0.01 else "right" if x > 0.01 else "midline"
            assert side == hemisphere(name)
            assert np.hypot(x, y) < 0.95
        assert head_map.POSITIONS["Fp1"][1] > 0 > head_map.POSITIONS["O1"][1]

    def test_area_follows_the_number_of_spikes(self) -> None:
        root = ET.fromstring(head_map.draw(self.foci()))
        radius = [float(e.get("r", "0")) for e in of_class(root, "focus")]
        assert (radius[1] / radius[0]) ** 2 == pytest.approx(2988 / 4210, abs=0.01)

    def test_a_focus_off_the_map_is_left_to_the_table(self) -> None:
        odd = [{"name": "X1", "peak": "X1", "electrodes": ["X1"], "hemisphere": "midline", "n_spikes": 5}]
        root = ET.fromstring(head_map.draw(self.foci() + odd))
        assert len(of_class(root, "focus")) == 4
        assert "X1 5 spikes" in root.findtext(f"{SVG}desc", "")

    def test_two_foci_on_one_electrode_have_two_names(self) -> None:
        twin = {**self.foci()[0], "name": "C3b", "n_spikes": 40}
        root = ET.fromstring(head_map.draw([*self.foci(), twin]))
        assert [e.text for e in of_class(root, "focus-name")] == ["C3", "O2", "F8", "Pz", "C3b"]


class TestNight:
    def test_everything_lies_on_one_axis(self) -> None:
        content = fake_night()
        root = ET.fromstring(night.draw(content))
        (worst,) = of_class(root, "epoch")
        x = night.LEFT + (night.WIDTH - night.LEFT - night.RIGHT) * content.epochs[0][0] / content.duration_s
        assert float(worst.get("x", "0")) == pytest.approx(x, abs=0.01)
        assert len(of_class(root, "epoch-other")) == 4
        assert len(of_class(root, "gap")) == 1
        shown = [e.text for e in root.iter(f"{SVG}text")]
        assert {"wake", "NREM", "REM", "drowsy", "spikes", "artifact", "attenuations", "spasms", "to review"} <= set(
            shown
        )

    def test_clusters_lie_under_their_candidates(self) -> None:
        content = replace(
            fake_night(), spasm_s=np.array([30_000.0, 30_040.0]), near_miss_s=np.array([500.0]),
            clusters=((30_000.0, 30_600.0, 12),), review=((29_000.0, 31_000.0), (33_000.0, 34_000.0)),
        )  # fmt: skip
        root = ET.fromstring(night.draw(content))
        scale = (night.WIDTH - night.LEFT - night.RIGHT) / content.duration_s
        (bar,) = of_class(root, "night-cluster")
        assert float(bar.get("x", "0")) == pytest.approx(night.LEFT + 30_000 * scale, abs=0.01)
        assert float(bar.get("width", "0")) == pytest.approx(600 * scale, abs=0.01)
        assert "cluster of 12 candidates" in (bar.findtext(f"{SVG}title") or "")
        assert len(of_class(root, "night-review")) == 2
        assert len(of_class(root, "tick-near-miss")) == 1
        assert "candidate spasms: 2, clusters: 1" in (root.findtext(f"{SVG}desc") or "")

    @pytest.mark.parametrize(("assessed", "told"), [(True, "none found"), (False, "not assessable")])
    def test_without_candidates_none_were_found_or_it_is_not_assessable(self, assessed: bool, told: str) -> None:
        content = replace(fake_night(), spasm_s=np.zeros(0), spasms_assessed=assessed)
        root = ET.fromstring(night.draw(content))
        assert told in [e.text for e in of_class(root, "night-scale")]
        assert f"candidate spasms: {told}, clusters: {told}" in (root.findtext(f"{SVG}desc") or "")

    def test_counts_beside_the_ticks_are_exact_even_when_ticks_merge(self) -> None:
        crowded = replace(fake_night(), attenuation_s=np.linspace(100, 200, 5000))
        root = ET.fromstring(night.draw(crowded))
        assert "5000" in [e.text for e in root.iter(f"{SVG}text")]
        (ticks,) = of_class(root, "tick-attenuation")
        assert ticks.get("d", "").count("M") < 10

    @pytest.mark.parametrize("duration_s", [40.0, 2400.0, 86_400.0 * 3])
    def test_any_length_draws(self, duration_s: float) -> None:
        n_minutes = int(duration_s // 60)
        empty = np.full(n_minutes, np.nan)
        content = replace(
            fake_night(),
            duration_s=duration_s,
            state=np.full(int(duration_s // 30), 4, np.int8),
            spike_bin_fraction=empty,
            artifact_fraction=empty,
            anterior_uv=empty,
            posterior_uv=empty,
            epochs=(),
        )
        root = ET.fromstring(night.draw(content))
        assert 1 <= len(of_class(root, "night-time")) <= 14
        assert of_class(root, "unknown")

    def test_pooling_keeps_what_was_not_measured_absent(self) -> None:
        pooled, by = night.pooled(np.array([1.0, 3.0, np.nan, np.nan, np.nan, 5.0, 7.0]), 4)
        assert by == 2
        np.testing.assert_array_equal(pooled, [2.0, np.nan, 5.0, 7.0])


class TestCharts:
    def test_bars_start_at_zero_and_carry_their_numbers(self) -> None:
        svg = charts.epoch_scores([("below 3", 853), ("3", 1040), ("4", 388), ("5", 0)], score=4)
        assert {"853", "1040", "388"} <= {e.text for e in ET.fromstring(svg).iter(f"{SVG}text")}
        assert "var(--accent)" in svg
        assert "853 epochs below 3, 1040 epochs 3, 388 epochs 4, no epochs 5." in svg

    def test_intervals_are_bars_with_their_numbers(self) -> None:
        svg = charts.intervals([("0–5", 0), ("5–10", 12), ("10 or more", 3)])
        shown = [e.text for e in ET.fromstring(svg).iter(f"{SVG}text")]
        assert {"12", "3", "5–10"} <= set(shown)
        assert "12 of 5–10 s" in svg

    def test_an_amplitude_without_95th_percentile_or_limit_still_draws(self) -> None:
        rows = [ChannelAmplitude("P7-O1", 342.0, 300.0, 0.7, True), ChannelAmplitude("X1", 90.0, None, None, None)]
        svg = charts.amplitudes(rows)
        assert "of high amplitude: P7-O1." in svg
        ET.fromstring(svg)
