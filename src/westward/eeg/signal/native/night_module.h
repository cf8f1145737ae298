/* The part of the module around the kernels of the detectors; included by module.h, whose helpers it uses. */
#include "boxes.h"
#include "cells.h"
#include "crests.h"
#include "rivals.h"
#include "zigzag.h"

/* (windows, smallest (c, w) float32, largest (c, w) float32) */
static PyObject *py_extremes(PyObject *self, PyObject *args)
{
    PyObject *in, *low, *high;
    windows w;
    long channels;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOO", &in, &low, &high))
        return NULL;
    if (cut(&h_, in, &w, &channels, "extremes")) {
        float *a = flat(&h_, low, w.total, 4, 1, "extremes"), *b = a ? flat(&h_, high, w.total, 4, 1, "extremes") : NULL;
        if (b && w.length < 1)
            PyErr_SetString(PyExc_ValueError, "extremes: of no values");
        else if (b) {
            WITHOUT_LOCK(extremes(&w, a, b))
        }
    }
    return finish(&h_, ok);
}

/* (windows, limit, width, out (c, w, bins) int32, bins) */
static PyObject *py_histogram(PyObject *self, PyObject *args)
{
    PyObject *in, *out;
    double limit, width;
    Py_ssize_t bins;
    windows w;
    long channels;
    held h_ = {0};
    int ok = 1;
    int32_t *o;
    (void)self;
    if (!PyArg_ParseTuple(args, "OddOn", &in, &limit, &width, &out, &bins))
        return NULL;
    if (cut(&h_, in, &w, &channels, "histogram") && (o = flat(&h_, out, w.total * bins, 4, 1, "histogram"))) {
        if (bins < 1 || !(width > 0) || w.length < 1)
            PyErr_SetString(PyExc_ValueError, "histogram: a width above zero, one bin and one sample at least");
        else {
            WITHOUT_LOCK(histogram(&w, limit, width, (long)bins, o))
        }
    }
    return finish(&h_, ok);
}

/* (x (rows, n) float64, rows, n, step, sizes (m,) int64, m, each, starts, side (rows, m), boxes (rows, starts, m)) */
static PyObject *py_detrended(PyObject *self, PyObject *args)
{
    PyObject *in, *sizes, *side, *boxes;
    Py_ssize_t rows, n, m, each, starts;
    double step;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OnndOnnnOO", &in, &rows, &n, &step, &sizes, &m, &each, &starts, &side, &boxes))
        return NULL;
    const double *x = flat(&h_, in, rows * n, 8, 0, "detrended");
    const int64_t *size = x ? flat(&h_, sizes, m, 8, 0, "detrended") : NULL;
    double *a = size ? flat(&h_, side, rows * m, 8, 1, "detrended") : NULL;
    double *b = a ? flat(&h_, boxes, rows * starts * m, 8, 1, "detrended") : NULL;
    for (Py_ssize_t j = 0; b && j < m; j++)
        if (size[j] < 2 || size[j] > n || (starts && (each < 0 || (starts - 1) * each + size[j] > n))) {
            PyErr_SetString(PyExc_ValueError, "detrended: a box of one value or beyond the end");
            b = NULL;
        }
    if (b) {
        WITHOUT_LOCK(detrended(x, rows, n, step, size, m, each, starts, a, b))
    }
    return finish(&h_, ok);
}

/* (sample, row (n,) int64, upward (n,) uint8, ratio (n,) float32, n, near (rows, rows) uint8, rows, together, refractory,
 * beaten (n,) uint8) */
static PyObject *py_rivals(PyObject *self, PyObject *args)
{
    PyObject *sample, *row, *upward, *ratio, *near, *beaten;
    Py_ssize_t n, rows, together, refractory;
    held h_ = {0};
    int ok = 1;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOnOnnnO", &sample, &row, &upward, &ratio, &n, &near, &rows, &together, &refractory,
                          &beaten))
        return NULL;
    const int64_t *s = flat(&h_, sample, n, 8, 0, "rivals"), *r = s ? flat(&h_, row, n, 8, 0, "rivals") : NULL;
    const uint8_t *u = r ? flat(&h_, upward, n, 1, 0, "rivals") : NULL;
    const float *x = u ? flat(&h_, ratio, n, 4, 0, "rivals") : NULL;
    const uint8_t *c = x ? flat(&h_, near, rows * rows, 1, 0, "rivals") : NULL;
    uint8_t *o = c ? flat(&h_, beaten, n, 1, 1, "rivals") : NULL;
    for (Py_ssize_t k = 0; o && k < n; k++)
        if (r[k] < 0 || r[k] >= rows) {
            PyErr_SetString(PyExc_ValueError, "rivals: a row that is not there");
            o = NULL;
        }
    if (o) {
        WITHOUT_LOCK(rivals(s, r, u, x, n, c, rows, together, refractory, o))
    }
    return finish(&h_, ok);
}

/* (windows, out (c, w) float32) */
OF_WINDOWS(medians, float, 1, 1, "of no values")

/* (windows, half, out (c, w, samples) float32) */
static PyObject *py_bends(PyObject *self, PyObject *args)
{
    PyObject *in, *out;
    Py_ssize_t half;
    windows w;
    long channels;
    held h_ = {0};
    int ok = 1;
    float *o;
    (void)self;
    if (!PyArg_ParseTuple(args, "OnO", &in, &half, &out))
        return NULL;
    if (cut(&h_, in, &w, &channels, "bends") && (o = flat(&h_, out, w.total * w.length, 4, 1, "bends"))) {
        if (half < 1)
            PyErr_SetString(PyExc_ValueError, "bends: half a span of one sample at least");
        else {
            WITHOUT_LOCK(bends(&w, (long)half, o))
        }
    }
    return finish(&h_, ok);
}

/* (x (rows, n) float32, rows, n, limit (rows, m) float32, edge (m,) int64, m, first, last, place (most,) int64, most): how
 * many there are. */
static PyObject *py_crests(PyObject *self, PyObject *args)
{
    PyObject *in, *limit, *edge, *place;
    Py_ssize_t rows, n, m, first, last, most;
    held h_ = {0};
    long ok = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OnnOOnnnOn", &in, &rows, &n, &limit, &edge, &m, &first, &last, &place, &most))
        return NULL;
    const float *x = flat(&h_, in, rows * n, 4, 0, "crests"), *l = x ? flat(&h_, limit, rows * m, 4, 0, "crests") : NULL;
    const int64_t *e = l ? flat(&h_, edge, m, 8, 0, "crests") : NULL;
    int64_t *o = e ? flat(&h_, place, most, 8, 1, "crests") : NULL;
    if (o && (first < 1 || last > n - 1 || m < 1)) {
        PyErr_SetString(PyExc_ValueError, "crests: a stretch of time, and a neighbor on either side");
        o = NULL;
    }
    if (o) {
        WITHOUT_LOCK(crests(x, rows, n, l, e, m, first, last, o, most))
    }
    release(&h_);
    return PyErr_Occurred() ? NULL : PyLong_FromLong(ok);
}

/* (at (n,) int32, value (n,) float32, end (n,) uint8, origin (n,) int32, n, step): in place, how many stay. */
static PyObject *py_leveled(PyObject *self, PyObject *args)
{
    PyObject *at, *value, *end, *origin;
    Py_ssize_t n;
    double step;
    held h_ = {0};
    long ok = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOnd", &at, &value, &end, &origin, &n, &step))
        return NULL;
    int32_t *a = flat(&h_, at, n, 4, 1, "leveled");
    float *x = a ? flat(&h_, value, n, 4, 1, "leveled") : NULL;
    uint8_t *e = x ? flat(&h_, end, n, 1, 1, "leveled") : NULL;
    int32_t *o = e ? flat(&h_, origin, n, 4, 1, "leveled") : NULL;
    if (o) {
        WITHOUT_LOCK(leveled(a, x, e, o, n, (float)step))
    }
    release(&h_);
    return PyErr_Occurred() ? NULL : PyLong_FromLong(ok);
}

#define NIGHT_METHODS                                                                                \
    {"extremes", py_extremes, METH_VARARGS, "Smallest and largest sample of windows."},              \
    {"medians", py_medians, METH_VARARGS, "Medians of windows."},                                    \
    {"histogram", py_histogram, METH_VARARGS, "Histograms of windows."},                             \
    {"detrended", py_detrended, METH_VARARGS, "Boxes of profiles about their own line."},            \
    {"bends", py_bends, METH_VARARGS, "Second differences of rows."},                                \
    {"crests", py_crests, METH_VARARGS, "Local extremes above a limit."},                            \
    {"rivals", py_rivals, METH_VARARGS, "Peaks beaten by those close to them."},                     \
    {"leveled", py_leveled, METH_VARARGS, "A zigzag without its small reversals."},
