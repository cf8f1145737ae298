"""Sums of Gaussians fitted to many curves at once within bounds, by the trust-region reflective method.

Branch, Coleman and Li 1999 ("A subspace, interior, and conjugate gradient method for large-scale bound-constrained
minimization problems"), with the steps and constants documented for SciPy's ``least_squares(method="trf")``, which is
the reference. Inner systems are solved from the normal matrix instead of a singular value decomposition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_TOGETHER = 48
"""Curves iterated at the same time: enough to spread the cost of a call, few enough to stay in the cache."""

_WORST_CONDITION = 1e4
"""Of the normal matrix along the step; beyond it the step is taken from the singular values instead."""


@dataclass(eq=False)
class _State:
    """What the iteration keeps of every curve; p is its number of parameters."""

    x: Array  # (n, p)
    lower: Array
    upper: Array
    cost: Array  # (n,)
    gradient: Array  # (n, p)
    normal: Array  # (n, p, p)
    radius: Array  # (n,)
    damping: Array  # (n,)


def fit_gaussians(
    frequencies_hz: Array,
    curves: Array,
    start: Array,
    bounds: tuple[Array, Array],
    *,
    tolerance: float,
    max_evaluations: int,
) -> Array:
    """Least-squares fit of a sum of Gaussians to each curve.

    Parameters
    ----------
    curves : float64 array, shape (n_curves, n_frequencies)
    start : float64 array, shape (n_curves, 3, n_peaks)
        Centers, heights, standard deviations; within the bounds.
    bounds : (lower, upper)
        Each in the shape of ``start``; upper ones may be infinite.
    tolerance : float
        Of cost, step and gradient.

    Returns
    -------
    float64 array, shape (n_curves, 3, n_peaks)
    """
    n, _, k = start.shape
    lower, upper = (b.reshape(n, 3 * k) for b in bounds)
    x = _pushed_inside(start.reshape(n, 3 * k), lower, upper)
    cost, gradient, normal = np.empty(n), np.empty((n, 3 * k)), np.empty((n, 3 * k, 3 * k))
    for first in range(0, n, _TOGETHER):
        some = slice(first, first + _TOGETHER)
        model = _evaluated(frequencies_hz, curves[some], x[some])
        cost[some] = model.cost
        gradient[some], normal[some] = _linearized(model)
    scale, _ = _distance(x, gradient, lower, upper)
    radius = np.sqrt((x * x / scale).sum(-1))
    radius[radius == 0] = 1.0
    state = _State(x, lower, upper, cost, gradient, normal, radius, np.zeros(n))
    evaluations = np.ones(n, np.intp)
    gradient_size = np.abs(gradient * scale).max(-1)
    waiting = np.flatnonzero(gradient_size >= tolerance)
    while len(waiting):
        rows = waiting[:_TOGETHER]
        done = _advance(state, rows, frequencies_hz, curves, tolerance)
        evaluations[rows] += 1
        done |= evaluations[rows] >= max_evaluations
        waiting = np.concatenate([rows[~done], waiting[_TOGETHER:]])
    return state.x.reshape(n, 3, k)


@dataclass(eq=False)
class _Model:
    """Gaussians evaluated at some parameters: unit bells and their argument, and what the curves leave."""

    peaks: Array  # (n, 3, k)
    bell: Array  # (n, k, n_frequencies)
    z: Array
    residual: Array  # (n, n_frequencies)
    cost: Array  # (n,)

    def of(self, rows: Mask) -> _Model:
        return _Model(self.peaks[rows], self.bell[rows], self.z[rows], self.residual[rows], self.cost[rows])


def _evaluated(frequencies_hz: Array, curves: Array, x: Array) -> _Model:
    peaks = x.reshape(len(x), 3, -1)
    z = frequencies_hz - peaks[:, 0, :, None]
    z /= peaks[:, 2, :, None]
    bell = z * z
    bell *= -0.5
    np.exp(bell, out=bell)
    residual = np.matmul(peaks[:, 1][:, None], bell)[:, 0] - curves
    return _Model(peaks, bell, z, residual, 0.5 * np.einsum("ij,ij->i", residual, residual))


def _jacobian(model: _Model) -> Array:
    """Derivatives by centers, heights and deviations, shape (n, 3 * k, n_frequencies)."""
    n, k, n_bins = model.bell.shape
    jacobian = np.empty((n, 3, k, n_bins))
    jacobian[:, 1] = model.bell
    np.multiply(model.bell, model.z, out=jacobian[:, 0])
    jacobian[:, 0] *= (model.peaks[:, 1] / model.peaks[:, 2])[..., None]
    np.multiply(jacobian[:, 0], model.z, out=jacobian[:, 2])
    return jacobian.reshape(n, 3 * k, n_bins)


def _linearized(model: _Model) -> tuple[Array, Array]:
    """Gradient and normal matrix."""
    rows = _jacobian(model)
    return np.matmul(rows, model.residual[..., None])[..., 0], np.matmul(rows, rows.transpose(0, 2, 1))


def _pushed_inside(x: Array, lower: Array, upper: Array, step: float = 1e-10) -> Array:
    """Moved off a bound, as a start must lie strictly inside."""
    low = step * np.maximum(1, np.abs(lower))
    finite = np.isfinite(upper)
    high = step * np.maximum(1, np.abs(np.where(finite, upper, 0)))
    to_low, to_high = x - lower, np.where(finite, upper - x, np.inf)
    at_low = to_low <= np.minimum(to_high, low)
    at_high = finite & (to_high <= np.minimum(to_low, high))
    out = np.where(at_low, lower + low, np.where(at_high, np.where(finite, upper, 0) - high, x))
    beyond = (out < lower) | (out > upper)
    return np.where(beyond, 0.5 * (lower + np.where(finite, upper, lower)), out)


def _distance(x: Array, gradient: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Distance to the bound that the descent direction points at (1 if there is none), and its derivative."""
    to_upper = (gradient < 0) & np.isfinite(upper)
    to_lower = gradient > 0
    scale = np.where(to_upper, upper - x, np.where(to_lower, x - lower, 1.0))
    return scale, np.where(to_upper, -1.0, np.where(to_lower, 1.0, 0.0))


def _advance(state: _State, rows: NDArray[np.intp], frequencies_hz: Array, curves: Array, tolerance: float) -> Mask:
    """One trial step for each of ``rows``; true where the fit is finished."""
    x, lower, upper = state.x[rows], state.lower[rows], state.upper[rows]
    gradient, radius = state.gradient[rows], state.radius[rows]
    scale, slope = _distance(x, gradient, lower, upper)
    theta = np.maximum(0.995, 1 - np.abs(gradient * scale).max(-1))
    d = np.sqrt(scale)
    g = d * gradient
    # Coleman-Li: the normal matrix in scaled variables, plus the curvature of the bounds.
    normal = state.normal[rows]
    normal *= d[:, :, None]
    normal *= d[:, None, :]
    diagonal = np.arange(x.shape[1])
    normal[:, diagonal, diagonal] += gradient * slope
    before = state.damping[rows]
    p, damping = _trust_region_step(normal, g, radius, before)
    for row in np.flatnonzero(_unreliable(normal, g)):
        there = _evaluated(frequencies_hz, curves[rows[row], None], x[row, None])
        p[row], damping[row] = _careful_step(
            _jacobian(there)[0] * d[row, :, None],
            np.sqrt(gradient[row] * slope[row]),
            there.residual[0],
            float(radius[row]),
            float(before[row]),
        )
    step, step_h, predicted = _within_bounds(x, normal, g, p, d, radius, lower, upper, theta)
    moved = x + step
    moved = np.where(moved <= lower, np.nextafter(lower, upper), moved)
    moved = np.where(moved >= upper, np.nextafter(upper, lower), moved)
    model = _evaluated(frequencies_hz, curves[rows], moved)
    gained = state.cost[rows] - model.cost
    length_h = np.sqrt((step_h * step_h).sum(-1))
    ratio = np.divide(gained, predicted, out=np.zeros_like(gained), where=predicted > 0)
    ratio[(predicted == 0) & (gained == 0)] = 1.0
    wider = (ratio > 0.75) & (length_h > 0.95 * radius)
    new_radius = np.where(ratio < 0.25, 0.25 * length_h, np.where(wider, 2 * radius, radius))
    flat = (gained < tolerance * state.cost[rows]) & (ratio > 0.25)
    size = np.sqrt((x * x).sum(-1))
    small = np.sqrt((step * step).sum(-1)) < tolerance * (tolerance + size)
    done = flat | small
    accepted = gained > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        state.damping[rows] = np.where(new_radius > 0, damping * radius / new_radius, 0.0)
    state.radius[rows] = new_radius
    better = rows[accepted]
    state.x[better] = moved[accepted]
    go_on = accepted & ~done
    if go_on.any():
        some = rows[go_on]
        state.cost[some] = model.cost[go_on]
        gradient_new, state.normal[some] = _linearized(model if go_on.all() else model.of(go_on))
        state.gradient[some] = gradient_new
        scale, _ = _distance(moved[go_on], gradient_new, lower[go_on], upper[go_on])
        done[go_on] = np.abs(gradient_new * scale).max(-1) < tolerance
    return np.asarray(done | ~np.isfinite(gained))


def _solve(normal: Array, damping: Array, right: Array) -> Array:
    n = normal.shape[-1]
    matrix = normal.copy()
    matrix[:, np.arange(n), np.arange(n)] += damping[:, None]
    return np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0])


def _norm(x: Array) -> Array:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", x, x)))


def _trust_region_step(normal: Array, g: Array, radius: Array, damping: Array) -> tuple[Array, Array]:
    """Minimum of the quadratic model within the radius, and its damping (0: the full step fits)."""
    p = -_solve(normal, np.zeros(len(g)), g)
    length = _norm(p)
    out_damping = np.zeros(len(g))
    outside = length > radius
    if not outside.any():
        return p, out_damping
    normal, g, radius = normal[outside], g[outside], radius[outside]
    high = _norm(g) / radius
    low = (length[outside] - radius) / _steepness(normal, np.zeros(len(g)), p[outside])
    alpha = damping[outside].copy()
    rows = np.arange(len(g))
    for _ in range(10):
        a, r = alpha[rows], radius[rows]
        restart = (a < low[rows]) | (a > high[rows])
        a = np.where(restart, np.maximum(0.001 * high[rows], np.sqrt(low[rows] * high[rows])), a)
        trial = -_solve(normal[rows], a, g[rows])
        excess = _norm(trial) - r
        high[rows] = np.where(excess < 0, a, high[rows])
        newton = -excess / _steepness(normal[rows], a, trial)
        low[rows] = np.maximum(low[rows], a - newton)
        alpha[rows] = a - (excess + r) * newton / r
        rows = rows[np.abs(excess) >= 0.01 * r]
        if not len(rows):
            break
    trial = -_solve(normal, alpha, g)
    p[outside] = trial * (radius / _norm(trial))[:, None]
    out_damping[outside] = alpha
    return p, out_damping


def _steepness(normal: Array, damping: Array, p: Array) -> Array:
    """How fast the length of the step falls with the damping."""
    return np.asarray(np.einsum("ij,ij->i", p, _solve(normal, damping, p)) / _norm(p))


def _unreliable(normal: Array, g: Array) -> Mask:
    """Where the normal matrix, whose condition is the square of the Jacobian's, has lost too many digits."""
    size = np.trace(normal, axis1=1, axis2=2)
    full = _norm(_solve(normal, np.zeros(len(g)), g))
    return np.asarray(~(full * size < _WORST_CONDITION * _norm(g)), np.bool_)


def _careful_step(
    jacobian: Array, curvature: Array, residual: Array, radius: float, damping: float
) -> tuple[Array, float]:
    """As :func:`_trust_region_step` for one curve, from the singular values of the Jacobian.

    Parameters
    ----------
    jacobian : float64 array, shape (p, n_frequencies)
        In scaled variables.
    curvature : float64 array, shape (p,)
        Square root of the curvature of the bounds.
    """
    n_bins = jacobian.shape[1]
    stacked = np.concatenate([jacobian.T, np.diag(curvature)])
    u, s, vt = np.linalg.svd(stacked, full_matrices=False)
    turned = residual @ u[:n_bins]
    scaled = s * turned
    full_rank = s[-1] > np.finfo(float).eps * n_bins * s[0]

    def length_and_slope(alpha: float) -> tuple[float, float]:
        below = s * s + alpha
        length = float(np.linalg.norm(scaled / below))
        return length, -float((scaled**2 / below**3).sum()) / length

    low, high = 0.0, float(np.linalg.norm(scaled)) / radius
    if full_rank:
        p = -(turned / s) @ vt
        if np.linalg.norm(p) <= radius:
            return p, 0.0
        length, slope = length_and_slope(0.0)
        low = -(length - radius) / slope
    alpha = damping
    if not full_rank and alpha == 0:
        alpha = max(0.001 * high, float(np.sqrt(low * high)))
    for _ in range(10):
        if alpha < low or alpha > high:
            alpha = max(0.001 * high, float(np.sqrt(low * high)))
        length, slope = length_and_slope(alpha)
        excess = length - radius
        if excess < 0:
            high = alpha
        newton = excess / slope
        low = max(low, alpha - newton)
        alpha -= (excess + radius) * newton / radius
        if abs(excess) < 0.01 * radius:
            break
    p = -(scaled / (s * s + alpha)) @ vt
    return p * (radius / np.linalg.norm(p)), alpha


def _value(normal: Array, g: Array, s: Array) -> Array:
    """Change of the quadratic model by a step."""
    curved = np.matmul(normal, s[..., None])[..., 0]
    return np.asarray(0.5 * np.einsum("ij,ij->i", s, curved) + np.einsum("ij,ij->i", g, s))


def _to_bound(x: Array, s: Array, lower: Array, upper: Array) -> tuple[Array, Mask]:
    """How many times ``s`` fits before the first bound, and which bounds that hits."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        steps = np.where(s == 0, np.inf, np.maximum((lower - x) / s, (upper - x) / s))
    first = steps.min(-1)
    return first, (steps == first[:, None]) & (s != 0)


def _within_bounds(
    x: Array, normal: Array, g: Array, p_h: Array, d: Array, radius: Array, lower: Array, upper: Array, theta: Array
) -> tuple[Array, Array, Array]:
    """The best of the step cut at a bound, its reflection, and steepest descent; and the reduction predicted."""
    p = d * p_h
    predicted = -_value(normal, g, p_h)
    out = ~((x + p >= lower) & (x + p <= upper)).all(-1)
    if not out.any():
        return p, p_h, predicted
    step_h = p_h.copy()
    chosen, value = _at_bounds(
        x[out], normal[out], g[out], p_h[out], d[out], radius[out], lower[out], upper[out], theta[out]
    )
    step_h[out], predicted[out] = chosen, -value
    return d * step_h, step_h, predicted


def _at_bounds(
    x: Array, normal: Array, g: Array, p_h: Array, d: Array, radius: Array, lower: Array, upper: Array, theta: Array
) -> tuple[Array, Array]:
    p_stride, hits = _to_bound(x, d * p_h, lower, upper)
    r_h = np.where(hits, -p_h, p_h)
    p_h = p_h * p_stride[:, None]
    on_bound = x + d * p_h
    # Where the reflected direction leaves the trust region, and where it meets the next bound.
    a, b = np.einsum("ij,ij->i", r_h, r_h), np.einsum("ij,ij->i", p_h, r_h)
    c = np.minimum(np.einsum("ij,ij->i", p_h, p_h) - radius**2, 0.0)
    q = -(b + np.copysign(np.sqrt(np.maximum(b * b - a * c, 0)), b))
    with np.errstate(divide="ignore", invalid="ignore"):
        to_region = np.fmax(q / a, c / q)
    to_bound, _ = _to_bound(on_bound, d * r_h, lower, upper)
    reach = np.minimum(to_bound, to_region)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearest = np.where(reach > 0, (1 - theta) * p_stride / reach, 0.0)
    farthest = np.where(reach > 0, np.where(reach == to_bound, theta * to_bound, to_region), -1.0)
    curved = np.matmul(normal, r_h[..., None])[..., 0]
    half = 0.5 * np.einsum("ij,ij->i", curved, r_h)
    linear = np.einsum("ij,ij->i", g, r_h) + np.einsum("ij,ij->i", curved, p_h)
    stride, gain = _parabola(half, linear, nearest, farthest)
    r_value = np.where(nearest <= farthest, gain + _value(normal, g, p_h), np.inf)
    reflected = p_h + stride[:, None] * r_h
    inner = p_h * theta[:, None]
    p_value = _value(normal, g, inner)
    # Steepest descent.
    size = _norm(g)
    descent_bound, _ = _to_bound(x, -d * g, lower, upper)
    to_region = radius / size
    limit = np.where(descent_bound < to_region, theta * descent_bound, to_region)
    half = 0.5 * np.einsum("ij,ij->i", g, np.matmul(normal, g[..., None])[..., 0])
    stride, g_value = _parabola(half, -size * size, np.zeros_like(limit), limit)
    descent = -stride[:, None] * g
    use_p = (p_value < r_value) & (p_value < g_value)
    use_r = ~use_p & (r_value < p_value) & (r_value < g_value)
    chosen = np.where(use_p[:, None], inner, np.where(use_r[:, None], reflected, descent))
    return chosen, np.where(use_p, p_value, np.where(use_r, r_value, g_value))


def _parabola(half: Array, linear: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Where half t² + linear t is least between two ends, and how low."""
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = -0.5 * linear / half
    middle = np.where((half != 0) & (low < middle) & (middle < high), middle, low)
    t = np.stack([low, high, middle])
    y = t * (half * t + linear)
    best = y.argmin(0)
    columns = np.arange(t.shape[1])
    return t[best, columns], y[best, columns]
