"""Evidence grows with what speaks for a spasm; what is unknown says nothing; what is usual says little."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from westward.eeg.events import spasm_evidence as evidence
from westward.eeg.events.spasm_features import SpasmFeatures
from westward.eeg.events.spasm_parameters import SpasmParameters

P = SpasmParameters()


def features(onset_s: list[float], **columns: float) -> SpasmFeatures:
    """Candidates with one value per column; NaN where none is given."""
    n = len(onset_s)
    made = {f.name: np.full(n, columns.get(f.name, np.nan)) for f in fields(SpasmFeatures)}
    return SpasmFeatures(**(made | {"onset_s": np.array(onset_s, float)}))


CLEAR = {
    "slow_wave_uv": 200.0, "slow_wave_ratio": 5.0, "sharpness": 0.2, "vertex_share": 0.9, "decrement_depth": 2.0,
    "decrement_s": 2.0, "emg_ratio": 20.0, "emg_duration_s": 1.0, "emg_diamond": 0.95, "fast_activity_ratio": 3.0,
}  # fmt: skip


def test_what_is_not_assessable_says_next_to_nothing() -> None:
    f = features([10.0])
    assert evidence.slow_wave(f, P)[0] == 0
    assert evidence.emg(f, P)[0] == 0
    assert evidence.total(f, P)[0] == P.prior + P.no_background_evidence


def test_a_full_signature_is_likely_and_each_missing_part_makes_it_less_so() -> None:
    whole = evidence.total(features([10.0], **CLEAR), P)[0]
    assert evidence.probability(whole) > 0.95
    absent = (
        {"slow_wave_ratio": 0.5},
        {"decrement_depth": 0.0, "decrement_s": 0.0},
        {"emg_ratio": 0.0, "emg_duration_s": 0.0, "emg_diamond": np.nan},
    )
    for less in absent:
        assert evidence.total(features([10.0], **(CLEAR | less)), P)[0] < whole - 1


def test_jerks_and_tonic_contractions_are_no_spasms() -> None:
    def of(duration_s: float) -> float:
        return float(evidence.emg(features([10.0], **(CLEAR | {"emg_duration_s": duration_s})), P)[0])

    assert of(0.1) < 0 < of(0.5) == of(2.5)
    assert of(7.5) < of(4.0) < of(2.5)


@given(
    st.sampled_from(["slow_wave_ratio", "vertex_share", "decrement_depth", "emg_ratio", "fast_activity_ratio"]),
    st.floats(0.1, 40),
    st.floats(0, 20),
)
def test_more_of_a_part_never_speaks_against(name: str, value: float, more: float) -> None:
    low, high = (features([10.0], **(CLEAR | {name: v})) for v in (value, value + more))
    assert evidence.total(high, P)[0] >= evidence.total(low, P)[0] - 1e-9


def test_what_recurs_all_the_time_is_a_habit_and_a_cluster_is_not() -> None:
    always = features(list(np.arange(0, 2400, 12.0)), decrement_depth=2.0, decrement_s=2.0)
    cluster = features([*np.arange(1000, 1180, 12.0), 2399.0], decrement_depth=2.0, decrement_s=2.0)
    assert (evidence.habit(always, always.decrement_depth, P.habit_depth, P) >= 4).all()
    assert (evidence.habit(cluster, cluster.decrement_depth, P.habit_depth, P) == 0).all()
    assert evidence.decrement(always, P).max() < evidence.decrement(cluster, P).min()


def test_what_comes_with_emg_is_no_habit() -> None:
    f = features(list(np.arange(0, 2400, 12.0)), **CLEAR)
    assert (evidence.habit(f, f.decrement_depth, P.habit_depth, P) == 0).all()
    subtle = replace(f, emg_ratio=np.zeros(len(f)))
    assert (evidence.habit(subtle, f.decrement_depth, P.habit_depth, P) > 0).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_probabilities_stay_between_zero_and_one(values: list[float]) -> None:
    p = evidence.probability(values)
    assert ((p >= 0) & (p <= 1)).all()
    assert (np.diff(p[np.argsort(values)]) >= 0).all()
