"""The registry of biomarkers and its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from westward.core.errors import InputError
from westward.eeg.biomarkers import published

ROOT = Path(__file__).resolve().parents[3]
WANTED = {
    "amplitude_range", "rms", "line_length", "hjorth", "band_power", "band_power_relative", "spectral_edge",
    "shannon_entropy", "permutation_entropy", "multiscale_entropy", "dfa_exponent", "dfa_intercept", "aperiodic",
    "coherence", "cross_correlation", "wpli", "phase_amplitude", "spindles", "synchrony", "hfo", "spikes_with_hfo",
    "spasm_gamma_lead",
}  # fmt: skip
ENTRY = '[[biomarker]]\nid = "a"\n' + "".join(
    f'{name} = "x"\n'
    for name in (  # noqa: SIM905
        "name formula unit window state paper norms function reference fast equality equality_test peer agreement "
        "peer_test known known_test"
    ).split()
)


def test_every_biomarker_asked_for_is_there() -> None:
    assert {b.id for b in published.published()} >= WANTED


@pytest.mark.parametrize("entry", published.published(), ids=lambda b: b.id)
def test_each_points_to_what_computes_it(entry: published.Biomarker) -> None:
    assert callable(entry.load())
    assert published.biomarker(entry.id) is entry


@pytest.mark.parametrize("entry", published.published(), ids=lambda b: b.id)
def test_each_has_its_four_tests(entry: published.Biomarker) -> None:
    """A plain reference, a form equal to it, a peer or why none, a known answer: every test named exists."""
    reference = entry.load_reference()
    assert callable(reference) or (ROOT / entry.reference).is_file()
    assert len(entry.tests) == (3 if entry.has_peer else 2)
    for test in entry.tests:
        file, _, name = test.partition("::")
        assert f"\ndef {name}(" in (ROOT / file).read_text("utf-8"), test
    for told in (entry.equality, entry.agreement, entry.known):
        assert "tests/" not in told
        assert "known answer" not in told


def test_the_page_is_what_the_registry_says() -> None:
    assert (ROOT / "docs" / "biomarkers.md").read_text("utf-8") == published.as_markdown()


def test_an_unknown_id_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="no biomarker 'dfa'; there are amplitude_range"):
        published.biomarker("dfa")


@pytest.mark.parametrize(
    "document, message",
    [
        ("[[biomarker", "not valid TOML"),
        (ENTRY, "missing or unknown .'status'."),
        (ENTRY + 'status = "sure"', "no status 'sure'"),
        (ENTRY + 'status = "recalled"\ncolor = "red"', "missing or unknown .'color'."),
        (ENTRY.replace('unit = "x"', 'unit = ""') + 'status = "recalled"', "unit is ''"),
        ((ENTRY + 'status = "recalled"\n') * 2, "appears twice"),
        (ENTRY.replace('agreement = "x"', 'agreement = ""') + 'status = "recalled"', "give agreement and peer_test"),
        (ENTRY.replace('peer = "x"', 'peer = "none: x"') + 'status = "recalled"', "and only then"),
    ],
)
def test_a_broken_registry_is_refused(document: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        published.parse(document)
