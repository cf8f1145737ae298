"""What blocks, what warns, what must be asked; how long live vaccines wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.care.answer import Answer
from westward.care.safety import Verdict, assess, live_vaccines, to_ask
from westward.core.errors import InputError
from westward.evidence.safety import load, parse

TEXT = (files("westward.evidence") / "tables" / "safety.toml").read_text(encoding="utf-8")
RULES = load().rules
FACTS = sorted({rule.when for rule in RULES if rule.when})
NONE = dict.fromkeys(FACTS, Answer.NO)


@pytest.mark.parametrize("rule", [r for r in RULES if r.when], ids=lambda r: r.id)
def test_each_rule_by_itself(rule: object) -> None:
    treatment = rule.applies_to[0]  # type: ignore[attr-defined]
    given_ = {"hormone", "vigabatrin"} if treatment == "hormone_and_vigabatrin" else {treatment}

    def verdict(answer: Answer) -> str:
        found = {f.rule.id: f.verdict for f in assess(given_, {**NONE, rule.when: answer})}  # type: ignore[attr-defined]
        return found.get(rule.id, "")  # type: ignore[attr-defined]

    assert verdict(Answer.NO) == ""
    assert verdict(Answer.YES) == (Verdict.BLOCKS if rule.blocks else Verdict.WARNS)  # type: ignore[attr-defined]
    assert verdict(Answer.UNKNOWN) == (Verdict.ASK if rule.blocks else "")  # type: ignore[attr-defined]


def test_what_is_not_known_is_asked_and_never_taken_for_no() -> None:
    found = assess({"hormone", "acth_natural"}, {})
    assert {f.rule.when for f in found if f.verdict is Verdict.ASK} == set(to_ask({"hormone", "acth_natural"}))
    assert "active_infection" in to_ask({"hormone"})


def test_a_hormone_with_vigabatrin_is_told() -> None:
    assert "combination_mri" in {f.rule.id for f in assess({"hormone", "vigabatrin"}, NONE)}
    assert "combination_mri" not in {f.rule.id for f in assess({"vigabatrin"}, NONE)}


@given(st.dictionaries(st.sampled_from(FACTS), st.sampled_from(list(Answer))))
def test_blocks_come_first(facts: dict[str, Answer]) -> None:
    order = [list(Verdict).index(f.verdict) for f in assess({"hormone", "acth_natural", "vigabatrin"}, facts)]
    assert order == sorted(order)


LAST = date(2026, 3, 1)


@pytest.mark.parametrize(
    "days, per_kg, per_day, rules",
    [
        (14, 2000, 14_000, {"acip", "bmj"}),
        (13, 2000, 14_000, {"bmj"}),
        (14, 1999, 19_999, {"bmj"}),
        (14, 1999, 20_000, {"acip", "bmj"}),
        (1, 0, 0, {"bmj"}),
        (0, 0, 0, set()),
    ],
)
def test_live_vaccines_wait_by_the_longest_rule(days: int, per_kg: int, per_day: int, rules: set[str]) -> None:
    found = live_vaccines(last_dose=LAST, days=days, most_ug_per_kg_day=per_kg, most_ug_day=per_day)
    assert {rule.id for rule in found.rules} == rules
    assert found.until == (LAST + timedelta(days=92) if rules else None)
    assert found.conflict == (len(rules) > 1)


@pytest.mark.parametrize(
    ("waits", "until", "conflict"), [((31, 92), 92, True), ((92, 31), 92, True), ((31, 31), 31, False)]
)
def test_the_longest_of_several_waits(waits: tuple[int, int], until: int, conflict: bool) -> None:
    sheet = load()
    rules = tuple(replace(sheet.vaccines[1], wait_d=wait) for wait in waits)
    found = live_vaccines(
        last_dose=LAST, days=1, most_ug_per_kg_day=0, most_ug_day=0, sheet=replace(sheet, vaccines=rules)
    )
    assert (found.until, found.conflict) == (LAST + timedelta(days=until), conflict)


def test_during_the_course_there_is_no_end_yet() -> None:
    found = live_vaccines(last_dose=None, days=3, most_ug_per_kg_day=0, most_ug_day=0)
    assert found.until is None
    assert found.rules


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('severity = "block"', 'severity = "stop"', "severity"),
        ('status = "excerpt"', 'status = "sure"', "known source"),
        ('id = "osteoporosis"', 'id = "scleroderma"', "twice"),
        ("[[rule]]", "[[rule", "not valid TOML"),
    ],
)
def test_a_broken_sheet_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse(TEXT.replace(old, new, 1))
