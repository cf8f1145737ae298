"""What stands between two studies."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.compared import side, states

from westward.core.errors import UsageError
from westward.eeg.compare.comparability import Comparability, check
from westward.eeg.compare.measures import SPINDLES, measures
from westward.eeg.compare.parameters import CompareParameters
from westward.eeg.compare.side import Side, Table
from westward.eeg.events.hypnogram import EPOCH_S
from westward.eeg.signal.montage import ELECTRODES, LONGITUDINAL


def checked(before: Side, after: Side) -> Comparability:
    return check(before, after, CompareParameters())


def test_alike_studies_need_no_caution() -> None:
    found = checked(side("a"), side("b"))
    assert found.cautions == ()
    assert found.refused == {}


def test_the_later_study_given_first_is_refused() -> None:
    with pytest.raises(UsageError, match="give the earlier study first"):
        checked(side("a", age_days=210), side("b", age_days=196))
    assert checked(side("a", age_days=196), side("b", age_days=210)).cautions == ()


def test_one_recording_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="one recording"):
        checked(side("a"), side("a"))


def test_an_unknown_age_is_said() -> None:
    (told,) = checked(side("a"), side("b", age_days=None)).cautions
    assert "Age unknown (AFTER)" in told


def test_measures_that_count_samples_are_not_compared_over_rates() -> None:
    found = checked(side("a", sfreq_hz=256.0), side("b", sfreq_hz=200.0))
    counting = {m.key for m in measures().values() if m.rate_bound}
    assert set(found.refused) == counting
    assert {"permutation_entropy", "sample_entropy_nat", "multiscale_entropy_nat"} <= counting
    assert "depends on the sampling rate: 256" in found.refused["permutation_entropy"]
    assert len(found.cautions) == 1


def test_rates_that_are_worked_on_alike_are_alike() -> None:
    assert checked(side("a", sfreq_hz=512.0), side("b", sfreq_hz=256.0)).refused == {}


def test_a_low_rate_cuts_the_band() -> None:
    found = checked(side("a", sfreq_hz=256.0), side("b", sfreq_hz=128.0))
    assert "cuts the band" in found.refused["spectral_edge_95_hz"]
    assert "power_delta_uv2" not in found.refused


def test_derivations_and_electrodes_do_not_compare() -> None:
    found = checked(side("a", reference="bipolar"), side("b"))
    assert "unlike montages" in found.refused["rms_uv_median"]
    assert "spikes_per_min" not in found.refused
    assert "background_wave_uv_median" not in found.refused
    assert checked(side("a", reference="bipolar"), side("b", reference="bipolar")).refused == {}


def test_another_reference_is_said_only() -> None:
    found = checked(side("a", reference="Cz"), side("b"))
    assert found.refused == {}
    assert "Unlike references (Cz before, A1A2 after)" in found.cautions[0]


def test_a_lost_electrode_is_named_and_many_spoil_the_network() -> None:
    one = checked(side("a"), side("b", electrodes=[e for e in ELECTRODES if e != "O1"]))
    assert one.cautions[0].startswith("O1 measured in one study only")
    assert one.refused == {}
    many = checked(side("a"), side("b", electrodes=ELECTRODES[:8]))
    assert "of the electrodes in common" in many.refused["network_strength"]


def test_spikes_of_unlike_montages_are_not_compared() -> None:
    whole, few = side("a"), side("b")
    few.summary["recording"]["derivations"] = ["F3-C3", "P4-O2"]
    found = checked(whole, few)
    assert "11% of which are in both studies" in found.refused["spikes_per_min"]
    assert any("the number of spikes is not compared" in c for c in found.cautions)
    assert "background_wave_uv_median" not in found.refused


def test_spindles_of_unlike_sides_are_not_compared() -> None:
    def spindles(sides: str) -> dict[str, Table]:
        values = np.ones((1, 120))
        return {SPINDLES: Table((sides,), values, EPOCH_S, states(), np.ones(120, np.bool_))}

    one, both = side("a", extra=spindles("C3")), side("b", extra=spindles("C3, C4"))
    one.summary["recording"]["derivations"] = [d for d in LONGITUDINAL if "C4" not in d]
    assert checked(one, both).refused[SPINDLES] == "recorded over unlike sides of the head"
    assert SPINDLES not in checked(side("a", extra=spindles("C3, C4")), both).refused


def test_one_lost_electrode_leaves_spikes_comparable() -> None:
    whole, most = side("a"), side("b")
    most.summary["recording"]["derivations"] = [d for d in LONGITUDINAL if "O1" not in d]
    found = checked(whole, most)
    assert "spikes_per_min" not in found.refused
    assert any(c.startswith("The derivations differ") for c in found.cautions)


def test_what_hides_arousals_is_said_of_its_study() -> None:
    (told,) = checked(side("a"), side("b", arousals_doubt="40 shifts are what this background makes")).cautions
    assert told == "Arousals in the study after: 40 shifts are what this background makes."


def test_emg_versions_parameters_and_simulation_are_said() -> None:
    assert "Limb EMG was there in the study before only" in checked(side("a"), side("b", with_emg=False)).cautions[0]
    assert "unlike versions (0.1.0 and 0.2.0)" in checked(side("a"), side("b", version="0.2.0")).cautions[0]
    told = checked(side("a", parameters={"spike: x": "1"}), side("b", parameters={"spike: x": "2"})).cautions
    assert told == ("Analyzed with unlike parameters (spike: x): analyze both again alike.",)
    assert "no comparison of one child" in checked(side("a"), side("b", simulated=False)).cautions[0]
