"""The same derivations as MNE makes, on noise and on a real clip."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.support.peer_signals import clip

from westward.eeg.signal import montage
from westward.eeg.signal.montage import ELECTRODES, LONGITUDINAL, TRANSVERSE
from westward.eeg.signal.scalp import positions

mne = pytest.importorskip("mne")


def material(source: str) -> tuple[np.ndarray, tuple[str, ...], float]:
    """Electrodes and both ears."""
    if source == "noise":
        x = np.random.default_rng(1).standard_normal((21, 2000)) * 50
        return x.astype(np.float32), (*ELECTRODES, "A1", "A2"), 200.0
    x, names, rate = clip(10.0)
    ears = np.random.default_rng(2).standard_normal((2, x.shape[1])) * 20
    return np.concatenate([x, ears.astype(np.float32)]), (*names, "A1", "A2"), rate


@pytest.fixture(params=["noise", "clip"])
def source(request: pytest.FixtureRequest) -> tuple[np.ndarray, tuple[str, ...], Any]:
    x, names, rate = material(request.param)
    raw = mne.io.RawArray(x.astype(np.float64) * 1e-6, mne.create_info(list(names), rate, "eeg"), verbose="error")
    return x, names, raw


def same(ours: np.ndarray, theirs_v: np.ndarray, x: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs_v * 1e6, atol=1e-6 * float(np.abs(x).max()))


@pytest.mark.parametrize(("name", "listed"), [("longitudinal", LONGITUDINAL), ("transverse", TRANSVERSE)])
def test_bipolar(source: tuple[np.ndarray, tuple[str, ...], Any], name: str, listed: tuple[str, ...]) -> None:
    x, names, raw = source
    made = montage.make(name, names)
    assert set(made.derivations) == {d for d in listed if set(d.split("-")) <= set(names)}
    ends = [d.split("-") for d in made.derivations]
    theirs = mne.set_bipolar_reference(
        raw, [a for a, _ in ends], [c for _, c in ends], list(made.derivations), drop_refs=False, verbose="error"
    )
    same(made.apply(x), theirs.get_data(picks=list(made.derivations)), x)


def test_average_without_bad_electrodes(source: tuple[np.ndarray, tuple[str, ...], Any]) -> None:
    x, names, raw = source
    bad = ["C3", "O1"]
    made = montage.make("average", names, bad=bad)
    theirs = raw.copy().drop_channels(["A1", "A2"])
    theirs.info["bads"] = [*bad]
    theirs.set_eeg_reference("average", verbose="error")
    same(made.apply(x), theirs.get_data(picks=[d.removesuffix("-AVG") for d in made.derivations]), x)


@pytest.mark.parametrize(("reference", "ends"), [("LE", ["A1", "A2"]), ("Cz", ["Cz"])])
def test_referential(source: tuple[np.ndarray, tuple[str, ...], Any], reference: str, ends: list[str]) -> None:
    x, names, raw = source
    made = montage.make("referential", names, reference=reference)
    theirs = raw.copy().set_eeg_reference(ends, verbose="error")
    same(made.apply(x), theirs.get_data(picks=[d.removesuffix(f"-{reference}") for d in made.derivations]), x)


def test_the_laplacian_peaks_where_the_current_source_density_does() -> None:
    made = montage.make("laplacian", ELECTRODES)
    info = mne.create_info(list(ELECTRODES), 200.0, "eeg")
    place = positions(ELECTRODES) * 0.09
    info.set_montage(mne.channels.make_dig_montage(dict(zip(ELECTRODES, place, strict=True)), coord_frame="head"))
    distance = np.linalg.norm(place[:, None] - place[None], axis=-1)
    # One smooth source under each electrode in turn.
    x = np.exp(-np.square(distance / 0.05)) * 100
    raw = mne.io.RawArray(x * 1e-6, info, verbose="error")
    theirs = mne.preprocessing.compute_current_source_density(raw, sphere=(0, 0, 0, 0.09), verbose="error").get_data()
    ours = made.apply(x.astype(np.float32))
    np.testing.assert_array_equal(ours.argmax(axis=0), np.arange(19))
    np.testing.assert_array_equal(theirs.argmax(axis=0), np.arange(19))
    like = [float(np.corrcoef(ours[:, i], theirs[:, i])[0, 1]) for i in range(19)]
    # A few neighbors weighted by distance are not a spline; the fields must be alike, not the same.
    assert min(like) > 0.7
    assert np.median(like) > 0.9
