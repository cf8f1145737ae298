"""When the child is awake, drowsy, in NREM and in REM, and when it rouses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from westward.eeg.simulate.parameters import number, pair
from westward.eeg.simulate.randomness import generator

STATES = ("wake", "drowsy", "nrem", "rem")
WAKE, DROWSY, NREM, REM = range(4)


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch of one state, seconds from the start of the recording."""

    start_s: float
    stop_s: float
    state: int


@dataclass(frozen=True, eq=False)
class Timeline:
    """States and arousals of a whole recording.

    Attributes
    ----------
    duration_s : float
        Length of the recording.
    runs : tuple of Run
        Contiguous, from 0 to ``duration_s``; borders on whole seconds.
    arousals_s : float array
        Onsets of arousals: brief ones inside sleep, and every change from sleep to wake.
    clock_start_h : float
        Time of day at which the recording starts.
    """

    duration_s: float
    runs: tuple[Run, ...]
    arousals_s: NDArray[np.float64]
    clock_start_h: float

    def per_second(self) -> NDArray[np.int8]:
        """State of every second, shape (ceil(duration),)."""
        states = np.zeros(int(np.ceil(self.duration_s)), np.int8)
        for run in self.runs:
            states[round(run.start_s) : round(run.stop_s)] = run.state
        return states

    def state_at(self, time_s: float) -> int:
        """State at one moment."""
        starts = [run.start_s for run in self.runs]
        return self.runs[max(int(np.searchsorted(starts, time_s, "right")) - 1, 0)].state

    @property
    def awakenings_s(self) -> list[float]:
        """Moments at which sleep gives way to wakefulness."""
        return [
            b.start_s
            for a, b in zip(self.runs, self.runs[1:], strict=False)
            if b.state == WAKE and a.state in (NREM, REM)
        ]


def timeline(*, seed: int, age_months: float, duration_s: float, long_nrem: bool = False) -> Timeline:
    """States for a routine recording with one sleep (up to 3 h) or a long-term one (by time of day).

    Parameters
    ----------
    seed : int
        Master seed.
    age_months : float
        Sets cycle length, naps and share of REM.
    duration_s : float
        Length of the recording.
    long_nrem : bool
        Give a short recording as much NREM as fits.
    """
    rng = generator(seed, "timeline")
    if duration_s <= 3 * 3600:
        pieces, clock = _one_sleep(rng, age_months, duration_s, long_nrem), 9.5
    else:
        clock = 8.0 if duration_s > 16 * 3600 else 19.0
        pieces = _by_clock(rng, age_months, duration_s, clock)
    runs: list[Run] = []
    t = 0.0
    for state, length in pieces:
        stop = min(t + max(round(length), 1), duration_s)
        if stop > t:
            if runs and runs[-1].state == state:
                runs[-1] = Run(runs[-1].start_s, stop, state)
            else:
                runs.append(Run(t, stop, state))
        t = stop
    if t < duration_s:
        last = runs.pop()
        runs.append(Run(last.start_s, duration_s, last.state))
    made = Timeline(duration_s, tuple(runs), np.zeros(0), clock)
    return Timeline(duration_s, made.runs, _arousals(rng, made), clock)


def _arousals(rng: np.random.Generator, made: Timeline) -> NDArray[np.float64]:
    found = list(made.awakenings_s)
    rate = number("sleep.arousals_per_hour") / 3600
    for run in made.runs:
        if run.state in (NREM, REM) and run.stop_s - run.start_s > 300:
            # Arousals come in long sleep; a short nap keeps an undisturbed core of at least ten minutes.
            first = run.start_s + (660 if made.duration_s <= 3 * 3600 else 120)
            t = first + rng.exponential(1 / rate)
            while t < run.stop_s - 90:
                found.append(t)
                t += 240 + rng.exponential(1 / rate)
    return np.sort(np.array(found, np.float64))


def _one_sleep(
    rng: np.random.Generator, age_months: float, duration_s: float, long_nrem: bool
) -> list[tuple[int, float]]:
    if long_nrem:
        wake, drowsy, rem, end = min(150.0, 0.08 * duration_s), 60.0, 0.0, min(150.0, 0.08 * duration_s)
    else:
        wake = duration_s * rng.uniform(0.12, 0.2)
        drowsy = min(duration_s * 0.08, rng.uniform(120, 240))
        rem = duration_s * rng.uniform(0.08, 0.14) if duration_s >= 1500 else 0.0
        end = duration_s * rng.uniform(0.10, 0.16)
    sleep = duration_s - wake - drowsy - end
    cycle = number("sleep.cycle_minutes", age_months) * 60
    pieces = [(WAKE, wake), (DROWSY, drowsy)]
    if sleep > 1.6 * cycle and not long_nrem:
        pieces += _cycles(rng, age_months, sleep)
    else:
        pieces += [(NREM, sleep - rem)] + ([(REM, rem)] if rem else [])
    return [*pieces, (WAKE, end)]


def _cycles(rng: np.random.Generator, age_months: float, sleep_s: float) -> list[tuple[int, float]]:
    cycle = number("sleep.cycle_minutes", age_months) * 60
    share = number("sleep.rem_fraction", age_months)
    pieces: list[tuple[int, float]] = []
    left, n = sleep_s, 0
    while left > 120:
        length = min(left, cycle * rng.uniform(0.85, 1.2))
        if left - length < 0.4 * cycle:
            length = left
        rem = length * np.clip(share * (0.7 + 0.12 * n) * rng.uniform(0.8, 1.2), 0.08, 0.6)
        pieces += [(NREM, float(length - rem)), (REM, float(rem))]
        left -= length
        n += 1
    return pieces


def _by_clock(
    rng: np.random.Generator, age_months: float, duration_s: float, clock_h: float
) -> list[tuple[int, float]]:
    night = number("sleep.night_hours", age_months) * 3600
    naps = round(number("sleep.naps_per_day", age_months))
    low, high = pair("sleep.nap_minutes")
    bed_h = 19.8 + rng.normal(0, 0.3)
    pieces: list[tuple[int, float]] = []
    t = 0.0
    while t < duration_s:
        hour = (clock_h + t / 3600) % 24
        to_bed = ((bed_h - hour) % 24) * 3600
        if clock_h > 16 and t == 0:
            to_bed = rng.uniform(0.4, 0.9) * 3600
        day: list[tuple[int, float]] = []
        n = max(round(naps * to_bed / (24 * 3600 - night)), 0) if to_bed > 3 * 3600 else 0
        lengths = [rng.uniform(low, high) * 60 for _ in range(n)]
        awake = max(to_bed - sum(lengths), 600.0 * (n + 1)) / (n + 1)
        for length in lengths:
            day += [(WAKE, awake - 240), (DROWSY, rng.uniform(120, 360)), *_cycles(rng, age_months, length)]
        day += [(WAKE, awake - 300), (DROWSY, rng.uniform(180, 420)), *_night(rng, age_months, night)]
        pieces += day
        t += sum(length for _, length in day)
    return pieces


def _night(rng: np.random.Generator, age_months: float, night_s: float) -> list[tuple[int, float]]:
    wakings = int(rng.poisson(number("sleep.wakings_per_night", age_months)))
    cuts = np.sort(rng.uniform(0.12, 0.95, wakings)) * night_s
    pieces: list[tuple[int, float]] = []
    at = 0.0
    for cut in [*cuts, night_s]:
        if cut - at < 900:
            continue
        pieces += _cycles(rng, age_months, float(cut - at))
        at = float(cut)
        if cut < night_s:
            pieces += [(WAKE, rng.uniform(180, 900)), (DROWSY, rng.uniform(90, 240))]
    return pieces
