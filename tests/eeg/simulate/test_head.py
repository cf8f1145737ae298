import numpy as np
import pytest

from westward.eeg.signal.montage import ELECTRODES, NEIGHBORS
from westward.eeg.simulate import head


@pytest.mark.parametrize("electrode", ELECTRODES)
def test_a_radial_source_peaks_under_its_electrode(electrode: str) -> None:
    assert head.peak_electrode(head.field(head.site(electrode), 0.42)) == electrode


def test_neighbors_see_a_realistic_share_of_a_focal_source() -> None:
    shares = []
    for electrode in ("C3", "C4", "P3", "P4", "F3", "F4"):
        v = head.field(head.site(electrode), 0.3)
        at = {e: float(v[head.SITES.index(e)]) for e in ELECTRODES}
        shares.append(max(at[n] for n in NEIGHBORS[electrode]) / at[electrode])
    assert min(shares) > 0.4
    assert max(shares) < 0.7


def test_potential_over_the_whole_sphere_has_no_mean() -> None:
    # A dipole in a closed sphere moves no net charge: integrate with the field of many directions of the source.
    rng = np.random.default_rng(0)
    u = rng.standard_normal((4000, 3))
    values = [head.field(x / np.linalg.norm(x), 0.4)[head.SITES.index("Cz")] for x in u]
    assert abs(np.mean(values)) < 0.1 * np.std(values)


def test_left_and_right_are_mirror_images() -> None:
    left, right = head.field(head.site("P7"), 0.4), head.field(head.site("P8"), 0.4)
    assert left[head.SITES.index("O1")] == pytest.approx(right[head.SITES.index("O2")], rel=1e-5)
    assert left[head.SITES.index("Cz")] == pytest.approx(right[head.SITES.index("Cz")], rel=1e-5)


def test_ears_pick_up_temporal_sources() -> None:
    v = head.field(head.site("T7"), 0.45)
    assert 0.15 < v[head.SITES.index("A1")] / v[head.SITES.index("T7")] < 0.9
