"""The calendar as a document: every key and value as the contract says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from tests.support.made_up import course, protocol, step

from westward.care.calendar import build
from westward.care.calendar_document import day_document, document
from westward.care.dosing import Body
from westward.care.strength import strength
from westward.evidence.monitoring import Check
from westward.evidence.protocol import Basis, load
from westward.evidence.status import Status

START = date(2026, 12, 1)
BODY = Body(weight_g=9000, length_mm=640)
ONE = protocol(
    course(
        step(to_day=1, times=("morning", "evening"), basis=Basis.WEIGHT, rate=Fraction(2000), max_day=20_000),
        step(name="less", from_day=2, to_day=2, status=Status.RECALLED, source="somebody"),
        kind="second_line",
    ),
    notes=("A note.",),
)
DAY_1 = {
    "date": "2026-12-01", "day": 1, "step": "full dose", "approved": True, "mark": "",
    "doses": [
        {
            "time_of_day": time, "drug": "prednisolone", "product": "prednisolone_oral", "route": "oral",
            "amount": 9000, "unit": "ug", "volume_ul": 3000, "measured": 9000, "capped": False,
            "status": "excerpt", "source": "made up",
        }
        for time in ("morning", "evening")
    ],
    "checks": [],
}  # fmt: skip
DAY_2 = {
    "date": "2026-12-02", "day": 2, "step": "less", "approved": False, "mark": "not sourced",
    "doses": [
        {
            "time_of_day": "morning", "drug": "prednisolone", "product": "prednisolone_oral", "route": "oral",
            "amount": 1000, "unit": "ug", "volume_ul": None, "measured": None, "capped": False,
            "status": "recalled", "source": "somebody",
        }
    ],
    "checks": [],
}  # fmt: skip


def test_the_whole_document() -> None:
    made = build(ONE, BODY, start=START, strengths={"prednisolone": strength("3 mg/mL")}, unapproved=True)
    found = document(
        made, body=BODY, start=START, products={"other": "other_oral"}, strengths=["3 mg/mL"], branches=["x=3"],
        unapproved=True,
    )  # fmt: skip
    assert found == {
        "schema_version": "1.0",
        "protocol": {"id": "made_up", "version": "1", "status": "recalled", "title": "Made up"},
        "inputs": {
            "weight_g": 9000, "length_mm": 640, "body_surface_mm2": None, "start": "2026-12-01",
            "products": {"prednisolone": "prednisolone_oral", "other": "other_oral"}, "strengths": ["3 mg/mL"],
            "branches": ["x=3"], "unapproved": True,
        },
        "days": [DAY_1, DAY_2],
        "warnings": [
            "not sourced: needs approval by two named people; no milliliters are printed", "A note.",
        ],
        "cumulative": [{"drug": "prednisolone", "unit": "ug", "amount": 19_000, "days": 2}],
    }  # fmt: skip
    assert type(found["protocol"]["status"]) is type(found["cumulative"][0]["unit"]) is str
    assert {
        type(value) for day in found["days"] for dose in day["doses"] for value in (dose["unit"], dose["status"])
    } == {str}


def test_what_was_not_given_is_empty_and_a_product_replaces_the_usual_one() -> None:
    made = build(load("acth_label_150"), BODY, start=START)
    plain = document(made, body=BODY, start=START)["inputs"]
    assert plain == {
        "weight_g": 9000, "length_mm": 640, "body_surface_mm2": 400_000, "start": "2026-12-01",
        "products": {"acth_natural": "acth_gel_80"}, "strengths": [], "branches": [], "unapproved": False,
    }  # fmt: skip
    other = document(made, body=BODY, start=START, products={"acth_natural": "cortrophin_gel"})["inputs"]
    assert other["products"] == {"acth_natural": "cortrophin_gel"}


def test_a_surface_stands_only_where_doses_need_it_and_both_measures_are_there() -> None:
    label = build(load("acth_label_150"), BODY, start=START)
    for body in (Body(weight_g=9000), Body(length_mm=640)):
        assert document(label, body=body, start=START)["inputs"]["body_surface_mm2"] is None


def test_a_check_says_what_from_what_on_and_what_then() -> None:
    check = Check(
        id="sugar", kind="hormone", what="blood sugar", days=(1,), every_d=None, during="course", after_end_d=None,
        limit="above 10", act="call", status=Status.POLICY, source="the site",
    )  # fmt: skip
    day = replace(build(ONE, BODY, start=START, unapproved=True).days[0], checks=(check,))
    found = day_document(day)["checks"]
    assert found == [
        {
            "id": "sugar", "what": "blood sugar", "limit": "above 10", "act": "call", "status": "policy",
            "source": "the site",
        }
    ]  # fmt: skip
    assert type(found[0]["status"]) is str
