"""When the engine may move a study up the reading queue, without telling its grade; it never moves one down."""

from __future__ import annotations

from westward.evidence.loader import Sheet, load

WORDS = "Urgent read suggested"
"""All that is said before a read is stored."""


def suggested(*, score: int | None, clusters: int | None, sheet: Sheet | None = None) -> bool:
    """Whether an urgent read is suggested (policy of ours): a score of an encephalopathy, or a cluster of spasms.

    The score is that of the BASED table (excerpt). None, not assessable, suggests nothing.
    """
    sheet = sheet or load("based_2021")
    limit = next(fact for fact in sheet if fact.key.endswith(".encephalopathy_from"))
    return (score is not None and score >= sheet.integer(limit.key)) or bool(clusters)
