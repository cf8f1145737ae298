"""Which EMG a summary says was judged as of a limb, whichever version wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LIMB, UNNAMED, NONE = "limb", "place not named", "none"
"""The place of the EMG; that of a bare "EMG" may be the chin."""


def judged(spasms: Mapping[str, Any]) -> str | None:
    """One of :data:`LIMB`, :data:`UNNAMED` and :data:`NONE`; None where ``spasms`` of a summary does not say.

    Earlier versions say only whether there was any.
    """
    told = spasms.get("with_emg")
    if told is None:
        return None
    return str(spasms.get("emg", LIMB)) if told else NONE
