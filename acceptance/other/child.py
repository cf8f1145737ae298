"""How one child's spasms look: the same from spasm to spasm but for small variation, different from child to child."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acceptance.other.randomness import lognormal
from acceptance.other.scalp import Field, patch, toward

_FORMS = {
    "positive": 0.30,
    "sharp_then_positive": 0.22,
    "positive_then_negative": 0.18,
    "triphasic": 0.08,
    "negative": 0.09,
    "fast_only": 0.06,
    "decrement_only": 0.07,
}
"""Forms of the slow wave at the vertex (positive is downward on a page), and children without one."""

_KEYS: dict[str, tuple[tuple[float, float], ...]] = {
    "positive": ((0.0, 0.0), (0.38, 1.0), (0.65, 0.45), (1.0, 0.0)),
    "sharp_then_positive": ((0.0, 0.0), (0.07, -0.5), (0.15, -0.05), (0.48, 1.0), (0.72, 0.4), (1.0, 0.0)),
    "positive_then_negative": ((0.0, 0.0), (0.25, 0.85), (0.48, 0.1), (0.68, -0.6), (1.0, 0.0)),
    "triphasic": ((0.0, 0.0), (0.12, -0.35), (0.38, 1.0), (0.7, -0.45), (1.0, 0.0)),
    "negative": ((0.0, 0.0), (0.08, 0.2), (0.36, -1.0), (0.7, -0.2), (0.85, 0.12), (1.0, 0.0)),
}


@dataclass(frozen=True)
class Child:
    """Traits of one child's spasms.

    Attributes
    ----------
    form : str
        One of the forms above.
    keys : array, shape (n, 2)
        Share of the length, value: the slow wave at its maximum; empty where there is none.
    slow_s, slow_uv : float
        Length and peak-to-peak size of a strong spasm's slow wave, in the frontal or central longitudinal derivation
        that shows it most (as a reader measures it), but at no site more than 650 uV.
    field : array, shape (22,)
        Its field, 1 at the maximum.
    lag_s : array, shape (22,)
        Delay of the wave at each site: slow waves spread within tens of milliseconds.
    fast_hz, fast_uv, fast_s, fast_from_s : float
        Fast activity: frequency, half its peak-to-peak, length, begin after the slow wave's; ``fast_uv`` 0 for none.
    fast_field : array, shape (22,)
        Field of it.
    fall_to, fall_s, fall_from_s : float
        What the decrement leaves of the ongoing activity, for how long, and its begin after the spasm's; ``fall_to`` 1
        for none.
    fall_fast_uv : float
        Low fast activity within the decrement.
    burst_s, burst_rise, burst_uv, tonic : float
        Deltoid burst: length, share of its rise, envelope at its top, share of spasms with a lower tonic tail.
    burst_sides : tuple of float
        Left and right size.
    burst_from_s : float
        Begin after the slow wave's.
    interval_s : float
        Median interval in a cluster.
    n_per_cluster : float
        Median number of spasms in one.
    between : float
        What remains of the ongoing activity between the spasms of a cluster.
    cries : bool
        After a cluster.
    """

    form: str
    keys: NDArray[np.float64]
    slow_s: float
    slow_uv: float
    field: Field
    lag_s: Field
    fast_hz: float
    fast_uv: float
    fast_s: float
    fast_from_s: float
    fast_field: Field
    fall_to: float
    fall_s: float
    fall_from_s: float
    fall_fast_uv: float
    burst_s: float
    burst_rise: float
    burst_uv: float
    tonic: float
    burst_sides: tuple[float, float]
    burst_from_s: float
    interval_s: float
    n_per_cluster: float
    between: float
    cries: bool


def child(rng: np.random.Generator, *, size: float = 1.0) -> Child:
    """Draw one; ``size`` multiplies the slow wave, for it grows with the voltage of the background."""
    form = str(rng.choice(list(_FORMS), p=list(_FORMS.values())))
    one_sided = rng.random() < 0.25
    aside = rng.choice((-1, 1)) * rng.uniform(18, 45) if one_sided else rng.normal(0, 5)
    ahead = rng.uniform(-12, 38)
    at = toward(float(np.hypot(aside, ahead)), float(np.degrees(np.arctan2(aside, ahead))))
    sharpness = rng.uniform(0.7, 3.2)
    field = patch(at, sharpness, rng.uniform(0, 0.15))
    other = toward(rng.uniform(70, 105), rng.uniform(-180, 180))
    if rng.random() < 0.45:
        field = field + rng.uniform(0.15, 0.45) * patch(other, rng.uniform(2, 5))
    elif rng.random() < 0.4:
        field = field - rng.uniform(0.1, 0.35) * patch(other, 4)
    field = field * np.clip(rng.normal(1, 0.08, len(field)), 0.8, 1.2)
    slowness = rng.uniform(0.0, 0.1)
    fast_at = toward(rng.uniform(0, 60), rng.uniform(-90, 90) + (90 * np.sign(aside) if one_sided else 0))
    keys = np.array(_KEYS.get(form, ()), float).reshape(-1, 2)
    keys[1:-1, 1] *= rng.uniform(0.7, 1.3, max(len(keys) - 2, 0))
    fast = form == "fast_only" or rng.random() < 0.75
    fall = form == "decrement_only" or rng.random() < 0.8
    weak = rng.uniform(0.2, 0.7) if one_sided else rng.uniform(0.75, 1.0)
    slow_s = lognormal(rng, 0.95, 0.35, 0.5, 2.0)
    begins = {"decrement_only": 0.0, "fast_only": 0.4}.get(form, rng.uniform(0.1, 0.9) * slow_s)
    return Child(
        form=form,
        keys=keys,
        slow_s=slow_s if len(keys) else 0.0,
        slow_uv=lognormal(rng, 210 * size, 0.4, 100, 520) if len(keys) else 0.0,
        field=field / field.max(),
        lag_s=slowness * (1 - patch(at, 1.5)) + rng.uniform(0, 0.06) * patch(other, 3),
        fast_hz=rng.uniform(14, 30),
        fast_uv=rng.uniform(5, 24) if fast else 0.0,
        fast_s=lognormal(rng, 0.9, 0.5, 0.3, 3.0),
        fast_from_s=rng.uniform(-0.4, 0.25),
        fast_field=patch(fast_at, rng.uniform(1.0, 4.0)),
        fall_to=rng.uniform(0.12, 0.5) if fall else 1.0,
        fall_s=lognormal(rng, 2.2, 0.4, 1.0, 5.0),
        fall_from_s=begins,
        fall_fast_uv=rng.uniform(2, 7) if rng.random() < 0.35 else 0.0,
        burst_s=rng.uniform(0.55, 1.7),
        burst_rise=rng.uniform(0.2, 0.55),
        burst_uv=lognormal(rng, 110, 0.55, 30, 400),
        tonic=float(rng.choice((0.0, 0.15, 0.5), p=(0.5, 0.35, 0.15))),
        burst_sides=(1.0, weak) if rng.random() < 0.5 else (weak, 1.0),
        burst_from_s=rng.uniform(-0.1, 0.3),
        interval_s=lognormal(rng, 9.5, 0.35, 5, 20),
        n_per_cluster=lognormal(rng, 12, 0.4, 5, 28),
        between=rng.uniform(0.3, 0.95),
        cries=bool(rng.random() < 0.4),
    )
