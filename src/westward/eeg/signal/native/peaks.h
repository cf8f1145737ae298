/* Gaussian peaks of flattened spectra: found one after another, then fitted together within bounds
 * (gaussian_peaks.py and trust_region.py, whose path is followed step by step). */
#ifndef WESTWARD_PEAKS_H
#define WESTWARD_PEAKS_H
#include "bells.h"

typedef struct {
    double low_sd, high_sd, threshold_sd, center_sd, edge_sd, overlap_sd, tolerance;
    long most_evaluations;
    int most;
} peak_rules;

typedef struct { double center, height, deviation; } peak;

typedef struct {
    int p;
    double x[MOST_P], lower[MOST_P], upper[MOST_P], gradient[MOST_P], normal[MOST_P * MOST_P];
    double cost, radius, damping;
} fit_state;

/* Moved off a bound, as a start must lie strictly inside. */
static void push_inside(fit_state *f)
{
    for (int i = 0; i < f->p; i++) {
        const double low = f->lower[i], high = f->upper[i], x = f->x[i];
        const double off_low = 1e-10 * fmax(1, fabs(low)), off_high = 1e-10 * fmax(1, isinf(high) ? 0 : fabs(high));
        if (x - low <= fmin(high - x, off_low))
            f->x[i] = low + off_low;
        else if (high - x <= fmin(x - low, off_high))
            f->x[i] = high - off_high;
        if (f->x[i] < low || f->x[i] > high)
            f->x[i] = 0.5 * (low + (isinf(high) ? low : high));
    }
}

/* Distance to the bound that the descent direction points at (1 if there is none), and its derivative. */
static void distance(const fit_state *f, double *scale, double *slope)
{
    for (int i = 0; i < f->p; i++) {
        const int up = f->gradient[i] < 0 && !isinf(f->upper[i]), down = f->gradient[i] > 0;
        scale[i] = up ? f->upper[i] - f->x[i] : down ? f->x[i] - f->lower[i] : 1;
        slope[i] = up ? -1 : down ? 1 : 0;
    }
}

static double optimality(const fit_state *f, const double *scale)
{
    double most = 0;
    for (int i = 0; i < f->p; i++)
        most = fmax(most, fabs(f->gradient[i] * scale[i]));
    return most;
}

/* Change of the quadratic model by a step: linear and half of the quadratic part. */
static double curved(const double *normal, const double *a, const double *b, int p)
{
    double s = 0;
    for (int i = 0; i < p; i++)
        s += a[i] * dot(normal + i * p, b, p);
    return s;
}

static double model_value(const double *normal, const double *g, const double *s, int p)
{
    return 0.5 * curved(normal, s, s, p) + dot(g, s, p);
}

/* How many times d * s fits before the first bound. */
static double stride_to(const fit_state *f, const double *x, const double *d_, const double *s, double *each)
{
    double first = INFINITY;
    for (int i = 0; i < f->p; i++) {
        const double part = d_[i] * s[i];
        each[i] = part == 0 ? INFINITY : fmax((f->lower[i] - x[i]) / part, (f->upper[i] - x[i]) / part);
        first = fmin(first, each[i]);
    }
    return first;
}

/* Where half * t * t + linear * t is least between two ends, and how low. */
static double parabola(double half, double linear, double low, double high, double *value)
{
    const double middle = -0.5 * linear / half, at_low = low * (half * low + linear);
    const double at_high = high * (half * high + linear);
    double best = low;
    *value = at_low;
    if (at_high < *value)
        best = high, *value = at_high;
    if (half != 0 && low < middle && middle < high && middle * (half * middle + linear) < *value)
        best = middle, *value = middle * (half * middle + linear);
    return best;
}

/* A step that meets a bound, replaced by the best of: cut there, reflected there, steepest descent. Its model value. */
static double at_bounds(const fit_state *f, const double *normal, const double *g, const double *d_, double theta,
                        double *step)
{
    const int p = f->p;
    double each[MOST_P], r[MOST_P], cut[MOST_P], on[MOST_P], descent[MOST_P], with_r[MOST_P];
    const double p_stride = stride_to(f, f->x, d_, step, each);
    for (int i = 0; i < p; i++) {
        const int hit = each[i] == p_stride && d_[i] * step[i] != 0;
        r[i] = hit ? -step[i] : step[i], cut[i] = step[i] * p_stride, on[i] = f->x[i] + d_[i] * cut[i];
    }
    const double a = dot(r, r, p), b = dot(cut, r, p), c = fmin(dot(cut, cut, p) - f->radius * f->radius, 0);
    const double q = -(b + copysign(sqrt(fmax(b * b - a * c, 0)), b));
    double to_region = fmax(q / a, c / q);
    const double to_bound = stride_to(f, on, d_, r, each), near_ = fmin(to_bound, to_region);
    const double nearest = near_ > 0 ? (1 - theta) * p_stride / near_ : 0;
    const double farthest = !(near_ > 0) ? -1 : near_ == to_bound ? theta * to_bound : to_region;
    for (int i = 0; i < p; i++)
        with_r[i] = dot(normal + i * p, r, p);
    double gain, stride = parabola(0.5 * dot(with_r, r, p), dot(g, r, p) + dot(with_r, cut, p), nearest, farthest, &gain);
    const double r_value = nearest <= farthest ? gain + model_value(normal, g, cut, p) : INFINITY;
    for (int i = 0; i < p; i++)
        r[i] = cut[i] + stride * r[i], cut[i] *= theta, descent[i] = -g[i];
    const double p_value = model_value(normal, g, cut, p), size = size_of(g, p);
    const double descent_bound = stride_to(f, f->x, d_, descent, each);
    to_region = f->radius / size;
    const double limit = descent_bound < to_region ? theta * descent_bound : to_region;
    double g_value;
    stride = parabola(0.5 * curved(normal, g, g, p), -size * size, 0, limit, &g_value);
    const int use_p = p_value < r_value && p_value < g_value, use_r = !use_p && r_value < p_value && r_value < g_value;
    for (int i = 0; i < p; i++)
        step[i] = use_p ? cut[i] : use_r ? r[i] : stride * descent[i];
    return use_p ? p_value : use_r ? r_value : g_value;
}

/* One trial step; 1 where the fit is finished. */
static int advance(fit_state *f, bells *b, double tolerance)
{
    const int p = f->p;
    double scale[MOST_P], slope[MOST_P], d_[MOST_P], g[MOST_P], normal[MOST_P * MOST_P], step[MOST_P];
    distance(f, scale, slope);
    const double theta = fmax(0.995, 1 - optimality(f, scale));
    for (int i = 0; i < p; i++)
        d_[i] = sqrt(scale[i]), g[i] = d_[i] * f->gradient[i];
    for (int i = 0; i < p; i++) {
        for (int j = 0; j < p; j++)
            normal[i * p + j] = f->normal[i * p + j] * d_[i] * d_[j];
        normal[i * p + i] += f->gradient[i] * slope[i];
    }
    double damping = f->damping;
    if (!normal_step(normal, g, p, f->radius, &damping, step)) {
        double curvature[MOST_P];
        for (int i = 0; i < p; i++)
            curvature[i] = sqrt(f->gradient[i] * slope[i]);
        memcpy(b->x, f->x, sizeof f->x);
        evaluate(b);
        differentiate(b);
        damping = f->damping;
        careful_step(b, d_, curvature, f->radius, &damping, step);
    }
    double predicted = -model_value(normal, g, step, p);
    int out = 0;
    for (int i = 0; i < p; i++) {
        const double there = f->x[i] + d_[i] * step[i];
        out |= !(there >= f->lower[i] && there <= f->upper[i]);
    }
    if (out)
        predicted = -at_bounds(f, normal, g, d_, theta, step);
    double moved = 0;
    for (int i = 0; i < p; i++) {
        const double by = d_[i] * step[i], there = f->x[i] + by;
        moved += by * by;
        b->x[i] = there <= f->lower[i]   ? nextafter(f->lower[i], f->upper[i])
                  : there >= f->upper[i] ? nextafter(f->upper[i], f->lower[i])
                                         : there;
    }
    if (!isfinite(moved))
        return 1;
    evaluate(b);
    const double gained = f->cost - b->cost, length = size_of(step, p);
    const double ratio = predicted > 0 ? gained / predicted : predicted == 0 && gained == 0 ? 1 : 0;
    const double radius = ratio < 0.25                                   ? 0.25 * length
                          : ratio > 0.75 && length > 0.95 * f->radius ? 2 * f->radius
                                                                         : f->radius;
    int done = (gained < tolerance * f->cost && ratio > 0.25) || !isfinite(gained) ||
               sqrt(moved) < tolerance * (tolerance + size_of(f->x, p));
    f->damping = radius > 0 ? damping * f->radius / radius : 0;
    f->radius = radius;
    if (gained > 0) {
        memcpy(f->x, b->x, sizeof f->x);
        f->cost = b->cost;
        if (!done) {
            differentiate(b);
            linearize(b, f->gradient, f->normal);
            distance(f, scale, slope);
            done = optimality(f, scale) < tolerance;
        }
    }
    return done;
}

/* Peaks fitted from their guesses, in place. */
static void fit_peaks(bells *b, peak *found, int k, const peak_rules *rules)
{
    fit_state f;
    double scale[MOST_P], slope[MOST_P], size = 0;
    const double last = b->first + b->step * (double)(b->n - 1);
    f.p = 3 * k, b->k = k;
    memset(b->x, 0, sizeof b->x);
    for (int i = 0; i < k; i++) {
        const double reach_ = 2 * rules->center_sd * found[i].deviation;
        f.x[i] = found[i].center, f.x[k + i] = found[i].height, f.x[2 * k + i] = found[i].deviation;
        f.lower[i] = fmax(found[i].center - reach_, b->first), f.upper[i] = fmin(found[i].center + reach_, last);
        f.lower[k + i] = 0, f.upper[k + i] = INFINITY;
        f.lower[2 * k + i] = rules->low_sd, f.upper[2 * k + i] = rules->high_sd;
    }
    push_inside(&f);
    memcpy(b->x, f.x, sizeof(double) * (size_t)f.p);
    evaluate(b);
    differentiate(b);
    linearize(b, f.gradient, f.normal);
    distance(&f, scale, slope);
    for (int i = 0; i < f.p; i++)
        size += f.x[i] * f.x[i] / scale[i];
    f.cost = b->cost, f.damping = 0, f.radius = size > 0 ? sqrt(size) : 1;
    int done = optimality(&f, scale) < rules->tolerance;
    for (long n = 1; !done; done = done || n >= rules->most_evaluations)
        done = advance(&f, b, rules->tolerance), n++;
    for (int i = 0; i < k; i++)
        found[i] = (peak){f.x[i], f.x[k + i], f.x[2 * k + i]};
}

/* First guesses, by center; how many. `left` holds the flattened spectrum and is used up. */
static int guess_peaks(const bells *b, double *left, const peak_rules *rules, peak *found)
{
    const long n = b->n;
    const double per_fwhm = 1 / (2 * sqrt(2 * log(2)));
    const double *grid = (const double *)b->grid;
    const d *block = (const d *)left;
    int many = 0;
    for (; many < rules->most; many++) {
        long top = 0, side = n;
        d sum_ = {0}, squares_ = {0};
        for (long t = 1; t < n; t++)
            top = left[t] > left[top] ? t : top;
        for (long v_ = 0; v_ < b->blocks; v_++)
            sum_ += block[v_];
        const double mean = sum_of(sum_) / (double)n, height = left[top];
        for (long v_ = 0; v_ < b->blocks; v_++) {
            const d rest = block[v_] - mean;
            squares_ += rest * rest;
        }
        const double padding = (double)(b->blocks * HALF - n) * mean * mean;
        const double total = sum_of(squares_) - padding, spread = sqrt((total < 0 ? 0 : total) / (double)n);
        if (!(height > rules->threshold_sd * spread && height > 0))
            break;
        /* The shorter side counts; the first bin is never looked at on the left. */
        for (long t = top - 1; t > 0 && top - t < side; t--)
            if (left[t] <= 0.5 * height)
                side = top - t;
        for (long t = top + 1; t < n && t - top < side; t++)
            if (left[t] <= 0.5 * height)
                side = t - top;
        double sd = side < n ? (double)side * 2 * b->step * per_fwhm : rules->low_sd + rules->high_sd;
        sd = fmax(sd, rules->low_sd);
        sd = sd > rules->high_sd ? rules->low_sd : sd;
        const double over = 1 / sd, center = grid[top];
        for (long v_ = 0; v_ < b->blocks; v_++)
            ((d *)left)[v_] -= height * bell_at((b->grid[v_] - center) * over);
        int at = many;
        for (; at > 0 && found[at - 1].center > center; at--)
            found[at] = found[at - 1];
        found[at] = (peak){center, height, sd};
    }
    int inside = 0, kept = 0;
    const double last = grid[n - 1];
    for (int i = 0; i < many; i++) {
        const double reach_ = rules->edge_sd * found[i].deviation;
        if (found[i].center - grid[0] > reach_ && last - found[i].center > reach_)
            found[inside++] = found[i];
    }
    char drop[MOST_PEAKS] = {0};
    for (int i = 0; i + 1 < inside; i++)
        if (found[i].center + rules->overlap_sd * found[i].deviation >
            found[i + 1].center - rules->overlap_sd * found[i + 1].deviation)
            drop[found[i].height <= found[i + 1].height ? i : i + 1] = 1;
    for (int i = 0; i < inside; i++)
        if (!drop[i])
            found[kept++] = found[i];
    return kept;
}

/* Work space for spectra of n bins and so many peaks; 0 if there is no memory. */
static int prepare(bells *b, const double *grid, long n, int most, v **kept)
{
    const long blocks = b->blocks = (n + HALF - 1) / HALF;
    const long columns = (PLANES + 3) * most + 1, longest = blocks + MOST_P / HALF + 1;
    v *all = *kept = vectors((size_t)(4 * blocks + columns * longest));
    if (!all)
        return 0;
    memset(all, 0, VBYTES * (size_t)(4 * blocks));
    d *at = (d *)all;
    b->n = n, b->first = grid[0], b->step = grid[1] - grid[0];
    b->grid = at, b->curve = at + blocks, b->residual = at + 2 * blocks, b->plane = at + 4 * blocks;
    for (long t = 0; t < blocks * HALF; t++)
        ((double *)at)[t] = t < n ? grid[t] : grid[n - 1] + 1e6 * b->step;
    return 1;
}

/* peaks[row][3][most]: centers, heights, deviations, unused places 0, 0, 1. many[row]: how many. */
static int gaussian_peaks(const double *grid, const double *flat, long rows, long n, const peak_rules *rules,
                          double *peaks, int64_t *many)
{
    bells b;
    v *work;
    peak found[MOST_PEAKS + 1];
    if (!prepare(&b, grid, n, rules->most, &work))
        return 0;
    double *curve = (double *)b.curve, *left = (double *)(b.curve + 2 * b.blocks);
    for (long row = 0; row < rows; row++) {
        memcpy(curve, flat + row * n, sizeof(double) * (size_t)n);
        memcpy(left, flat + row * n, sizeof(double) * (size_t)n);
        memset(left + n, 0, sizeof(double) * (size_t)(b.blocks * HALF - n));
        const int k = guess_peaks(&b, left, rules, found);
        if (k)
            fit_peaks(&b, found, k, rules);
        double *out = peaks + row * 3 * rules->most;
        for (int i = 0; i < rules->most; i++) {
            out[i] = i < k ? found[i].center : 0;
            out[rules->most + i] = i < k ? found[i].height : 0;
            out[2 * rules->most + i] = i < k ? found[i].deviation : 1;
        }
        many[row] = k;
    }
    free(work);
    return 1;
}

/* out[row][n]: the sums of Gaussians as gaussian_peaks gives them; heights of 0 are none. */
static int sum_peaks(const double *grid, const double *peaks, long rows, long n, int most, double *out)
{
    bells b;
    v *work;
    if (!prepare(&b, grid, n, most, &work))
        return 0;
    for (long row = 0; row < rows; row++) {
        const double *p = peaks + row * 3 * most;
        int k = 0;
        for (int i = 0; i < most; i++)
            k += p[most + i] != 0;
        b.k = k;
        for (int i = 0, at = 0; i < most; i++)
            if (p[most + i] != 0) {
                b.x[at] = p[i], b.x[k + at] = p[most + i], b.x[2 * k + at] = p[2 * most + i];
                at++;
            }
        evaluate(&b);
        memcpy(out + row * n, b.residual, sizeof(double) * (size_t)n);
    }
    free(work);
    return 1;
}
#endif
