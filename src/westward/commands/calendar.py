"""``westward calendar``."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from datetime import date, timedelta
from typing import Any

from westward.core.errors import RefusedError, UsageError


def run(options: Namespace) -> int:
    """Print the calendar of a protocol, or the protocols there are."""
    from westward.evidence import shelf

    local = _local(options)
    if options.list:
        for name in shelf.names():
            one = _protocol(name, local)
            empty = f"  [empty: {', '.join(one.empty)}]" if one.empty else ""
            sys.stdout.write(f"{name}\t{one.status}\t{one.title}{empty}\n")
        return 0
    if options.fhir:
        return _fhir(options, local)
    if not options.protocol or not options.start:
        raise UsageError("calendar needs --protocol ID and --start DATE, or --list")
    if options.protocol not in shelf.names():
        raise UsageError(f"there is no protocol {options.protocol!r}; `westward calendar --list` shows them")
    chosen = _protocol(options.protocol, local)
    made = _document(options, chosen)
    if options.pdf is not None:
        from westward.commands.calendar_pdf import write

        write(made, options.pdf)
        sys.stdout.write(f"{options.pdf}\n")
        return 0
    text = json.dumps(made, indent=1, ensure_ascii=False) if options.json else _text(made)
    sys.stdout.write(text + "\n")
    return 0


def _local(options: Namespace) -> tuple[Any, ...]:
    """The site's own steps of protocols, from ``--values``."""
    if options.values is None:
        return ()
    from datetime import UTC, datetime

    from westward.care import values_file

    return values_file.steps(values_file.read(options.values, this_year=datetime.now(UTC).year))


def _protocol(name: str, local: tuple[Any, ...]) -> Any:
    from westward.evidence import shelf

    return shelf.from_texts(name, shelf.texts(name, local)) if local else shelf.load(name)


def _fhir(options: Namespace, local: tuple[Any, ...]) -> int:
    from westward.evidence import shelf
    from westward.interchange.plan_definition import plan_definition

    if options.protocol not in shelf.names():
        raise UsageError("--fhir needs --protocol ID; `westward calendar --list` shows them")
    made = plan_definition(_protocol(options.protocol, local))
    sys.stdout.write(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
    return 0


def _document(options: Namespace, protocol: Any) -> dict[str, Any]:
    from westward.care.calendar_document import carried_on

    try:
        start = date.fromisoformat(options.start)
    except ValueError:
        raise UsageError(f"the start {options.start!r} is no date; write it as 2026-12-01") from None
    weights = [_from_day(words) for words in options.weight_g]
    strengths, products = ([_from_day(words) for words in given] for given in (options.strength, options.product))
    made: dict[str, Any] | None = None
    for day in sorted({1, *(day for _, day in (*weights, *strengths, *products))}):
        held = [words for words, first in weights if first <= day]
        dispensed = _from_products(products, day, protocol)
        changed = {drug: first for drug, (_, first) in dispensed.items()}
        new = _whole_calendar(
            options, protocol, start, day, held,
            {drug: product for drug, (product, _) in dispensed.items()},
            _read(strengths, day, changed, protocol),
        )  # fmt: skip
        if made is None:
            _until_the_last_dose(options, new["days"])
        made = new if made is None else carried_on(made, new, on=start + timedelta(days=day - 1))
    return made or {}


def _until_the_last_dose(options: Namespace, days: list[dict[str, Any]]) -> None:
    """Refuse what would change no dose."""
    last = max((day["day"] for day in days if day["doses"]), default=days[-1]["day"])
    for name, given in (("weight-g", options.weight_g), ("strength", options.strength), ("product", options.product)):
        for words in given:
            if _from_day(words)[1] > last:
                raise UsageError(f"--{name} {words} changes no dose: the last day with one is {last}")


def _whole_calendar(
    options: Namespace, protocol: Any, start: date, day: int, weights: list[str], products: dict[str, str],
    strengths: dict[str, tuple[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """The calendar with what holds on a day: the last weight, and product and strength of each drug, up to it."""
    from westward.care.adjust import adjust
    from westward.care.calendar import Chosen, build
    from westward.care.calendar_document import document
    from westward.care.dosing import Body
    from westward.care.wean import Wean

    body = Body(weight_g=_grams(weights[-1]) if weights else None, length_mm=options.length_mm)
    put_in = [_put_in(words) for words in options.put_in]
    # of the protocol, or an earlier one: then more days are held against the ceilings
    first = max(1, day - sum(one.days for one in put_in))
    try:
        made = build(
            protocol,
            body,
            start=start,
            strengths={drug: read for drug, (_, read) in strengths.items()},
            products=products,
            chosen=[Chosen(branch=name, day=on) for name, on in (_at_day(w, "branch") for w in options.branch)],
            weans=[Wean(kind=kind, day=on) for kind, on in (_at_day(w, "wean") for w in options.wean)],
            from_day=first,
            unapproved=options.unapproved,
        )
    except RefusedError as error:
        raise UsageError(str(error)) from None
    found = document(
        adjust(made, put_in),
        body=body,
        start=start,
        products=products,
        strengths=[words for words, _ in strengths.values()],
        branches=options.branch,
        weans=options.wean,
        unapproved=bool(options.unapproved),
    )
    if put_in:
        found["inputs"]["put_in"] = [*options.put_in]
    return found


_EXAMPLES = {"branch": "NAME@DAY, such as spasms_on_day_7@7", "wean": "KIND@DAY, such as vigabatrin@40"}


def _at_day(words: str, what: str) -> tuple[str, int]:
    name, _, day = words.partition("@")
    if not day.isdigit():
        raise UsageError(f"the {what} {words!r} is not understood; write {_EXAMPLES[what]}")
    return name, int(day)


def _put_in(words: str) -> Any:
    """Days that are put in, from ``pause@8+3``."""
    from westward.care.adjust import Adjustment, Kind

    kind, _, given = words.partition("@")
    day, plus, days = given.partition("+")
    if not (plus and day.isdigit() and days.isdigit()):
        raise UsageError(f"the {kind} {given!r} is not understood; write DAY+DAYS, such as --{kind} 8+3")
    return Adjustment(Kind(kind), int(day), int(days))


def _from_day(words: str) -> tuple[str, int]:
    """What was given, and the day of the calendar from which on it holds; without one, from day 1."""
    name, at, day = words.partition("@")
    if at and not (day.isdigit() and int(day) > 0):
        raise UsageError(f"{words!r} is not understood; write the day of the calendar after @, such as @12")
    return name, int(day) if at else 1


def _grams(words: str) -> int:
    if not words.isdigit():
        raise UsageError(f"the weight {words!r} is no whole number of grams")
    return int(words)


def _by_drug(given: list[str], drugs: tuple[str, ...], what: str) -> dict[str, str]:
    found = {}
    for words in given:
        drug, equals, value = words.partition("=")
        if not equals:
            if len(drugs) > 1:
                raise UsageError(f"the protocol gives {' and '.join(drugs)}; write --{what} DRUG={words}")
            drug, value = drugs[0], words
        found[drug.strip()] = value.strip()
    return found


def _from_products(given: list[tuple[str, int]], day: int, protocol: Any) -> dict[str, tuple[str, int]]:
    """Product of each drug on a day, and since when."""
    found: dict[str, tuple[str, int]] = {}
    for words, first in sorted(given, key=lambda one: one[1]):
        if first <= day:
            found |= {drug: (one, first) for drug, one in _by_drug([words], protocol.drugs, "product").items()}
    return found


def _read(given: list[tuple[str, int]], day: int, changed: dict[str, int], protocol: Any) -> dict[str, tuple[str, Any]]:
    """Strength of each drug on a day, as given and as read; that of an earlier product says nothing of a new one."""
    found: dict[str, tuple[str, Any]] = {}
    for words, first in sorted(given, key=lambda one: one[1]):
        drug, read = _strength(words, protocol)
        if first <= day and first >= changed.get(drug, 1):
            found[drug] = (words, read)
    return found


def _strength(words: str, protocol: Any) -> tuple[str, Any]:
    """Drug and strength; a bare strength belongs to the only drug that is labeled in its kind of unit."""
    from westward.care.strength import strength

    drug, equals, value = words.partition("=")
    if equals:
        return drug.strip(), strength(value)
    read = strength(words)
    fitting = tuple(dict.fromkeys(c.drug for c in protocol.courses if c.unit is read.unit)) or protocol.drugs
    if len(fitting) > 1:
        raise UsageError(f"the strength {words!r} may belong to {' or '.join(fitting)}; write --strength DRUG={words}")
    return fitting[0], read


def _text(document: dict[str, Any]) -> str:
    """For reading: one line a day."""
    from westward.look import words

    protocol = document["protocol"]
    lines = [f"{protocol['title']}  ({protocol['id']}, version {protocol['version']}, {protocol['status']})", ""]
    for day in document["days"]:
        on = words.day(date.fromisoformat(day["date"]))
        doses = _doses(day["doses"]) or "no drug"
        checks = "".join(f"\n{'':26}check: {check['what']}" for check in day["checks"])
        mark = f"  [{day['mark']}]" if day["mark"] else ""
        lines.append(f"{day['day']:>4}  {on:<18}  {day['step']}: {doses}{mark}{checks}")
    lines += ["", *(f"note: {warning}" for warning in document["warnings"])]
    for total in document["cumulative"]:
        amount = _amount(total["amount"], total["unit"])
        lines.append(f"total, as planned: {total['drug']} {amount} on {total['days']} days")
    first = words.day(date.fromisoformat(document["inputs"]["start"]))
    lines += ["", f"Day 1 is {first}. If the first dose is given on another day, every day moves: make it anew."]
    return "\n".join([*lines, "", "Decision support, not a certified medical device; every dose needs a prescriber."])


def _doses(doses: list[dict[str, Any]]) -> str:
    groups: dict[tuple[str, int, str, int | None], list[str]] = {}
    for dose in doses:
        key = (dose["drug"], dose["amount"], dose["unit"], dose["volume_ul"])
        groups.setdefault(key, []).append(dose["time_of_day"])
    return "; ".join(
        f"{drug} {_amount(amount, unit)}{_volume(volume)} {', '.join(times)}"
        for (drug, amount, unit, volume), times in groups.items()
    )


def _amount(amount: int, unit: str) -> str:
    from westward.look.words import thousandths

    return f"{thousandths(amount)} {'mg' if unit == 'ug' else 'U'}"


def _volume(volume_ul: int | None) -> str:
    from westward.look.words import thousandths

    return "" if volume_ul is None else f" = {thousandths(volume_ul)} mL"
