"""What was wrong with a file and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity of an input file; nothing is repaired in silence.

    Attributes
    ----------
    kind : str
        Stable code, such as ``truncated_record`` or ``duplicate_label``.
    where : str
        Field, channel or time, with byte offset where it helps.
    seen : str
        What the file has.
    repaired : bool
        True when the recording was made usable; False when it is only reported.
    action : str
        What was done, in a few words.
    """

    kind: str
    where: str
    seen: str
    repaired: bool
    action: str
