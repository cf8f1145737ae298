/* Sums of Gaussians on an even grid, and their least-squares fit to one curve within bounds by the trust-region
 * reflective method: the steps of trust_region.py, one curve at a time, HALF bins side by side. */
#ifndef WESTWARD_BELLS_H
#define WESTWARD_BELLS_H
#include "lanes.h"

#define MOST_PEAKS 16
#define MOST_P (3 * MOST_PEAKS)
#define WORST_CONDITION 1e4 /* of the normal matrix along the step; beyond it the singular values are used */
#define REACH 9.5           /* standard deviations; beyond it a bell is below 3e-20 and left out */

typedef double du __attribute__((vector_size(VBYTES), aligned(8), may_alias));
typedef int64_t di __attribute__((vector_size(VBYTES), aligned(VBYTES), may_alias));

static inline double sum_of(d x)
{
#if defined(__x86_64__) && LANES == 16
    return _mm512_reduce_add_pd((__m512d)x);
#elif defined(__x86_64__) && LANES == 8
    __m128d s = _mm_add_pd(_mm256_castpd256_pd128((__m256d)x), _mm256_extractf128_pd((__m256d)x, 1));
    return s[0] + s[1];
#else
    double s = 0;
    for (int l = 0; l < HALF; l++)
        s += x[l];
    return s;
#endif
}

/* exp(-z * z / 2), zero beyond REACH; 1 exactly at 0. */
static inline d bell_at(d z)
{
    const d shift = splat_d(0x1.8p52), y = z * z * -0.5;
    const d turn_ = y * 1.4426950408889634 + shift, whole = turn_ - shift;
    const d r = (y - whole * 0x1.62e42fefa3800p-1) - whole * 0x1.ef35793c76730p-45;
    d p = splat_d(1.0 / 6227020800);
    p = p * r + 1.0 / 479001600, p = p * r + 1.0 / 39916800, p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880, p = p * r + 1.0 / 40320, p = p * r + 1.0 / 5040, p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120, p = p * r + 1.0 / 24, p = p * r + 1.0 / 6, p = p * r + 0.5;
    p = p * r + 1.0, p = p * r + 1.0;
    const di inside = (di)(z * z < REACH * REACH);
    return (d)(((di)p + ((di)turn_ << 52)) & inside);
}

/* One curve and the Gaussians tried on it. Bins are padded to whole vectors, far off the grid and zero. */
typedef struct {
    long n, blocks;   /* bins, vectors of them */
    double first, step;
    const d *grid, *curve;
    d *residual, *plane; /* plane: work, see prepare */
    int k;
    double x[MOST_P]; /* centers, heights, deviations */
    double cost;
    long from[MOST_PEAKS], to[MOST_PEAKS]; /* vectors that each bell reaches */
} bells;

enum { BELL, BY_CENTER, BY_DEVIATION, PLANES };

static inline d *plane_of(const bells *b, int peak, int which) { return b->plane + (PLANES * peak + which) * b->blocks; }

static void reach(bells *b, int i)
{
    const double center = b->x[i], wide_ = REACH * b->x[2 * b->k + i];
    const double low = floor((center - wide_ - b->first) / b->step), high = ceil((center + wide_ - b->first) / b->step);
    const double last = (double)(b->n - 1);
    b->from[i] = low > 0 ? (long)(low < last ? low : last) / HALF : 0;
    b->to[i] = (high > 0 ? (long)(high < last ? high : last) / HALF : 0) + 1;
}

/* The bells, their argument (in the place of the slope by the center) and what they leave of the curve. */
static void evaluate(bells *b)
{
    const int k = b->k;
    for (long v_ = 0; v_ < b->blocks; v_++)
        b->residual[v_] = -b->curve[v_];
    for (int i = 0; i < k; i++) {
        reach(b, i);
        d *bell = plane_of(b, i, BELL), *z = plane_of(b, i, BY_CENTER);
        const double center = b->x[i], height = b->x[k + i], over = 1 / b->x[2 * k + i];
        for (long v_ = b->from[i]; v_ < b->to[i]; v_++) {
            z[v_] = (b->grid[v_] - center) * over;
            bell[v_] = bell_at(z[v_]);
            b->residual[v_] += height * bell[v_];
        }
    }
    d sum = {0};
    for (long v_ = 0; v_ < b->blocks; v_++)
        sum += b->residual[v_] * b->residual[v_];
    b->cost = 0.5 * sum_of(sum);
}

/* The slopes, once after evaluate. */
static void differentiate(bells *b)
{
    const int k = b->k;
    for (int i = 0; i < k; i++) {
        const d *bell = plane_of(b, i, BELL);
        d *z = plane_of(b, i, BY_CENTER), *by_deviation = plane_of(b, i, BY_DEVIATION);
        const double ratio = b->x[k + i] / b->x[2 * k + i];
        for (long v_ = b->from[i]; v_ < b->to[i]; v_++) {
            const d by_center = bell[v_] * z[v_] * ratio;
            by_deviation[v_] = by_center * z[v_], z[v_] = by_center;
        }
    }
}

/* Gradient and normal matrix (p x p, row after row) from the slopes; peaks that do not reach each other give zeros. */
static void linearize(const bells *b, double *gradient, double *normal)
{
    const int k = b->k, p = 3 * k;
    for (int i = 0; i < k; i++) {
        const d *h1 = plane_of(b, i, BELL), *c1 = plane_of(b, i, BY_CENTER), *s1 = plane_of(b, i, BY_DEVIATION);
        d c = {0}, h_ = {0}, s = {0};
        for (long v_ = b->from[i]; v_ < b->to[i]; v_++) {
            const d r = b->residual[v_];
            c += c1[v_] * r, h_ += h1[v_] * r, s += s1[v_] * r;
        }
        gradient[i] = sum_of(c), gradient[k + i] = sum_of(h_), gradient[2 * k + i] = sum_of(s);
        for (int j = 0; j <= i; j++) {
            const d *h2 = plane_of(b, j, BELL), *c2 = plane_of(b, j, BY_CENTER), *s2 = plane_of(b, j, BY_DEVIATION);
            const long from = b->from[i] > b->from[j] ? b->from[i] : b->from[j];
            const long to = b->to[i] < b->to[j] ? b->to[i] : b->to[j];
            d cc = {0}, ch = {0}, cs = {0}, hc = {0}, hh = {0}, hs = {0}, sc = {0}, sh = {0}, ss = {0};
            for (long v_ = from; v_ < to; v_++) {
                const d x = c1[v_], y = h1[v_], z = s1[v_];
                cc += x * c2[v_], ch += x * h2[v_], cs += x * s2[v_];
                hc += y * c2[v_], hh += y * h2[v_], hs += y * s2[v_];
                sc += z * c2[v_], sh += z * h2[v_], ss += z * s2[v_];
            }
            const d both[9] = {cc, ch, cs, hc, hh, hs, sc, sh, ss};
            for (int m = 0; m < 9; m++) {
                const int row = m / 3 * k + i, column = m % 3 * k + j;
                normal[row * p + column] = normal[column * p + row] = from < to ? sum_of(both[m]) : 0;
            }
        }
    }
}

static inline double dot(const double *a, const double *b, int p)
{
    d s = {0};
    double rest = 0;
    int i = 0;
    for (; i + HALF <= p; i += HALF)
        s += *(const du *)(a + i) * *(const du *)(b + i);
    for (; i < p; i++)
        rest += a[i] * b[i];
    return sum_of(s) + rest;
}

static double size_of(const double *a, int p) { return sqrt(dot(a, a, p)); }

/* Upper triangle of the Cholesky factor of a matrix plus damping, in rows of whole vectors. What stands below the
 * diagonal means nothing. */
typedef struct {
    int p, wide;
    d row[MOST_P][MOST_P / HALF];
    double over[MOST_P]; /* inverse of the diagonal */
} triangle;

/* 0 if there is no factor. */
static int factor(const double *matrix, double damping, int p, triangle *u)
{
    const int wide_ = u->wide = (p + HALF - 1) / HALF;
    u->p = p;
    for (int i = 0; i < p; i++) {
        double *row = (double *)u->row[i];
        memcpy(row, matrix + i * p, sizeof(double) * (size_t)p);
        memset(row + p, 0, sizeof(double) * (size_t)(wide_ * HALF - p));
        row[i] += damping;
    }
    for (int j = 0; j < p; j++) {
        d *row = u->row[j];
        const double rest = ((double *)row)[j];
        if (!(rest > 0))
            return 0;
        const double over = u->over[j] = 1 / sqrt(rest);
        for (int w = j / HALF; w < wide_; w++)
            row[w] *= over;
        for (int i = j + 1; i < p; i++) {
            const double by = ((double *)row)[i];
            for (int w = i / HALF; w < wide_; w++)
                u->row[i][w] -= by * row[w];
        }
    }
    return 1;
}

/* The solution for the transposed factor; then for the factor itself, in place. */
static void forward(const triangle *u, const double *right, double *out)
{
    d left[MOST_P / HALF] = {{0}};
    memcpy(left, right, sizeof(double) * (size_t)u->p);
    for (int i = 0; i < u->p; i++) {
        const double x = out[i] = ((double *)left)[i] * u->over[i];
        for (int w = i / HALF; w < u->wide; w++)
            left[w] -= u->row[i][w] * x;
    }
}

static void backward(const triangle *u, double *x)
{
    d known[MOST_P / HALF] = {{0}};
    for (int i = u->p - 1; i >= 0; i--) {
        d sum = {0};
        for (int w = i / HALF; w < u->wide; w++)
            sum += u->row[i][w] * known[w];
        x[i] = ((double *)known)[i] = (x[i] - sum_of(sum)) * u->over[i];
    }
}

/* Minus the solution, its length, and (if steep) how fast the length falls with the damping. */
static double solved(const triangle *u, const double *g, double *out, double *steep)
{
    double t[MOST_P];
    forward(u, g, out);
    backward(u, out);
    for (int i = 0; i < u->p; i++)
        out[i] = -out[i];
    const double length = size_of(out, u->p);
    if (steep) {
        forward(u, out, t);
        *steep = dot(t, t, u->p) / length;
    }
    return length;
}

/* A damping between the two ends. */
static inline double between(double alpha, double low, double high)
{
    return alpha < low || alpha > high ? fmax(0.001 * high, sqrt(low * high)) : alpha;
}

/* A Newton step of the damping and its ends toward a step of the length of the radius; whether it is long enough
 * already. */
static inline int nearer(double length, double steep, double radius, double *alpha, double *low, double *high)
{
    const double excess = length - radius, newton = -excess / steep;
    if (excess < 0)
        *high = *alpha;
    *low = fmax(*low, *alpha - newton);
    *alpha -= (excess + radius) * newton / radius;
    return fabs(excess) < 0.01 * radius;
}

/* Minimum of the quadratic model within the radius; its damping goes in and out. 0 where the normal matrix has lost
 * too many digits for that. */
static int normal_step(const double *normal, const double *g, int p, double radius, double *damping, double *step)
{
    triangle u;
    double steep, trace = 0, alpha = *damping;
    if (!factor(normal, 0, p, &u))
        return 0;
    const double length = solved(&u, g, step, &steep), force = size_of(g, p);
    for (int i = 0; i < p; i++)
        trace += normal[i * p + i];
    if (!(length * trace < WORST_CONDITION * force))
        return 0;
    *damping = 0;
    if (length <= radius)
        return 1;
    double high = force / radius, low = (length - radius) / steep;
    for (int turn_ = 0; turn_ < 10; turn_++) {
        alpha = between(alpha, low, high);
        if (!factor(normal, alpha, p, &u))
            return 0;
        const double length_ = solved(&u, g, step, &steep);
        if (nearer(length_, steep, radius, &alpha, &low, &high))
            break;
    }
    if (!factor(normal, alpha, p, &u))
        return 0;
    const double scale = radius / solved(&u, g, step, NULL);
    for (int i = 0; i < p; i++)
        step[i] *= scale;
    *damping = alpha;
    return 1;
}

/* Of a matrix (column after column) the columns turned to be orthogonal, by rotations that are kept in `turns`. */
static void orthogonal(double *columns, double *turns, int p)
{
    for (int i = 0; i < p * p; i++)
        turns[i] = i % (p + 1) ? 0 : 1;
    for (int sweep = 0, moved = 1; moved && sweep < 40; sweep++) {
        moved = 0;
        for (int i = 0; i < p; i++)
            for (int j = i + 1; j < p; j++) {
                double *restrict a = columns + i * p, *restrict b = columns + j * p;
                double *restrict e = turns + i * p, *restrict f = turns + j * p;
                const double aa = dot(a, a, p), bb = dot(b, b, p), ab = dot(a, b, p);
                if (!(fabs(ab) > 1e-15 * sqrt(aa * bb)))
                    continue;
                moved = 1;
                const double zeta = (bb - aa) / (2 * ab), t = copysign(1 / (fabs(zeta) + sqrt(1 + zeta * zeta)), zeta);
                const double c = 1 / sqrt(1 + t * t), s = c * t;
                for (int r = 0; r < p; r++) {
                    const double x = a[r], y = e[r];
                    a[r] = c * x - s * b[r], b[r] = s * x + c * b[r];
                    e[r] = c * y - s * f[r], f[r] = s * y + c * f[r];
                }
            }
    }
}

/* As normal_step, from the singular values of the slopes at b->x (which must be differentiated), scaled, over the
 * diagonal of the bounds' curvature. */
static void careful_step(bells *b, const double *scale, const double *curvature, double radius, double *damping,
                         double *step)
{
    const int p = 3 * b->k;
    const long blocks = b->blocks, rows = blocks + (p + HALF - 1) / HALF;
    d *column = b->plane + PLANES * b->k * blocks, *right = column + p * rows;
    double r[MOST_P * MOST_P] = {0}, turns[MOST_P * MOST_P], z[MOST_P], scaled[MOST_P], square[MOST_P];
    memset(column, 0, sizeof(d) * (size_t)((p + 1) * rows));
    memcpy(right, b->residual, sizeof(d) * (size_t)blocks);
    for (int i = 0; i < p; i++) {
        const int peak = i % b->k, kind = i / b->k;
        const d *plane = plane_of(b, peak, kind == 0 ? BY_CENTER : kind == 1 ? BELL : BY_DEVIATION);
        d *to = column + i * rows;
        for (long v_ = b->from[peak]; v_ < b->to[peak]; v_++)
            to[v_] = plane[v_] * scale[i];
        ((double *)(to + blocks))[i] = curvature[i];
    }
    for (int i = 0; i < p; i++) { /* modified Gram-Schmidt, the residual along with the columns */
        d *q = column + i * rows, sum = {0};
        for (long v_ = 0; v_ < rows; v_++)
            sum += q[v_] * q[v_];
        const double length = sqrt(sum_of(sum)), over = length > 0 ? 1 / length : 0;
        r[i * p + i] = length;
        for (long v_ = 0; v_ < rows; v_++)
            q[v_] *= over;
        for (int j = i + 1; j <= p; j++) {
            d *other = column + j * rows, part = {0};
            for (long v_ = 0; v_ < rows; v_++)
                part += q[v_] * other[v_];
            const double share = sum_of(part);
            *(j < p ? &r[j * p + i] : &z[i]) = share;
            for (long v_ = 0; v_ < rows; v_++)
                other[v_] -= share * q[v_];
        }
    }
    orthogonal(r, turns, p);
    double least = INFINITY, most = 0, full = 0, alpha = *damping;
    for (int i = 0; i < p; i++) {
        square[i] = dot(r + i * p, r + i * p, p), scaled[i] = dot(r + i * p, z, p);
        least = fmin(least, square[i]), most = fmax(most, square[i]);
        full += square[i] > 0 ? scaled[i] / square[i] * (scaled[i] / square[i]) : 0;
    }
    const int full_rank = sqrt(least) > 2.220446049250313e-16 * (double)b->n * sqrt(most);
    full = sqrt(full);
    if (full_rank && full <= radius)
        alpha = 0;
    else {
        double low = 0, high = size_of(scaled, p) / radius;
        if (full_rank) {
            double cubes = 0;
            for (int i = 0; i < p; i++)
                cubes += scaled[i] * scaled[i] / (square[i] * square[i] * square[i]);
            low = (full - radius) / (cubes / full);
        } else if (alpha == 0)
            alpha = fmax(0.001 * high, sqrt(low * high));
        for (int turn_ = 0; turn_ < 10; turn_++) {
            double length = 0, cubes = 0;
            alpha = between(alpha, low, high);
            for (int i = 0; i < p; i++) {
                const double below = square[i] + alpha, part = scaled[i] / below;
                length += part * part, cubes += part * part / below;
            }
            length = sqrt(length);
            if (nearer(length, cubes / length, radius, &alpha, &low, &high))
                break;
        }
    }
    memset(step, 0, sizeof(double) * (size_t)p);
    for (int i = 0; i < p; i++) {
        const double part = scaled[i] / (square[i] + alpha);
        for (int j = 0; j < p; j++)
            step[j] -= turns[i * p + j] * part;
    }
    if (!(full_rank && full <= radius)) {
        const double stretch = radius / size_of(step, p);
        for (int i = 0; i < p; i++)
            step[i] *= stretch;
    }
    *damping = alpha;
}
#endif
