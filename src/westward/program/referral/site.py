"""What triage needs to know of the site that answers."""

from __future__ import annotations

import os


def emergency_number() -> str:
    """The number to call when a child is in danger."""
    return os.environ.get("WESTWARD_EMERGENCY_NUMBER") or "911"
