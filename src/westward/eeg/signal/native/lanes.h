/* Vectors of LANES floats: LANES rows (windows, epochs, channels) are computed side by side.
 * GCC/Clang vector extensions only, so that one source serves AVX-512, AVX2 and whatever the baseline has. */
#ifndef WESTWARD_LANES_H
#define WESTWARD_LANES_H
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define HALF (LANES / 2)
#define VBYTES (4 * LANES)
typedef float v __attribute__((vector_size(VBYTES), aligned(VBYTES), may_alias));
typedef float vu __attribute__((vector_size(VBYTES), aligned(4), may_alias));
typedef int32_t vi __attribute__((vector_size(VBYTES), aligned(VBYTES), may_alias));
typedef double d __attribute__((vector_size(VBYTES), aligned(VBYTES), may_alias)); /* HALF doubles */
typedef float h __attribute__((vector_size(VBYTES / 2), aligned(VBYTES / 2), may_alias));

#if LANES == 16
#define ZIP_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define ZIP_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define EVENS 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODDS 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#elif LANES == 8
#define ZIP_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define ZIP_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#define EVENS 0, 2, 4, 6, 8, 10, 12, 14
#define ODDS 1, 3, 5, 7, 9, 11, 13, 15
#else
#define ZIP_LOW 0, 4, 1, 5
#define ZIP_HIGH 2, 6, 3, 7
#define EVENS 0, 2, 4, 6
#define ODDS 1, 3, 5, 7
#endif
#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (vi){__VA_ARGS__})
#endif

/* Before functions whose products are rounded before they are added, as NumPy does. */
#if defined(__clang__)
#define ROUNDED
#define ROUND_EACH_STEP _Pragma("clang fp contract(off)")
#elif defined(__GNUC__)
#define ROUNDED __attribute__((optimize("fp-contract=off")))
#define ROUND_EACH_STEP
#endif

static inline v splat(float x) { return x - (v){0}; }
static inline d splat_d(double x) { return x - (d){0}; }
static inline v v_abs(v x) { return (v)((vi)x & 0x7fffffff); }
static inline v v_select(vi mask, v yes, v no) { return (v)((mask & (vi)yes) | (~mask & (vi)no)); }

static inline v v_max(v a, v b)
{
#if defined(__x86_64__) && LANES == 16
    return (v)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__x86_64__) && LANES == 8
    return (v)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__x86_64__)
    return (v)_mm_max_ps((__m128)a, (__m128)b);
#else
    return v_select(a > b, a, b);
#endif
}

static inline v v_min(v a, v b)
{
#if defined(__x86_64__) && LANES == 16
    return (v)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__x86_64__) && LANES == 8
    return (v)_mm256_min_ps((__m256)a, (__m256)b);
#elif defined(__x86_64__)
    return (v)_mm_min_ps((__m128)a, (__m128)b);
#else
    return v_select(a < b, a, b);
#endif
}

/* The lower and the upper half of the lanes in double, and back. Spelled out: compilers split these conversions or take
 * them through memory. */
#if defined(__x86_64__) && LANES == 16
static inline d low_half(v x) { return (d)_mm512_cvtps_pd(_mm512_castps512_ps256((__m512)x)); }
static inline d high_half(v x) { return (d)_mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)x, 1)); }
static inline v joined(d low, d high)
{
    const __m512 wide_low = _mm512_castps256_ps512(_mm512_cvtpd_ps((__m512d)low));
    return (v)_mm512_insertf32x8(wide_low, _mm512_cvtpd_ps((__m512d)high), 1);
}
#elif defined(__x86_64__) && LANES == 8
static inline d low_half(v x) { return (d)_mm256_cvtps_pd(_mm256_castps256_ps128((__m256)x)); }
static inline d high_half(v x) { return (d)_mm256_cvtps_pd(_mm256_extractf128_ps((__m256)x, 1)); }
static inline v joined(d low, d high)
{
    const __m256 wide_low = _mm256_castps128_ps256(_mm256_cvtpd_ps((__m256d)low));
    return (v)_mm256_insertf128_ps(wide_low, _mm256_cvtpd_ps((__m256d)high), 1);
}
#elif defined(__x86_64__)
static inline d low_half(v x) { return (d)_mm_cvtps_pd((__m128)x); }
static inline d high_half(v x) { return (d)_mm_cvtps_pd(_mm_movehl_ps((__m128)x, (__m128)x)); }
static inline v joined(d low, d high)
{
    return (v)_mm_movelh_ps(_mm_cvtpd_ps((__m128d)low), _mm_cvtpd_ps((__m128d)high));
}
#else
static inline d low_half(v x)
{
    union { v all; h part[2]; } u = {x};
    return __builtin_convertvector(u.part[0], d);
}

static inline d high_half(v x)
{
    union { v all; h part[2]; } u = {x};
    return __builtin_convertvector(u.part[1], d);
}

static inline v joined(d low, d high)
{
    union { v all; h part[2]; } u;
    u.part[0] = __builtin_convertvector(low, h), u.part[1] = __builtin_convertvector(high, h);
    return u.all;
}
#endif

/* A sum in double of floats that were summed over a short stretch. */
typedef struct { d low, high; } wide;
static inline void wide_add(wide *sum, v part) { sum->low += low_half(part), sum->high += high_half(part); }
static inline double wide_get(const wide *sum, int lane)
{
    return lane < HALF ? sum->low[lane] : sum->high[lane - HALF];
}

static inline double wide_total(const wide *sum)
{
    const d both = sum->low + sum->high;
    double total = 0;
    for (int l = 0; l < HALF; l++)
        total += both[l];
    return total;
}

#define RUN 16 /* samples summed in float32 before the sum goes to double */

/* Sum of n samples less a level, which takes an offset away exactly. */
static wide sum_above(const v *x, long n, v level)
{
    wide sum = {0};
    for (long t = 0; t < n; t += RUN) {
        long stop = t + RUN < n ? t + RUN : n;
        v a = {0};
        for (long i = t; i < stop; i++)
            a += x[i] - level;
        wide_add(&sum, a);
    }
    return sum;
}

static v mean_above(const v *x, long n, v level)
{
    wide sum = sum_above(x, n, level);
    v mean;
    for (int l = 0; l < LANES; l++)
        mean[l] = (float)(wide_get(&sum, l) / (double)n);
    return mean;
}

/* log2 of positive normal numbers, to about one unit in the last place of float32. */
static inline v v_log2(v x)
{
    vi bits = (vi)x, shifted = bits - 0x3f3504f3; /* mantissa from sqrt(1/2) to sqrt(2) */
    v exponent = __builtin_convertvector(shifted >> 23, v);
    v m = (v)((shifted & 0x007fffff) + 0x3f3504f3);
    v s = (m - 1.0f) / (m + 1.0f), q = s * s;
    v p = ((((0.26225e0f * q + 0.32059890f) * q + 0.41219858f) * q + 0.57707802f) * q + 0.96179669f) * q;
    return s * 2.88539008f + (s * p + exponent);
}

/* LANES x LANES transposed in place. */
static inline void turn(v *r)
{
#pragma GCC unroll 4
    for (int step = 1; step < LANES; step *= 2) {
        v t[LANES];
#pragma GCC unroll 8
        for (int i = 0; i < HALF; i++) {
            t[2 * i] = SHUFFLE(r[i], r[i + HALF], ZIP_LOW);
            t[2 * i + 1] = SHUFFLE(r[i], r[i + HALF], ZIP_HIGH);
        }
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++)
            r[i] = t[i];
    }
}

/* r[i] holds sample t + i of LANES rows. */
static inline void turned(const float *const *row, long t, v r[LANES])
{
#pragma GCC unroll 16
    for (int l = 0; l < LANES; l++)
        r[l] = *(const vu *)(row[l] + t);
    turn(r);
}

/* out[t], t below n, holds sample t of LANES rows. */
static void gather(const float *const *row, long n, v *out)
{
    long t = 0;
    for (; t + LANES <= n; t += LANES) {
        v r[LANES];
        turned(row, t, r);
#pragma GCC unroll 16
        for (int l = 0; l < LANES; l++)
            out[t + l] = r[l];
    }
    for (; t < n; t++)
        for (int l = 0; l < LANES; l++)
            ((float *)(out + t))[l] = row[l][t];
}

/* The way back: row l, if below m, gets lane l of x[0..n). */
static void scatter(const v *x, long n, float *const *row, int m)
{
    long t = 0;
    for (; t + LANES <= n; t += LANES) {
        v r[LANES];
#pragma GCC unroll 16
        for (int l = 0; l < LANES; l++)
            r[l] = x[t + l];
        turn(r);
        for (int l = 0; l < m; l++)
            *(vu *)(row[l] + t) = r[l];
    }
    for (; t < n; t++)
        for (int l = 0; l < m; l++)
            row[l][t] = ((const float *)(x + t))[l];
}

/* n vectors, aligned; NULL if there is no memory. Released by free. */
static v *vectors(size_t n)
{
    void *p = NULL;
    return posix_memalign(&p, 64, VBYTES * (n ? n : 1)) ? NULL : p;
}

/* Windows counted through: window w of channel c begins at x + c*n + w*step; all in samples. */
typedef struct { const float *x; long n, step, length, per_channel, total; } windows;

/* Pointers to LANES windows from index `first` on (the last one again where there are fewer); how many are real. */
static int pick(const windows *w, long first, const float **row)
{
    long m = w->total - first < LANES ? w->total - first : LANES;
    for (long l = 0; l < LANES; l++) {
        long k = first + (l < m ? l : m - 1);
        row[l] = w->x + (k / w->per_channel) * w->n + (k % w->per_channel) * w->step;
    }
    return (int)m;
}

/* Which windows can be measured: every sample finite, and not flat to the rounding of float32 (cells.measurable). */
static void assess(const float *const *row, long length, int *good)
{
    for (int r = 0; r < LANES; r++) {
        const float *x = row[r];
        if (r && x == row[r - 1]) {
            good[r] = good[r - 1];
            continue;
        }
        v low = splat(x[0]), high = low, low2 = low, high2 = low, bad = {0}, bad2 = {0};
        long t = 0;
        for (; t + 2 * LANES <= length; t += 2 * LANES) {
            v y = *(const vu *)(x + t), z = *(const vu *)(x + t + LANES);
            low = v_min(low, y), high = v_max(high, y), bad += y - y;
            low2 = v_min(low2, z), high2 = v_max(high2, z), bad2 += z - z;
        }
        low = v_min(low, low2), high = v_max(high, high2), bad += bad2;
        double least = x[0], most = x[0], broken = 0;
        for (int l = 0; l < LANES; l++)
            least = fmin(least, low[l]), most = fmax(most, high[l]), broken += bad[l];
        for (; t < length; t++)
            least = fmin(least, x[t]), most = fmax(most, x[t]), broken += x[t] - x[t];
        good[r] = broken == 0 && most - least > 4 * 1.1920928955078125e-7 * fmax(fabs(least), fabs(most));
    }
}
#endif
