"""Montages: what is subtracted from what, and what that means for any signal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.eeg.signal import montage
from westward.eeg.signal.electrodes import hemisphere, mirror
from westward.eeg.signal.laplacian import weights
from westward.eeg.signal.montage import ELECTRODES, LONGITUDINAL, NAMES, NEIGHBORS, TRANSVERSE
from westward.eeg.signal.scalp import flat

WITH_EARS = (*ELECTRODES, "A1", "A2")
names = st.sampled_from(NAMES)
scalp = st.lists(st.sampled_from(ELECTRODES), min_size=3, unique=True)
seeds = st.integers(0, 2**32 - 1)


def signals(n: int, seed: int) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((n, 20)) * 50).astype(np.float32)


@given(names, scalp, seeds, st.floats(-5, 5))
def test_montages_are_linear(name: str, some: list[str], seed: int, factor: float) -> None:
    made = montage.make(name, [*some, "A1", "A2"])
    x, y = signals(len(some) + 2, seed), signals(len(some) + 2, seed + 1)
    np.testing.assert_allclose(
        made.apply((factor * x + y).astype(np.float32)), factor * made.apply(x) + made.apply(y), atol=2e-3
    )


@given(names, scalp, st.floats(-1e4, 1e4))
def test_what_all_electrodes_share_vanishes(name: str, some: list[str], offset_uv: float) -> None:
    made = montage.make(name, [*some, "A1", "A2"])
    np.testing.assert_allclose(made.matrix.sum(axis=1), 0, atol=1e-6)
    x = np.full((len(some) + 2, 5), offset_uv, np.float32)
    np.testing.assert_allclose(made.apply(x), 0, atol=1e-6 * abs(offset_uv) + 1e-6)


@given(names, scalp, st.data())
def test_what_a_bad_electrode_holds_reaches_no_derivation(name: str, some: list[str], data: st.DataObject) -> None:
    bad = data.draw(st.lists(st.sampled_from(some), unique=True))
    made = montage.make(name, [*some, "A1", "A2"], bad=bad)
    x = signals(len(some) + 2, 1)
    clean = made.apply(x)
    x[[some.index(e) for e in bad]] = np.nan
    np.testing.assert_array_equal(made.apply(x), clean)
    assert not {e for d in made.derivations for e in d.split("-")} & set(bad)
    without = montage.make(name, [e for e in [*some, "A1", "A2"] if e not in bad])
    assert made.derivations == without.derivations


@given(scalp, seeds)
def test_the_average_of_all_derivations_to_the_average_is_zero(some: list[str], seed: int) -> None:
    x = signals(len(some), seed)
    made = montage.average(some)
    np.testing.assert_allclose(made.apply(x).mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(made.apply(made.apply(x)), made.apply(x), atol=1e-3)


def test_the_average_leaves_ears_and_bad_electrodes_out() -> None:
    made = montage.average(["C3", "C4", "A1", "Cz"], bad=["Cz"])
    assert made.derivations == ("C3-AVG", "C4-AVG")
    np.testing.assert_array_equal(made.matrix, [[0.5, -0.5, 0, 0], [-0.5, 0.5, 0, 0]])


def test_bipolar_montages_are_those_of_the_lists() -> None:
    for name, wanted in (("longitudinal", LONGITUDINAL), ("transverse", TRANSVERSE)):
        made = montage.make(name, ELECTRODES)
        assert made.derivations == wanted
        x = signals(19, 3)
        for row, d in zip(made.apply(x), wanted, strict=True):
            a, c = d.split("-")
            np.testing.assert_array_equal(row, x[ELECTRODES.index(a)] - x[ELECTRODES.index(c)])


def test_chains_of_the_longitudinal_montage_add_up() -> None:
    made = montage.make("longitudinal", ELECTRODES)
    y = dict(zip(made.derivations, made.apply(signals(19, 4)), strict=True))
    outer = y["Fp1-F7"] + y["F7-T7"] + y["T7-P7"] + y["P7-O1"]
    np.testing.assert_allclose(outer, y["Fp1-F3"] + y["F3-C3"] + y["C3-P3"] + y["P3-O1"], atol=1e-3)


def test_derivations_go_back_to_potentials() -> None:
    made = montage.make("longitudinal", ELECTRODES)
    y = made.apply(signals(19, 5))
    np.testing.assert_allclose(made.apply(made.inverse @ y), y, atol=1e-3)


def test_referential_to_an_electrode_and_to_linked_ears() -> None:
    x = signals(21, 6)
    to_cz = montage.make("referential", WITH_EARS, reference="Cz")
    assert "Cz-Cz" not in to_cz.derivations
    assert to_cz.derivations[0] == "Fp1-Cz"
    np.testing.assert_allclose(to_cz.apply(x)[0], x[0] - x[ELECTRODES.index("Cz")], atol=1e-4)
    ears = montage.make("referential", WITH_EARS)
    assert ears.derivations == tuple(f"{e}-LE" for e in ELECTRODES)
    np.testing.assert_allclose(ears.apply(x), x[:19] - x[19:].mean(axis=0), atol=1e-4)


@given(scalp)
def test_a_laplacian_weighs_neighbors_only_and_sums_to_zero(some: list[str]) -> None:
    w = weights(some)
    for row, e in zip(w, some, strict=True):
        if len(some) < 3:
            assert not row.any()
            continue
        around = {some[i] for i in np.flatnonzero(row < 0)}
        assert row[some.index(e)] == 1
        assert row.sum() == pytest.approx(0, abs=1e-12)
        assert len(around) >= 2
        assert around >= set(NEIGHBORS[e]) & set(some)


def test_a_laplacian_sees_a_peak_but_no_slope() -> None:
    made = montage.make("laplacian", ELECTRODES)
    at = flat(ELECTRODES).astype(np.float32)
    inner = [made.derivations.index(f"{e}-LAP") for e in ("Cz",)]
    np.testing.assert_allclose(made.apply(at)[inner], 0, atol=1e-6)
    for i, e in enumerate(ELECTRODES):
        hill = np.exp(-np.square(at - at[i]).sum(axis=1, keepdims=True)).astype(np.float32)
        seen = made.apply(hill)[:, 0]
        assert made.derivations[int(seen.argmax())] == f"{e}-LAP"


def test_a_laplacian_is_the_same_on_both_sides() -> None:
    w = weights(ELECTRODES)
    other = [ELECTRODES.index(mirror(e)) for e in ELECTRODES]
    np.testing.assert_allclose(w[np.ix_(other, other)], w, atol=1e-12)


def test_too_few_electrodes_have_no_laplacian() -> None:
    assert montage.make("laplacian", ["C3", "C4"]).derivations == ()
    assert montage.make("laplacian", ["C3", "C4", "Cz", "X1"], bad=["Cz"]).derivations == ()
    assert montage.make("laplacian", ["C3", "C4", "Cz", "X1"]).matrix.shape == (3, 4)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "referential"])
def test_no_electrodes_make_no_derivations(name: str) -> None:
    made = montage.make(name, [])
    assert made.matrix.shape == (0, 0)
    assert made.apply(np.zeros((0, 7), np.float32)).shape == (0, 7)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: montage.make("laplace", ELECTRODES), "did you mean 'laplacian'"),
        (lambda: montage.make("zzz", ELECTRODES), "there are longitudinal, transverse"),
        (lambda: montage.make("average", ELECTRODES, bad=["FP1"]), "did you mean 'Fp1'"),
        (lambda: montage.make("average", ELECTRODES, bad=["T3"]), "did you mean 'T7'"),
        (lambda: montage.make("average", ["C3", "C3"]), "'C3' is there more than once"),
        (lambda: montage.make("referential", ELECTRODES), "'A1' was not recorded; take one electrode"),
        (lambda: montage.make("referential", ELECTRODES, reference="CZ"), "did you mean 'Cz'"),
        (lambda: montage.make("referential", ELECTRODES, reference="Cz", bad=["Cz"]), "'Cz' is bad"),
        (lambda: montage.make("referential", WITH_EARS, bad=["A2"]), "'A2' is bad"),
        (lambda: montage.make("average", ELECTRODES).apply(np.zeros((3, 9), np.float32)), "19 electrodes"),
        (lambda: montage.make("average", ELECTRODES).apply(np.zeros(19, np.float32)), "19 electrodes"),
    ],
)
def test_what_cannot_be_made_is_said_with_a_remedy(call: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call()  # type: ignore[operator]


def test_sides_and_mirrors_of_names() -> None:
    assert [hemisphere(e) for e in ("Fp1", "T8", "Cz", "P10", "T9")] == ["left", "right", "midline", "right", "left"]
    assert [mirror(e) for e in ("Fp1", "T8", "Cz", "P10", "T9")] == ["Fp2", "T7", "Cz", "P9", "T10"]
