"""What happens to each simulated child, told through the acts of the program; by name of the story."""

from __future__ import annotations

from collections.abc import Callable

from westward.program.demo.cast import Child
from westward.program.demo.stage import Stage, Story
from westward.program.demo.stories import before, elsewhere, treated, way

STORIES: dict[str, Callable[[Stage, Child], Story]] = {
    "waiting": before.waiting,
    "unanswered": before.unanswered,
    "contacted": before.contacted,
    "declined": before.declined,
    "redirected": before.redirected,
    "accepted": way.accepted,
    "ordered": way.ordered,
    "booked": way.booked,
    "missed_eeg": way.missed_eeg,
    "released_eeg": way.released_eeg,
    "wrong_child": way.wrong_child,
    "to_read": way.to_read,
    "own_read": way.own_read,
    "confirmed": treated.while_searching(way.confirmed),
    "worked_up": treated.while_searching(way.worked_up),
    "cause_found": treated.while_searching(way.cause_found),
    "cause_unknown": treated.while_searching(way.cause_unknown),
    "not_spasms": way.not_spasms,
    "at_risk": elsewhere.at_risk,
    "second_opinion": elsewhere.second_opinion,
    "outside_eeg": elsewhere.outside_eeg,
    "came_treated": elsewhere.came_treated,
    "transferred": elsewhere.transferred,
    "deceased": elsewhere.deceased,
    "twice": elsewhere.twice,
}
