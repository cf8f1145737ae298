"""How well a number is sourced: one scale everywhere."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Evidence status of a fact, a limit or a parameter, printed wherever it is used.

    ``verified``: primary source opened by a named person and quoted by place. ``excerpt``: read in an abstract,
    label or mirror. ``derived``: follows from such facts by stated reasoning. ``recalled``: textbook knowledge,
    not re-read. ``unconfirmed``: recalled with low confidence; a placeholder that must stay configurable.
    ``policy``: ours or a site's decision.
    """

    VERIFIED = "verified"
    EXCERPT = "excerpt"
    DERIVED = "derived"
    RECALLED = "recalled"
    UNCONFIRMED = "unconfirmed"
    POLICY = "policy"
