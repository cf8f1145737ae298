import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westward.eeg.simulate import noise

FS = 128.0


def source(waxing: float = 0.3, spectrum: noise.Spectrum | None = None) -> noise.NoiseSource:
    return noise.NoiseSource(5, "test", 3, spectrum or noise.band(1, 4), FS, waxing_sd=waxing)


@settings(max_examples=25, deadline=None)
@given(st.integers(-20_000, 40_000), st.integers(1, 9_000), st.floats(0, 1))
def test_any_cut_gives_the_same_samples(start: int, length: int, at: float) -> None:
    x = source()
    cut = start + int(at * length)
    whole = x.read(start, start + length)
    parts = np.concatenate([x.read(start, cut), x.read(cut, start + length)], axis=1)
    assert np.array_equal(whole, parts)


def test_power_is_the_same_inside_a_cell_and_where_cells_join() -> None:
    x = noise.NoiseSource(1, "power", 40, noise.band(1, 8), FS)
    cell = int(noise.CELL_S * FS)
    join = np.concatenate([x.read(k * cell - 192, k * cell + 192) for k in range(1, 12)], axis=1)
    inside = np.concatenate([x.read(k * cell + cell // 2, k * cell + cell // 2 + 384) for k in range(1, 12)], axis=1)
    assert join.var() == pytest.approx(inside.var(), rel=0.08)
    assert inside.var() == pytest.approx(1.0, rel=0.08)


def test_waxing_keeps_the_mean_square() -> None:
    x = noise.NoiseSource(2, "wax", 60, noise.band(4, 8), FS, waxing_sd=0.4, waxing_hz=0.3)
    assert np.mean(x.read(0, int(300 * FS)) ** 2) == pytest.approx(1.0, rel=0.12)


def test_band_holds_most_of_its_power() -> None:
    x = source(0.0, noise.band(4, 8)).read(0, int(60 * FS))
    power = np.abs(np.fft.rfft(x, axis=1)) ** 2
    f = np.fft.rfftfreq(x.shape[1], 1 / FS)
    inside = power[:, (f > 3.3) & (f < 9.5)].sum() / power.sum()
    assert inside > 0.9


def test_streams_of_other_names_are_independent() -> None:
    a = noise.NoiseSource(5, "a", 1, noise.band(1, 30), FS).read(0, 20_000)[0]
    b = noise.NoiseSource(5, "b", 1, noise.band(1, 30), FS).read(0, 20_000)[0]
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.05
