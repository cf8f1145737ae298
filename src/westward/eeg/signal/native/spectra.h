/* Spectra of windows, phase lag of channels from them, and shares of densities. LANES windows side by side. */
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
    if (!plan_make(&p, (int)(length / 2), 0))
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
    if (!plan_make(&p, (int)(length / 2), 0))
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
            for (long k = 0; k < wide_bins; k++) {
                const long at = (ch * wide_bins + k) * epochs + e, left = bins - k * LANES;
                float some[2 * LANES] = {0};
                if (left < LANES)
                    memcpy(some, x + 2 * k * LANES, sizeof(float) * 2 * (size_t)left);
                const float *from = left < LANES ? some : x + 2 * k * LANES;
                const v one = *(const vu *)from, other = *(const vu *)(from + LANES);
                real[at] = SHUFFLE(one, other, EVENS), imag[at] = SHUFFLE(one, other, ODDS);
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
        long k = first;
        wide parts = {0};
        for (; k + LANES <= last; k += LANES)
            wide_add(&parts, *(const vu *)(p + k));
        double total = wide_total(&parts);
        for (; k < last; k++)
            total += p[k];
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
            const v tiny = splat(1.17549435e-38f);
            wide terms = {0};
            for (k = first; k + LANES <= last; k += LANES) {
                const v q = *(const vu *)(p + k) * one;
                wide_add(&terms, q * v_log2(v_max(q, tiny)));
            }
            v q = {0};
            for (int l = 0; k + l < last; l++)
                q[l] = p[k + l] * one;
            wide_add(&terms, q * v_log2(v_max(q, tiny)));
            const double h = -wide_total(&terms);
            entropy[r] = (float)(h * 0.69314718055994531);
        }
    }
}
#endif
