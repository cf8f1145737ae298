"""What a site says of itself: read whole, refused in one line, never invented."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.test import RequestFactory

from westward.core.errors import InputError
from westward.program.shell.hours import read as hours
from westward.program.shell.site import PURPOSES, Line, Resource, SiteDetails, details, load, parse

WHOLE = """
program = "Valley Infantile Spasms Program"
hospital = "Valley Children's"
city = "Springfield"
address = ["1 Main Street", "Springfield"]
emergency_number = "911"
time_zone = "America/Los_Angeles"
languages = ["en", "es"]
closed = [2026-12-25]

[hours]
mon = "8:00-12:00, 13:00-17:00"
fri = "8:00-16:00"

[lines]
families = "+1 310 555 0101"
urgent_referral = {number = "+1 310 555 0100 ext 7", hours = "always", mail = "spasms@example.org"}
genetics = {number = "(310) 555-0102", hours = {tue = "9:00-10:00"}}

[web]
program = "https://example.org/spasms"

[[resources]]
name = "A group of parents"
url = "https://example.org/parents"

[[trials]]
name = "A trial"
about = "Simulated"
"""
LA = ZoneInfo("America/Los_Angeles")


def test_the_whole_file() -> None:
    site = parse(WHOLE)
    assert site.name == "Valley Infantile Spasms Program"
    assert site.address == ("1 Main Street", "Springfield")
    assert site.languages == ("en", "es")
    assert site.urgent.hours is not None
    assert site.urgent.hours.always
    assert site.urgent.dial == "+13105550100,7"
    assert site.lines["genetics"].dial == "3105550102"
    assert site.resources == (Resource("A group of parents", "https://example.org/parents"),)
    assert not site.simulated
    assert site.missing == ("lines.appointments", "lines.research", "lines.records", "lines.fax")


def test_without_a_file_nothing_is_invented(tmp_path: Path) -> None:
    site = load(tmp_path)
    assert site == SiteDetails()
    assert not any(site.lines[purpose] for purpose in PURPOSES)
    assert site.emergency_number == ""
    assert site.name == "Infantile spasms program"
    assert len(site.missing) == 5 + len(PURPOSES)


def test_hours() -> None:
    usual = parse(WHOLE).lines["families"].hours
    assert usual is not None
    assert [str(span) for span in usual.on(date(2026, 11, 30))] == ["8:00–12:00", "13:00–17:00"]
    noon = datetime(2026, 11, 30, 12, 0, tzinfo=LA)  # a Monday
    assert usual.is_open(noon.replace(hour=11, minute=59))
    assert not usual.is_open(noon)
    assert usual.opens(noon) == noon.replace(hour=13)
    assert usual.opens(noon.replace(hour=13)) == datetime(2026, 12, 4, 8, tzinfo=LA)
    christmas = datetime(2026, 12, 25, 9, tzinfo=LA)  # a Friday
    assert not usual.is_open(christmas)
    assert usual.opens(christmas) == datetime(2026, 12, 28, 8, tzinfo=LA)
    never = hours({}, where="hours")
    assert never.opens(noon) is None


def test_a_day_without_end() -> None:
    late = hours({"sun": "20:00-24:00"}, where="hours")
    assert late.is_open(datetime(2026, 11, 29, 23, 59, tzinfo=LA))
    assert not late.is_open(datetime(2026, 11, 30, 0, 0, tzinfo=LA))
    assert hours("always", where="hours").opens(datetime(2026, 11, 29, 23, 59, tzinfo=LA)) == datetime(
        2026, 11, 30, tzinfo=LA
    )


@pytest.mark.parametrize(
    "text, said",
    [
        ("progam = 'x'", "'progam' is not known"),
        ("program = 7", "program is 7"),
        ("program = '''a\nb'''", "not one line of text"),
        ("emergency_number = 'call us'", "write digits"),
        ("time_zone = 'Westwood'", "not a time zone"),
        ("time_zone = '../etc/passwd'", "not a time zone"),
        ("languages = ['English']", "not a language code"),
        ("address = '1 Main Street'", "write [ ... ]"),
        ("simulated = 'yes'", "write true or false"),
        ("closed = ['2026-12-25']", "without quotes"),
        ("hours = 'sometimes'", "hours are 'sometimes'"),
        ("hours = {monday = '8:00-17:00'}", "'monday' is not a weekday"),
        ("hours = {mon = '8-17'}", "'8-17' is not a span of hours"),
        ("hours = {mon = '17:00-8:00'}", "does not end after it starts"),
        ("hours = {mon = '8:00-24:01'}", "does not end after it starts"),
        ("hours = {mon = '8:00-8:60'}", "does not end after it starts"),
        ("hours = {mon = '8:00-12:00, 11:00-13:00'}", "begins before 8:00–12:00 has ended"),
        ("lines = {pizza = '1'}", "'pizza' is not a line"),
        ("lines = {fax = 'soon'}", "not a phone number"),
        ("lines = {fax = {number = '1', day = 'x'}}", "'day' is not known"),
        ("lines = {families = {mail = 'us'}}", "not a mail address"),
        ("web = {program = 'javascript:alert(1)'}", "not a web address"),
        ("resources = [{url = 'https://example.org'}]", "an entry has no name"),
        ("resources = [{name = 'x', phone = '1'}]", "'phone' is not known"),
        ("program = ", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "site.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert said in str(caught.value)
    assert str(caught.value).startswith("site.toml")
    assert "\n" not in str(caught.value)


def test_a_line_without_a_number_has_no_hours() -> None:
    site = parse("hours = 'always'\nlines = {research = {mail = 'a@example.org'}}")
    assert site.lines["research"]
    assert site.lines["research"].hours is None
    assert site.lines["families"] == Line("families")


def test_templates_know_it() -> None:
    said = engines["django"].from_string("{{ program.name }}").render({}, RequestFactory().get("/"))
    assert said == details().name
