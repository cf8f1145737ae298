"""One thing that happened in a recording, as a row of ``events.tsv``."""

from __future__ import annotations

from dataclasses import dataclass

TRIAL_TYPES = (
    "spike", "grouped_multifocal_spikes", "attenuation", "ictal_candidate", "spasm", "spasm_cluster", "spindle",
    "hfo", "artifact", "sleep_wake", "sleep_drowsy", "sleep_nrem", "sleep_rem", "sleep_unknown", "arousal", "note",
)  # fmt: skip
"""Everything ``events.tsv`` of a bundle may hold."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    Attributes
    ----------
    onset_s, duration_s : float
        Recording time, gaps counted.
    trial_type : str
        One of :data:`TRIAL_TYPES`.
    channels : tuple of str
        Electrodes or derivations concerned; empty when all or none.
    confidence : float or None
        0-1; None when the event is not a judgment (a note).
    subtype : str
        For artifacts the reason (``movement``, ``flat`` ...), else a refinement or empty.
    focus : str
        Name of the spike focus, or empty.
    amplitude_uv : float or None
        Peak-to-peak, µV.
    state : str
        ``wake``, ``drowsy``, ``nrem``, ``rem``, ``unknown`` or empty.
    cluster_id : str
        For spasms of one cluster.
    counted : bool
        Whether the event entered the grade.
    reason : str
        Why it was not counted, or why the detector fired; plain words.
    """

    onset_s: float
    duration_s: float
    trial_type: str
    channels: tuple[str, ...] = ()
    confidence: float | None = None
    subtype: str = ""
    focus: str = ""
    amplitude_uv: float | None = None
    state: str = ""
    cluster_id: str = ""
    counted: bool = False
    reason: str = ""

    @property
    def event_id(self) -> str:
        """Stable: type, onset in milliseconds, first channel."""
        channel = self.channels[0] if self.channels else "all"
        return f"{self.trial_type}-{round(self.onset_s * 1000)}-{channel}"
