"""The HED tags are valid HED-SCORE."""

from __future__ import annotations

import pytest

from westward.eeg.events.event import TRIAL_TYPES
from westward.evidence.hed import hed_tags, hed_version


def test_every_trial_type_has_a_tag() -> None:
    assert set(hed_tags()) == set(TRIAL_TYPES)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("trial_type", TRIAL_TYPES)
def test_tag_is_valid_in_the_score_schema(trial_type: str) -> None:
    hed = pytest.importorskip("hed")
    schema = hed.load_schema_version(hed_version())
    assert hed.HedString(hed_tags()[trial_type], schema).validate(schema) == []
