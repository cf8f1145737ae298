"""What the grade looks like in the bundle."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.eeg.grading.test_epochs import random_facts
from tests.support.grading import dense, facts, split

from westward.eeg.grading.based import grade

CONTRACT = {
    "score", "rule", "encephalopathy", "relapse_risk", "worst_epoch", "spike_bin_fraction", "positive_pages",
    "score_by_page_rule", "score_by_bin_rule", "foci", "high_amplitude_channels", "n_attenuations",
    "n_grouped_multifocal_spikes", "epoch_scores", "margin", "lower_bound",
}  # fmt: skip


@pytest.mark.parametrize(
    "study",
    [facts(), facts(100), facts(cycles=0), facts(nrem_s=0, cycles=0), facts(high={"C3-P3": range(600, 900)}, nrem_s=0)],
)
def test_the_reasons_stand_alone_too(study) -> None:
    g = grade(study)
    out = g.to_json()
    assert out["why"] == g.why
    assert g.sentence.endswith(f": {g.why}.")
    assert "BASED" not in g.why


@pytest.mark.parametrize("study", [facts(), facts(100), facts(nrem_s=0), facts(spikes={"C3": [610, 620]})])
def test_every_key_of_the_contract_is_there_and_writes_as_json(study) -> None:
    out = grade(study).to_json()
    assert set(out) >= CONTRACT
    assert json.loads(json.dumps(out, allow_nan=False)) == out


def test_a_null_always_has_its_reason() -> None:
    for study in (facts(100), facts(nrem_s=0), facts(states_assessable=False, age_days=None)):
        g = grade(study)
        assert g.score is None
        assert g.not_assessable[0].what == "BASED score"
        assert len(g.not_assessable[0].why) > 10


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000))
def test_grades_hang_together(seed: int) -> None:
    g = grade(random_facts(seed))
    if g.score is not None and g.score >= 3:
        assert g.rule[0] == str(g.score)
        assert g.worst_epoch.level == g.score
        assert g.rule in g.rules_met
    assert all(c.score != g.score for c in g.margin)
    assert sum(g.epoch_scores.to_json()[k] for k in ("below_3", "3", "4", "5")) == g.epoch_scores.n
    json.dumps(g.to_json(), allow_nan=False)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 3))
def test_more_spikes_never_lower_the_grade(seed: int, which: int) -> None:
    f = random_facts(seed)
    spikes = {focus.name: f.spike_s[f.spike_focus == i].astype(int).tolist() for i, focus in enumerate(f.foci)}
    more = {n: sorted({*s, *range(0, f.n_seconds, 9)}) if i == which else s for i, (n, s) in enumerate(spikes.items())}
    options = {"nrem_s": f.n_seconds - 60, "attenuations": f.attenuation_s[:, 0], "grouped": f.grouped_s[:, 0]}
    before, after = (grade(facts(f.n_seconds, spikes=s, **options)).score for s in (spikes, more))
    assert (after is None) == (before is None)
    assert after is None or after >= before


def test_missing_occipital_electrodes_are_warned_of() -> None:
    kept = [d for d in facts().derivations if "O1" not in d]
    assert any(w.startswith("O1 not usable") for w in grade(facts(derivations=kept)).warnings)
    assert not grade(facts()).warnings


def test_the_state_of_an_epoch_is_the_one_it_was_mostly_in() -> None:
    f = facts(1800, spikes=split(dense(900, bins_per_page=[3] * 20), ["C3", "O2", "F8"]), nrem_s=500)
    assert grade(f).worst_epoch.state == "wake"
