"""The gamma lead of a study: what the summary makes of the leads of its candidates."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from westward.eeg.events.spasm_gamma import SpasmGamma
from westward.eeg.study import gamma, ictal

NAN = np.nan


def study(lead: list[list[float]], *, rate_hz: float = 256.0) -> Any:
    """Counted candidates on a left, a right and a midline derivation; the last candidate is a near-miss."""
    rows = np.array([*lead, [NAN] * 3], np.float32)
    peak = np.where(np.isnan(rows), 1, 5).astype(np.float32)
    peak[-1] = NAN
    counted = np.r_[np.ones(len(lead), bool), False]
    layout = SimpleNamespace(derivations=("F3-C3", "F4-C4", "Fz-Cz"), working_rate_hz=rate_hz)
    return SimpleNamespace(
        layout=layout, night=SimpleNamespace(gamma=SpasmGamma(rows, peak), spasms=SimpleNamespace(counted=counted))
    )


@pytest.fixture(autouse=True)
def _assessable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ictal, "refusal", lambda _: "")


def test_the_median_is_over_candidates_of_the_derivation_where_it_comes_first() -> None:
    four = [[0.4, 0.1, NAN], [0.2, 0.3, NAN], [NAN, NAN, 0.5], [0.6, NAN, 0.1]]
    told = gamma.summary(study([*four, [NAN, NAN, NAN]] * 10))
    assert told is not None
    assert (told["n"], told["n_measured"], told["n_with_rise"]) == (50, 50, 40)
    assert told["lead_s"] == pytest.approx(0.45)
    assert 0.3 <= told["low"] < 0.45 < told["high"] <= 0.6
    assert told["first"] == {"left": 20, "right": 10, "midline": 10}


def test_three_candidates_have_a_median_without_an_interval_and_none_has_neither() -> None:
    few = gamma.summary(study([[0.4, NAN, NAN], [0.2, NAN, NAN], [0.3, NAN, NAN]]))
    assert few is not None
    assert (few["lead_s"], few["low"], few["high"]) == (pytest.approx(0.3), None, None)
    none = gamma.summary(study([[NAN, NAN, NAN]]))
    assert none is not None
    assert (none["n"], none["n_with_rise"], none["lead_s"]) == (1, 0, None)


def test_a_slow_recording_is_not_assessable_and_says_why() -> None:
    slow = study([[0.4, NAN, NAN]], rate_hz=128.0)
    assert gamma.summary(slow) is None
    assert "gamma needs 167 samples per second" in gamma.why(slow)
