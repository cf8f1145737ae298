"""Whether a recording is this child's: the file's header against the chart, clause by clause.

A mismatch, a twin, a file that does not tell the child from another of the program, or one that says too little of
any child stops the study until a person resolves it with a reason. What the file does not say never counts as a match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from westward.program.diagnosis.rules import names
from westward.program.diagnosis.rules.names import Fit, compare, is_absent, words

CROSSED_OUT = frozenset({date(1900, 1, 1), date(1901, 1, 1), date(1985, 1, 1), date(1970, 1, 1)})
"""Days that recorders and anonymizers write where there is none (EDF+ sets the start to 1 January 1985)."""

NIGHT_D = 1
"""Days that the date of a recording may differ from the day expected: it may begin before midnight (policy)."""

TWINS = "the child is one of twins or more: the file may be the sibling's"
TWIN_D = 1
"""Days between the birth dates of twins: one may be born after midnight."""
OWN_CODE = 4
"""Signs up to which a code in a file is taken for the recorder's own numbering (policy of ours)."""

_SEX = {"m": "male", "male": "male", "f": "female", "female": "female"}
_FITS = frozenset({Fit.SAME, Fit.LIKELY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a file says of its child; empty or None where it says nothing."""

    name: str = ""
    code: str = ""
    sex: str = ""
    birth: date | None = None
    recorded: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a chart says; ``key`` tells charts apart, ``sibling``: it shares a caregiver with the chart in question."""

    key: int
    family: str
    given: str
    birth: date
    sex: str = ""
    record_number: str = ""
    multiple_birth: bool = False
    sibling: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One field compared: what the chart has, what the file has, how they fit, and why that stops, if it does."""

    field: str
    chart: str
    file: str
    fit: Fit
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """File and chart side by side; ``stops`` are the reasons to stop, one line each, empty if none.

    ``others`` are the keys of the other charts that could be meant.
    """

    lines: tuple[Line, ...]
    stops: tuple[str, ...]
    cautions: tuple[str, ...]
    others: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values for the study."""
        return {
            "lines": [{**asdict(line), "fit": line.fit.value} for line in self.lines],
            "stops": list(self.stops),
            "cautions": list(self.cautions),
            "others": list(self.others),
        }


def check(
    header: Header, person: Person, *, others: Iterable[Person], today: date, expected: date | None = None
) -> Comparison:
    """Compare.

    Parameters
    ----------
    others : iterable of Person
        The other charts of the program; those that could not be meant may be left out.
    expected : date or None
        The day on which the recording should have been made, if an order or a sheet says so.
    """
    recorded = None if header.recorded in CROSSED_OUT else header.recorded
    lines = (
        _line("name", f"{person.given} {person.family}".strip(), header.name, _name(header, person)),
        _line("birth date", person.birth.isoformat(), _iso(header.birth), birth_fit(header.birth, person.birth)),
        _line("sex", person.sex, _sex(header, person), sex_fit(_sex(header, person), person.sex)),
        _recorded(recorded, birth=person.birth, today=today, expected=expected),
        _number(header.code, person.record_number),
    )
    fits = {line.field: line.fit for line in lines}
    stops = [line.stop for line in lines if line.stop]
    if not stops and (lack := _too_little(fits["name"], fits["birth date"])):
        stops.append(lack)
    alike, meant = _look_alikes(header, person, others)
    stops += alike
    cautions = []
    if fits["name"] is Fit.LIKELY:
        cautions.append("the name fits only in part (initials, a middle name, or the family name alone)")
    if fits["record number"] is Fit.DIFFERS:
        cautions.append("the code in the file is not the record number of the chart; recorders often use their own")
    return Comparison(lines, tuple(stops), tuple(cautions), meant)


def same_facts(new: Comparison, old: Mapping[str, Any]) -> bool:
    """Whether chart and file say what they said in an earlier comparison, as plain values."""
    lines = [(line.field, line.chart, line.file, line.fit.value) for line in new.lines]
    before = [(line["field"], line["chart"], line["file"], line["fit"]) for line in old.get("lines", ())]
    same_others = set(new.others) == set(old.get("others", ()))
    return lines == before and same_others and (TWINS in new.stops) == (TWINS in old.get("stops", ()))


def fresh_stops(new: Comparison, old: Mapping[str, Any]) -> tuple[str, ...]:
    """What stops now and did not stop in an earlier comparison.

    The same field with another value stops anew, and so does a further chart that could be meant, though in the same
    words: who accepted the recording had not seen that chart.
    """
    further = bool(set(new.others) - set(old.get("others", ())))
    known = {(line["field"], line["chart"], line["file"]) for line in old.get("lines", ()) if line["stop"]}
    of_lines = {line.stop: (line.field, line.chart, line.file) in known for line in new.lines if line.stop}
    return tuple(stop for stop in new.stops if not of_lines.get(stop, stop in old.get("stops", ()) and not further))


def sex_fit(in_file: str, on_chart: str) -> Fit:
    """``M``, ``F`` or words against the chart; other and unknown on the chart are never contradicted."""
    theirs = _SEX.get(in_file.strip().casefold())
    if theirs is None:
        return Fit.ABSENT
    if on_chart not in ("male", "female"):
        return Fit.UNKNOWN
    return Fit.SAME if theirs == on_chart else Fit.DIFFERS


def birth_fit(in_file: date | None, on_chart: date) -> Fit:
    """The same day, day and month swapped, or another day."""
    if in_file is None or (in_file in CROSSED_OUT and in_file != on_chart):
        return Fit.ABSENT
    if in_file == on_chart:
        return Fit.SAME
    swapped = (in_file.year, in_file.day, in_file.month) == (on_chart.year, on_chart.month, on_chart.day)
    return Fit.SWAPPED if swapped else Fit.DIFFERS


def could_be(header: Header, person: Person) -> bool:
    """Whether nothing in the file contradicts a chart, and name and birth date are both there and fit."""
    name, birth = _name(header, person), birth_fit(header.birth, person.birth)
    sex = sex_fit(_sex(header, person), person.sex)
    return name in (Fit.SAME, Fit.LIKELY) and birth is Fit.SAME and sex is not Fit.DIFFERS


def excluded(header: Header, person: Person) -> bool:
    """Whether something in the file contradicts a chart; what it does not say excludes nobody."""
    return (
        not names.could_be(header.name, family=person.family, given=person.given)
        or birth_fit(header.birth, person.birth) is Fit.DIFFERS
        or sex_fit(_sex(header, person), person.sex) is Fit.DIFFERS
    )


def points_to(header: Header, person: Person) -> bool:
    """Whether a file says of somebody what a chart says: its record number, or a name or a birth date that fits while
    nothing else contradicts it. A file that says nothing points to nobody.
    """
    if _is_number(header, person):
        return True
    birth = birth_fit(header.birth, person.birth)
    says = birth in (Fit.SAME, Fit.SWAPPED) or not names.is_absent(header.name)
    return says and birth is not Fit.DIFFERS and not excluded(header, person)


def _is_number(header: Header, person: Person) -> bool:
    return _number(header.code, person.record_number).fit is Fit.SAME and len(_digits(header.code)) > OWN_CODE


def _too_little(name: Fit, birth: Fit) -> str:
    """Why name and birth date, which contradict nothing, do not say whose recording it is; empty if they do."""
    if name is Fit.ABSENT and birth is Fit.ABSENT:
        return "the file holds neither a name nor a birth date: nothing in it says whose recording it is"
    if name is Fit.ABSENT:
        return "the file holds no name: a birth date alone does not say whose recording it is"
    if name is Fit.LIKELY and birth is Fit.ABSENT:
        return "the name fits only in part and the file holds no birth date"
    return ""


def _name(header: Header, person: Person) -> Fit:
    return compare(header.name, family=person.family, given=person.given)


def _sex(header: Header, person: Person) -> str:
    """The sex in the file; where the field says none, that of a "baby boy" or "baby girl" in the name."""
    if sex_fit(header.sex, person.sex) is not Fit.ABSENT:
        return header.sex
    return names.sex_in(header.name, family=person.family) or header.sex


def _line(field: str, chart: str, file: str, fit: Fit) -> Line:
    stop = f"the {field} in the file is not that of the chart" if fit is Fit.DIFFERS else ""
    if fit is Fit.SWAPPED:
        stop = f"the {field} in the file has day and month swapped"
    return Line(field, chart, file, fit, stop)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _recorded(recorded: date | None, *, birth: date, today: date, expected: date | None) -> Line:
    field, chart = "recording date", _iso(expected)
    if recorded is None:
        return Line(field, chart, "", Fit.ABSENT)
    if recorded < birth:
        return Line(field, chart, _iso(recorded), Fit.DIFFERS, "the recording date in the file lies before the birth")
    if recorded > today:
        return Line(field, chart, _iso(recorded), Fit.DIFFERS, "the recording date in the file lies in the future")
    if expected is None:
        return Line(field, chart, _iso(recorded), Fit.UNKNOWN)
    if abs((recorded - expected).days) <= NIGHT_D:
        return Line(field, chart, _iso(recorded), Fit.SAME)
    return Line(
        field, chart, _iso(recorded), Fit.DIFFERS, "the recording date in the file is not the day it was recorded"
    )


def _number(in_file: str, on_chart: str) -> Line:
    theirs, ours = _digits(in_file), _digits(on_chart)
    if not theirs or (is_absent(in_file) and not any(c.isdigit() for c in in_file)):
        fit = Fit.ABSENT
    elif not ours:
        fit = Fit.UNKNOWN
    else:
        fit = Fit.SAME if theirs == ours else Fit.DIFFERS
    return Line("record number", on_chart, in_file, fit)


def _digits(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum()).lstrip("0")


def _look_alikes(header: Header, person: Person, others: Iterable[Person]) -> tuple[list[str], tuple[int, ...]]:
    """Why another chart could be meant, one line each, and the keys of those charts."""
    stops, meant = [], []
    if person.multiple_birth:
        stops.append(TWINS)
    for other in others:
        if other.key == person.key:
            continue
        if twin := _twin(person, other):
            if not person.multiple_birth:
                stops.append(twin)
        elif _is_number(header, other):
            stops.append("the code in the file is the record number of another chart")
        elif could_be(header, other):
            stops.append("the file fits another chart")
        elif not excluded(header, other):
            stops.append(
                f"the file does not tell this child from another of the program: it holds {_lacks(header, person)}"
            )
        else:
            continue
        meant.append(other.key)
    return list(dict.fromkeys(stops)), tuple(sorted(meant))


def _twin(person: Person, other: Person) -> str:
    """Why two charts may be those of twins, whatever the file says; empty if not."""
    if abs((other.birth - person.birth).days) > TWIN_D:
        return ""
    if "".join(words(other.family)) == "".join(words(person.family)):
        same = "birth date" if other.birth == person.birth else "birth date but for a day"
        return f"another chart has the same family name and {same}"
    return "the chart of a sibling has the same birth date" if other.sibling else ""


def _lacks(header: Header, person: Person) -> str:
    """What a file lacks that could tell two children apart."""
    parts = () if is_absent(header.name) else words(header.name)
    lacks = [
        words_
        for words_, there in (
            ("no given name", len([part for part in parts if len(part) > 1]) > 1),
            ("no birth date", birth_fit(header.birth, date.min) is not Fit.ABSENT),
            ("no sex", sex_fit(_sex(header, person), "male") is not Fit.ABSENT),
        )
        if not there
    ]
    return " and ".join(filter(None, (", ".join(lacks[:-1]), *lacks[-1:]))) or "nothing that differs"
