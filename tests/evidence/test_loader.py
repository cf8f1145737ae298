"""Evidence sheets: every value has unit, status, source and meaning, and broken sheets are refused."""

from __future__ import annotations

from importlib.resources import files

import pytest

from westward.core.errors import InputError
from westward.evidence.loader import load, parse
from westward.evidence.status import Status

SHEETS = sorted(p.name.removesuffix(".toml") for p in files("westward.evidence").iterdir() if p.name.endswith(".toml"))
GOOD = """
title = "t"
[sources]
s = "a paper"
[part]
a = {value = 3, unit = "s", status = "excerpt", source = "s", meaning = "m"}
"""


@pytest.mark.parametrize("name", ["agreement", "amplitude", "based_2021", "hypsarrhythmia"])
def test_shipped_sheets_are_sound(name: str) -> None:
    sheet = load(name)
    assert name in SHEETS
    assert len(list(sheet)) > 3
    for fact in sheet:
        assert isinstance(fact.status, Status)
        assert len(fact.source) > 10
        assert fact.meaning


def test_a_sheet_is_read() -> None:
    fact = parse("x", GOOD)["part.a"]
    assert (fact.value, fact.unit, fact.status, fact.source) == (3, "s", Status.EXCERPT, "a paper")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('status = "excerpt", ', ""), "must have exactly"),
        (('"excerpt"', '"proven"'), "has status 'proven'"),
        (('source = "s"', 'source = "other"'), "not in \\[sources\\]"),
        (('meaning = "m"', 'meaning = " "'), "nothing about its meaning"),
        (("value = 3", "value = 2020-01-01"), "type date"),
        (('title = "t"', ""), "needs a title"),
        (('s = "a paper"', 's = "a paper"\nu = "unused"'), "never used: u"),
        (("[part]", "[part"), "not valid TOML"),
        (('title = "t"', 'title = "t"\nloose = 1'), "outside any section"),
    ],
)
def test_a_broken_sheet_is_refused(change: tuple[str, str], message: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(InputError, match=message):
        parse("x", GOOD.replace(*change))


def test_unknown_sheets_and_facts_are_named() -> None:
    with pytest.raises(InputError, match=r"no evidence sheet 'based_2015'.*based_2021"):
        load("based_2015")
    with pytest.raises(InputError, match=r"no fact 'epoch\.size'"):
        load("based_2021")["epoch.size"]


def test_values_are_asked_for_by_kind() -> None:
    sheet = load("based_2021")
    assert sheet.number("spike_bins.burden") == 0.5
    assert sheet.integer("foci.multifocal") == 3
    assert sheet.text("spike_bins.headline") == "page rule"
    for key, ask in (("foci.multifocal", sheet.text), ("spike_bins.headline", sheet.number)):
        with pytest.raises(InputError, match=key):
            ask(key)
    with pytest.raises(InputError, match="not a whole number"):
        sheet.integer("spike_bins.burden")
    with pytest.raises(InputError, match="not a number"):
        sheet.number("interictal.mask_ictal_candidates")
    assert next(f.key for f in sheet.section("epoch")) == "epoch.length_s"


def test_the_published_population_adds_up() -> None:
    sheet = load("amplitude")
    classes = ("below_200", "from_200_to_299", "from_300_to_399", "from_400_to_499", "above_500")
    share = [sheet.number(f"posterior_slow_wave.{c}") for c in classes]
    assert sum(share) == pytest.approx(1)
    for limit, i in ((200, 1), (300, 2), (400, 3)):
        assert sheet.number(f"posterior_slow_wave.exceed_{limit}") == pytest.approx(sum(share[i:]))


def test_published_agreement_spans_068_to_008() -> None:
    sheet = load("agreement")
    assert sheet.number("kappa.multifocality") == 0.68
    assert sheet.number("kappa.synchrony") == 0.08
