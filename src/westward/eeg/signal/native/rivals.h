/* Peaks in order of time of which only the strongest of those close together stay. */
#ifndef WESTWARD_RIVALS_H
#define WESTWARD_RIVALS_H
#include <stdint.h>

/* beaten[k]: whether another peak within `refractory` samples stands out more, the earlier one where they are equal.
 * Peaks are rivals within `together` samples, on rows marked near (of n_rows), or where they point opposite ways. */
static int rivals(const int64_t *sample, const int64_t *row, const uint8_t *upward, const float *ratio, long n,
                  const uint8_t *near, long n_rows, long together, long refractory, uint8_t *beaten)
{
    for (long a = 0; a < n; a++)
        for (long b = a + 1; b < n && sample[b] - sample[a] <= refractory; b++)
            if (sample[b] - sample[a] <= together || near[row[b] * n_rows + row[a]] || upward[a] != upward[b])
                beaten[ratio[a] >= ratio[b] ? b : a] = 1;
    return 1;
}
#endif
