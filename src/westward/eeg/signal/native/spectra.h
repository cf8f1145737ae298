/* Spectra of windows, and correlation and phase lag of channels from them. LANES windows side by side. */
#ifndef WESTWARD_SPECTRA_H
#define WESTWARD_SPECTRA_H
#include "fft.h"

/* LANES rows: mean removed, tapered where a taper is given, then zeros up to `size` samples. */
static void load(const float *const *row, long length, const float *taper, long size, v *z)
{
    gather(row, length, z);
    const v first = z[0], mean = mean_above(z, length, first);
    if (taper)
        for (long t = 0; t < length; t++)
            z[t] = ((z[t] - first) - mean) * taper[t];
    else
        for (long t = 0; t < length; t++)
            z[t] = (z[t] - first) - mean;
    for (long t = length; t < size; t++)
        z[t] = (v){0};
}

/* out[window][length/2+1]: squared magnitudes of tapered segments times scale, summed; length even. */
static int power(const windows *all, long hop, const float *taper, long length, const float *scale, float *out)
{
    plan p;
    const long bins = length / 2 + 1;
    if (!plan_make(&p, (int)(length / 2)))
        return 0;
    v *z = vectors((size_t)length), *sum = vectors((size_t)bins);
    if (!z || !sum)
        return free(z), free(sum), plan_free(&p), 0;
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        int m = pick(all, k, row), good[LANES];
        assess(row, all->length, good);
        memset(sum, 0, sizeof(v) * (size_t)bins);
        for (long start = 0; start + length <= all->length; start += hop) {
            load(row, length, taper, length, z);
            fft(&p, z);
            for (int i = 0; i <= p.n / 2; i++) {
                c low, high;
                split(&p, z, i, &low, &high);
                sum[i] += low.r * low.r + low.i * low.i;
                if (p.n - i != i)
                    sum[p.n - i] += high.r * high.r + high.i * high.i;
            }
            for (int l = 0; l < LANES; l++)
                row[l] += hop;
        }
        for (long i = 0; i < bins; i++)
            sum[i] *= scale[i];
        float *to[LANES];
        for (int l = 0; l < m; l++)
            to[l] = out + (k + l) * bins;
        scatter(sum, bins, to, m);
        for (int l = 0; l < m; l++)
            for (long i = 0; i < bins && !good[l]; i++)
                out[(k + l) * bins + i] = NAN;
    }
    free(z), free(sum), plan_free(&p);
    return 1;
}

/* out[window][last-first][2]: transform of the tapered window at bins first to last-1; good[window]: can be measured.
 * Zero where it cannot. */
static int transforms(const windows *all, const float *taper, long first, long last, float *out, uint8_t *good)
{
    plan p;
    const long length = all->length, bins = last - first;
    if (!plan_make(&p, (int)(length / 2)))
        return 0;
    v *z = vectors((size_t)length), *kept = vectors(2 * (size_t)(length / 2 + 1));
    if (!z || !kept)
        return free(z), free(kept), plan_free(&p), 0;
    for (long k = 0; k < all->total; k += LANES) {
        const float *row[LANES];
        float *to[LANES];
        int m = pick(all, k, row), fine[LANES];
        assess(row, length, fine);
        load(row, length, taper, length, z);
        fft(&p, z);
        for (int i = 0; i <= p.n / 2; i++) {
            c low, high;
            split(&p, z, i, &low, &high);
            kept[2 * i] = low.r, kept[2 * i + 1] = low.i;
            kept[2 * (p.n - i)] = high.r, kept[2 * (p.n - i) + 1] = i == p.n - i ? low.i : high.i;
        }
        for (int l = 0; l < m; l++)
            to[l] = out + (k + l) * 2 * bins;
        scatter(kept + 2 * first, 2 * bins, to, m);
        for (int l = 0; l < m; l++) {
            good[k + l] = (uint8_t)fine[l];
            if (!fine[l])
                memset(to[l], 0, sizeof(float) * 2 * (size_t)bins);
        }
    }
    free(z), free(kept), plan_free(&p);
    return 1;
}

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

#define SEARCH 16 /* lags compared together before it is noted where the largest is */
static inline vi v_choose(vi mask, long yes, vi no) { return (no & ~mask) | (mask & ((int32_t)yes - (vi){0})); }

/* For every epoch and pair (1,0) (2,0) (2,1) ...: the largest weighted |correlation| within the lags, its lag (positive:
 * the second follows the first), and the sum over all lags of the product of both autocorrelations (if asked for).
 * Epochs a serve the first, epochs b the second channel of a pair; half: size of the packed transform, >= length. */
static int correlate(const windows *a, const windows *b, long channels, long half, const float *weight, long reach,
                     float *value, int16_t *lag, float *spread)
{
    plan p;
    if (!plan_make(&p, (int)half))
        return 0;
    const int n = p.n;
    const long pairs = channels * (channels - 1) / 2, epochs = a->per_channel, stride = 2 * (n + 1);
    const int same = a->x == b->x && a->n == b->n && a->step == b->step;
    v *z = vectors((size_t)(2 * n + SEARCH)), *sa = vectors((size_t)(channels * stride)), *ua = vectors((size_t)channels);
    v *sb = same ? sa : vectors((size_t)(channels * stride)), *ub = same ? ua : vectors((size_t)channels);
    v *pa = spread ? vectors((size_t)(channels * (n + 1))) : NULL;
    v *pb = same || !spread ? pa : vectors((size_t)(channels * (n + 1)));
    const long room = (2 * n + SEARCH - 1) / SEARCH * SEARCH;
    float *factor = calloc((size_t)room, sizeof(float));
    int16_t *lags = calloc((size_t)room, sizeof(int16_t));
    int ok = z && sa && ua && sb && ub && factor && lags && (!spread || (pa && pb));
    if (ok) {
        memset(z, 0, sizeof(v) * (size_t)room);
        /* Sample s of the correlation is element s/2, even ones real. The forward transform of the spectrum gives the
         * elements in reverse, element e at frequency n - e. */
        for (long shift = -reach; shift <= reach; shift++) {
            const long s = shift < 0 ? shift + 2 * n : shift, e = s / 2, q = 2 * p.at[(n - e) % n] + (s & 1);
            factor[q] = weight[labs(shift)] / (float)(2 * n), lags[q] = (int16_t)shift;
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
                for (int k = 0; k <= n / 2; k++) {
                    const int o = n - k;
                    const v *x1 = x + 2 * k, *y1 = y + 2 * k, *x2 = x + 2 * o, *y2 = y + 2 * o;
                    v ar = x1[0] * y1[0] + x1[1] * y1[1], ai = x1[0] * y1[1] - x1[1] * y1[0]; /* conj(x) y */
                    v br = x2[0] * y2[0] + x2[1] * y2[1], bi = x2[0] * y2[1] - x2[1] * y2[0];
                    v er = ar + br, ei = ai - bi;
                    c w = c_times((c){ar - br, ai + bi}, p.cosine[k], p.sine[k]);
                    v *to = z + 2 * k, *other = z + 2 * (o % n);
                    to[0] = er - w.i, to[1] = ei + w.r;
                    if (k)
                        other[0] = er + w.i, other[1] = w.r - ei;
                }
                fft(&p, z);
                v best = splat(-1.0f);
                vi in = {0};
                for (long q = 0; q < 2 * n; q += SEARCH) {
                    v r = v_abs(z[q]) * factor[q], r2 = v_abs(z[q + 1]) * factor[q + 1];
                    for (long o = q + 2; o < q + SEARCH; o += 2)
                        r = v_max(v_abs(z[o]) * factor[o], r), r2 = v_max(v_abs(z[o + 1]) * factor[o + 1], r2);
                    r = v_max(r, r2);
                    vi more = (vi)(r > best);
                    best = v_max(r, best);
                    in = v_choose(more, q, in);
                }
                int16_t at[LANES];
                for (int l = 0; l < m; l++) {
                    long o = in[l];
                    while (o < 2 * n - 1 && fabsf(z[o][l]) * factor[o] != best[l])
                        o++;
                    at[l] = lags[o];
                }
                v flag = ua[i] + ub[j];
                best += flag;
                for (int l = 0; l < m; l++) {
                    value[(g + l) * pairs + pair] = best[l];
                    lag[(g + l) * pairs + pair] = best[l] == best[l] ? at[l] : 0;
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

/* spectrum[channels][epochs][bins] (complex) of one window; out[3][pair][bin]: sums over epochs of the sign, the value
 * and the magnitude of the imaginary part of X_first conj(X_second). */
/* Rounded step by step: a copy of a channel has exactly no phase lag. */
ROUNDED static int phase_lag(const float *spectrum, long channels, long epochs, long bins, float *out)
{
    ROUND_EACH_STEP
    const long wide_bins = (bins + LANES - 1) / LANES, pairs = channels * (channels - 1) / 2;
    v *real = vectors((size_t)(channels * wide_bins * epochs)), *imag = vectors((size_t)(channels * wide_bins * epochs));
    if (!real || !imag)
        return free(real), free(imag), 0;
    for (long ch = 0; ch < channels; ch++)
        for (long e = 0; e < epochs; e++) {
            const float *x = spectrum + 2 * (ch * epochs + e) * bins;
            for (long k = 0; k < wide_bins * LANES; k++) {
                long at = ((ch * wide_bins + k / LANES) * epochs + e) * LANES + k % LANES;
                ((float *)real)[at] = k < bins ? x[2 * k] : 0.0f;
                ((float *)imag)[at] = k < bins ? x[2 * k + 1] : 0.0f;
            }
        }
    long pair = 0;
    for (long i = 1; i < channels; i++)
        for (long j = 0; j < i; j++, pair++)
            for (long b = 0; b < wide_bins; b++) {
                const v *ar = real + (i * wide_bins + b) * epochs, *ai = imag + (i * wide_bins + b) * epochs;
                const v *br = real + (j * wide_bins + b) * epochs, *bi = imag + (j * wide_bins + b) * epochs;
                v total = {0}, absolute = {0};
                vi signs = {0};
                for (long e = 0; e < epochs; e++) {
                    v im = ai[e] * br[e] - ar[e] * bi[e];
                    signs += (vi)(im < 0) - (vi)(im > 0);
                    total += im, absolute += v_abs(im);
                }
                for (int l = 0; l < LANES && b * LANES + l < bins; l++) {
                    float *o = out + pair * bins + b * LANES + l;
                    o[0] = (float)signs[l], o[pairs * bins] = total[l], o[2 * pairs * bins] = absolute[l];
                }
            }
    free(real), free(imag);
    return 1;
}

/* Of rows of densities, over the bins first to last-1: their sum; the first bin (counted from `first`) up to which at
 * least `fraction` of the sum lies, -1 where there is none; and the entropy of the shares in nats, NaN likewise. */
static void shares(const float *x, long rows, long n, long first, long last, double fraction, double *sum, int32_t *edge,
                   float *entropy)
{
    for (long r = 0; r < rows; r++) {
        const float *p = x + r * n;
        double s[8] = {0}, total = 0;
        long k = first;
        for (; k + 8 <= last; k += 8)
            for (int l = 0; l < 8; l++)
                s[l] += p[k + l];
        for (; k < last; k++)
            total += p[k];
        for (int l = 0; l < 8; l++)
            total += s[l];
        sum[r] = total;
        if (edge) {
            double part = 0;
            edge[r] = total > 0 ? (int32_t)(last - first - 1) : -1;
            for (k = first; total > 0 && k < last; k++) {
                part += p[k];
                if (part >= fraction * total) {
                    edge[r] = (int32_t)(k - first);
                    break;
                }
            }
        }
        if (entropy) {
            if (!(total > 0)) {
                entropy[r] = NAN;
                continue;
            }
            const float one = (float)(1.0 / total);
            double h = 0;
            for (k = first; k < last; k += LANES) {
                v q = {0};
                for (int l = 0; l < LANES; l++)
                    q[l] = k + l < last ? p[k + l] * one : 0.0f;
                v tiny = splat(1.17549435e-38f), t = q * v_log2(v_max(q, tiny));
                for (int l = 0; l < LANES; l++)
                    h -= t[l];
            }
            entropy[r] = (float)(h * 0.69314718055994531);
        }
    }
}
#endif
