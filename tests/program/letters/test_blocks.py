"""Blocks: what a person edits, what is missing, what is stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from westward.core.errors import UsageError
from westward.program.letters.blocks import (
    Block,
    Shape,
    Slot,
    canonical,
    from_data,
    gap,
    gaps,
    lines_of,
    to_data,
    unsaid,
)

LINES = st.lists(st.text(min_size=1).map(str.strip).filter(lambda s: len(s.splitlines()) == 1), max_size=4)
BLOCKS = st.builds(
    Block,
    slot=st.sampled_from(Slot),
    heading=st.text(max_size=20),
    shape=st.sampled_from(Shape),
    lines=LINES.map(tuple),
    sources=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    edited=st.booleans(),
)


@given(st.lists(BLOCKS, max_size=4))
def test_what_is_stored_comes_back_the_same(blocks: list[Block]) -> None:
    assert from_data(to_data(blocks)) == tuple(blocks)


def test_text_that_a_person_leaves_alone_is_not_marked_as_edited() -> None:
    block = Block(slot=Slot.FOUND, lines=("one", "two"))
    assert block.with_text("one\r\n two \n\n") is block
    changed = block.with_text("one\nthree")
    assert (changed.lines, changed.edited) == (("one", "three"), True)


def test_rows_are_cut_at_the_first_colon_and_a_line_without_one_is_a_value() -> None:
    block = Block(slot=Slot.CALL, shape=Shape.TABLE, lines=("Hours: Mon: 8:00", "no term"))
    assert block.rows == (("Hours", "Mon: 8:00"), ("", "no term"))


def test_gaps_are_named_in_the_order_of_the_letter() -> None:
    blocks = [
        Block(slot=Slot.FOUND, lines=(f"EEG on {gap('day')}, grade {gap('grade')}",)),
        Block(slot=Slot.CALL, lines=(gap("phone"),)),
    ]
    assert gaps(blocks) == ("day", "grade", "phone")


def test_a_letter_says_what_was_found_what_is_next_and_whom_to_call() -> None:
    found = Block(slot=Slot.FOUND, lines=("x",))
    assert unsaid([found, Block(slot=Slot.NEXT, lines=())]) == (Slot.NEXT, Slot.CALL)


@pytest.mark.parametrize("wrong", [{}, {"slot": "nowhere"}, {"slot": "found", "heading": "", "shape": "round"}])
def test_what_is_no_block_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="no block"):
        from_data([wrong])


def test_the_canonical_form_does_not_hang_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "ü"}) == canonical({"a": "ü", "b": 1}) == '{"a":"ü","b":1}'


def test_lines_that_say_nothing_are_left_out() -> None:
    assert lines_of(" a \n\n \n b") == ("a", "b")
