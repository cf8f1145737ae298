"""The page in words."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from tests.support.compared import side, states

from westward.eeg.compare import forest, page
from westward.eeg.compare.comparison import compare
from westward.eeg.compare.result import as_dict


def rendered(before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> str:
    sides = (side("a", **(before or {})), side("b", seed=1, **(after or {})))
    return page.render(as_dict(compare(*sides)), sides)


def words_of(text: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def test_it_needs_nothing_from_outside() -> None:
    text = rendered()
    assert "<script" not in text
    assert "<link" not in text
    assert not re.search(r'(?:src|href)="(?!#)', text)
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "Simulated" in text
    assert "Simulated" not in words_of(rendered({"simulated": False}, {"simulated": False}))


def test_the_answer_comes_first() -> None:
    text = words_of(rendered({"score": 5, "spasms": 30}, {"score": 2}))
    assert "BASED 5 before, BASED 2 after; spasm candidates: 30 before, none after." in text
    assert "BASED 3 before, not graded after; no spasm candidate in either study." in words_of(
        rendered(after={"score": None})
    )


def test_what_was_looked_at_and_what_hides_spasms_stand_beside_the_counts() -> None:
    hides = "no limb EMG, and 12 attenuations of the background: spasms may be missed"
    text = words_of(rendered({"spasms": 30}, {"with_emg": False, "doubt": hides}))
    assert "Before: EEG and limb EMG." in text
    assert f"After: EEG alone, no limb EMG. N{hides[1:]}." in text
    assert "Candidates from EEG and limb EMG" not in text
    assert "Before: spasms were not looked for." in words_of(rendered({"spasms": None}))


@pytest.mark.parametrize("after", [{}, {"score": 0}, {"score": 0, "cycles": 0}, {"score": 1, "spasms": None}])
def test_it_never_promises(after: dict[str, Any]) -> None:
    text = words_of(rendered({"score": 5, "spasms": 30}, after))
    assert not re.search(r"\bnormal\b|\bnormali|remission|cured|spasm-free|resolved", text, re.IGNORECASE)


def test_what_is_insufficient_stands_on_top() -> None:
    text = rendered(after={"cycles": 0})
    assert "Insufficient to exclude spasms: no full sleep-wake cycle was recorded." in text
    assert text.index("Insufficient to exclude") < text.index('<div class="tiles">')
    assert "Insufficient" not in rendered()


def test_not_enough_sleep_is_told_in_the_drawing_and_below() -> None:
    text = rendered(after={"state": states(wake=110, nrem=10)})
    assert text.count("not enough sleep to compare") >= 3
    assert "root mean square" in text


def test_without_any_state_nothing_is_drawn_but_the_reason() -> None:
    text = words_of(rendered(after={"cycles": None, "nrem": None, "wake": None}))
    assert "No measure could be compared: states were not assessed after." in text
    assert "states not assessed" in text


def test_names_are_escaped() -> None:
    sides = (side("<b>a"), side("b", seed=1))
    text = page.render(as_dict(compare(*sides)), sides)
    assert "<b>a" not in text
    assert "&lt;b&gt;a" in text


@pytest.mark.parametrize(
    "ratio, shown",
    [(None, "–"), (1.0, "same"), (0.5, "−50%"), (1.25, "+25%"), (4.0, "×4"), (0.25, "÷4"), (0.0, "→ 0")],
)
def test_a_factor_is_said_as_people_say_it(ratio: float | None, shown: str) -> None:
    assert page.factor({"ratio": ratio}) == shown


def test_rates_that_cannot_be_told_are_not_zero() -> None:
    assert page.rate_words(None) == ("not assessable", "–", "–")
    none = {"n": 0, "hours": 0.0, "per_hour": None, "low": None, "high": None}
    assert page.rate_words(none) == ("0", "not assessable", "–")


def test_a_measure_of_too_few_epochs_says_so_in_the_drawing() -> None:
    row = {
        "main": True, "measure": "sample_entropy_nat", "name": "sample entropy", "unit": "nat", "state": "nrem",
        "before": None, "after": None, "ratio": None, "ratio_low": None, "ratio_high": None, "changed": None,
        "n_before": 2, "n_after": 1,
    }  # fmt: skip
    drawn = row | {
        "measure": "rms_uv_median", "name": "root mean square", "before": 10.0, "after": 5.0, "ratio": 0.5,
        "n_before": 60, "n_after": 60,
    }  # fmt: skip
    stated = [
        {"state": "nrem", "why": "", "before_minutes": 30, "after_minutes": 30},
        {"state": "wake", "why": "not enough", "before_minutes": 3, "after_minutes": 3},
    ]
    text = words_of(str(forest.draw([row, drawn], stated)))
    assert "too few epochs: 2 before, 1 after" in text
    assert text.count("not enough") == 1
    assert forest.draw([row], stated) is None
