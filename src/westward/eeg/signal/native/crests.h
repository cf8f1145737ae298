/* Sharp waves: second differences, and where they stand out of a limit that holds for stretches of time. */
#ifndef WESTWARD_CRESTS_H
#define WESTWARD_CRESTS_H
#include "lanes.h"

/* Each window less the mean of its neighbors at `half` samples; the first and last `half` samples are zero. */
static int bends(const windows *all, long half, float *out)
{
    const long n = all->length;
    for (long k = 0; k < all->total; k++, out += n) {
        const float *x = all->x + (k / all->per_channel) * all->n + (k % all->per_channel) * all->step;
        if (n <= 2 * half) {
            memset(out, 0, sizeof *out * (size_t)n);
            continue;
        }
        memset(out, 0, sizeof *out * (size_t)half);
        for (long t = half; t < n - half; t++)
            out[t] = x[t] - 0.5f * (x[t - half] + x[t + half]);
        memset(out + n - half, 0, sizeof *out * (size_t)half);
    }
    return 1;
}

/* Local extremes of each row from sample `first` to `last` - 1 whose size is above the limit of their stretch: stretch j
 * of row r has limit[r * stretches + j] and ends before edge[j]; the last one has no end. place: row * n + sample, in
 * order; of equal neighbors the last one counts. Returns how many there are, of which `most` at most are written. */
static long crests(const float *x, long rows, long n, const float *limit, const int64_t *edge, long stretches, long first,
                   long last, int64_t *place, long most)
{
    long found = 0;
    for (long r = 0; r < rows; r++) {
        const float *row = x + r * n;
        long t = first;
        for (long j = 0; j < stretches && t < last; j++) {
            const long stop = j + 1 < stretches && edge[j] < last ? edge[j] : last;
            const v high = splat(limit[r * stretches + j]);
            if (stop <= t)
                continue;
            for (long u = t; u < stop; u += 4 * LANES) {
                if (u + 4 * LANES <= n) {
                    vi above = {0};
                    int any = 0;
#pragma GCC unroll 4
                    for (int k = 0; k < 4; k++)
                        above |= (vi)(v_abs(*(const vu *)(row + u + k * LANES)) > high);
                    for (int l = 0; l < LANES; l++)
                        any |= above[l];
                    if (!any)
                        continue;
                }
                for (long i = u; i < u + 4 * LANES && i < stop; i++)
                    if (fabsf(row[i]) > high[0] && fabsf(row[i]) >= fabsf(row[i - 1]) && fabsf(row[i]) > fabsf(row[i + 1])) {
                        if (found < most)
                            place[found] = r * n + i;
                        found++;
                    }
            }
            t = stop;
        }
    }
    return found;
}
#endif
