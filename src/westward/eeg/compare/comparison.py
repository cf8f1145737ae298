"""Two studies side by side: same state, same measure, difference with interval; grades, spasms, what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from westward.eeg.biomarkers.by_state import STATED
from westward.eeg.biomarkers.spindle_norms import norms_at
from westward.eeg.compare import comparability, watched
from westward.eeg.compare.comparability import Comparability
from westward.eeg.compare.difference import Difference, differ
from westward.eeg.compare.measures import SPINDLES, Measure, age_note, measures
from westward.eeg.compare.parameters import CompareParameters
from westward.eeg.compare.rates import Rate, RateRatio, rate, rate_ratio
from westward.eeg.compare.side import Side, Table
from westward.eeg.compare.watched import FollowUp, Watched
from westward.look import words

_STATE_WORDS = {"wake": "wakefulness", "drowsy": "drowsiness", "nrem": "NREM sleep", "rem": "REM sleep"}


@dataclass(frozen=True, slots=True)
class StateTime:
    """Usable interictal minutes of one state in both studies; ``why`` is empty where it can be compared."""

    state: str
    before_minutes: float | None
    after_minutes: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """One measure in one state.

    Attributes
    ----------
    measure : Measure
    state : str
    change : Difference or None
        None where it is not compared; ``why`` says so.
    n_before, n_after : int
        Values behind it: epochs of 30 s, minutes or segments of 5 min (``cell_s``).
    channels : int
        Electrodes, derivations or pairs in common.
    age : str
        What is known of this measure by age.
    """

    measure: Measure
    state: str
    change: Difference | None
    n_before: int
    n_after: int
    cell_s: float
    channels: int
    age: str
    why: str


@dataclass(frozen=True, slots=True)
class Spasms:
    """Candidates and clusters of one study; None where they were not looked for.

    Attributes
    ----------
    spasms, clusters : Rate
    with_emg : bool
        Whether limb EMG was there to be judged.
    looked_at : str
        What they were looked for in.
    doubt : str
        What hides spasms in this study, in its own words; empty if nothing.
    """

    spasms: Rate
    clusters: Rate
    with_emg: bool
    looked_at: str
    doubt: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """The whole result."""

    before: Side
    after: Side
    comparable: Comparability
    states: tuple[StateTime, ...]
    rows: tuple[Row, ...]
    spasms: tuple[Spasms | None, Spasms | None]
    spasm_ratio: RateRatio | None
    seen: tuple[Watched, Watched]
    follow_up: FollowUp
    parameters: CompareParameters

    @property
    def age_apart_days(self) -> int | None:
        """Days between the two studies as their ages tell."""
        if self.before.age_days is None or self.after.age_days is None:
            return None
        return self.after.age_days - self.before.age_days


def compare(before: Side, after: Side, parameters: CompareParameters | None = None) -> Comparison:
    """Compare two studies of one child.

    Raises
    ------
    UsageError
        If both are one recording, or AFTER was recorded at a lower age.
    """
    p = parameters or CompareParameters()
    able = comparability.check(before, after, p)
    states = tuple(_state(before, after, s, p) for s in STATED)
    rows = tuple(r for s in states for r in _rows(before, after, s, able, p))
    found = (_spasms(before, p), _spasms(after, p))
    ratio = rate_ratio(found[0].spasms, found[1].spasms, confidence=p.confidence) if found[0] and found[1] else None
    seen = (watched.watched(before), watched.watched(after))
    return Comparison(before, after, able, states, rows, found, ratio, seen, watched.follow_up(after, seen[1]), p)


def _state(before: Side, after: Side, state: str, p: CompareParameters) -> StateTime:
    unknown = [n for n, s in (("before", before), ("after", after)) if s.summary["states"].get(state) is None]
    if unknown:
        return StateTime(state, None, None, f"states were not assessed {words.listing(unknown)}")
    a, b = before.minutes(state), after.minutes(state)
    if min(a, b) >= p.min_minutes:
        return StateTime(state, a, b, "")
    what = "sleep" if state in ("nrem", "rem") else _STATE_WORDS[state]
    told = f"{_STATE_WORDS[state]}: {a:g} min before, {b:g} min after, {p.min_minutes:g} min needed in each"
    return StateTime(state, a, b, f"not enough {what} to compare ({told})")


def _rows(before: Side, after: Side, state: StateTime, able: Comparability, p: CompareParameters) -> Iterator[Row]:
    for m in measures().values():
        one, other = before.tables.get(m.key), after.tables.get(m.key)
        if (one is None and other is None) or (m.key == SPINDLES and state.state != "nrem"):
            continue
        if state.why or m.key in able.refused or one is None or other is None:
            absent = "" if one and other else f"not measured {'before' if one is None else 'after'}"
            why = state.why or able.refused.get(m.key, "") or absent
            yield Row(m, state.state, None, 0, 0, 0.0, 0, _age(m, before, after, None), why)
            continue
        row = _row(m, state.state, one, other, p)
        yield replace(row, age=_age(m, before, after, row.change))


def _row(m: Measure, state: str, one: Table, other: Table, p: CompareParameters) -> Row:
    common = tuple(c for c in one.channels if c in other.channels)
    series = [t.series(state, common)[1] for t in (one, other)]
    n = [len(x) for x in series]
    why = ""
    whole = len(one.channels) == len(other.channels) == 1
    if len(common) < (1 if whole else p.min_electrodes):
        why = f"{words.count(len(common), 'channel')} in common, {p.min_electrodes} needed"
    elif min(n) < p.min_values:
        why = f"{n[0]} values before, {n[1]} after, {p.min_values} needed in each"
    if why:
        return Row(m, state, None, n[0], n[1], one.cell_s, len(common), "", why)
    change = differ(series[0], series[1], kind=m.kind, mean=m.mean, parameters=p)
    return Row(m, state, change, n[0], n[1], one.cell_s, len(common), "", "")


def _age(m: Measure, before: Side, after: Side, change: Difference | None) -> str:
    """What is known by age; spindles are set beside the published range where both ages have one."""
    if m.key != SPINDLES:
        return age_note(m)
    one, other = (norms_at(s.age_days).get("density_per_min") for s in (before, after))
    if one is None or other is None:
        return "published densities are of 4-6 months only: not age-adjusted"
    told = f"healthy at these ages {one.median:g} ({one.low:g}-{one.high:g}) per minute in a nap"
    place = "" if change is None else f": {one.place(change.before)} before, {other.place(change.after)} after"
    return f"{told}{place} ({one.source}, {one.status}; {one.caution})"


def _spasms(side: Side, p: CompareParameters) -> Spasms | None:
    told = side.summary["spasms"]
    if told is None:
        return None
    hours = side.usable_hours
    return Spasms(
        rate(int(told["n"]), hours, confidence=p.confidence),
        rate(int(told["n_clusters"]), hours, confidence=p.confidence),
        bool(told["with_emg"]),
        watched.looked_at(side),
        watched.doubt(side),
    )
