"""The pinned slice of the Human Phenotype Ontology, and how it is searched."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.core.errors import InputError
from westward.evidence import hpo

TERMS = hpo.slice_().terms


def labels(words: str) -> list[str]:
    return [hit.term.label for hit in hpo.search(words)]


def test_the_slice_is_pinned_cited_and_of_one_release() -> None:
    assert hpo.slice_().version == "2025-01-16"
    notice = files("westward.evidence").joinpath("hpo_LICENSE.txt").read_text("utf-8")
    assert hpo.slice_().version in notice
    assert "https://hpo.jax.org/app/license" in notice
    assert "Gargano" in hpo.CITATION


def test_ids_are_well_formed_and_labels_stand_once() -> None:
    assert all(re.fullmatch(r"HP:\d{7}", key) for key in TERMS)
    assert len({term.label for term in TERMS.values()}) == len(TERMS)
    assert 300 < len(TERMS) < 1000


@pytest.mark.parametrize(
    "key, label",
    [
        ("HP:0012469", "Infantile spasms"),
        ("HP:0002521", "Hypsarrhythmia"),
        ("HP:0009717", "Cortical tubers"),
        ("HP:0009719", "Hypomelanotic macule"),
        ("HP:0000817", "Reduced eye contact"),
        ("HP:0002376", "Developmental regression"),
    ],
)
def test_what_every_such_chart_needs_is_there_under_its_official_label(key: str, label: str) -> None:
    assert hpo.term(key).label == label


def test_a_term_that_is_not_shipped_is_an_error_that_says_so() -> None:
    with pytest.raises(InputError, match="not among"):
        hpo.term("HP:0000000")


@pytest.mark.parametrize(
    "words, first",
    [
        ("hypsar", "Hypsarrhythmia"),
        ("HYPOTONIA", "Hypotonia"),
        ("poor eye contact", "Reduced eye contact"),
        ("loss of milestones", "Developmental regression"),
        ("callosum absent", "Agenesis of corpus callosum"),
        ("microceph", "Microcephaly"),
        ("hp:0012469", "Infantile spasms"),
        ("HP0012469", "Infantile spasms"),
    ],
)
def test_what_a_clinician_types_finds_the_term_first(words: str, first: str) -> None:
    assert labels(words)[0] == first


def test_a_synonym_that_matched_is_told_and_a_label_is_not() -> None:
    by_synonym, by_label = hpo.search("poor eye contact")[0], hpo.search("reduced eye contact")[0]
    assert (by_synonym.by, by_label.by) == ("Poor eye contact", "")


@pytest.mark.parametrize("words", ["", "  ", "?!", "zzz", "HP:9999999"])
def test_nothing_matches_nothing(words: str) -> None:
    assert hpo.search(words) == ()


@given(st.sampled_from(sorted(TERMS)))
def test_every_term_is_found_by_its_label_and_by_its_id(key: str) -> None:
    term = TERMS[key]
    assert key in {hit.term.id for hit in hpo.search(term.label, limit=60)}
    assert [hit.term.id for hit in hpo.search(key)] == [key]


@given(st.text(max_size=30))
def test_any_text_is_answered_and_each_hit_holds_every_word(words: str) -> None:
    for hit in hpo.search(words):
        name = f"{hit.by or hit.term.label} {hit.term.id}".lower()
        for word in re.findall(r"[a-z0-9]+", words.lower()):
            assert word[:3] in name or not word.isascii()
