"""``westward verify-audit``: walk the audit chain and name the first broken row."""

from __future__ import annotations

from argparse import Namespace

from westward.core.errors import UsageError


def run(options: Namespace) -> int:
    """0 when every row holds, 1 when one does not."""
    from westward.program.project import existing, start

    anchors = dict(_anchor(text) for text in options.anchor)
    start(existing(options.data))
    from westward.program.audit.queries import walk

    verdict = walk(anchors)
    if verdict.broken is None:
        print(f"audit chain whole: {verdict.rows} rows\nanchor {verdict.rows}:{verdict.digest}")
        return 0
    print(f"audit chain broken: row {verdict.broken.seq} {verdict.broken.why}; {verdict.rows} rows before it hold")
    return 1


def _anchor(text: str) -> tuple[int, str]:
    seq, _, digest = text.partition(":")
    if not seq.isdigit() or len(digest) != 64:
        raise UsageError(f"{text!r} is no anchor; an earlier run printed it as ROW:DIGEST")
    return int(seq), digest
