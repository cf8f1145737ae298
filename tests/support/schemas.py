"""The schemas that the package ships for what its commands write."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema


@cache
def validator(room: str, name: str) -> jsonschema.Draft202012Validator:
    """Of ``schema/NAME.schema.json`` in a room of the package."""
    schema = json.loads(files(room).joinpath("schema", f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def check_evaluation(told: dict[str, Any]) -> None:
    """Hold an ``evaluation.json`` to its schema."""
    validator("westward.eeg.evaluate", "evaluation").validate(told)


def check_comparison(told: dict[str, Any]) -> None:
    """Hold a ``comparison.json`` to its schema."""
    validator("westward.eeg.compare", "comparison").validate(told)
