"""Within one reading a read asks for a child once; outside it asks every time."""

from __future__ import annotations

from collections.abc import Sequence

from westward.program.people.reading import once, one_reading

ASKED: list[tuple[int, ...]] = []


@once
def squares(children: Sequence[int]) -> dict[int, int]:
    """Of even keys alone."""
    ASKED.append(tuple(children))
    return {key: key * key for key in children if key % 2 == 0}


def test_a_child_is_asked_for_once_within_a_reading_and_anew_after_it() -> None:
    ASKED.clear()
    with one_reading():
        assert squares([1, 2]) == {2: 4}
        assert squares([2, 1, 4]) == {2: 4, 4: 16}
        assert squares([1]) == {}
        assert ASKED == [(1, 2), (4,)]
    assert squares([2]) == {2: 4}
    assert squares([2]) == {2: 4}
    assert ASKED[2:] == [(2,), (2,)]


def test_a_reading_within_a_reading_knows_nothing_of_it() -> None:
    ASKED.clear()
    with one_reading():
        squares([2])
        with one_reading():
            squares([2])
        squares([2])
    assert ASKED == [(2,), (2,)]
