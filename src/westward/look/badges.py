"""The three marks that say how far something can be trusted; the same on every page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Badge:
    """A short word with a sign beside it, so that it does not hang on color alone.

    Attributes
    ----------
    key : str
        ``simulated``, ``unverified`` or ``unreviewed``; also the CSS class suffix.
    sign : str
        One character.
    word : str
        What is printed.
    meaning : str
        One sentence for the hover and for screen readers.
    """

    key: str
    sign: str
    word: str
    meaning: str

    def html(self) -> Markup:
        """An inline element; colors come from ``tokens.css``."""
        return Markup('<span class="badge badge-{}" title="{}"><span aria-hidden="true">{}</span> {}</span>').format(
            self.key, self.meaning, self.sign, self.word
        )


SIMULATED = Badge("simulated", "◇", "Simulated", "Made by a computer: not a recording of a child.")
UNVERIFIED = Badge("unverified", "?", "Unverified", "Nobody has read this in its primary source yet.")
UNREVIEWED = Badge("unreviewed", "○", "Unreviewed", "Found by software; no person has reviewed it yet.")

_VERIFIED_ENOUGH = frozenset({"verified", "excerpt", "derived", "policy"})


BADGES = {badge.key: badge for badge in (SIMULATED, UNVERIFIED, UNREVIEWED)}
"""By key."""


def for_status(status: str) -> Badge | None:
    """The badge an evidence status deserves: recalled and unconfirmed facts are unverified."""
    return None if status in _VERIFIED_ENOUGH else UNVERIFIED
