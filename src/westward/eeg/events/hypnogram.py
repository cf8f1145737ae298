"""Sleep and wake per 30-s epoch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

EPOCH_S = 30.0
USUAL_SHIFTS_PER_HOUR = 10.0
"""More shifts that do not count, in an hour of sleep, and it is said that arousals may hide among them (policy)."""
STATES = ("wake", "drowsy", "nrem", "rem", "unknown")


@dataclass(frozen=True, eq=False)
class Hypnogram:
    """State per 30-s epoch; epoch k covers ``[30 k, 30 (k+1))`` of recording time.

    Attributes
    ----------
    state : int8 array, shape (n_epochs,)
        Index into :data:`STATES`.
    confidence : float32 array, shape (n_epochs,)
        0-1; 0 where unknown.
    arousal_s : float64 array
        Recording time of each arousal or awakening from sleep.
    sleep_wake_cycles : int
        Number of times sleep with NREM was both entered from and left to wakefulness.
    usual_shift_s : float64 array
        Shifts that are no arousals, as the sleep around them makes such all the time.
    refusal : str
        Why states are not assessable (age outside the band, no EEG), or empty.
    """

    state: NDArray[np.int8]
    confidence: NDArray[np.float32]
    arousal_s: NDArray[np.float64]
    sleep_wake_cycles: int
    refusal: str = ""
    usual_shift_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def minutes(self, state: str) -> float:
        """Minutes spent in a state."""
        return float((self.state == STATES.index(state)).sum()) * EPOCH_S / 60

    @property
    def arousal_doubt(self) -> str:
        """Why arousals may be missed in this sleep, or empty.

        In a background that makes such shifts by itself (suppression-burst) an arousal that is no more than they are
        cannot be told from them.
        """
        hours = (self.minutes("nrem") + self.minutes("rem")) / 60
        n = len(self.usual_shift_s)
        if not hours or n <= USUAL_SHIFTS_PER_HOUR * hours:
            return ""
        return (
            f"{n} shifts in {60 * hours:.0f} min of sleep are not counted, as this background makes such all the time "
            "(suppression-burst and trace alternant do); an arousal no stronger than they are cannot be told from them"
        )

    def per_second(self, n_seconds: int) -> NDArray[np.int8]:
        """The state of each second; seconds past the last whole epoch are unknown."""
        out = np.full(n_seconds, STATES.index("unknown"), np.int8)
        each = np.repeat(self.state, int(EPOCH_S))[:n_seconds]
        out[: len(each)] = each
        return out
