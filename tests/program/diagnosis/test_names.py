"""The name in a file against the name on a chart, clause by clause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.program.diagnosis.rules.names import Fit, compare, is_absent


@pytest.mark.parametrize(
    "clause, in_file, family, given_name, fit",
    [
        ("the same", "Ana Rivera", "Rivera", "Ana", Fit.SAME),
        ("order of the parts", "Rivera, Ana", "Rivera", "Ana", Fit.SAME),
        ("order with a caret", "RIVERA^ANA", "Rivera", "Ana", Fit.SAME),
        ("case", "ana RIVERA", "Rivera", "Ana", Fit.SAME),
        ("accents in the chart", "Nunez Sofia", "Núñez", "Sofía", Fit.SAME),
        ("accents in the file", "Núñez Sofía", "Nunez", "Sofia", Fit.SAME),
        ("letters that have no accent to lose", "Strauss Soren", "Strauß", "Søren", Fit.SAME),
        ("a hyphen in the chart", "Garcia Lopez Ana", "García-López", "Ana", Fit.SAME),
        ("a hyphen in the file", "Ana Garcia-Lopez", "Garcia Lopez", "Ana", Fit.SAME),
        ("written together", "delacruz ana", "de la Cruz", "Ana", Fit.SAME),
        ("an apostrophe", "OBrien Pat", "O'Brien", "Pat", Fit.SAME),
        ("two given names in one", "Rivera Annamaria", "Rivera", "Anna Maria", Fit.SAME),
        ("one letter off", "Rivero Ana", "Rivera", "Ana", Fit.DIFFERS),
        ("another given name", "Rivera Anna", "Rivera", "Ana", Fit.DIFFERS),
        ("another family name", "Smith Ana", "Rivera", "Ana", Fit.DIFFERS),
        ("half of a double family name", "Garcia Ana", "Garcia-Lopez", "Ana", Fit.DIFFERS),
        ("an initial in the file", "Rivera A", "Rivera", "Ana", Fit.LIKELY),
        ("an initial with a dot", "A. Rivera", "Rivera", "Ana", Fit.LIKELY),
        ("an initial that does not fit", "Rivera B", "Rivera", "Ana", Fit.DIFFERS),
        ("an initial on the chart", "Rivera Ana", "Rivera", "A", Fit.LIKELY),
        ("a middle name in the file alone", "Rivera Ana Maria", "Rivera", "Ana", Fit.LIKELY),
        ("a middle name on the chart alone", "Rivera Ana", "Rivera", "Ana Maria", Fit.LIKELY),
        ("the middle name alone may be a sister's", "Rivera Maria", "Rivera", "Ana Maria", Fit.DIFFERS),
        ("the family name alone", "Rivera", "Rivera", "Ana", Fit.LIKELY),
        ("baby girl", "Rivera Baby Girl", "Rivera", "Ana", Fit.LIKELY),
        ("baby girl on both sides names nobody", "Rivera Baby Girl", "Rivera", "Baby Girl", Fit.LIKELY),
        ("baby girl is not baby boy", "Rivera Baby Girl", "Rivera", "Baby Boy", Fit.DIFFERS),
        ("twin A is not twin B", "RIVERA^TWIN A", "Rivera", "Twin B", Fit.DIFFERS),
        ("twin A", "RIVERA^TWIN A", "Rivera", "Beatriz", Fit.LIKELY),
        ("the family name alone on both sides", "Rivera", "Rivera", "", Fit.LIKELY),
        ("an umlaut by two letters", "MUELLER^SOEREN", "Müller", "Sören", Fit.SAME),
        ("an umlaut without its dots", "MULLER^SOREN", "Müller", "Sören", Fit.SAME),
        ("an umlaut is not any two letters", "Muller Ana", "Mueller", "Ana", Fit.DIFFERS),
        ("no given name on the chart", "Rivera Ana", "Rivera", "", Fit.LIKELY),
        ("given name crossed out", "Rivera X", "Rivera", "Ana", Fit.LIKELY),
        ("blank", "   ", "Rivera", "Ana", Fit.ABSENT),
        ("crossed out", "XXXX xx", "Rivera", "Ana", Fit.ABSENT),
        ("anonymized", "Anonymous", "Rivera", "Ana", Fit.ABSENT),
        ("de-identified", "De-identified Patient", "Rivera", "Ana", Fit.ABSENT),
        ("signs alone", "-- 00 --", "Rivera", "Ana", Fit.ABSENT),
        ("simulated names are names", "Simulated infant", "Rivera", "Ana", Fit.DIFFERS),
    ],
)  # fmt: skip
def test_a_clause(clause: str, in_file: str, family: str, given_name: str, fit: Fit) -> None:
    assert compare(in_file, family=family, given=given_name) is fit, clause


LETTERS = st.text(alphabet="abcdefghijklmnoprstuv", min_size=2, max_size=9)


@given(LETTERS, LETTERS)
def test_a_name_is_the_same_in_any_order_and_case(family: str, given_name: str) -> None:
    for text in (f"{family}, {given_name}", f"{given_name.upper()} {family.upper()}", f"{family}_{given_name}"):
        if not is_absent(text):
            found = compare(text, family=family, given=given_name)
            assert found is Fit.SAME or {"baby", "boy", "girl", "jr", "sr", "male", "infant"} & {family, given_name}


@given(LETTERS, LETTERS, LETTERS)
def test_what_shares_no_family_name_never_fits(family: str, other: str, given_name: str) -> None:
    if family not in other + given_name and other + given_name not in family and given_name + other not in family:
        assert compare(f"{other} {given_name}", family=family, given=given_name) in (Fit.DIFFERS, Fit.ABSENT)
