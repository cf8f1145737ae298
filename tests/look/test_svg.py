from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from westward.look import badges, svg


@given(st.floats(-1e6, 1e6))
def test_a_short_number_is_within_half_a_hundredth(value: float) -> None:
    shown = svg.short(value)
    assert abs(float(shown) - value) <= 0.0051
    assert shown != "-0"
    assert len(shown.partition(".")[2]) <= 2


def test_text_and_attributes_are_escaped_but_markup_is_kept() -> None:
    made = svg.element("g", "<b>", Markup("<i/>"), class_='a"b', stroke_width=2.0, href=None)
    assert made == '<g class="a&#34;b" stroke-width="2">&lt;b&gt;<i/></g>'


def test_a_drawing_has_a_title_and_a_description_tied_to_it() -> None:
    made = svg.drawing(svg.rect(0, 0, 1, 1), width=10, height=5, unit="mm", name="A & B", description="d", key="k")
    root = ET.fromstring(made)
    ids = {e.get("id"): e.text for e in root if e.get("id")}
    assert ids == {"k-title": "A & B", "k-desc": "d"}
    assert root.get("aria-labelledby") == "k-title k-desc"
    assert (root.get("width"), root.get("viewBox")) == ("10mm", "0 0 10 5")


def test_steps_leave_out_what_is_not_a_number() -> None:
    path = svg.steps([0, 1, 2, 3, 4], [5, float("nan"), 7, 8], 10)
    assert path == "M0 10V5H1V10ZM2 10V7H3V8H4V10Z"
    assert svg.steps([0, 1], [float("nan")], 10) == ""


def test_a_badge_says_its_word_and_its_meaning() -> None:
    made = badges.SIMULATED.html()
    assert "Simulated" in made
    assert "not a recording of a child" in made
    assert [badges.for_status(s) for s in ("verified", "policy", "recalled", "unconfirmed")] == [
        None,
        None,
        badges.UNVERIFIED,
        badges.UNVERIFIED,
    ]
