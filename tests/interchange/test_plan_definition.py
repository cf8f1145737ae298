"""Every shipped protocol as a FHIR R4 PlanDefinition: structure by schema, and the numbers of its steps."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import jsonschema
import pytest

from westward.cli import main
from westward.evidence import shelf
from westward.interchange.plan_definition import plan_definition

ID = {"type": "string", "pattern": r"^[A-Za-z0-9\-\.]{1,64}$"}
TEXT = {"type": "string", "minLength": 1, "pattern": r"\S"}
QUANTITY = {
    "type": "object",
    "required": ["value", "unit", "system", "code"],
    "additionalProperties": False,
    "properties": {"value": {"type": "number", "exclusiveMinimum": 0}, "unit": TEXT, "system": TEXT, "code": TEXT},
}
REPEAT = {
    "type": "object",
    "required": ["frequency", "period", "periodUnit"],
    "additionalProperties": False,
    "properties": {
        "boundsDuration": QUANTITY,
        "frequency": {"type": "integer", "minimum": 1},
        "period": {"type": "integer", "minimum": 1},
        "periodUnit": {"enum": ["d"]},
    },
}
ARTIFACT = {
    "type": "object",
    "required": ["type", "citation"],
    "additionalProperties": False,
    "properties": {"type": {"enum": ["citation"]}, "label": TEXT, "citation": TEXT},
}
RELATED = {
    "type": "object",
    "required": ["actionId", "relationship"],
    "additionalProperties": False,
    "properties": {"actionId": ID, "relationship": {"enum": ["after-start"]}, "offsetDuration": QUANTITY},
}
CONDITION = {
    "type": "object",
    "required": ["kind", "expression"],
    "properties": {
        "kind": {"enum": ["applicability", "start", "stop"]},
        "expression": {"type": "object", "required": ["language"]},
    },
}
ACTION = {
    "type": "object",
    "required": ["id", "title"],
    "additionalProperties": False,
    "properties": {
        "id": ID,
        "title": TEXT,
        "description": TEXT,
        "documentation": {"type": "array", "items": ARTIFACT, "minItems": 1},
        "timingTiming": {"type": "object", "required": ["repeat"], "properties": {"repeat": REPEAT}},
        "relatedAction": {"type": "array", "items": RELATED, "minItems": 1},
        "condition": {"type": "array", "items": CONDITION},
        "requiredBehavior": {"enum": ["must", "could", "must-unless-documented"]},
        "groupingBehavior": {"enum": ["visual-group", "logical-group", "sentence-group"]},
        "definitionCanonical": {"type": "string", "pattern": "^#"},
        "action": {"type": "array", "items": {"$ref": "#/$defs/action"}, "minItems": 1},
    },
}
SCHEMA = {
    "$defs": {"action": ACTION},
    "type": "object",
    "required": ["resourceType", "id", "status", "action"],
    "additionalProperties": False,
    "properties": {
        "resourceType": {"const": "PlanDefinition"},
        "id": ID,
        "contained": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["resourceType", "id", "status"],
                "properties": {
                    "resourceType": {"const": "ActivityDefinition"},
                    "id": ID,
                    "status": {"enum": ["draft", "active", "retired", "unknown"]},
                    "dosage": {"type": "array", "minItems": 1},
                },
            },
        },
        "url": {"type": "string", "format": "uri"},
        "version": TEXT,
        "name": {"type": "string", "pattern": "^[A-Z]([A-Za-z0-9_]){0,254}$"},
        "title": TEXT,
        "type": {"type": "object", "required": ["coding"]},
        "status": {"enum": ["draft", "active", "retired", "unknown"]},
        "experimental": {"type": "boolean"},
        "subjectCodeableConcept": {"type": "object"},
        "description": TEXT,
        "usage": TEXT,
        "action": {"type": "array", "items": {"$ref": "#/$defs/action"}, "minItems": 1},
    },
}


def actions(made: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for action in made["action"]:
        found += [action, *actions(action)] if "action" in action else [action]
    return found


@pytest.mark.parametrize("name", shelf.names())
def test_every_protocol_has_the_structure(name: str) -> None:
    made = plan_definition(shelf.load(name))
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(made)))
    every = actions(made)
    ids = [action["id"] for action in every]
    assert len(ids) == len(set(ids))
    inside = {one["id"] for one in made["contained"]}
    assert len(inside) == len(made["contained"])
    assert {action["definitionCanonical"][1:] for action in every if "definitionCanonical" in action} == inside
    for action in every:
        assert {one["actionId"] for one in action.get("relatedAction", [])} <= set(ids)


@pytest.mark.parametrize("name", shelf.names())
def test_every_step_keeps_its_dose_status_and_source(name: str) -> None:
    protocol = shelf.load(name)
    made = plan_definition(protocol)
    steps = [step for course in protocol.courses for step in course.steps]
    leaves = [action for course in made["action"] for action in course.get("action", [])]
    assert [leaf["title"] for leaf in leaves] == [step.name for step in steps]
    contained = {one["id"]: one for one in made["contained"]}
    for leaf, step in zip(leaves, steps, strict=True):
        assert leaf["documentation"] == [{"type": "citation", "label": str(step.status), "citation": step.source}]
        assert ("definitionCanonical" in leaf) is (step.rate is not None or step.share is not None)
        if step.rate is None:
            continue
        (dosage,) = contained[leaf["definitionCanonical"][1:]]["dosage"]
        value = dosage["doseAndRate"][0]["doseQuantity"]["value"]
        times = len(step.times) if str(step.basis) == "weight" else 1
        assert value == pytest.approx(float(Fraction(step.rate) / 1000 / times), abs=1e-6)


def test_acth_stays_in_units_by_surface() -> None:
    made = plan_definition(shelf.load("acth_label_150"))
    dose = made["contained"][0]["dosage"][0]["doseAndRate"][0]["doseQuantity"]
    assert (dose["value"], dose["unit"], dose["code"]) == (75, "U/m²", "[USP'U]/m2")
    first, second = made["action"][0]["action"][:2]
    assert first["timingTiming"]["repeat"]["boundsDuration"]["value"] == 14
    assert second["relatedAction"][0]["offsetDuration"]["value"] == 14


def test_a_protocol_that_nobody_approved_is_a_draft() -> None:
    assert plan_definition(shelf.load("acth_label_150"))["status"] == "draft"
    assert plan_definition(shelf.load("acth_label_150"), approved=True)["status"] == "active"
    assert plan_definition(shelf.load("topiramate"), approved=True)["status"] == "draft", "empty steps"


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar", "--protocol", "prednisolone_iciss", "--fhir"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["action"][-1]["id"] == "branch-spasms-on-day-7"
    assert main(["calendar", "--protocol", "none", "--fhir"]) == 2
