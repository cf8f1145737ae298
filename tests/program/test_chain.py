"""Any row of the chain that is changed, removed, inserted or moved is found, and the first such is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.program.audit.chain import GENESIS, Row, canonical, digest, expected, verify

START = datetime(2026, 12, 1, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8"), max_size=12)


def chain(details: list[str]) -> list[Row]:
    rows, previous = [], GENESIS
    for i, detail in enumerate(details, 1):
        fields = {
            "seq": i, "at": START + timedelta(seconds=i), "actor": "user:1", "verb": "chart.read",
            "target": f"child:{i}",
            "site": "", "purpose": "care", "outcome": "done", "act_id": "", "detail": canonical({"d": detail}),
            "previous": previous,
        }  # fmt: skip
        previous = digest(**fields)
        rows.append(Row(**fields, digest=previous))
    return rows


def walk(rows: list[Row], whole: list[Row]) -> int | None:
    verdict = verify(rows, head_seq=len(whole), head_digest=whole[-1].digest if whole else GENESIS)
    return verdict.broken.seq if verdict.broken else None


CHAINS = st.lists(WORDS, min_size=1, max_size=8).map(chain)


@given(st.lists(WORDS, max_size=8).map(chain))
def test_an_untouched_chain_is_whole(rows: list[Row]) -> None:
    assert walk(rows, rows) is None


@given(CHAINS, st.data())
def test_a_changed_field_is_found_at_its_row(rows: list[Row], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(
        st.sampled_from(["at", "actor", "verb", "target", "site", "purpose", "outcome", "act_id", "detail"])
    )
    old = getattr(rows[i], name)
    new = old + timedelta(microseconds=1) if name == "at" else data.draw(WORDS.filter(lambda text: text != old))
    assert walk([*rows[:i], replace(rows[i], **{name: new}), *rows[i + 1 :]], rows) == i + 1


@given(CHAINS, st.data())
def test_a_changed_row_with_a_fitting_digest_breaks_the_next_or_the_head(rows: list[Row], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(rows) - 1))
    forged = replace(rows[i], target="child:999")
    forged = replace(forged, digest=expected(forged))
    assert walk([*rows[:i], forged, *rows[i + 1 :]], rows) == i + 2


@given(CHAINS, st.data())
def test_a_removed_row_is_named(rows: list[Row], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(rows) - 1))
    assert walk(rows[:i] + rows[i + 1 :], rows) == i + 1


@given(CHAINS, st.data())
def test_an_inserted_row_is_found(rows: list[Row], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(rows)))
    extra = replace(rows[min(i, len(rows) - 1)], seq=i + 1, target="child:999")
    extra = replace(extra, previous=rows[i - 1].digest if i else GENESIS)
    extra = replace(extra, digest=expected(extra))
    assert walk([*rows[:i], extra, *rows[i:]], rows) is not None


@given(st.lists(WORDS, min_size=2, max_size=8).map(chain), st.data())
def test_reordered_rows_are_found(rows: list[Row], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows))).filter(lambda p: list(p) != sorted(p)))
    first = next(i for i, j in enumerate(order) if i != j)
    assert walk([rows[j] for j in order], rows) == first + 1


@given(CHAINS)
def test_a_rewritten_chain_with_its_head_is_found_by_an_anchor_alone(rows: list[Row]) -> None:
    forged = chain(["forged"] * len(rows))
    rewritten = [*forged[:-1], replace(forged[-1], target="child:999")]
    rewritten[-1] = replace(rewritten[-1], digest=expected(rewritten[-1]))
    head = {"head_seq": len(rows), "head_digest": rewritten[-1].digest}
    assert verify(rewritten, **head).whole
    found = verify(rewritten, **head, anchors={len(rows): rows[-1].digest})
    assert found.broken is not None
    assert found.broken.seq == len(rows)


def test_an_anchor_beyond_a_shortened_chain_is_found() -> None:
    rows = chain(["a", "b", "c"])
    short = rows[:2]
    found = verify(short, head_seq=2, head_digest=short[-1].digest, anchors={3: rows[2].digest})
    assert found.broken is not None
    assert found.broken.seq == 3


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, {1: "a"}, b"a", [object()]])
def test_what_has_more_than_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_canonical_json_has_one_spelling() -> None:
    assert canonical({"b": [1, None, True], "a": "é"}) == '{"a":"é","b":[1,null,true]}'
