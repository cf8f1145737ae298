/* Largest correlation of every two channels in epochs, by transforms. LANES epochs side by side. */
#ifndef WESTWARD_CORRELATE_H
#define WESTWARD_CORRELATE_H
#include "spectra.h"

/* One group of LANES epochs of every channel: transforms of the mean-free unit-length epochs, and which are usable. */
static void unit_spectra(const windows *w, long channels, long first, const plan *p, v *z, v *spectrum, v *usable)
{
    const int n = p->n;
    for (long ch = 0; ch < channels; ch++) {
        const float *row[LANES];
        windows one = {w->x + ch * w->n, w->n, w->step, w->length, w->per_channel, w->per_channel};
        pick(&one, first, row);
        load(row, w->length, NULL, 2 * n, z);
        v size = {0};
        for (long t = 0; t < w->length; t++)
            for (int l = 0; l < LANES && !t; l++)
                size[l] = fabsf(row[l][0]);
        wide squares = {0};
        for (long t = 0; t < w->length; t += 16) {
            v a = {0};
            for (long i = t; i < w->length && i < t + 16; i++)
                a += z[i] * z[i];
            wide_add(&squares, a);
        }
        v scale, flag;
        for (int l = 0; l < LANES; l++) {
            double length = sqrt(wide_get(&squares, l)), top = 0;
            int fine = isfinite(length) && length > 0;
            if (fine && length < 1e-3 * size[l] * (double)w->length) { /* near flat: look closely */
                for (long t = 0; t < w->length; t++)
                    top = fmax(top, fabs((double)row[l][t]));
                fine = length > 1e-6 * top;
            }
            scale[l] = fine ? (float)(1.0 / length) : 0.0f;
            flag[l] = fine ? 0.0f : NAN;
            if (!fine)
                for (long t = 0; t < w->length; t++)
                    ((float *)(z + t))[l] = 0.0f;
        }
        usable[ch] = flag;
        for (long t = 0; t < w->length; t++)
            z[t] *= scale;
        fft(p, z);
        v *s = spectrum + ch * 2 * (n + 1);
        for (int k = 0; k <= n / 2; k++) {
            c low, high;
            split(p, z, k, &low, &high);
            s[2 * k] = low.r, s[2 * k + 1] = low.i;
            if (n - k != k)
                s[2 * (n - k)] = high.r, s[2 * (n - k) + 1] = high.i;
        }
    }
}

/* Of two series of 2n samples with transforms x and y: elements k and n-k of the packed spectrum whose forward
 * transform is their correlation, in reverse. x1, y1: at k; x2, y2: at n-k; cosine, sine: of pi k / n. */
static inline void product(const v *x1, const v *y1, const v *x2, const v *y2, float cosine, float sine, c *low,
                           c *high)
{
    v ar = x1[0] * y1[0] + x1[1] * y1[1], ai = x1[0] * y1[1] - x1[1] * y1[0]; /* conj(x) y */
    v br = x2[0] * y2[0] + x2[1] * y2[1], bi = x2[0] * y2[1] - x2[1] * y2[0];
    v er = ar + br, ei = ai - bi;
    c w = c_times((c){ar - br, ai + bi}, cosine, sine);
    *low = (c){er - w.i, ei + w.r}, *high = (c){er + w.i, w.r - ei};
}

static void products(const plan *p, const v *x, const v *y, v *z)
{
    const long n = p->n;
    for (long k = 0; k <= n / 2; k++) {
        c low, high;
        const long o = n - k;
        product(x + 2 * k, y + 2 * k, x + 2 * o, y + 2 * o, p->cosine[k], p->sine[k], &low, &high);
        z[2 * k] = low.r, z[2 * k + 1] = low.i;
        if (k && k != o)
            z[2 * o] = high.r, z[2 * o + 1] = high.i;
    }
}

/* The products, and the first pass of their transform, of radix 4, while they are in registers: element q of a quarter
 * and its mirror image need the same ones. */
static void products_pass4(const plan *p, const v *x, const v *y, v *z)
{
    const long n = p->n, m = n / 4;
    const float *cosine = p->cosine, *sine = p->sine, *f = p->twiddle[0] + 6, *g = p->twiddle[0] + 6 * (m - 1);
    const v *x1 = x, *y1 = y, *x2 = x + 2 * n, *y2 = y + 2 * n;
    v *to = z, *other = z + 2 * m;
    c a[4], b[4];
    for (int j = 0; j < 3; j++)
        product(x1 + 2 * j * m, y1 + 2 * j * m, x2 - 2 * j * m, y2 - 2 * j * m, cosine[j * m], sine[j * m], &a[j],
                &b[3 - j]);
    a[3] = b[2];
    butterfly4(a);
    STORE(4, to, m)
    for (long q = 1; 2 * q <= m; q++, f += 6, g -= 6) {
        x1 += 2, y1 += 2, x2 -= 2, y2 -= 2, to += 2, other -= 2, cosine++, sine++;
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++)
            product(x1 + 2 * j * m, y1 + 2 * j * m, x2 - 2 * j * m, y2 - 2 * j * m, cosine[j * m], sine[j * m], &a[j],
                    &b[3 - j]);
        butterfly4(a);
#pragma GCC unroll 4
        for (int j = 1; j < 4; j++)
            a[j] = c_times(a[j], f[2 * j - 2], f[2 * j - 1]);
        STORE(4, to, m)
        if (to == other) /* its own mirror image */
            break;
        butterfly4(b);
#pragma GCC unroll 4
        for (int j = 1; j < 4; j++)
            b[j] = c_times(b[j], g[2 * j - 2], g[2 * j - 1]);
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++)
            other[2 * j * m] = b[j].r, other[2 * j * m + 1] = b[j].i;
    }
}

static inline vi v_choose(vi mask, vi yes, vi no) { return (no & ~mask) | (mask & yes); }
static inline vi v_all(long x) { return (int32_t)x - (vi){0}; }
static inline void butterfly1(c *a) { (void)a; }

/* The last pass, the weighted magnitudes (without a factor: the plain ones) in place of its results; the largest, and
 * where: the first float of its butterfly. */
#define LAST(R)                                                                                                       \
    static inline void search##R(v *z, long n, const float *factor, v *best, vi *in)                                  \
    {                                                                                                                 \
        v most = splat(-1.0f);                                                                                        \
        vi where = {0};                                                                                               \
        for (long b = 0; b < 2 * n; b += 2 * R) {                                                                     \
            LOAD(R, z + b, 1)                                                                                         \
            butterfly##R(a);                                                                                          \
            _Pragma("GCC unroll 8") for (int j = 0; j < R; j++)                                                       \
            {                                                                                                         \
                a[j] = (c){v_abs(a[j].r), v_abs(a[j].i)};                                                             \
                if (factor)                                                                                           \
                    a[j].r *= factor[b + 2 * j], a[j].i *= factor[b + 2 * j + 1];                                     \
            }                                                                                                         \
            STORE(R, z + b, 1)                                                                                        \
            v r = v_max(a[0].r, a[0].i);                                                                              \
            _Pragma("GCC unroll 8") for (int j = 1; j < R; j++) r = v_max(r, v_max(a[j].r, a[j].i));                  \
            where = v_choose((vi)(r > most), v_all(b), where);                                                        \
            most = v_max(r, most);                                                                                    \
        }                                                                                                             \
        *best = most, *in = where;                                                                                    \
    }                                                                                                                 \
    static void last##R(v *z, long n, const float *factor, v *best, vi *in)                                           \
    {                                                                                                                 \
        if (factor)                                                                                                   \
            search##R(z, n, factor, best, in);                                                                        \
        else                                                                                                          \
            search##R(z, n, NULL, best, in);                                                                          \
    }
LAST(1)
LAST(2)
LAST(3)
LAST(4)
LAST(5)
LAST(8)

/* Lane by lane, float at[l] of z, counted in vectors. */
static inline v picked(const v *z, vi at)
{
#if defined(__AVX512F__) && LANES == 16
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return (v)_mm512_i32gather_ps(_mm512_add_epi32(_mm512_slli_epi32((__m512i)at, 4), lane), (const float *)z, 4);
#else
    v x;
    for (int l = 0; l < LANES; l++)
        x[l] = ((const float *)z)[at[l] * LANES + l];
    return x;
#endif
}

/* The largest of the magnitudes (see LAST) of the transform of z, whose first passes are done, and where it is. */
static void search(const plan *p, v *z, int done, const float *factor, v *best, vi *at)
{
    const int radix = p->passes ? p->radix[p->passes - 1] : 1;
    vi in;
    fft_passes(p, z, done, p->passes - 1);
    switch (radix) {
    case 8: last8(z, p->n, factor, best, &in); break;
    case 5: last5(z, p->n, factor, best, &in); break;
    case 4: last4(z, p->n, factor, best, &in); break;
    case 3: last3(z, p->n, factor, best, &in); break;
    case 2: last2(z, p->n, factor, best, &in); break;
    default: last1(z, p->n, factor, best, &in);
    }
    *at = in;
    for (int o = 2 * radix - 1; o >= 0; o--)
        *at = v_choose((vi)(picked(z, in + o) == *best), in + o, *at);
}

/* For every epoch and pair (1,0) (2,0) (2,1) ...: the largest weighted |correlation| within the lags, its lag
 * (positive: the second follows the first), and the sum over all lags of the product of both autocorrelations (if
 * asked for). Epochs a serve the first, epochs b the second channel of a pair; half: size of the packed transform, >= length. */
static int correlate(const windows *a, const windows *b, long channels, long half, const float *weight, long reach,
                     float *value, int16_t *lag, float *spread)
{
    plan p;
    if (!plan_make(&p, (int)half, 4))
        return 0;
    const int n = p.n;
    const long pairs = channels * (channels - 1) / 2, epochs = a->per_channel, stride = 2 * (n + 1);
    const int same = a->x == b->x && a->n == b->n && a->step == b->step;
    v *z = vectors((size_t)(2 * n)), *sa = vectors((size_t)(channels * stride)), *ua = vectors((size_t)channels);
    v *sb = same ? sa : vectors((size_t)(channels * stride)), *ub = same ? ua : vectors((size_t)channels);
    v *pa = spread ? vectors((size_t)(channels * (n + 1))) : NULL;
    v *pb = same || !spread ? pa : vectors((size_t)(channels * (n + 1)));
    float *factor = calloc((size_t)(2 * n), sizeof(float));
    int16_t *lags = calloc((size_t)(2 * n), sizeof(int16_t));
    const int fused = p.passes > 1 && p.radix[0] == 4;
    int even = 0; /* all weights alike: multiplied once */
    int ok = z && sa && ua && sb && ub && factor && lags && (!spread || (pa && pb));
    if (ok) {
        /* Sample s of the correlation is element s/2, even ones real. The forward transform of the spectrum gives the
         * elements in reverse, element e at frequency n - e. */
        even = weight[0] > 0 && reach == a->length - 1; /* elsewhere the correlation is zero but for rounding */
        for (long shift = -reach; shift <= reach; shift++) {
            const long s = shift < 0 ? shift + 2 * n : shift, e = s / 2, q = 2 * p.at[(n - e) % n] + (s & 1);
            factor[q] = weight[labs(shift)] / (float)(2 * n), lags[q] = (int16_t)shift;
            even &= weight[labs(shift)] == weight[0];
        }
    }
    for (long g = 0; ok && g < epochs; g += LANES) {
        const int m = epochs - g < LANES ? (int)(epochs - g) : LANES;
        unit_spectra(a, channels, g, &p, z, sa, ua);
        if (!same)
            unit_spectra(b, channels, g, &p, z, sb, ub);
        for (long ch = 0; spread && ch < channels; ch++)
            for (int k = 0; k <= n; k++) {
                const v *s = sa + ch * stride + 2 * k, *t = sb + ch * stride + 2 * k;
                const float times = k == 0 || k == n ? 1.0f / (2 * n) : 1.0f / n; /* both sides of the spectrum */
                pa[ch * (n + 1) + k] = (s[0] * s[0] + s[1] * s[1]) * times;
                if (!same)
                    pb[ch * (n + 1) + k] = (t[0] * t[0] + t[1] * t[1]);
            }
        long pair = 0;
        for (long i = 1; i < channels; i++)
            for (long j = 0; j < i; j++, pair++) {
                const v *x = sa + i * stride, *y = sb + j * stride;
                v best;
                vi at;
                (fused ? products_pass4 : products)(&p, x, y, z);
                search(&p, z, fused, even ? NULL : factor, &best, &at);
                if (even)
                    best *= weight[0] / (float)(2 * n);
                v flag = ua[i] + ub[j];
                best += flag;
                for (int l = 0; l < m; l++) {
                    value[(g + l) * pairs + pair] = best[l];
                    lag[(g + l) * pairs + pair] = best[l] == best[l] ? lags[at[l]] : 0;
                }
                if (spread) {
                    const v *q1 = pa + i * (n + 1), *q2 = pb + j * (n + 1);
                    v sum = {0}, s0 = {0}, s1 = {0};
                    /* with one array both carry the factor: undone here */
                    for (int k = 1; k < n; k += 2) {
                        s0 += q1[k] * q2[k];
                        if (k + 1 < n)
                            s1 += q1[k + 1] * q2[k + 1];
                    }
                    sum = same ? (s0 + s1) * (float)n + (q1[0] * q2[0] + q1[n] * q2[n]) * (float)(2 * n)
                               : s0 + s1 + q1[0] * q2[0] + q1[n] * q2[n];
                    for (int l = 0; l < m; l++)
                        spread[(g + l) * pairs + pair] = sum[l];
                }
            }
    }
    if (!same) {
        free(sb), free(ub);
        if (spread)
            free(pb);
    }
    free(z), free(sa), free(ua), free(pa), free(factor), free(lags), plan_free(&p);
    return ok;
}

#endif
