/* A line from extremum to extremum, with reversals smaller than a step leveled out. */
#ifndef WESTWARD_ZIGZAG_H
#define WESTWARD_ZIGZAG_H
#include <math.h>
#include <stdint.h>

static inline float leg(const float *value, const uint8_t *end, long i)
{
    return end[i] && end[i + 1] ? INFINITY : fabsf(value[i + 1] - value[i]);
}

/* In place, until no leg below `step` is smaller than both its neighbors; `origin` follows. Returns how many extrema stay.
 * The smallest legs go first: each pass takes away both ends of every leg that is a minimum among its neighbors. */
static long leveled(int32_t *at, float *value, uint8_t *end, int32_t *origin, long n, float step)
{
    for (;;) {
        if (n <= 3)
            return n;
        long kept = 1;
        float before = leg(value, end, 0), here = leg(value, end, 1);
        for (long i = 1; i < n; i++) {
            /* Leg i runs from extremum i to the next; what lies from i on is still as it was. */
            const float after = i + 2 < n ? leg(value, end, i + 1) : 0;
            if (i + 2 < n && here < step && here < before && here <= after && !end[i] && !end[i + 1]) {
                before = after, i++;
                here = i + 2 < n ? leg(value, end, i + 1) : 0;
                continue;
            }
            at[kept] = at[i], value[kept] = value[i], end[kept] = end[i], origin[kept] = origin[i];
            kept++;
            before = here, here = after;
        }
        if (kept == n)
            return n;
        n = kept;
    }
}
#endif
