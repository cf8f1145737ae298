/* Small things counted in windows: LANES windows side by side. Each returns 0 if there is no memory. */
#ifndef WESTWARD_CELLS_H
#define WESTWARD_CELLS_H
#include "lanes.h"

/* Smallest and largest sample of each window; NaN where a sample is NaN. */
static int extremes(const windows *all, float *smallest, float *largest)
{
    const long length = all->length;
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        int m = pick(all, k, row);
        v low = splat(INFINITY), high = splat(-INFINITY);
        vi broken = {0};
        long t = 0;
        for (; t + LANES <= length; t += LANES) {
            v r[LANES];
            turned(row, t, r);
#pragma GCC unroll 16
            for (int l = 0; l < LANES; l++)
                low = v_min(low, r[l]), high = v_max(high, r[l]), broken |= (vi)(r[l] != r[l]);
        }
        for (; t < length; t++) {
            v x;
            for (int l = 0; l < LANES; l++)
                x[l] = row[l][t];
            low = v_min(low, x), high = v_max(high, x), broken |= (vi)(x != x);
        }
        for (int l = 0; l < m; l++) {
            smallest[k + l] = broken[l] ? NAN : low[l];
            largest[k + l] = broken[l] ? NAN : high[l];
        }
    }
    return 1;
}

static inline void exchange(v *a, v *b)
{
    const v low = v_min(*a, *b);
    *b = v_max(*a, *b);
    *a = low;
}

/* n vectors put in rising order lane by lane (Batcher's odd-even merge exchange). */
static void sort_lanes(v *s, long n)
{
    long top = 1;
    while (top < n)
        top *= 2;
    for (long p = top / 2; p > 0; p /= 2) {
        long q = top / 2, r = 0, d = p;
        for (;;) {
            for (long i = 0; i < n - d; i++)
                if ((i & p) == r)
                    exchange(s + i, s + i + d);
            if (q == p)
                break;
            d = q - p, q /= 2, r = p;
        }
    }
}

/* Median of each window: the mean of the two middle values where their number is even, NaN where a sample is NaN. */
static int medians(const windows *all, float *out)
{
    const long n = all->length;
    v *s = vectors((size_t)n);
    if (!s)
        return 0;
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        int m = pick(all, k, row);
        gather(row, n, s);
        vi broken = {0};
        for (long t = 0; t < n; t++)
            broken |= (vi)(s[t] != s[t]);
        sort_lanes(s, n);
        v middle = s[n / 2];
        if (n % 2 == 0)
            middle = (s[n / 2 - 1] + middle) / splat(2);
        for (int l = 0; l < m; l++)
            out[k + l] = broken[l] ? NAN : middle[l];
    }
    free(s);
    return 1;
}

/* out[window][bins]: how many samples fall into bins of a width from -limit on, beyond the ends into the last ones. Each
 * sample is scaled, then moved, in double, each step rounded, as NumPy does. Windows that cannot be measured count none. */
ROUNDED static int histogram(const windows *all, double limit, double width, long bins, int32_t *out)
{
    ROUND_EACH_STEP
    const double scale = 1 / width, middle = limit / width, last = (double)(bins - 1);
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        int m = pick(all, k, row), good[LANES];
        assess(row, all->length, good);
        for (int l = 0; l < m; l++) {
            int32_t *count = out + (k + l) * bins;
            memset(count, 0, sizeof *count * (size_t)bins);
            for (long t = 0; good[l] && t < all->length; t++) {
                double at = (double)row[l][t] * scale;
                at += middle;
                at = at < 0 ? 0 : at > last ? last : at;
                count[(long)at]++;
            }
        }
    }
    return 1;
}
#endif
