"""What is counted depends on whether limb EMG was recorded, unless a site sets one point."""

from __future__ import annotations

import numpy as np
from tests.eeg.events.test_spasm import found, with_cluster

from westward.eeg.events.spasm_parameters import SpasmParameters
from westward.eeg.study.options import StudyOptions

P = SpasmParameters()


def test_without_limb_emg_less_confidence_is_enough() -> None:
    assert P.point(with_emg=False) < P.point(with_emg=True)
    for emg in (True, False):
        s = found(with_cluster("quiet", "biphasic"), emg=emg, parameters=SpasmParameters(listed_from=0.0))
        point = np.where(np.isnan(s.emg_ratio), P.point_without_emg, P.operating_point)
        assert (s.counted == (s.confidence >= point.astype(np.float32))).all()
        assert np.isnan(s.emg_ratio).all() != emg


def test_a_site_sets_both() -> None:
    set_by_site = StudyOptions(spasm_operating_point=0.45).spasms
    assert {set_by_site.point(with_emg=True), set_by_site.point(with_emg=False)} == {0.45}
