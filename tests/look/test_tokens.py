from __future__ import annotations

import pytest

from westward.look import theme
from westward.look.tokens import Mode, contrast, tokens

MODES: tuple[Mode, ...] = ("light", "dark", "print")
TEXT = ("ink", "ink-soft", "accent", "due", "unsafe", "done")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("text", TEXT)
def test_text_reaches_aa_on_every_ground(mode: Mode, ground: str, text: str) -> None:
    t = tokens(mode)
    assert contrast(t[text], t[ground]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("meaning", ["due", "unsafe", "done", "accent"])
def test_a_meaning_and_the_ink_reach_aa_on_its_own_tint(mode: Mode, meaning: str) -> None:
    t = tokens(mode)
    assert contrast(t[meaning], t[f"{meaning}-soft"]) >= 4.5
    assert contrast(t["ink"], t[f"{meaning}-soft"]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_lines_that_carry_meaning_reach_3_to_1(mode: Mode) -> None:
    t = tokens(mode)
    assert contrast(t["line-strong"], t["paper"]) >= 3
    assert contrast(t["trace"], t["paper"]) >= 7


def test_contrast_agrees_with_the_wcag_examples() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_dark_and_print_change_colors_but_not_sizes() -> None:
    light, dark = tokens("light"), tokens("dark")
    assert light["paper"] != dark["paper"] != tokens("print")["paper"]
    assert light["size-3"] == dark["size-3"]
    assert set(light) == set(dark) == set(tokens("print"))


def test_a_rendered_plot_follows_the_tokens() -> None:
    t = tokens("light")
    assert theme.follow_tokens(f'<path fill="{t["accent"].upper()}"/>') == '<path fill="var(--accent)"/>'
