"""Features of hypsarrhythmia: each measured, each with the agreement of readers, none a yes or no."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.support.grading import dense, facts, split

from westward.eeg.events.background import Background
from westward.eeg.grading.based import grade
from westward.eeg.grading.hypsarrhythmia import DEFINITIONS, Hypsarrhythmia, measure
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.signal.montage import LONGITUDINAL
from westward.evidence.loader import load

FOCI = ["C3", "O2", "F8"]
LEFT = [i for i, d in enumerate(LONGITUDINAL) if all(e[-1] in "13579" for e in d.split("-"))]
FEW = split(dense(600, bins_per_page=[2] * 20), FOCI)


def background(f: StudyFacts, *, delta: float = 0.5, r: float = 0.2, generalized_uv: float = 60.0) -> Background:
    b = Background.empty(f.derivations, f.n_seconds)
    b.wave_uv[:] = f.background_uv
    b.band_power[0], b.band_power[1:] = 1000 * delta, 1000 * (1 - delta) / 3
    b.pair_products[0], b.pair_products[1:] = 100 * r, 100.0
    b.generalized_uv[:] = generalized_uv
    return b


def measured(f: StudyFacts, b: Background | None = None, **options: float) -> Hypsarrhythmia:
    return measure(f, grade(f), background(f, **options) if b is None else b)


def high_everywhere(uv: float = 400.0, **options) -> StudyFacts:
    f = facts(1800, **options)
    f.background_uv[:] = np.random.default_rng(0).uniform(0.8 * uv, 1.2 * uv, f.background_uv.shape)
    return f


def test_every_feature_has_a_value_or_a_reason_and_its_definition() -> None:
    f = facts(1800)
    for b in (background(f), None, Background.empty(f.derivations, f.n_seconds)):
        found = measure(f, grade(f), b)
        assert [x.name for x in found.features] == list(DEFINITIONS)
        for feature in found.features:
            assert feature.definition
            assert (feature.value is None) == bool(feature.why)
        assert {n.what for n in found.not_assessable()} == {
            f"hypsarrhythmia: {x.name}" for x in found.features if x.value is None
        }
        json.dumps(found.to_json(), allow_nan=False)


def test_each_feature_stands_beside_the_published_agreement() -> None:
    kappa = {x.name: x.reader_kappa for x in measured(facts()).features}
    assert (kappa["multifocality"], kappa["synchrony"], kappa["burst suppression"]) == (0.68, 0.08, None)
    assert kappa["disorganization"] == load("agreement").number("kappa.disorganization")


def test_a_recording_too_short_to_grade_is_measured_over_its_assessable_time() -> None:
    f = facts(200, spikes={"C3": [10, 20]}, background_uv=120, attenuations=[100])
    found = measured(f)
    assert (found.where, found.variant, found.state) == ("all assessable time", None, "nrem")
    values = {x.name: x.value for x in found.features}
    assert (values["multifocality"], values["amplitude"], values["attenuation"]) == (1, 120, 1)
    assert measured(facts(900)).where == "worst epoch"


def test_what_is_too_short_even_for_that_says_so() -> None:
    found = measured(facts(40))
    assert found.feature("amplitude").why == "less than 60 s of assessable background"
    assert measured(facts(200, excluded=range(200))).state is None


def test_multifocality_counts_foci_and_sides() -> None:
    feature = measured(facts(spikes=FEW)).feature("multifocality")
    assert feature.value == 3
    assert feature.parts == {"left": 1, "right": 2, "midline": 0}


def test_amplitude_is_the_median_wave_by_region() -> None:
    f = facts(1800, background_uv=100)
    f.background_uv[[i for i, d in enumerate(LONGITUDINAL) if "O" in d]] = 260
    feature = measured(f).feature("amplitude")
    assert feature.value == 100
    assert (feature.parts["posterior"], feature.parts["anterior"]) == (260, 100)


def test_slowing_is_the_share_of_delta() -> None:
    assert measured(facts(), delta=0.8).feature("slowing").value == pytest.approx(0.8)


def test_disorganization_is_not_claimed_from_anything_measured() -> None:
    feature = measured(high_everywhere()).feature("disorganization")
    assert feature.value is None
    assert "no published definition" in feature.why


def test_place_entropy_is_0_where_one_place_leads_and_1_where_any_does() -> None:
    f = facts(1800)
    f.background_uv[3] = 200
    name = "place entropy of the largest wave"
    assert measured(f).feature(name).value == pytest.approx(0)
    assert measured(high_everywhere()).feature(name).value > 0.95
    assert measured(f).feature(name).reader_kappa is None


def test_synchrony_is_the_correlation_between_sides() -> None:
    assert measured(facts(), r=0.9).feature("synchrony").value == pytest.approx(0.9)


def test_asymmetry_has_the_sign_of_the_higher_side() -> None:
    f = facts(1800, background_uv=100)
    f.background_uv[LEFT] = 50
    assert measured(f).feature("asymmetry").value == pytest.approx(1 / 3)


def test_excluded_seconds_are_left_out() -> None:
    f = facts(900, background_uv=100, excluded=range(300, 350))
    f.background_uv[:, 300:350] = 900
    assert measured(f).feature("amplitude").value == 100


@pytest.mark.parametrize(
    ("form", "study", "options"),
    [
        ("increased interhemispheric synchrony", high_everywhere(spikes=FEW), {"r": 0.8}),
        ("consistent focus", high_everywhere(spikes={**FEW, "C3": list(range(600, 900, 3))}), {}),
        ("episodes of attenuation", high_everywhere(spikes=FEW, attenuations=[700, 720]), {}),
        ("high-voltage slow with few spikes", high_everywhere(spikes={"C3": [610, 620]}), {"delta": 0.9}),
    ],
)
def test_each_modified_form_is_named_with_its_reason(form: str, study: StudyFacts, options: dict[str, float]) -> None:
    found = measured(study, **options)
    assert form in (found.variant or "")
    assert all("limit" in v.why for v in found.variants)


def test_the_asymmetric_form() -> None:
    f = high_everywhere(spikes=FEW)
    f.background_uv[LEFT] /= 3
    assert measured(f).variants[0].form == "asymmetric"
    assert "right 3." in measured(f).variants[0].why


def test_no_form_is_named_for_a_quiet_background() -> None:
    assert measured(facts(spikes={"C3": [610, 620]}), r=0.95).variants == ()


def test_much_suppression_alerts_to_other_syndromes_with_its_status() -> None:
    f = facts()
    b = background(f)
    b.generalized_uv[:, ::2] = 4
    b.generalized_uv[:, 1::4] = 4
    (alert,) = measured(f, b).alerts
    assert "early infantile" in alert.words
    assert alert.status == "recalled"
    assert measured(f).alerts == ()


def bursts(f: StudyFacts, *, low_s: int, every_s: int, low_uv: float = 25.0, burst_uv: float = 260.0) -> Background:
    b = background(f, generalized_uv=burst_uv)
    b.generalized_uv[:, np.arange(f.n_seconds) % every_s < low_s] = low_uv
    return b


def test_suppression_above_10_uv_between_bursts_alerts_too() -> None:
    f = facts()
    found = measured(f, bursts(f, low_s=4, every_s=8))
    (alert,) = found.alerts
    assert found.feature("burst suppression").value == 0
    assert found.feature("burst attenuation").value == pytest.approx(0.5, abs=0.02)
    assert "0.50 of the assessable time low between bursts, limit 0.3" in alert.why


def test_now_and_then_an_attenuation_is_no_burst_pattern() -> None:
    f = facts()
    assert measured(f, bursts(f, low_s=3, every_s=40)).alerts == ()


def test_waxing_and_waning_is_no_burst_pattern() -> None:
    f = facts()
    assert measured(f, bursts(f, low_s=4, every_s=8, low_uv=110)).alerts == ()


def test_single_low_half_seconds_are_no_interburst() -> None:
    f = facts()
    b = background(f, generalized_uv=260.0)
    b.generalized_uv[0] = 25.0
    assert measured(f, b).feature("burst attenuation").value == 0


def test_a_change_of_state_is_no_burst_pattern() -> None:
    f = facts(3600)
    b = background(f, generalized_uv=260.0)
    b.generalized_uv[:, 1800:] = 25.0
    assert measured(f, b).alerts == ()


def test_excluded_time_does_not_count_as_low() -> None:
    f = facts(1800, excluded=range(600, 1500))
    b = bursts(f, low_s=4, every_s=8)
    b.generalized_uv[:, 600:1500] = 1.0
    assert measured(f, b).alerts[0].why.startswith("0.5")
