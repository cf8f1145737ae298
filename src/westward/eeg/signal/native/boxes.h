/* Mean squares of boxes of a profile about their own straight line (detrended fluctuations), by running sums. */
#ifndef WESTWARD_BOXES_H
#define WESTWARD_BOXES_H
#include "lanes.h"

/* Running sums of the profile, of its square and of its product with the position, each from zero on. */
typedef struct { double *total, *square, *moment, least; } prefixes;

static inline double residual(const prefixes *p, long start, double size, double spread)
{
    const long stop = start + (long)size;
    double total = p->total[stop] - p->total[start];
    double moment = p->moment[stop] - p->moment[start] - ((double)start + (size - 1) / 2) * total;
    double left = p->square[stop] - p->square[start] - total * total / size - moment * moment / spread;
    /* The difference of large sums: what is below their rounding is zero. */
    return left > p->least ? left / size : 0;
}

/* Rows of n values, in steps. side[row][m]: mean over boxes of each size laid side by side; boxes[row][starts][m]: boxes
 * that begin at every each-th value. */
static int detrended(const double *x, long rows, long n, double step, const int64_t *size, long m, long each, long starts,
                     double *side, double *boxes)
{
    double *work = malloc(sizeof(double) * 3 * (size_t)(n + 1));
    if (!work)
        return 0;
    prefixes p = {work, work + n + 1, work + 2 * (n + 1), 0};
    for (long row = 0; row < rows; row++, x += n) {
        double mean = 0, sum = 0;
        for (long t = 0; t < n; t++)
            mean += x[t];
        mean /= (double)n;
        p.total[0] = p.square[0] = p.moment[0] = 0;
        for (long t = 0; t < n; t++) {
            sum += x[t] - mean;
            const double y = sum * step;
            p.total[t + 1] = p.total[t] + y;
            p.square[t + 1] = p.square[t] + y * y;
            p.moment[t + 1] = p.moment[t] + y * (double)t;
        }
        p.least = 1e-13 * p.square[n];
        for (long j = 0; j < m; j++) {
            const double length = (double)size[j], spread = length * (length * length - 1) / 12;
            const long count = n / size[j];
            double whole = 0;
            for (long b = 0; b < count; b++)
                whole += residual(&p, b * size[j], length, spread);
            side[row * m + j] = whole / (double)count;
            for (long b = 0; b < starts; b++)
                boxes[(row * starts + b) * m + j] = residual(&p, b * each, length, spread);
        }
    }
    free(work);
    return 1;
}
#endif
