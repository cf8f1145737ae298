/* The Python module around the kernels. Arrays come in through the buffer protocol; the interpreter lock is released. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "correlate.h"
#include "filter.h"
#include "peaks.h"
#include "spectra.h"
#include "windowed.h"

#define NAME2(a) #a
#define NAME1(a) NAME2(a)
#define JOIN2(a, b) a##b
#define JOIN1(a, b) JOIN2(a, b)

#define MOST 10
typedef struct { Py_buffer view[MOST]; int n; } held;

static void release(held *h_)
{
    for (int i = 0; i < h_->n; i++)
        PyBuffer_Release(&h_->view[i]);
    h_->n = 0;
}

/* A contiguous buffer of so many items of so many bytes, or an error. None gives NULL where that is allowed. */
static void *flat(held *h_, PyObject *object, Py_ssize_t items, Py_ssize_t bytes, int writable, const char *what)
{
    Py_buffer *view = &h_->view[h_->n];
    if (PyObject_GetBuffer(object, view, writable ? PyBUF_WRITABLE | PyBUF_C_CONTIGUOUS : PyBUF_C_CONTIGUOUS))
        return NULL;
    h_->n++;
    if (view->len != items * bytes || view->itemsize != bytes) {
        PyErr_Format(PyExc_ValueError, "%s: %zd bytes, not %zd items of %zd", what, view->len, items, bytes);
        return NULL;
    }
    return view->buf;
}

/* Float32 windows of shape (channels, windows, samples), the samples side by side. */
static int cut(held *h_, PyObject *object, windows *w, long *channels, const char *what)
{
    Py_buffer *view = &h_->view[h_->n];
    if (PyObject_GetBuffer(object, view, PyBUF_STRIDED_RO))
        return 0;
    h_->n++;
    const Py_ssize_t *size = view->shape, *step = view->strides;
    if (view->ndim != 3 || view->itemsize != 4 || (size[2] > 1 && step[2] != 4) || step[0] % 4 || step[1] % 4) {
        PyErr_Format(PyExc_ValueError, "%s: windows must be float32 of three axes, the last one contiguous", what);
        return 0;
    }
    *w = (windows){view->buf, (long)(step[0] / 4), (long)(step[1] / 4), (long)size[2], (long)size[1],
                   (long)(size[0] * size[1])};
    *channels = (long)size[0];
    return 1;
}

static PyObject *finish(held *h_, int ok)
{
    release(h_);
    if (PyErr_Occurred())
        return NULL;
    if (!ok)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

#define WITHOUT_LOCK(call) Py_BEGIN_ALLOW_THREADS ok = (call); Py_END_ALLOW_THREADS

/* A function (windows, out): so many values of a type for each window of the least length or more. */
#define OF_WINDOWS(name, type, values, least, why)                                                                    \
    static PyObject *py_##name(PyObject *self, PyObject *args)                                                        \
    {                                                                                                                 \
        PyObject *in, *out;                                                                                           \
        windows w;                                                                                                    \
        long channels;                                                                                                \
        held h_ = {0};                                                                                                \
        int ok = 1;                                                                                                   \
        type *o;                                                                                                      \
        (void)self;                                                                                                   \
        if (!PyArg_ParseTuple(args, "OO", &in, &out))                                                                 \
            return NULL;                                                                                              \
        if (cut(&h_, in, &w, &channels, #name) && (o = flat(&h_, out, (values) * w.total, 4, 1, #name))) {            \
            if (w.length < (least))                                                                                   \
                PyErr_SetString(PyExc_ValueError, #name ": " why);                                                    \
            else {                                                                                                    \
                WITHOUT_LOCK(name(&w, o))                                                                             \
            }                                                                                                         \
        }                                                                                                             \
        return finish(&h_, ok);                                                                                       \
    }

#include "night_module.h"

/* (in, out, rows, n, sos, zi, sections, pad, work (n + 2 pad + 1, 24) float64) */
static PyObject *py_sosfiltfilt(PyObject *self, PyObject *args)
{
    PyObject *in, *out, *sos, *zi, *work;
    Py_ssize_t rows, n, sections, pad;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOnnOOnnO", &in, &out, &rows, &n, &sos, &zi, &sections, &pad, &work))
        return NULL;
    const float *x = flat(&h_, in, rows * n, 4, 0, "sosfiltfilt");
    float *y = x ? flat(&h_, out, rows * n, 4, 1, "sosfiltfilt") : NULL;
    const double *k = y ? flat(&h_, sos, 6 * sections, 8, 0, "sosfiltfilt") : NULL;
    const double *z = k ? flat(&h_, zi, 2 * sections, 8, 0, "sosfiltfilt") : NULL;
    char *w = z ? flat(&h_, work, (n + 2 * pad + 1) * 24, 8, 1, "sosfiltfilt") : NULL;
    if (w && !(pad >= 0 && pad < n && sections > 0))
        PyErr_SetString(PyExc_ValueError, "sosfiltfilt: the pad does not fit");
    else if (w) {
        WITHOUT_LOCK(filter_rows(x, y, rows, n, k, z, (int)sections, pad, (d *)(w + (-(uintptr_t)w & 63))))
    }
    return finish(&h_, ok);
}

/* (windows, out (c, w, 6) float32) */
OF_WINDOWS(time_domain, float, 6, 4, "windows of fewer than 4 samples")

/* (windows, out (c, w, 6) int32) */
OF_WINDOWS(order_counts, int32_t, 6, 3, "windows of fewer than 3 samples")

/* (windows, sizes int32, out (c, w, sizes) float64) */
static PyObject *py_fluctuations(PyObject *self, PyObject *args)
{
    PyObject *in, *sizes, *out;
    windows w;
    long channels;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOO", &in, &sizes, &out))
        return NULL;
    Py_ssize_t n = PyObject_Length(sizes);
    const int32_t *size = n < 0 ? NULL : flat(&h_, sizes, n, 4, 0, "fluctuations");
    if (size && cut(&h_, in, &w, &channels, "fluctuations")) {
        double *o = flat(&h_, out, n * w.total, 8, 1, "fluctuations");
        for (Py_ssize_t i = 0; o && i < n; i++)
            if (size[i] < 3 || size[i] > w.length) {
                PyErr_SetString(PyExc_ValueError, "fluctuations: sizes from 3 to the length of the window");
                o = NULL;
            }
        if (o) {
            WITHOUT_LOCK(fluctuations(&w, size, (int)n, o))
        }
    }
    return finish(&h_, ok);
}

/* (windows, radius (c, w) float32, out (c, w, 2) int64) */
static PyObject *py_alike(PyObject *self, PyObject *args)
{
    PyObject *in, *radius, *out;
    windows w;
    long channels;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOO", &in, &radius, &out))
        return NULL;
    if (cut(&h_, in, &w, &channels, "alike")) {
        const float *r = flat(&h_, radius, w.total, 4, 0, "alike");
        int64_t *o = r ? flat(&h_, out, 2 * w.total, 8, 1, "alike") : NULL;
        if (o && w.length < 4)
            PyErr_SetString(PyExc_ValueError, "alike: windows of fewer than 4 samples");
        else if (o) {
            WITHOUT_LOCK(alike(&w, r, o))
        }
    }
    return finish(&h_, ok);
}

/* (windows, hop, taper (length,) float32, scale (length/2+1,) float32, out (c, w, length/2+1) float32) */
static PyObject *py_power(PyObject *self, PyObject *args)
{
    PyObject *in, *taper, *scale, *out;
    Py_ssize_t hop;
    windows w;
    long channels;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OnOOO", &in, &hop, &taper, &scale, &out))
        return NULL;
    Py_ssize_t length = PyObject_Length(taper);
    const float *t = length < 0 ? NULL : flat(&h_, taper, length, 4, 0, "power");
    const float *s = t ? flat(&h_, scale, length / 2 + 1, 4, 0, "power") : NULL;
    if (s && cut(&h_, in, &w, &channels, "power")) {
        float *o = flat(&h_, out, w.total * (length / 2 + 1), 4, 1, "power");
        if (o && (length < 2 || length % 2 || hop < 1 || length > w.length))
            PyErr_SetString(PyExc_ValueError, "power: segments of an even length within the window");
        else if (o) {
            WITHOUT_LOCK(power(&w, hop, t, length, s, o))
        }
    }
    return finish(&h_, ok);
}

/* (windows, taper (samples,), first, last, out (c, w, last-first) complex64, good (c, w) uint8) */
static PyObject *py_transforms(PyObject *self, PyObject *args)
{
    PyObject *in, *taper, *out, *good;
    Py_ssize_t first, last;
    windows w;
    long channels;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOnnOO", &in, &taper, &first, &last, &out, &good))
        return NULL;
    if (cut(&h_, in, &w, &channels, "transforms")) {
        const float *t = flat(&h_, taper, w.length, 4, 0, "transforms");
        float *o = t ? flat(&h_, out, w.total * (last - first), 8, 1, "transforms") : NULL;
        uint8_t *g = o ? flat(&h_, good, w.total, 1, 1, "transforms") : NULL;
        if (g && (w.length < 2 || w.length % 2 || first < 0 || last <= first || last > w.length / 2 + 1))
            PyErr_SetString(PyExc_ValueError, "transforms: an even length, and bins within it");
        else if (g) {
            WITHOUT_LOCK(transforms(&w, t, first, last, o, g))
        }
    }
    return finish(&h_, ok);
}

/* (a, b, half, weight (reach+1,) float32, value (w, pairs) float32, lag (w, pairs) int16, spread as value or None) */
static PyObject *py_correlate(PyObject *self, PyObject *args)
{
    PyObject *first, *second, *weight, *value, *lag, *spread;
    Py_ssize_t half;
    windows a, b;
    long channels, others;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOnOOOO", &first, &second, &half, &weight, &value, &lag, &spread))
        return NULL;
    Py_ssize_t n = PyObject_Length(weight);
    const float *k = n < 1 ? NULL : flat(&h_, weight, n, 4, 0, "correlate");
    if (k && cut(&h_, first, &a, &channels, "correlate") && cut(&h_, second, &b, &others, "correlate")) {
        Py_ssize_t items = a.per_channel * (channels * (channels - 1) / 2);
        float *o = flat(&h_, value, items, 4, 1, "correlate");
        int16_t *l = o ? flat(&h_, lag, items, 2, 1, "correlate") : NULL;
        float *s = l && spread != Py_None ? flat(&h_, spread, items, 4, 1, "correlate") : NULL;
        int fits = channels == others && a.length == b.length && a.per_channel == b.per_channel && n <= a.length &&
                   2 * half >= a.length + n - 1 && (spread == Py_None || half >= a.length);
        if (l && !fits)
            PyErr_SetString(PyExc_ValueError, "correlate: epochs, lags and transform do not fit each other");
        else if (l && (s || spread == Py_None)) {
            WITHOUT_LOCK(correlate(&a, &b, channels, half, k, (long)n - 1, o, l, s))
        }
    }
    return finish(&h_, ok);
}

/* (spectrum (channels, epochs, bins) complex64, channels, epochs, bins, out (3, pairs, bins) float32) */
static PyObject *py_phase_lag(PyObject *self, PyObject *args)
{
    PyObject *in, *out;
    Py_ssize_t channels, epochs, bins;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OnnnO", &in, &channels, &epochs, &bins, &out))
        return NULL;
    const float *x = flat(&h_, in, channels * epochs * bins, 8, 0, "phase_lag");
    float *o = x ? flat(&h_, out, 3 * (channels * (channels - 1) / 2) * bins, 4, 1, "phase_lag") : NULL;
    if (o) {
        WITHOUT_LOCK(phase_lag(x, channels, epochs, bins, o))
    }
    return finish(&h_, ok);
}

/* (density (rows, n) float32, rows, n, first, last, fraction, sum float64, edge int32 or None, entropy float32 or None) */
static PyObject *py_shares(PyObject *self, PyObject *args)
{
    PyObject *in, *sum, *edge, *entropy;
    Py_ssize_t rows, n, first, last;
    double fraction;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OnnnndOOO", &in, &rows, &n, &first, &last, &fraction, &sum, &edge, &entropy))
        return NULL;
    const float *x = flat(&h_, in, rows * n, 4, 0, "shares");
    double *s = x ? flat(&h_, sum, rows, 8, 1, "shares") : NULL;
    int32_t *e = s && edge != Py_None ? flat(&h_, edge, rows, 4, 1, "shares") : NULL;
    float *p = s && entropy != Py_None ? flat(&h_, entropy, rows, 4, 1, "shares") : NULL;
    if (s && !PyErr_Occurred()) {
        if (first < 0 || last > n || last < first)
            PyErr_SetString(PyExc_ValueError, "shares: bins outside the spectrum");
        else {
            Py_BEGIN_ALLOW_THREADS shares(x, rows, n, first, last, fraction, s, e, p);
            Py_END_ALLOW_THREADS
        }
    }
    return finish(&h_, ok);
}

/* (grid (n,) float64, flat (rows, n) float64, rows, n, (low, high, threshold, center, edge, overlap) in deviations,
 * tolerance, evaluations, most, peaks (rows, 3, most) float64, many (rows,) int64) */
static PyObject *py_gaussian_peaks(PyObject *self, PyObject *args)
{
    PyObject *grid, *flat_, *peaks, *many;
    Py_ssize_t rows, n, evaluations, most;
    peak_rules rules;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOnn(dddddd)dnnOO", &grid, &flat_, &rows, &n, &rules.low_sd, &rules.high_sd,
                          &rules.threshold_sd, &rules.center_sd, &rules.edge_sd, &rules.overlap_sd, &rules.tolerance,
                          &evaluations, &most, &peaks, &many))
        return NULL;
    rules.most = (int)most, rules.most_evaluations = (long)evaluations;
    const double *f = flat(&h_, grid, n, 8, 0, "gaussian_peaks");
    const double *x = f ? flat(&h_, flat_, rows * n, 8, 0, "gaussian_peaks") : NULL;
    double *o = x ? flat(&h_, peaks, rows * 3 * most, 8, 1, "gaussian_peaks") : NULL;
    int64_t *m = o ? flat(&h_, many, rows, 8, 1, "gaussian_peaks") : NULL;
    if (m && (n < 2 || most < 0 || most > MOST_PEAKS || !(f[1] > f[0]) || !(rules.low_sd > 0)))
        PyErr_Format(PyExc_ValueError, "gaussian_peaks: rising frequencies, widths above zero, %d peaks at most", MOST_PEAKS);
    else if (m) {
        WITHOUT_LOCK(gaussian_peaks(f, x, rows, n, &rules, o, m))
    }
    return finish(&h_, ok);
}

/* (grid (n,) float64, peaks (rows, 3, most) float64, rows, n, most, out (rows, n) float64) */
static PyObject *py_sum_peaks(PyObject *self, PyObject *args)
{
    PyObject *grid, *peaks, *out;
    Py_ssize_t rows, n, most;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOnnnO", &grid, &peaks, &rows, &n, &most, &out))
        return NULL;
    const double *f = flat(&h_, grid, n, 8, 0, "sum_peaks");
    const double *x = f ? flat(&h_, peaks, rows * 3 * most, 8, 0, "sum_peaks") : NULL;
    double *o = x ? flat(&h_, out, rows * n, 8, 1, "sum_peaks") : NULL;
    if (o && (n < 2 || most < 0 || most > MOST_PEAKS || !(f[1] > f[0])))
        PyErr_Format(PyExc_ValueError, "sum_peaks: rising frequencies, %d peaks at most", MOST_PEAKS);
    else if (o) {
        WITHOUT_LOCK(sum_peaks(f, x, rows, n, (int)most, o))
    }
    return finish(&h_, ok);
}

/* Whether this processor runs a variant: "avx512", "avx2" or "baseline". */
static PyObject *py_supports(PyObject *self, PyObject *arg)
{
    (void)self;
    const char *level = PyUnicode_AsUTF8(arg);
    if (!level)
        return NULL;
    int yes = !strcmp(level, "baseline");
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!strcmp(level, "avx2"))
        yes = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (!strcmp(level, "avx512"))
        yes = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
#endif
    return PyBool_FromLong(yes);
}

static PyMethodDef methods[] = {
    {"supports", py_supports, METH_O, "Whether this processor runs a variant."},
    {"sosfiltfilt", py_sosfiltfilt, METH_VARARGS, "Zero-phase second-order sections on float32 rows."},
    {"time_domain", py_time_domain, METH_VARARGS, "Range, RMS, line length and Hjorth parameters of windows."},
    {"order_counts", py_order_counts, METH_VARARGS, "How often each order of three neighbors occurs in windows."},
    {"fluctuations", py_fluctuations, METH_VARARGS, "Detrended fluctuations of windows."},
    {"alike", py_alike, METH_VARARGS, "Runs of two and of three samples that recur in windows."},
    {"power", py_power, METH_VARARGS, "Averaged periodograms of windows."},
    {"transforms", py_transforms, METH_VARARGS, "Fourier transforms of tapered windows."},
    {"correlate", py_correlate, METH_VARARGS, "Largest correlation of channels in epochs."},
    {"phase_lag", py_phase_lag, METH_VARARGS, "Sums for the phase lag of channels."},
    {"shares", py_shares, METH_VARARGS, "Sum, edge and entropy of rows of densities."},
    {"gaussian_peaks", py_gaussian_peaks, METH_VARARGS, "Gaussian peaks of flattened spectra."},
    {"sum_peaks", py_sum_peaks, METH_VARARGS, "Sums of Gaussian peaks."},
    NIGHT_METHODS
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, NAME1(MODULE), NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC JOIN1(PyInit_, MODULE)(void) { return PyModule_Create(&module); }
