"""The SzCORE scores of Westward and of the reference package ``timescoring`` are the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from westward.eeg.evaluate.szcore import Scores, SzcoreParameters, score_events, score_samples

annotations = pytest.importorskip("timescoring.annotations", reason="peer package timescoring is not installed")
scoring = pytest.importorskip("timescoring.scoring")

N_CASES = 500


def random_case(seed: int) -> tuple[list[tuple[float, float]], list[tuple[float, float]], float]:
    """Events of every length, from moments to hours, dense or sparse; hypotheses near the reference or not.

    Most cases are in order without overlap, as labels are; every fifth overlaps.
    """
    rng = np.random.default_rng(seed)
    duration = float(rng.choice([60, 601.3, 3600, 7200.25, 6 * 3600]))

    def events(n: int, typical_s: float) -> list[tuple[float, float]]:
        starts = np.sort(rng.uniform(0, duration, n))
        ends = np.minimum(starts + rng.lognormal(np.log(typical_s), 1, n), duration)
        if seed % 5:
            ends = np.minimum(ends, np.append(starts[1:], duration))
        if seed % 3 == 0:
            starts, ends = np.round(starts), np.round(ends)
        return [(float(a), float(b)) for a, b in zip(starts, ends, strict=True)]

    reference = events(int(rng.integers(0, 12)), float(rng.choice([1, 30, 400])))
    hypothesis = events(int(rng.integers(0, 12)), float(rng.choice([1, 30, 400])))
    if reference and rng.random() < 0.6:
        kept = [
            (a + float(rng.normal(0, 20)), b + float(rng.normal(0, 20))) for a, b in reference if rng.random() < 0.8
        ]
        near = [(max(0.0, a), min(duration, b)) for a, b in kept if b > 0 and a < min(b, duration)]
        hypothesis = sorted(hypothesis + near) if seed % 5 == 0 else sorted(near)
    return reference, hypothesis, duration


def same(mine: Scores, theirs: object, n_hypothesis: int) -> None:
    assert mine.n_reference == theirs.refTrue
    assert mine.n_hypothesis == n_hypothesis
    assert mine.true_positives == theirs.tp
    assert mine.false_positives == theirs.fp
    for value, name in (
        (mine.sensitivity, "sensitivity"),
        (mine.precision, "precision"),
        (mine.f1, "f1"),
        (mine.false_positives_per_day, "fpRate"),
    ):
        peer = getattr(theirs, name)
        if np.isnan(peer):
            assert value is None, name
        else:
            assert value == pytest.approx(peer, rel=1e-12), name


@pytest.mark.parametrize("block", range(10))
def test_random_cases_give_identical_numbers(block: int) -> None:
    for seed in range(block * N_CASES // 10, (block + 1) * N_CASES // 10):
        reference, hypothesis, duration = random_case(seed)
        rng = np.random.default_rng(seed + 10_000)
        p = SzcoreParameters()
        if seed % 2:
            p = SzcoreParameters(
                tolerance_before_s=float(rng.integers(0, 40)),
                tolerance_after_s=float(rng.integers(0, 80)),
                min_overlap=float(rng.choice([0, 0.1, 0.5])),
                max_duration_s=float(rng.choice([30, 300, 1e6])),
                merge_closer_than_s=float(rng.choice([0, 5, 90])),
            )
        n = round(duration * 10)
        ref, hyp = (annotations.Annotation(list(e), 10, n) for e in (reference, hypothesis))
        peer = scoring.EventScoring(
            ref,
            hyp,
            scoring.EventScoring.Parameters(
                toleranceStart=p.tolerance_before_s,
                toleranceEnd=p.tolerance_after_s,
                minOverlap=p.min_overlap,
                maxEventDuration=p.max_duration_s,
                minDurationBetweenEvents=p.merge_closer_than_s,
            ),
        )
        mine = score_events(reference, hypothesis, duration_s=n / 10, parameters=p)
        same(mine, peer, len(peer.hyp.events))
        samples = scoring.SampleScoring(ref, hyp)
        same(
            score_samples(reference, hypothesis, duration_s=n / 10, parameters=p),
            samples,
            int(samples.hyp.mask.sum()),
        )


def test_the_cases_are_not_all_alike() -> None:
    cases = [random_case(seed) for seed in range(N_CASES)]
    scores = [score_events(r, h, duration_s=d) for r, h, d in cases]
    assert sum(s.true_positives > 0 for s in scores) > 150
    assert sum(s.false_positives > 0 for s in scores) > 150
    assert sum(s.n_reference == 0 for s in scores) > 20
    assert sum(0 < (s.sensitivity or 0) < 1 for s in scores) > 30
