"""One planted event as it is told in the truth table."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = (
    "event_id", "onset", "duration", "trial_type", "channel", "confidence", "subtype", "focus", "amplitude_uv",
    "state", "cluster_id", "counted", "reason", "background_uv",
)  # fmt: skip
"""The columns of ``events.tsv``; ``background_uv`` is an addition of the simulator: local background of a spike,
peak to peak, in the same derivations as ``amplitude_uv``."""


@dataclass(frozen=True, slots=True)
class Row:
    """A planted event.

    Attributes
    ----------
    onset_s, duration_s : float
        For spikes the onset is the peak.
    trial_type, channel, subtype, focus, reason, cluster_id : str
        As in the bundle's event table; ``n/a`` when empty.
    amplitude_uv : float or None
        Spikes: largest longitudinal bipolar derivation, baseline to peak of the spike's field; others as planted.
    state : int or None
        Index into ``timeline.STATES``.
    counted : bool
        False for spikes inside masked time.
    """

    onset_s: float
    duration_s: float
    trial_type: str
    channel: str = ""
    subtype: str = ""
    focus: str = ""
    amplitude_uv: float | None = None
    state: int | None = None
    cluster_id: str = ""
    counted: bool = True
    reason: str = ""
    background_uv: float | None = None
