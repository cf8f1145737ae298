/* Zero-phase second-order sections on float32 rows, in double, rounded step by step as SciPy does: the same bits. */
#ifndef WESTWARD_FILTER_H
#define WESTWARD_FILTER_H
#include "lanes.h"

#define ABREAST 3                     /* vectors of rows filtered together: hides the latency of the recursion */
#define ROWS (ABREAST * HALF)
#define TILE 128                      /* samples taken through all sections while they are in the first cache */

#define CASCADE(name, K)                                                                                              \
    ROUNDED static void name(d *x, long n, long stride, const double *sos, d *state)                                  \
    {                                                                                                                 \
        ROUND_EACH_STEP                                                                                               \
        d s1[K][ABREAST], s2[K][ABREAST];                                                                             \
        memcpy(s1, state, sizeof s1), memcpy(s2, state + K * ABREAST, sizeof s2);                                     \
        for (long t = 0; t < n; t++, x += stride) {                                                                   \
            d u[ABREAST];                                                                                             \
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
            _Pragma("GCC unroll 3") for (int g = 0; g < ABREAST; g++) x[g] = u[g];                                    \
        }                                                                                                             \
        memcpy(state, s1, sizeof s1), memcpy(state + K * ABREAST, s2, sizeof s2);                                     \
    }
CASCADE(one_section, 1)
#if LANES == 16
CASCADE(two_sections, 2)
#endif

/* All sections over x[0..n) of ABREAST vectors each, starting in the steady state of the first sample. */
static void cascade(d *x, long n, int backward, const double *sos, const double *zi, int sections, d *state)
{
    const d *first = backward ? x + (n - 1) * ABREAST : x;
    const long stride = backward ? -ABREAST : ABREAST;
    int step = 1;
#if LANES == 16
    step = 2;
#endif
    for (int j = 0; j < sections; j += step) {
        int k = sections - j < step ? sections - j : step;
        for (int i = 0; i < k; i++)
            for (int g = 0; g < ABREAST; g++) {
                state[(2 * j + i) * ABREAST + g] = zi[2 * (j + i)] * first[g];
                state[(2 * j + k + i) * ABREAST + g] = zi[2 * (j + i) + 1] * first[g];
            }
    }
    for (long t = 0; t < n; t += TILE) {
        long m = n - t < TILE ? n - t : TILE;
        d *from = backward ? x + (n - 1 - t) * ABREAST : x + t * ABREAST;
        for (int j = 0; j < sections; j += step) {
#if LANES == 16
            if (sections - j >= 2) {
                two_sections(from, m, stride, sos + 6 * j, state + 2 * j * ABREAST);
                continue;
            }
#endif
            one_section(from, m, stride, sos + 6 * j, state + 2 * j * ABREAST);
        }
    }
}

/* Rows of n samples; odd extension by pad samples at both ends. 0 if there is no memory. */
static int filter_rows(const float *x, float *y, long rows, long n, const double *sos, const double *zi, int sections,
                       long pad)
{
    const long total = n + 2 * pad;
    d *work = (d *)vectors((size_t)(total * ABREAST)), *state = (d *)vectors((size_t)(2 * sections * ABREAST));
    if (!work || !state)
        return free(work), free(state), 0;
    v tile[TILE];
    for (long first = 0; first < rows; first += ROWS) {
        for (int g = 0; g < ABREAST; g += 2) { /* two vectors of doubles are one of floats */
            const float *row[LANES];
            long base = first + g * HALF, limit = g + 1 < ABREAST ? LANES : HALF;
            for (long l = 0; l < LANES; l++) {
                long r = base + (l < limit ? l : limit - 1);
                row[l] = x + (r < rows ? r : rows - 1) * n;
            }
            for (long t = 0; t < n; t += TILE) {
                long m = n - t < TILE ? n - t : TILE;
                d *to = work + (pad + t) * ABREAST + g;
                gather(row, m, tile);
                for (long i = 0; i < m; i++) {
                    to[i * ABREAST] = low_half(tile[i]);
                    if (g + 1 < ABREAST)
                        to[i * ABREAST + 1] = high_half(tile[i]);
                }
                for (int l = 0; l < LANES; l++)
                    row[l] += m;
            }
        }
        d *inner = work + pad * ABREAST, *last = inner + (n - 1) * ABREAST;
        for (long t = 1; t <= pad; t++)
            for (int g = 0; g < ABREAST; g++) {
                inner[g - t * ABREAST] = 2.0 * inner[g] - inner[g + t * ABREAST];
                last[g + t * ABREAST] = 2.0 * last[g] - last[g - t * ABREAST];
            }
        cascade(work, total, 0, sos, zi, sections, state);
        cascade(work, total, 1, sos, zi, sections, state);
        for (int g = 0; g < ABREAST; g += 2) {
            float *row[LANES];
            long base = first + g * HALF, limit = g + 1 < ABREAST ? LANES : HALF, m_rows = rows - base;
            if (m_rows <= 0)
                break;
            m_rows = m_rows < limit ? m_rows : limit;
            for (long l = 0; l < m_rows; l++)
                row[l] = y + (base + l) * n;
            for (long t = 0; t < n; t += TILE) {
                long m = n - t < TILE ? n - t : TILE;
                const d *from = work + (pad + t) * ABREAST + g;
                for (long i = 0; i < m; i++) {
                    union { v all; h part[2]; } out;
                    out.part[0] = __builtin_convertvector(from[i * ABREAST], h);
                    out.part[1] = __builtin_convertvector(from[i * ABREAST + (g + 1 < ABREAST)], h);
                    tile[i] = out.all;
                }
                scatter(tile, m, row, (int)m_rows);
                for (long l = 0; l < m_rows; l++)
                    row[l] += m;
            }
        }
    }
    free(work), free(state);
    return 1;
}
#endif
