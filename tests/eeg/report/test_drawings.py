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
        assert {"wake", "NREM", "REM", "drowsy", "spikes", "artifact", "attenuations", "spasms", "to review"} <= set(shown)

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

    def test_an_amplitude_without_95th_percentile_or_limit_still_draws(self) -> None:
        rows = [ChannelAmplitude("P7-O1", 342.0, 300.0, 0.7, True), ChannelAmplitude("X1", 90.0, None, None, None)]
        svg = charts.amplitudes(rows)
        assert "of high amplitude: P7-O1." in svg
        ET.fromstring(svg)
