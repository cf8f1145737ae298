"""The calendar as a document: every key and value as the contract says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.made_up import course, protocol, step

from westward.care.adjust import Adjustment, Kind, adjust
from westward.care.calendar import build
from westward.care.calendar_document import carried_on, day_document, document, doses_of
from westward.care.dosing import Body
from westward.care.exposure import Planned
from westward.care.strength import strength
from westward.care.wean import Wean
from westward.core.errors import UsageError
from westward.evidence.monitoring import Check
from westward.evidence.protocol import Basis
from westward.evidence.shelf import load
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
    "date": "2026-12-01", "day": 1, "step": "full dose", "approved": True, "mark": "", "weight_g": 9000,
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
    "weight_g": 9000,
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
        weans=["hormone@3"], unapproved=True,
    )  # fmt: skip
    assert found == {
        "schema_version": "1.0",
        "protocol": {"id": "made_up", "version": "1", "status": "recalled", "title": "Made up"},
        "inputs": {
            "weight_g": 9000, "length_mm": 640, "body_surface_mm2": None, "start": "2026-12-01",
            "products": {"prednisolone": "prednisolone_oral", "other": "other_oral"}, "strengths": ["3 mg/mL"],
            "branches": ["x=3"], "weans": ["hormone@3"], "unapproved": True,
            "since": [
                {
                    "from": "2026-12-01", "weight_g": 9000, "length_mm": 640, "strengths": ["3 mg/mL"],
                    "products": {"prednisolone": "prednisolone_oral", "other": "other_oral"},
                }
            ],
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
        "products": {"acth_natural": "acth_gel_80"}, "strengths": [], "branches": [], "weans": [],
        "unapproved": False,
        "since": [
            {
                "from": "2026-12-01", "weight_g": 9000, "length_mm": 640, "strengths": [],
                "products": {"acth_natural": "acth_gel_80"},
            }
        ],
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
        values=("glucose",),
    )  # fmt: skip
    day = replace(build(ONE, BODY, start=START, unapproved=True).days[0], checks=(check,))
    found = day_document(day)["checks"]
    assert found == [
        {
            "id": "sugar", "what": "blood sugar", "limit": "above 10", "act": "call", "values": ["glucose"],
            "status": "policy", "source": "the site",
        }
    ]  # fmt: skip
    assert type(found[0]["status"]) is str


def of_weight(grams: int, *, start: date = START, **asked: Any) -> dict[str, Any]:
    body = Body(weight_g=grams)
    return document(
        build(load("vigabatrin_standard"), body, start=start, unapproved=True, **asked), body=body, start=start
    )


def test_a_new_weight_counts_from_its_day_on_and_no_day_before() -> None:
    before, after = of_weight(7000), of_weight(8000)
    found = carried_on(before, after, on=date(2026, 12, 11))
    assert found["days"][:10] == before["days"][:10]
    assert found["days"][10:] == after["days"][10:]
    assert [day["weight_g"] for day in found["days"][9:11]] == [7000, 8000]
    assert found["inputs"]["weight_g"] == 8000
    assert [(one["from"], one["weight_g"]) for one in found["inputs"]["since"]] == [
        ("2026-12-01", 7000), ("2026-12-11", 8000),
    ]  # fmt: skip
    amount = sum(dose["amount"] for day in found["days"] for dose in day["doses"])
    assert found["cumulative"] == [{"drug": "vigabatrin", "unit": "ug", "amount": amount, "days": 191}]


def test_warnings_stay_with_the_days_that_are_kept() -> None:
    def of_bottle(words: str) -> dict[str, Any]:
        bottle = {"acth_natural": strength(words)}
        return document(build(load("acth_label_150"), BODY, start=START, strengths=bottle), body=BODY, start=START)

    usual, unusual = of_bottle("80 U/mL"), of_bottle("40 U/mL")
    told = "acth_natural: the bottle says 40 U/mL, acth_gel_80 usually has 80 U/mL; check the product on the label"
    notes = list(load("acth_label_150").notes)
    assert unusual["warnings"] == [told, *notes]
    found = carried_on(unusual, usual, on=date(2026, 12, 10))
    assert [one for one in found["warnings"] if "bottle" in one] == [f"day 1 to 9: {told}"]
    assert found["warnings"][-len(notes) :] == notes
    again = carried_on(found, unusual, on=date(2026, 12, 20))
    assert [one for one in again["warnings"] if "bottle" in one] == [f"day 1 to 9 and 20 to 28: {told}"]
    assert carried_on(unusual, unusual, on=date(2026, 12, 10))["warnings"] == unusual["warnings"]


def test_what_changes_from_day_1_on_keeps_nothing() -> None:
    after = of_weight(8000)
    assert carried_on(of_weight(7000), after, on=START) == after


def test_measures_that_stay_are_not_told_twice() -> None:
    found = carried_on(of_weight(7000), of_weight(7000), on=date(2026, 12, 11))
    assert [one["from"] for one in found["inputs"]["since"]] == ["2026-12-01"]


def test_where_day_1_moved_kept_days_are_counted_from_it_and_earlier_ones_left_out() -> None:
    before, after = of_weight(7000), of_weight(7000, start=date(2026, 12, 5))
    found = carried_on(before, after, on=date(2026, 12, 7))
    assert [(day["date"], day["day"]) for day in found["days"][:3]] == [
        ("2026-12-05", 1), ("2026-12-06", 2), ("2026-12-07", 3),
    ]  # fmt: skip
    assert [day["doses"] for day in found["days"][:2]] == [day["doses"] for day in before["days"][4:6]]
    first = {check["id"] for day in after["days"][:2] for check in day["checks"]}
    carried = [check for check in found["days"][2]["checks"] if "carried_from" in check]
    assert {check["id"] for check in carried} == first, "no kept day has a check of the new first days"
    assert {check["carried_from"] for check in carried} == {"2026-12-01"}
    plain = [check for check in found["days"][2]["checks"] if check not in carried]
    assert [{**found["days"][2], "checks": plain}, *found["days"][3:]] == after["days"][2:]
    done = [(check["id"], "2026-12-01") for check in carried]
    assert carried_on(before, after, on=date(2026, 12, 7), answered=done)["days"][2:] == after["days"][2:]


def of(name: str, *, start: date = START) -> dict[str, Any]:
    body = Body(weight_g=7000, length_mm=650)
    return document(build(load(name), body, start=start, unapproved=True), body=body, start=start)


def checks_on(found: dict[str, Any], day: date) -> list[tuple[str, str | None]]:
    """The checks of a day, each with the day it was carried from."""
    of_day = next(one for one in found["days"] if one["date"] == day.isoformat())
    return [(check["id"], check.get("carried_from")) for check in of_day["checks"]]


def test_each_change_is_told_from_its_day_and_of_two_on_one_day_the_later() -> None:
    found = of_weight(7000)
    for grams, on in ((8000, 11), (8500, 11), (9000, 21)):
        found = carried_on(found, of_weight(grams), on=date(2026, 12, on))
    assert [(one["from"], one["weight_g"]) for one in found["inputs"]["since"]] == [
        ("2026-12-01", 7000), ("2026-12-11", 8500), ("2026-12-21", 9000),
    ]  # fmt: skip


def test_measures_of_a_treatment_that_was_put_off_before_it_began_are_told_from_its_first_day() -> None:
    found = carried_on(of_weight(7000), of_weight(8000, start=date(2026, 12, 10)), on=date(2026, 12, 5))
    assert [(one["from"], one["weight_g"]) for one in found["inputs"]["since"]] == [("2026-12-10", 8000)]


def test_a_check_that_was_carried_stays_through_the_next_change() -> None:
    moved, on = date(2026, 12, 5), date(2026, 12, 7)
    once = carried_on(of_weight(7000), of_weight(7000, start=moved), on=on)
    assert checks_on(once, on) == [("rems", "2026-12-01")]
    for day in (7, 8, 12):
        again = carried_on(once, of_weight(8000, start=moved), on=date(2026, 12, day))
        assert checks_on(again, on) == [("rems", "2026-12-01")]
        assert sum(check["id"] == "rems" for one in again["days"] for check in one["checks"]) == 1


def test_checks_of_a_day_1_that_moved_join_those_of_the_day_save_what_kept_days_have() -> None:
    """Kept are days 3 to 8 with blood and weight of day 7; the day of the change is the new day 7."""
    on = date(2026, 12, 9)
    found = carried_on(of("prednisolone_perc"), of("prednisolone_perc", start=date(2026, 12, 3)), on=on)
    assert checks_on(found, on) == [
        ("blood", None), ("weight", None), ("day_7", None), ("blood_pressure_start", "2026-12-01"),
        ("infection_start", "2026-12-01"), ("stress_card", "2026-12-01"),
    ]  # fmt: skip


def test_a_check_that_is_due_on_the_day_of_the_change_is_not_asked_twice() -> None:
    """Kept are days 8 to 13, without blood and weight; both are due on the new day 7."""
    on = date(2026, 12, 14)
    found = carried_on(of("prednisolone_perc"), of("prednisolone_perc", start=date(2026, 12, 8)), on=on)
    assert checks_on(found, on)[:3] == [("blood", None), ("weight", None), ("day_7", None)]
    assert [one for one, _ in checks_on(found, on)[3:]] == ["blood_pressure_start", "infection_start", "stress_card"]


def test_a_check_that_the_calendar_before_did_not_have_belongs_to_its_new_day() -> None:
    before, after = of("vigabatrin_standard"), of("prednisolone_perc", start=date(2026, 12, 5))
    found = checks_on(carried_on(before, after, on=date(2026, 12, 7)), date(2026, 12, 7))
    assert len(found) == 5
    assert {carried for _, carried in found} == {"2026-12-05"}
    ended = carried_on(before, after, on=date(2027, 12, 1))
    assert [day["date"] for day in ended["days"]] == [
        day["date"] for day in before["days"] if day["date"] >= "2026-12-05"
    ]
    assert not any("carried_from" in check for day in ended["days"] for check in day["checks"])


def test_two_drugs_are_added_up_apart() -> None:
    both = of("hormone_plus_vigabatrin")
    found = carried_on(both, both, on=date(2026, 12, 11))
    assert found["cumulative"] == both["cumulative"]
    assert [one["drug"] for one in found["cumulative"]] == ["prednisolone", "vigabatrin"]


def test_a_document_of_before_has_no_history() -> None:
    old = of_weight(7000)
    del old["inputs"]["since"]
    found = carried_on(old, of_weight(8000), on=date(2026, 12, 11))
    assert found["inputs"]["since"][0] == {
        "from": "2026-12-01", "weight_g": 7000, "length_mm": None, "products": {"vigabatrin": "vigabatrin_oral"},
        "strengths": [],
    }  # fmt: skip


def test_the_doses_of_a_document() -> None:
    doses = doses_of(of_weight(7000))
    assert doses[0] == Planned(START, "morning", "vigabatrin", "ug", 175_000)
    assert len(doses) == 2 * 191


_CHANGES = st.one_of(
    st.tuples(st.just("weight"), st.integers(6000, 9000)),
    st.tuples(st.just("length"), st.integers(620, 700)),
    st.tuples(st.just("strength"), st.sampled_from(["80 U/mL", "60 U/mL", "40 U/mL"])),
    st.tuples(st.just("product"), st.sampled_from(["acth_gel_80", "cortrophin_gel"])),
    st.tuples(st.just("pause"), st.integers(1, 5)),
    st.tuples(st.just("extend"), st.integers(1, 5)),
    st.tuples(st.just("wean"), st.just(0)),
)


@given(st.lists(st.tuples(st.integers(1, 9), _CHANGES), min_size=1, max_size=6))
def test_for_any_sequence_of_changes_the_past_never_changes(changes: list[tuple[int, tuple[str, Any]]]) -> None:
    """ACTH by surface; each change takes effect some days after the one before, on the days as they then are."""
    weight, length, bottle, product = 7000, 650, "80 U/mL", "acth_gel_80"
    put_in: list[Adjustment] = []
    weans: list[Wean] = []
    followed: dict[str, Any] = {}
    day = 1
    for ahead, (kind, value) in [(0, ("start", None)), *changes]:
        day += ahead
        weight, length = (value if kind == "weight" else weight), (value if kind == "length" else length)
        bottle, product = (value if kind == "strength" else bottle), (value if kind == "product" else product)
        if kind in ("pause", "extend"):
            put_in = [*put_in, Adjustment(Kind(kind), day if kind == "pause" else day - 1, value)]
        if kind == "wean":
            weans = [Wean(kind="hormone", day=day - sum(one.days for one in put_in))]
        body, products = Body(weight_g=weight, length_mm=length), {"acth_natural": product}
        try:
            made = build(
                load("acth_label_150"), body, start=START, strengths={"acth_natural": strength(bottle)},
                products=products, weans=weans, from_day=max(1, day - sum(one.days for one in put_in)),
            )  # fmt: skip
            made = adjust(made, put_in)
        except UsageError:
            assume(False)
        new = document(made, body=body, start=START, products=products, strengths=[bottle])
        on = START + timedelta(days=day - 1)
        found = carried_on(followed, new, on=on) if followed else new
        if followed:
            past = [one for one in followed["days"] if one["date"] < on.isoformat()]
            assert [one for one in found["days"] if one["date"] < on.isoformat()] == past
            assert [one for one in found["days"] if one["date"] >= on.isoformat()] == [
                one for one in new["days"] if one["date"] >= on.isoformat()
            ]
        dates = [one["date"] for one in found["days"]]
        assert dates == sorted(set(dates))
        followed = found
