"""``westward evaluate``."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from westward.commands import output
from westward.core.errors import InputError, RefusedError, UsageError, WestwardError

if TYPE_CHECKING:
    from westward.eeg.evaluate.event_agreement import Author
    from westward.eeg.evaluate.marks import Marked
    from westward.eeg.evaluate.protocol import Protocol

NAME = "evaluation"


def run(options: Namespace) -> int:
    """Score results against labels, print a table, write ``evaluation.json`` and ``evaluation.html``.

    A result that cannot be read or belongs to no reference is said on one line; the others are scored.

    Raises
    ------
    UsageError
        If the output folder is a file.
    RefusedError
        If an evaluation is there already, or the protocol changed after its hash was recorded.
    InputError
        If labels or protocol cannot be read, or nothing can be matched.
    """
    from westward.core import provenance
    from westward.eeg.evaluate import found, page, protocol, result
    from westward.eeg.evaluate.labels.layout import read_labels

    started = provenance.now()
    output.check(options.out, NAME, overwrite=options.overwrite)
    if options.protocol is not None and not options.protocol.is_file():
        raise UsageError(f"{options.protocol} is no file; --protocol takes a TOML file")
    rules = protocol.read(options.protocol) if options.protocol is not None else protocol.Protocol()
    layout, references = read_labels(options.truth)
    named = _named(options.reader)
    results, refused = _results(found.expand(options.results), rules)
    references = _wanted(references, rules)
    matched = found.match(references, results)
    for name in matched.without_reference:
        if not rules.patients:
            refused += 1
            print(f"westward: {name}: no reference of this name in {options.truth.name}", file=sys.stderr)
    if not matched.pairs:
        raise InputError(
            "none of the results has a reference of its name",
            path=options.truth,
            remedy=f"its recordings are named like {references[0].name!r}" if references else "it holds no recording",
        )
    _complete(rules, matched.without_result)
    readers, lost = _readers(named, [r for r, _ in matched.pairs])
    refused += lost
    evaluation = result.evaluate(matched.pairs, rules, readers=readers)
    told = result.as_dict(evaluation) | {
        "reference": {"layout": layout, "source": options.truth.name},
        "not_scored": {
            "references_without_result": list(matched.without_result),
            "results_without_reference": list(matched.without_reference),
        },
        "provenance": {"version": provenance.version(), "commit": provenance.commit(), "started": started},
    }
    written = output.write(options.out, NAME, told, page.render(told))
    _print(told)
    for path in written:
        print(f"  {path}")
    return 1 if refused else 0


def _results(paths: Sequence[Path], rules: Protocol) -> tuple[list[Marked], int]:
    from westward.eeg.evaluate import found

    out: list[Marked] = []
    refused = 0
    for path in paths:
        try:
            out.append(found.read(path, also=rules.found_kinds))
        except (WestwardError, OSError) as error:
            if len(paths) == 1:
                raise
            refused += 1
            text = f"{path}: {error.strerror or error}" if isinstance(error, OSError) else str(error)
            print(f"westward: {text}", file=sys.stderr)
    return out, refused


def _named(given: Sequence[str]) -> dict[str, Path]:
    """``NAME=PATH`` of each further reader."""
    from westward.eeg.evaluate.result import REFERENCE, RESULT

    out: dict[str, Path] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise UsageError(f"--reader {text!r} is not NAME=PATH")
        if name in out or name in (REFERENCE, RESULT):
            raise UsageError(f"--reader {name!r} is taken: each reader needs a name of their own")
        out[name] = Path(path)
    return out


def _readers(named: Mapping[str, Path], references: Sequence[Marked]) -> tuple[list[Author], int]:
    """Further readers by the names of the reference; what belongs to none of its recordings is said."""
    from westward.eeg.evaluate import found
    from westward.eeg.evaluate.event_agreement import Author

    out: list[Author] = []
    lost = 0
    for name, path in named.items():
        matched = found.match(references, [found.read(p) for p in found.expand([path])])
        for loose in matched.without_reference:
            lost += 1
            print(f"westward: {loose}: no reference of this name for the reader {name}", file=sys.stderr)
        out.append(Author(name, {r.name: own for r, own in matched.pairs}))
    return out, lost


def _wanted(references: list[Marked], rules: Protocol) -> list[Marked]:
    """Only the patients of the protocol, all of whom must be there."""
    if not rules.patients:
        return references
    there = {r.patient for r in references}
    absent = [p for p in rules.patients if p not in there]
    if absent:
        raise InputError(f"the protocol's patient {absent[0]!r} is not among the labels")
    return [r for r in references if r.patient in rules.patients]


def _complete(rules: Protocol, without_result: Sequence[str]) -> None:
    """A protocol that names its patients is scored whole or not at all."""
    if rules.patients and without_result:
        raise RefusedError(
            f"{len(without_result)} recordings of the protocol's patients have no result, first {without_result[0]}; "
            "leaving them out would choose the data after the fact"
        )


def _print(told: Mapping[str, Any]) -> None:
    from westward.eeg.evaluate import page

    titles = {
        "spasm": "single spasms",
        "cluster": "clusters by their grammar",
        "events": "events by the rules of SzCORE",
        "samples": "samples by the rules of SzCORE",
    }
    print(page.headline(told))
    notes = page.notes(told)
    for level, title in titles.items():
        print(f"\n{title}. {notes[level]}")
        for row in page.figure_rows(told["figures"][level]):
            if row["why"]:
                print(f"  {row['name']:42} not assessable: {row['why']}")
            else:
                spans = f"{row['interval']:>16}  {row['by_patient']:>16}"
                print(f"  {row['name']:42} {row['value']:>8}  {row['of']:>22}  {spans}")
    for row in told["agreement"].get("based", {}).get("with_program", []):
        kappa = "not defined" if row["kappa_quadratic"] is None else f"{row['kappa_quadratic']:.2f}"
        print(f"\nBASED, {row['rater']} and program: same in {row['exact']['of']}, quadratic kappa {kappa}")
    for line in page.event_lines(told):
        print(line)
    for t in page.target_rows(told):
        print(f"  {t['name']} {t['limit']}: {t['value']}, {t['verdict']}")
    for line in (*page.unmatched(told), *told["warnings"]):
        print(f"  {line}")
    print("  Intervals: events as if independent; then patients redrawn.")
