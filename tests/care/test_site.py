"""What a site enters where the sheet is empty: every part of the fact, and what is refused."""

from __future__ import annotations

import pytest

from westward.care.site import with_site_values
from westward.core.errors import UsageError
from westward.evidence.loader import Fact, load
from westward.evidence.local import Band, LocalStep, LocalValue
from westward.evidence.status import Status

CITED = "Local value 1: Example hospital, made up (2026)"


def entered(field: str, value: float | tuple[Band, ...] | tuple[LocalStep, ...], unit: str) -> LocalValue:
    return LocalValue(field=field, value=value, unit=unit, source="Example hospital, made up", year=2026)


def test_a_number_is_a_policy_with_the_meaning_of_the_empty_value_and_the_source_of_the_site() -> None:
    stress = load("stress")
    (key,) = (one for one in stress.blanks if one.endswith("fever_mg_m2_d"))
    blank = stress.blanks[key]
    found = with_site_values(stress, {key: entered(key, 5, blank.unit)}, site="Example")[key]
    assert found == Fact(key, 5, "mg/m2/d", Status.POLICY, CITED, blank.meaning)
    assert found.meaning == "hydrocortisone by mouth in fever or illness, the whole of a day"


def test_bands_keep_their_numbers_and_their_ends() -> None:
    renal = load("renal")
    (key,) = renal.blanks
    blank = renal.blanks[key]
    bands = (Band(lower=0, upper=30, value=0.25), Band(lower=30, upper=50, value=0.5))
    found = with_site_values(renal, {key: entered(key, bands, blank.unit)}, site="Example")[key]
    assert found == Fact(key, (0.25, 0.5), "1", Status.POLICY, CITED, blank.meaning, bands)
    assert found.meaning == "share of the dose of vigabatrin at this clearance"


def test_steps_of_a_drug_are_no_bands() -> None:
    renal = load("renal")
    (key,) = renal.blanks
    step = LocalStep(days=3, amount="1", per="dose", times_a_day=1, every_d=1)
    with pytest.raises(UsageError) as caught:
        with_site_values(renal, {key: entered(key, (step,), "1")}, site="Example")
    assert str(caught.value) == f"renal {key} takes bands, no steps of a drug"
