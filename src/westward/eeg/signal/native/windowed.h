/* Measures of one channel in windows: LANES windows side by side. Each returns 0 if there is no memory. */
#ifndef WESTWARD_WINDOWED_H
#define WESTWARD_WINDOWED_H
#include "lanes.h"

/* out[window][6]: range, RMS, line length, Hjorth activity, mobility, complexity. A window of 4 samples or more. */
static int time_domain(const windows *all, float *out)
{
    const long length = all->length;
    v *s = vectors((size_t)length);
    if (!s)
        return 0;
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        int m = pick(all, k, row), good[LANES];
        gather(row, length, s);
        assess(row, length, good);
        wide squares = {0}, lengths = {0}, slopes = {0}, bends = {0}, deviations = {0}, rests = {0};
        v low = s[0], high = s[0];
        for (long t = 0; t < length; t += RUN) {
            long stop = t + RUN < length ? t + RUN : length;
            v b = {0};
            for (long i = t; i < stop; i++)
                low = v_min(low, s[i]), high = v_max(high, s[i]), b += s[i] * s[i];
            wide_add(&squares, b);
        }
        /* Slopes less their mean, so that nothing cancels where a window drifts. */
        const float w = (float)length;
        const v first_slope = s[1] - s[0], last_slope = s[length - 1] - s[length - 2];
        const v drift = (s[length - 1] - s[0]) / (w - 1), curve = (last_slope - first_slope) / (w - 2);
        v before = first_slope, rest0 = first_slope - drift;
        wide_add(&lengths, v_abs(before)), wide_add(&slopes, rest0 * rest0);
        for (long t = 2; t < length; t += RUN) {
            long stop = t + RUN < length ? t + RUN : length;
            v a = {0}, b = {0}, e = {0};
            for (long i = t; i < stop; i++) {
                v slope = s[i] - s[i - 1], bend = (slope - before) - curve, rest = slope - drift;
                a += v_abs(slope), b += rest * rest, e += bend * bend;
                before = slope;
            }
            wide_add(&lengths, a), wide_add(&slopes, b), wide_add(&bends, e);
        }
        const v mean = mean_above(s, length, s[0]);
        for (long t = 0; t < length; t += RUN) {
            long stop = t + RUN < length ? t + RUN : length;
            v a = {0}, b = {0};
            for (long i = t; i < stop; i++) {
                v y = (s[i] - s[0]) - mean;
                a += y, b += y * y;
            }
            wide_add(&rests, a), wide_add(&deviations, b);
        }
        for (int l = 0; l < m; l++) {
            float *o = out + 6 * (k + l);
            const double n = (double)length, rest = wide_get(&rests, l) / n;
            const double activity = wide_get(&deviations, l) / n - rest * rest, tiny = 1e-12 * activity;
            const double off1 = ((double)s[length - 1][l] - (double)s[0][l]) / (n - 1) - (double)drift[l];
            const double off2 = ((double)last_slope[l] - (double)first_slope[l]) / (n - 2) - (double)curve[l];
            double v1 = wide_get(&slopes, l) / (n - 1) - off1 * off1, v2 = wide_get(&bends, l) / (n - 2) - off2 * off2;
            v1 = v1 > tiny ? v1 : 0, v2 = v2 > tiny ? v2 : 0;
            const double mobility = sqrt(v1 / activity);
            o[0] = (float)((double)high[l] - (double)low[l]);
            o[1] = (float)sqrt(wide_get(&squares, l) / n);
            o[2] = (float)wide_get(&lengths, l);
            o[3] = (float)activity;
            o[4] = (float)mobility;
            o[5] = v1 > 0 ? (float)(sqrt(v2 / v1) / mobility) : NAN;
            if (!good[l])
                o[0] = o[1] = o[2] = o[3] = o[4] = o[5] = NAN;
        }
    }
    free(s);
    return 1;
}

/* out[window][6]: how often each order of three neighbors occurs; of equal samples the earlier counts as lower.
 * Orders: 012, 021, 201, 102, 120, 210. All zero where the
 * window cannot be measured. */
static int order_counts(const windows *all, int32_t *out)
{
    const long length = all->length;
    enum { CHUNK = 128 };
    v s[CHUNK];
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        int m = pick(all, k, row), good[LANES];
        assess(row, length, good);
        vi count[5] = {{0}};
        v x0 = {0}, x1 = {0};
        vi b = {0};
        for (long t = 0; t < length; t += CHUNK) {
            long size = length - t < CHUNK ? length - t : CHUNK, i = 0;
            gather(row, size, s);
            for (int l = 0; l < LANES; l++)
                row[l] += size;
            if (!t)
                x0 = s[0], x1 = s[1], b = x0 <= x1, i = 2;
            for (; i < size; i++) {
                v x2 = s[i];
                vi a = b, e = x0 <= x2;
                b = x1 <= x2;
                count[0] -= a & b;
                count[1] -= a & ~b & e;
                count[2] -= a & ~b & ~e;
                count[3] -= ~a & b & e;
                count[4] -= ~a & b & ~e;
                x0 = x1, x1 = x2;
            }
        }
        for (int l = 0; l < m; l++) {
            int32_t *o = out + 6 * (k + l), rest = (int32_t)(length - 2);
            for (int j = 0; j < 5; j++)
                o[j] = count[j][l], rest -= o[j];
            o[5] = rest;
            if (!good[l])
                memset(o, 0, 6 * sizeof *o);
        }
    }
    return 1;
}

/* out[window][size]: root mean square of the profile (running sum of the window less its mean) about straight lines
 * fitted in consecutive boxes of each size, by prefix sums. Sizes from 3 up to the length. */
static int fluctuations(const windows *all, const int32_t *size, int sizes, double *out)
{
    const long length = all->length;
    v *s = vectors((size_t)length);
    d *prefix = (d *)vectors(2 * (size_t)(length + 1)), *square = (d *)vectors((size_t)(length + 1));
    if (!s || !prefix || !square)
        return free(s), free(prefix), free(square), 0;
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        int m = pick(all, k, row);
        gather(row, length, s);
        const wide sum = sum_above(s, length, s[0]);
        for (int half = 0; half < 2 && half * HALF < m; half++) {
            const d first = half ? high_half(s[0]) : low_half(s[0]);
            const d mean = (half ? sum.high : sum.low) / (double)length;
            d level = {0}, s1 = {0}, s2 = {0}, s3 = {0};
            prefix[0] = prefix[1] = square[0] = (d){0};
            double place = -0.5 * (double)length;
            for (long t = 0; t < length; t++, place += 1.0) {
                level += ((half ? high_half(s[t]) : low_half(s[t])) - first) - mean;
                s1 += level, s2 += level * level, s3 += level * place;
                prefix[2 * t + 2] = s1, prefix[2 * t + 3] = s3, square[t + 1] = s2;
            }
            for (int j = 0; j < sizes; j++) {
                const long box = size[j], boxes = length / box;
                const double w = (double)box, spread = w * (w * w - 1) / 12;
                d from1 = {0}, from3 = {0}, flat = {0}, sloped = {0};
                double middle = -0.5 * (double)length + 0.5 * (w - 1);
                const d *p = prefix;
                for (long b = 0; b < boxes; b++, middle += w) {
                    p += 2 * box;
                    const d to1 = p[0], to3 = p[1], area = to1 - from1, moment = to3 - from3 - middle * area;
                    flat += area * area, sloped += moment * moment;
                    from1 = to1, from3 = to3;
                }
                const d rest = square[boxes * box] - flat / w - sloped / spread;
                for (int l = 0; l < HALF && half * HALF + l < m; l++)
                    out[(k + half * HALF + l) * sizes + j] = rest[l] <= 1e-13 * square[length][l] ? 0 : sqrt(rest[l] / (double)(boxes * box));
            }
        }
    }
    free(s), free(prefix), free(square);
    return 1;
}

/* out[window][2]: pairs of runs of two, and of three samples that differ by less than radius[window] (sample entropy with
 * m = 2); both counted over the first length - 2 starts, no start with itself. */
static int alike(const windows *all, const float *radius, int64_t *out)
{
    enum { LAGS = 4 };
    const long length = all->length;
    v *s = vectors((size_t)(length + LAGS));
    if (!s)
        return 0;
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        int m = pick(all, k, row);
        gather(row, length, s);
        v far = splat(NAN), r; /* beyond the end nothing agrees */
        for (int i = 0; i < LAGS; i++)
            s[length + i] = far;
        for (int l = 0; l < LANES; l++)
            r[l] = radius[k + (l < m ? l : m - 1)];
        int64_t two[LANES] = {0}, three[LANES] = {0};
        for (long lag = 1; lag < length - 2; lag += LAGS) {
            vi one[LAGS], before[LAGS], b[LAGS] = {{0}}, a[LAGS] = {{0}};
            for (int j = 0; j < LAGS; j++) {
                one[j] = (vi)(v_abs(s[lag + j] - s[0]) < r);
                before[j] = (vi){0};
            }
            for (long t = 1; t + lag < length; t++) {
                v x0 = s[t];
#pragma GCC unroll 4
                for (int j = 0; j < LAGS; j++) {
                    vi now = (vi)(v_abs(s[t + lag + j] - x0) < r), pair = one[j] & now;
                    b[j] -= pair, a[j] -= before[j] & now;
                    before[j] = pair, one[j] = now;
                }
            }
            /* Pairs of two that end with the last sample do not count: no third sample follows. */
            for (int j = 0; j < LAGS && lag + j < length - 2; j++) {
                long i = length - 2 - lag - j; /* start of the last pair of two */
                vi last = (v_abs(s[i + lag + j] - s[i]) < r) & (v_abs(s[i + lag + j + 1] - s[i + 1]) < r);
                for (int l = 0; l < m; l++)
                    two[l] += b[j][l] + last[l], three[l] += a[j][l];
            }
        }
        for (int l = 0; l < m; l++)
            out[2 * (k + l)] = two[l], out[2 * (k + l) + 1] = three[l];
    }
    free(s);
    return 1;
}
#endif
