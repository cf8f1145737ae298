"""Mirror images and regions of derivations."""

from __future__ import annotations

from westward.eeg.signal.electrodes import mirror
from westward.eeg.signal.homologs import homologous_pairs, regions
from westward.eeg.signal.montage import ELECTRODES, LONGITUDINAL, hemisphere


def test_a_mirror_lies_on_the_other_side_and_mirrors_back() -> None:
    other = {"left": "right", "right": "left", "midline": "midline"}
    for e in ELECTRODES:
        assert mirror(mirror(e)) == e
        assert hemisphere(mirror(e)) == other[hemisphere(e)]


def test_all_lateral_derivations_have_a_pair_in_order_left_right() -> None:
    pairs = homologous_pairs(LONGITUDINAL)
    assert len(pairs) == 8
    assert ("P7-O1", "P8-O2") in {(LONGITUDINAL[a], LONGITUDINAL[b]) for a, b in pairs}
    assert {i for pair in pairs for i in pair} == set(range(18)) - {LONGITUDINAL.index(d) for d in ("Fz-Cz", "Cz-Pz")}


def test_unknown_labels_have_neither() -> None:
    labels = ("EEG 1", "x-y", "Fz-C3", "C3-C4", "")
    assert homologous_pairs(labels) == ()
    assert regions(labels) == {}


def test_regions_share_out_the_lateral_derivations() -> None:
    groups = {name: {LONGITUDINAL[i] for i in rows} for name, rows in regions(LONGITUDINAL).items()}
    assert groups["left posterior"] == {"P7-O1", "P3-O1"}
    assert groups["right frontal"] == {"Fp2-F4", "Fp2-F8"}
    assert groups["left temporal"] == {"F7-T7", "T7-P7"}
    assert groups["right central"] == {"F4-C4", "C4-P4"}
