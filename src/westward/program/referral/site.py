"""What triage needs to know of the site that answers."""

from __future__ import annotations

from westward.program.shell.site import details


def emergency_number() -> str:
    """The number to call when a child is in danger; plain words where the site has not entered one."""
    return details().emergency_number or "the local emergency number"
