/* Zero-phase second-order sections on float32 rows, in double, rounded step by step as SciPy does: the same bits. */
#ifndef WESTWARD_FILTER_H
#define WESTWARD_FILTER_H
#include "lanes.h"

#define ABREAST 3                     /* vectors of rows filtered together: hides the latency of the recursion */
#define ROWS (ABREAST * HALF)
#define TILE 128                      /* samples taken through all sections while they are in the first cache */

#define AHEAD 48                      /* samples fetched ahead */

#define CASCADE(name, K)                                                                                              \
    ROUNDED static void name(const d *x, d *out, long n, long stride, const double *sos, d *state)                    \
    {                                                                                                                 \
        ROUND_EACH_STEP                                                                                               \
        d s1[K][ABREAST], s2[K][ABREAST];                                                                             \
        memcpy(s1, state, sizeof s1), memcpy(s2, state + K * ABREAST, sizeof s2);                                     \
        for (long t = 0; t < n; t++, x += stride, out += stride) {                                                    \
            d u[ABREAST];                                                                                             \
            _Pragma("GCC unroll 3") for (int g = 0; g < ABREAST; g++)                                                 \
                __builtin_prefetch(x + AHEAD * stride + g), __builtin_prefetch(out + AHEAD * stride + g, 1);          \
            _Pragma("GCC unroll 3") for (int g = 0; g < ABREAST; g++) u[g] = x[g];                                    \
            _Pragma("GCC unroll 2") for (int j = 0; j < K; j++)                                                       \
            {                                                                                                         \
                const double *k = sos + 6 * j;                                                                        \
                _Pragma("GCC unroll 3") for (int g = 0; g < ABREAST; g++)                                             \
                {                                                                                                     \
                    const d y = k[0] * u[g] + s1[j][g];                                                               \
                    s1[j][g] = k[1] * u[g] - k[4] * y + s2[j][g];                                                     \
                    s2[j][g] = k[2] * u[g] - k[5] * y;                                                                \
                    u[g] = y;                                                                                         \
                }                                                                                                     \
            }                                                                                                         \
            _Pragma("GCC unroll 3") for (int g = 0; g < ABREAST; g++) out[g] = u[g];                                  \
        }                                                                                                             \
        memcpy(state, s1, sizeof s1), memcpy(state + K * ABREAST, s2, sizeof s2);                                     \
    }
CASCADE(one_section, 1)
#if LANES >= 8
CASCADE(two_sections, 2)
#endif

/* Sections so far that go through a tile together. */
static int together(int sections, int j)
{
#if LANES >= 8
    return sections - j >= 2 ? 2 : 1;
#else
    return (void)sections, (void)j, 1;
#endif
}

/* The steady state of all sections for a constant input. */
static void steady(const d *first, const double *zi, int sections, d *state)
{
    for (int j = 0, k; j < sections; j += k) {
        k = together(sections, j);
        for (int i = 0; i < k; i++)
            for (int g = 0; g < ABREAST; g++) {
                state[(2 * j + i) * ABREAST + g] = zi[2 * (j + i)] * first[g];
                state[(2 * j + k + i) * ABREAST + g] = zi[2 * (j + i) + 1] * first[g];
            }
    }
}

/* One tile through all sections, from `from` by way of `tile` to `to`; a negative stride runs it backward from its last
 * sample. */
static void cascade(const d *from, d *tile, d *to, long n, long stride, const double *sos, int sections, d *state)
{
    for (int j = 0, k; j < sections; j += k) {
        k = together(sections, j);
        d *out = j + k < sections ? tile : to;
#if LANES >= 8
        if (k == 2)
            two_sections(j ? tile : from, out, n, stride, sos + 6 * j, state + 2 * j * ABREAST);
        else
#endif
            one_section(j ? tile : from, out, n, stride, sos + 6 * j, state + 2 * j * ABREAST);
    }
}

typedef struct { const float *x; float *y; long first, rows, n, pad; } block;

/* Samples t to t+m of the rows, counted from the start of the odd extension, as doubles. */
static void fill(const block *b, long t, long m, d *tile)
{
    v turned[TILE];
    for (int g = 0; g < ABREAST; g += 2) { /* two vectors of doubles are one of floats */
        const float *row[LANES], *from[LANES];
        const long limit = g + 1 < ABREAST ? LANES : HALF;
        for (long l = 0; l < LANES; l++) {
            long r = b->first + g * HALF + (l < limit ? l : limit - 1);
            row[l] = b->x + (r < b->rows ? r : b->rows - 1) * b->n;
        }
        long start = t < b->pad ? b->pad : t, stop = t + m < b->pad + b->n ? t + m : b->pad + b->n;
        if (stop > start) {
            for (int l = 0; l < LANES; l++)
                from[l] = row[l] + (start - b->pad);
            gather(from, stop - start, turned);
            for (long i = 0; i < stop - start; i++) {
                d *to = tile + (start - t + i) * ABREAST + g;
                to[0] = low_half(turned[i]);
                if (g + 1 < ABREAST)
                    to[1] = high_half(turned[i]);
            }
        }
        for (long i = 0; i < m; i++) {
            const long at = t + i - b->pad;
            if (at >= 0 && at < b->n) {
                i = stop - t - 1;
                continue;
            }
            const long edge = at < 0 ? 0 : b->n - 1, mirror = 2 * edge - at;
            double *to = (double *)(tile + i * ABREAST + g);
            for (long l = 0; l < (limit < LANES ? HALF : LANES); l++)
                to[l] = 2.0 * (double)row[l][edge] - (double)row[l][mirror];
        }
    }
}

/* Samples t to t+m, if they are not of the extension, to the rows of the output. */
static void drain(const block *b, long t, long m, const d *tile)
{
    const long start = t < b->pad ? b->pad : t, stop = t + m < b->pad + b->n ? t + m : b->pad + b->n;
    v turned[TILE];
    for (int g = 0; g < ABREAST && stop > start; g += 2) {
        const long limit = g + 1 < ABREAST ? LANES : HALF;
        long left = b->rows - b->first - g * HALF;
        left = left < limit ? left : limit;
        if (left <= 0)
            break;
        for (long i = start; i < stop; i++) {
            const d *from = tile + (i - t) * ABREAST + g;
            turned[i - start] = joined(from[0], from[g + 1 < ABREAST]);
        }
        float *row[LANES];
        for (long l = 0; l < left; l++)
            row[l] = b->y + (b->first + g * HALF + l) * b->n + (start - b->pad);
        scatter(turned, stop - start, row, (int)left);
    }
}

/* Rows of n samples; odd extension by pad samples at both ends. 0 if there is no memory. Only the result of the
 * forward run goes through memory (work: n + 2 pad times ABREAST vectors, aligned); all else happens in a tile. */
static int filter_rows(const float *x, float *y, long rows, long n, const double *sos, const double *zi, int sections,
                       long pad, d *work)
{
    const long total = n + 2 * pad, lead = pad % TILE; /* rows begin with a tile: whole lines of memory */
    d *state = (d *)vectors((size_t)(2 * sections * ABREAST));
    if (!state)
        return 0;
    d tile[TILE * ABREAST];
    for (long first = 0; first < rows; first += ROWS) {
        const block b = {x, y, first, rows, n, pad};
        long t = 0, m = lead ? lead : TILE;
        for (; t < total; t += m, m = TILE) {
            m = total - t < m ? total - t : m;
            fill(&b, t, m, tile);
            if (!t)
                steady(tile, zi, sections, state);
            cascade(tile, tile, work + t * ABREAST, m, ABREAST, sos, sections, state);
        }
        for (long stop = total; stop > 0; stop = t) {
            t = stop > lead ? lead + (stop - lead - 1) / TILE * TILE : 0, m = stop - t;
            const d *from = work + (stop - 1) * ABREAST;
            d *end = tile + (m - 1) * ABREAST;
            if (stop == total)
                steady(from, zi, sections, state);
            cascade(from, end, end, m, -ABREAST, sos, sections, state);
            drain(&b, t, m, tile);
        }
    }
    free(state);
    return 1;
}
#endif
