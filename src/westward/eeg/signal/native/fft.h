/* Complex FFT of LANES series at once, in place, decimation in frequency; frequency k ends at plan.at[k].
 * Element k is a pair of vectors z[2k] (real), z[2k+1] (imaginary). Sizes of factors 2, 3 and 5. */
#ifndef WESTWARD_FFT_H
#define WESTWARD_FFT_H
#include "lanes.h"

#define MAX_PASSES 24
typedef struct {
    int n, passes, radix[MAX_PASSES];
    float *twiddle[MAX_PASSES]; /* per p: radix-1 pairs */
    float *cosine, *sine;       /* of 2 pi k / (2 n), k = 0..n: to split a real transform of twice the size */
    int *at;
} plan;

static void plan_free(plan *p)
{
    for (int i = 0; i < p->passes; i++)
        free(p->twiddle[i]);
    free(p->cosine), free(p->sine), free(p->at);
    memset(p, 0, sizeof *p);
}

/* The factor asked for first (where there is one), then smallest factors last: large butterflies spare passes through
 * memory. */
static int factors(int n, int lead, int *radix)
{
    int k = 0;
    if (lead > 1 && n % lead == 0)
        radix[k++] = lead, n /= lead;
#if LANES == 16
    static const int tried[] = {8, 4, 2, 5, 3};
#else
    static const int tried[] = {4, 2, 5, 3};
#endif
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++)
        while (n % tried[i] == 0 && k < MAX_PASSES)
            radix[k++] = tried[i], n /= tried[i];
    return n == 1 ? k : -1;
}

static int plan_make(plan *p, int n, int lead)
{
    memset(p, 0, sizeof *p);
    int passes = factors(n, lead, p->radix);
    if (passes < 0)
        return 0;
    p->n = n;
    p->cosine = malloc(sizeof(float) * (size_t)(n + 1));
    p->sine = malloc(sizeof(float) * (size_t)(n + 1));
    p->at = malloc(sizeof(int) * (size_t)n);
    if (!p->cosine || !p->sine || !p->at)
        return plan_free(p), 0;
    for (int k = 0; k <= n; k++)
        p->cosine[k] = (float)cos(M_PI * k / n), p->sine[k] = (float)sin(M_PI * k / n);
    int size = n;
    for (; p->passes < passes; p->passes++) {
        int r = p->radix[p->passes], m = size / r;
        float *w = p->twiddle[p->passes] = malloc(sizeof(float) * 2 * (size_t)(m * (r - 1)));
        if (!w)
            return plan_free(p), 0;
        for (int q = 0; q < m; q++)
            for (int j = 1; j < r; j++) {
                double phase = -2 * M_PI * q * j / size;
                *w++ = (float)cos(phase), *w++ = (float)sin(phase);
            }
        size = m;
    }
    for (int k = 0; k < n; k++) { /* digit by digit: the j-th output of a butterfly holds frequencies j mod radix */
        int rest = k, base = 0, block = n;
        for (int i = 0; i < passes; i++) {
            block /= p->radix[i];
            base += (rest % p->radix[i]) * block;
            rest /= p->radix[i];
        }
        p->at[k] = base;
    }
    return 1;
}

typedef struct { v r, i; } c;
static inline c c_add(c a, c b) { return (c){a.r + b.r, a.i + b.i}; }
static inline c c_sub(c a, c b) { return (c){a.r - b.r, a.i - b.i}; }
static inline c c_turned(c a) { return (c){a.i, -a.r}; } /* times -i */
static inline c c_times(c a, float wr, float wi) { return (c){a.r * wr - a.i * wi, a.r * wi + a.i * wr}; }

static inline void butterfly2(c *a)
{
    c t = c_sub(a[0], a[1]);
    a[0] = c_add(a[0], a[1]), a[1] = t;
}

static inline void butterfly3(c *a)
{
    const float half = 0.5f, s = 0.86602540378443865f;
    c sum = c_add(a[1], a[2]), diff = c_turned(c_sub(a[1], a[2]));
    c mid = {a[0].r - half * sum.r, a[0].i - half * sum.i}, side = {s * diff.r, s * diff.i};
    a[0] = c_add(a[0], sum), a[1] = c_add(mid, side), a[2] = c_sub(mid, side);
}

static inline void butterfly4(c *a)
{
    c s = c_add(a[0], a[2]), t = c_sub(a[0], a[2]), u = c_add(a[1], a[3]), w = c_turned(c_sub(a[1], a[3]));
    a[0] = c_add(s, u), a[1] = c_add(t, w), a[2] = c_sub(s, u), a[3] = c_sub(t, w);
}

static inline void butterfly5(c *a)
{
    const float c1 = 0.30901699437494742f, c2 = -0.80901699437494742f;
    const float s1 = 0.95105651629515357f, s2 = 0.58778525229247313f;
    c p = c_add(a[1], a[4]), q = c_add(a[2], a[3]);
    c u = c_turned(c_sub(a[1], a[4])), w = c_turned(c_sub(a[2], a[3]));
    c m = {a[0].r + c1 * p.r + c2 * q.r, a[0].i + c1 * p.i + c2 * q.i};
    c n = {a[0].r + c2 * p.r + c1 * q.r, a[0].i + c2 * p.i + c1 * q.i};
    c x = {s1 * u.r + s2 * w.r, s1 * u.i + s2 * w.i}, y = {s2 * u.r - s1 * w.r, s2 * u.i - s1 * w.i};
    a[0] = c_add(a[0], c_add(p, q));
    a[1] = c_add(m, x), a[2] = c_add(n, y), a[3] = c_sub(n, y), a[4] = c_sub(m, x);
}

static inline void butterfly8(c *a)
{
    const float root = 0.70710678118654752f;
    c e[4] = {c_add(a[0], a[4]), c_add(a[1], a[5]), c_add(a[2], a[6]), c_add(a[3], a[7])};
    c o[4] = {c_sub(a[0], a[4]), c_sub(a[1], a[5]), c_sub(a[2], a[6]), c_sub(a[3], a[7])};
    o[1] = (c){root * (o[1].r + o[1].i), root * (o[1].i - o[1].r)};
    o[2] = c_turned(o[2]);
    o[3] = (c){root * (o[3].i - o[3].r), -root * (o[3].r + o[3].i)};
    butterfly4(e), butterfly4(o);
    a[0] = e[0], a[1] = o[0], a[2] = e[1], a[3] = o[1], a[4] = e[2], a[5] = o[2], a[6] = e[3], a[7] = o[3];
}

#define LOAD(R, from, m)                                                                                              \
    c a[R];                                                                                                           \
    _Pragma("GCC unroll 8") for (int j = 0; j < R; j++) a[j] = (c){(from)[2 * j * (m)], (from)[2 * j * (m) + 1]};
#define STORE(R, to, m)                                                                                               \
    _Pragma("GCC unroll 8") for (int j = 0; j < R; j++)(to)[2 * j * (m)] = a[j].r, (to)[2 * j * (m) + 1] = a[j].i;
#define PASS(R)                                                                                                       \
    static void pass##R(v *z, long n, long size, const float *w)                                                      \
    {                                                                                                                 \
        const long m = size / R;                                                                                      \
        for (long b = 0; b < n; b += size) {                                                                          \
            LOAD(R, z + 2 * b, m)                                                                                     \
            butterfly##R(a);                                                                                          \
            STORE(R, z + 2 * b, m)                                                                                    \
        }                                                                                                             \
        for (long p = 1; p < m; p++) {                                                                                \
            const float *f = w + 2 * (R - 1) * p;                                                                     \
            for (long b = p; b < n; b += size) {                                                                      \
                v *at = z + 2 * b;                                                                                    \
                LOAD(R, at, m)                                                                                        \
                butterfly##R(a);                                                                                      \
                _Pragma("GCC unroll 8") for (int j = 1; j < R; j++) a[j] = c_times(a[j], f[2 * j - 2], f[2 * j - 1]); \
                STORE(R, at, m)                                                                                       \
            }                                                                                                         \
        }                                                                                                             \
    }
PASS(2)
PASS(3)
PASS(4)
PASS(5)
PASS(8)

/* Passes from `first` to before `stop`. */
static void fft_passes(const plan *p, v *z, int first, int stop)
{
    int size = p->n;
    for (int i = 0; i < first; i++)
        size /= p->radix[i];
    for (int i = first; i < stop; i++) {
        const float *w = p->twiddle[i];
        switch (p->radix[i]) {
        case 8: pass8(z, p->n, size, w); break;
        case 5: pass5(z, p->n, size, w); break;
        case 4: pass4(z, p->n, size, w); break;
        case 3: pass3(z, p->n, size, w); break;
        default: pass2(z, p->n, size, w);
        }
        size /= p->radix[i];
    }
}

static void fft(const plan *p, v *z) { fft_passes(p, z, 0, p->passes); }

/* Frequencies k and n-k of the real series of 2n samples whose packed transform is z (even samples real, odd ones
 * imaginary); k from 0 to n/2. */
static inline void split(const plan *p, const v *z, int k, c *low, c *high)
{
    const int n = p->n;
    const v *a = z + 2 * p->at[k], *b = z + 2 * p->at[k ? n - k : 0];
    c even = {0.5f * (a[0] + b[0]), 0.5f * (a[1] - b[1])}, odd = {0.5f * (a[1] + b[1]), 0.5f * (b[0] - a[0])};
    c t = c_times(odd, p->cosine[k], -p->sine[k]);
    *low = c_add(even, t);
    *high = (c){even.r - t.r, t.i - even.i};
}
#endif
