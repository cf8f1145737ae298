"""The vectorized table equals a plain count, epoch by epoch."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.grading import facts

from westward.eeg.grading.epochs import EpochTable, SpikeSeconds, tabulate
from westward.eeg.grading.rules import BasedRules
from westward.eeg.grading.study_facts import StudyFacts
from westward.eeg.signal.montage import LONGITUDINAL

RULES = BasedRules.from_evidence()
NAMES = ("C3", "O2", "F8", "Cz")


def random_facts(seed: int) -> StudyFacts:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(300, 1500))
    rate = rng.uniform(0, 0.3)

    def seconds(share: float) -> list[int]:
        return np.flatnonzero(rng.random(n) < share).tolist()

    start = int(rng.integers(0, n))
    return facts(
        n,
        spikes={name: seconds(rate * rng.random()) for name in NAMES},
        loose_spikes=seconds(rng.uniform(0, 0.1)),
        high={name: seconds(rng.uniform(0.3, 0.7)) for name in LONGITUDINAL[:3]},
        faulty={name: seconds(rng.uniform(0.0, 0.35)) for name in LONGITUDINAL[:4]},
        attenuations=sorted(rng.uniform(0, n, rng.integers(0, 6))),
        grouped=sorted(rng.uniform(0, n, rng.integers(0, 6))),
        excluded=seconds(rng.uniform(0, 0.2)),
        gaps=[(start, start + 7)] if rng.random() < 0.5 and start + 7 < n else [],
    )


def plain_level(f: StudyFacts, start: int) -> dict[str, float]:
    """One epoch by the words of the rules, in loops."""
    bins = [k for k in range(start, start + 300) if f.assessable[k]]
    spikes = [(int(t), i) for t, i in zip(f.spike_s, f.spike_focus, strict=True) if int(t) in set(bins)]
    hit = {k for k, _ in spikes}
    pages = sum(len(hit & set(range(p, p + 15))) >= 8 for p in range(start, start + 300, 15))
    n_foci = sum(sum(i == j for _, i in spikes) >= 2 for j in range(len(f.foci)))
    n_high = 0
    for name, row, faulty in zip(f.derivations, f.background_uv, f.faulty, strict=True):
        limit = 300 if "O1" in name or "O2" in name else 200
        high = sum(row[k] >= limit for k in bins)
        sound = sum(faulty[k] for k in bins) <= 0.25 * len(bins)
        n_high += sound and high >= 0.5 * len(bins) and high >= 0.9 * 0.5 * 300
    attenuations = sum(start <= t < start + 300 for t in f.attenuation_s[:, 0])
    grouped = sum(start <= t < start + 300 for t in f.grouped_s[:, 0])
    if n_foci >= 3 and pages >= 10:
        level = 5
    elif (n_foci >= 3 and n_high) or attenuations >= 2 or grouped >= 2:
        level = 4
    else:
        level = 3 if n_foci >= 3 or n_high else 0
    return {"level": level, "pages": pages, "spike_bins": len(hit), "foci": n_foci, "bins": len(bins)}


def row_of(table: EpochTable, e: int) -> dict[str, float]:
    return {
        "level": int(table.levels(RULES)[e]),
        "pages": int(table.positive_pages[e]),
        "spike_bins": int(table.spike_bins[e]),
        "foci": int(table.foci(RULES)[e]),
        "bins": int(table.assessable_bins[e]),
    }


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_the_table_equals_counting_by_hand(seed: int) -> None:
    f = random_facts(seed)
    table = tabulate(f, SpikeSeconds.of(f), rules=RULES)
    for e in range(0, table.n_epochs, 7):
        assert row_of(table, e) == plain_level(f, int(table.starts[e]))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 100_000))
def test_possible_pages_bound_the_positive_ones(seed: int) -> None:
    f = random_facts(seed)
    table = tabulate(f, SpikeSeconds.of(f), rules=RULES)
    assert (table.possible_pages >= table.positive_pages).all()
    assert (table.levels(RULES, pages_possible=True) >= table.levels(RULES)).all()


def test_an_empty_study_has_an_empty_table() -> None:
    f = facts(100)
    table = tabulate(f, SpikeSeconds.of(f), rules=RULES)
    assert table.n_epochs == 0
    assert len(table.levels(RULES)) == 0


def test_spikes_outside_the_recording_are_ignored() -> None:
    f = facts(400, spikes={"C3": [390, 450]})
    assert SpikeSeconds.of(f).counts().tolist() == [1]
