"""Words of the ``review`` list that more than one room relies on."""

AFTER_AWAKENING = "after an awakening"
"""How the reason of a stretch offered for review after an awakening ends."""
