"""Which single change alters the score: each claim of the margin is redone by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.grading import dense, facts, split

from westward.eeg.grading.based import grade
from westward.eeg.grading.rules import BasedRules

FOCI = ["C3", "O2", "F8"]
FEW = dense(600, bins_per_page=[2] * 20)


def changes(f, **options) -> dict[str, int | None]:
    return {c.change: c.score for c in grade(f, **options).margin}


def test_only_the_nearest_limit_that_changes_the_score_is_named() -> None:
    f = facts(spikes=split(FEW, FOCI), high={"P7-O1": range(600, 900)}, high_uv=320)
    found = changes(f)
    assert found["posterior limit 350 µV"] == 3
    assert "posterior limit 400 µV" not in found
    assert "anterior limit 250 µV" not in found
    assert grade(f, rules=BasedRules.from_evidence(posterior_uv=350)).score == 3
    assert "3 if the posterior limit were 350 µV" in grade(f).sentence


def test_the_anterior_limit_is_tried_on_its_own() -> None:
    f = facts(high={"F3-C3": range(600, 900)}, high_uv=220)
    assert changes(f)["anterior limit 250 µV"] == 0
    assert not any(c.startswith("posterior") for c in changes(f))


def test_a_low_score_names_the_lower_limit() -> None:
    f = facts(spikes=split(FEW, ["C3"]), high={"P7-O1": range(600, 900)}, high_uv=260)
    assert grade(f).score == 2
    assert changes(f)["posterior limit 250 µV"] == 3


def test_the_recurrence_is_varied() -> None:
    assert changes(facts(high={"C3-P3": range(600, 700)}))["recurrence in 25 % of the seconds"] == 3
    assert changes(facts(high={"C3-P3": range(600, 800)}))["recurrence in 75 % of the seconds"] == 0


def test_a_rejected_focus_loses_its_spikes() -> None:
    found = changes(facts(spikes=split(FEW, FOCI)))
    assert {k: v for k, v in found.items() if k.startswith("without focus")} == {
        f"without focus {name}": 2 for name in FOCI
    }


def test_a_rejected_focus_lowers_the_burden_too() -> None:
    both = split(dense(600, bins_per_page=[5] * 20), ["C3", "O2", "F8"])
    extra = {"T8": [s for page in range(20) for s in range(600 + 15 * page + 5, 600 + 15 * page + 10)]}
    f = facts(spikes={**both, **extra})
    assert grade(f).score == 5
    assert changes(f)["without focus T8"] == 3


def test_a_rejected_channel_loses_its_derivations_and_the_foci_that_peak_there() -> None:
    f = facts(spikes=split(FEW, FOCI), high={"C3-P3": range(600, 900)})
    found = changes(f)
    assert (found["without channel P3"], found["without channel C3"]) == (3, 2)
    assert "without channel T7" not in found


def test_counts_of_events_are_varied() -> None:
    assert changes(facts(attenuations=[700, 710]))["3 attenuations for level 4"] == 0
    assert changes(facts(attenuations=[700]))["1 attenuation for level 4"] == 4
    assert changes(facts(grouped=[700]))["1 grouped run for level 4"] == 4


def test_the_bin_rule_and_the_number_of_pages_are_among_the_changes() -> None:
    f = facts(900, spikes=split(dense(300, bins_per_page=[15] * 9 + [7] * 11), FOCI))
    found = changes(f)
    assert found["bin rule instead of page rule"] == 5
    assert found["9 positive pages for level 5"] == 5


def test_a_study_far_from_every_limit_has_no_margin() -> None:
    f = facts()
    f.background_uv[:] = 40
    assert grade(f).margin == ()


def test_a_score_the_study_cannot_support_shows_as_none() -> None:
    f = facts(spikes=split(FEW, FOCI), nrem_s=0, cycles=0)
    assert changes(f)["without focus C3"] is None


def test_a_null_score_names_what_would_make_a_finding() -> None:
    f = facts(high={"P7-O1": range(600, 900)}, high_uv=260, nrem_s=0, cycles=0)
    assert grade(f).score is None
    assert changes(f)["posterior limit 250 µV"] == 3


@pytest.mark.parametrize("seed", range(6))
def test_every_limit_named_gives_the_score_named(seed: int) -> None:
    rng = np.random.default_rng(seed)
    seconds = sorted(rng.choice(900, int(rng.integers(50, 600)), replace=False).tolist())
    f = facts(900, spikes=split(seconds, FOCI[: int(rng.integers(1, 4))]))
    f.background_uv[:] = rng.uniform(100, 420, f.background_uv.shape)
    for change in grade(f).margin:
        place, _, value = change.change.partition(" limit ")
        if place in ("posterior", "anterior"):
            rules = BasedRules.from_evidence(**{f"{place}_uv": float(value.split()[0])})
            assert grade(f, rules=rules).score == change.score
