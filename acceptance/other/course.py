"""Waking and sleeping over the recording."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WAKE, NREM, REM = "wake", "nrem", "rem"
STATES = (WAKE, NREM, REM)
_DEEPENS_S = 240.0


@dataclass(frozen=True)
class Stretch:
    """A state from ``start_s`` to ``stop_s``; the first ``drowsy_s`` of a sleep are falling asleep."""

    state: str
    start_s: float
    stop_s: float
    drowsy_s: float = 0.0


@dataclass(frozen=True)
class Course:
    """All stretches, without gaps."""

    stretches: tuple[Stretch, ...]

    @property
    def duration_s(self) -> float:
        """End of the last stretch."""
        return self.stretches[-1].stop_s

    def runs(self, *states: str) -> list[tuple[float, float]]:
        """Start and stop of each stretch of some states."""
        return [(s.start_s, s.stop_s) for s in self.stretches if s.state in states]

    def drowsy(self) -> list[tuple[float, float]]:
        """Stretches of falling asleep."""
        return [(s.start_s, s.start_s + s.drowsy_s) for s in self.stretches if s.drowsy_s > 0]

    def deep(self) -> list[tuple[float, float]]:
        """NREM sleep without the falling asleep."""
        return [(s.start_s + s.drowsy_s, s.stop_s) for s in self.stretches if s.state == NREM]

    def awakenings(self) -> list[Stretch]:
        """Waking stretches that follow sleep."""
        return [b for a, b in pairwise(self.stretches) if b.state == WAKE and a.state != WAKE]

    def at(self, time_s: float) -> str:
        """State of a moment."""
        return next((s.state for s in self.stretches if s.start_s <= time_s < s.stop_s), self.stretches[-1].state)

    def weights(self, times_s: NDArray[np.float64], blur_s: float = 8.0) -> NDArray[np.float64]:
        """Share of each of ``STATES`` at each time, changing within some seconds; sleep deepens over minutes."""
        out = np.zeros((len(STATES), len(times_s)))
        for s in self.stretches:
            into = np.clip((times_s - s.start_s) / blur_s + 0.5, 0, 1) if s.start_s > 0 else np.ones_like(times_s)
            last = s.stop_s >= self.duration_s
            gone = np.zeros_like(times_s) if last else np.clip((times_s - s.stop_s) / blur_s + 0.5, 0, 1)
            own = into - gone
            if s.drowsy_s > 0:
                depth = np.clip(0.2 + 0.8 * (times_s - s.start_s) / (s.drowsy_s + _DEEPENS_S), 0, 1)
                out[STATES.index(WAKE)] += own * (1 - depth)
                own = own * depth
            out[STATES.index(s.state)] += own
        return out


def course(rng: np.random.Generator, *, minutes: float, age_months: float) -> Course:
    """Wake, sleep and wake again, a nap or two an hour; before three months sleep begins with REM at times."""
    end, now, made = round(minutes * 60), 0.0, []
    state = WAKE if rng.random() < 0.6 else NREM
    while now < end:
        drowsy = 0.0
        if state == WAKE:
            length = rng.uniform(5, 9) if now == 0 else rng.uniform(8, 16)
            after = REM if age_months < 3 and rng.random() < 0.5 else NREM
        elif state == NREM:
            length = rng.uniform(9, 20)
            if not made or made[-1].state == WAKE:
                drowsy = rng.uniform(40, 150)
            after = REM if rng.random() < 0.35 and (not made or made[-1].state != REM) else WAKE
        else:
            length = rng.uniform(3, 7)
            after = NREM if made and made[-1].state == WAKE else WAKE
        stop = min(round(now + 60 * length), end)
        if end - stop < 90:
            stop = end
        made.append(Stretch(state, now, float(stop), min(drowsy, stop - now)))
        now, state = float(stop), after
    return Course(tuple(made))
