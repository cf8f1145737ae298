"""Abnormally high amplitude: recurring background waves on the longitudinal bipolar montage."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.grading import facts

from westward.eeg.grading.based import grade
from westward.eeg.grading.rules import BasedRules
from westward.eeg.signal.montage import LONGITUDINAL

EPOCH = range(600, 900)
POSTERIOR = {"P7-O1", "P3-O1", "P4-O2", "P8-O2"}


@pytest.mark.parametrize("name", LONGITUDINAL)
def test_the_posterior_limit_holds_for_derivations_with_an_occipital_electrode(name: str) -> None:
    limit = 300 if name in POSTERIOR else 200
    assert grade(facts(high={name: EPOCH}, high_uv=limit)).rule == "3b"
    assert grade(facts(high={name: EPOCH}, high_uv=limit - 0.5)).score == 0


def test_waves_must_recur_in_half_of_the_bins() -> None:
    assert grade(facts(high={"C3-P3": EPOCH[:150]})).score == 3
    assert grade(facts(high={"C3-P3": EPOCH[:149]})).score == 0


def test_a_single_high_wave_is_not_high_amplitude() -> None:
    assert grade(facts(high={"C3-P3": [700]}, high_uv=900)).score == 0


def test_waves_of_several_derivations_do_not_add_up() -> None:
    assert grade(facts(high={"C3-P3": EPOCH[:149], "F3-C3": EPOCH[149:298]})).score == 0


def test_the_share_is_of_bins_with_background_left_to_measure() -> None:
    f = facts(900, high={"C3-P3": range(300, 400)}, nrem_s=840)
    f.background_uv[LONGITUDINAL.index("C3-P3"), 400:510] = np.nan
    g = grade(f)
    assert g.score == 3
    assert g.high_amplitude_channels[0].bin_fraction == pytest.approx(100 / 190, abs=1e-3)


def test_a_derivation_without_enough_background_is_not_assessed_rather_than_low() -> None:
    f = facts(900, high={"C3-P3": range(300, 350)})
    f.background_uv[LONGITUDINAL.index("C3-P3")] = np.nan
    g = grade(f)
    row = next(d for d in g.derivations if d.name == "C3-P3")
    assert (row.bin_fraction, row.high) == (None, None)
    assert any("C3-P3" in n.what for n in g.not_assessable)


def test_a_derivation_whose_electrode_is_at_fault_for_more_than_a_quarter_of_the_epoch_is_not_assessed() -> None:
    high = {"C3-P3": range(300, 600)}
    assert grade(facts(900, high=high, faulty={"C3-P3": range(300, 375)})).score == 3
    beyond = facts(900, high=high, faulty={"C3-P3": [*range(76), *range(300, 376), *range(600, 676)]})
    assert grade(beyond).score == 0


def test_bins_with_a_fault_are_not_high() -> None:
    high = {"C3-P3": range(300, 450)}
    assert grade(facts(900, high=high)).score == 3
    assert grade(facts(900, high=high, faulty={"C3-P3": range(300, 301)})).score == 0


def test_what_was_not_seen_does_not_make_a_derivation_high() -> None:
    excluded = [*range(240), *range(540, 600), *range(840, 900)]
    assert grade(facts(900, high={"C3-P3": range(300, 435)}, excluded=excluded)).score == 3
    assert grade(facts(900, high={"C3-P3": range(300, 434)}, excluded=excluded)).score == 0


def test_excluded_bins_do_not_count() -> None:
    f = facts(high={"C3-P3": EPOCH[:150]}, excluded=list(EPOCH[:20]))
    assert grade(f).score == 0


def test_the_median_and_the_limit_are_reported() -> None:
    channel = grade(facts(high={"P7-O1": range(1800)}, high_uv=410)).high_amplitude_channels[0]
    assert (channel.name, channel.median_uv, channel.limit_uv, channel.bin_fraction) == ("P7-O1", 410, 300, 1.0)


def test_limits_are_configurable() -> None:
    f = facts(high={"P7-O1": EPOCH}, high_uv=350)
    assert grade(f, rules=BasedRules.from_evidence(posterior_uv=400.0)).score == 0


def test_derivations_of_unknown_position_have_no_limit() -> None:
    g = grade(facts(derivations=["EEG 1", "EEG 2"], high={"EEG 1": EPOCH}, high_uv=900))
    assert g.score is None
    assert any(n.what == "background amplitude" for n in g.not_assessable)
