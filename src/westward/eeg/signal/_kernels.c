/* Compiled forms of the hot array functions. Each equals its NumPy/SciPy reference (kernels.py, tests/eeg/signal).
 * Buffers come in through the buffer protocol; the GIL is released while computing. No fast-math. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__)
#define DISPATCH __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define DISPATCH
#endif

#define LANES 16   /* rows filtered side by side: hides the latency of the recursion */
#define TILE 512   /* samples per tile: 64 kB, stays in cache over all sections */

/* One tile through all sections (transposed direct form II), LANES rows at once. */
DISPATCH static void sections(double *x, long n, long stride, const double *sos, int n_sections, double *state)
{
    for (int j = 0; j < n_sections; j++) {
        const double b0 = sos[6 * j], b1 = sos[6 * j + 1], b2 = sos[6 * j + 2];
        const double a1 = sos[6 * j + 4], a2 = sos[6 * j + 5];
        double s1[LANES], s2[LANES];
        memcpy(s1, state + 2 * j * LANES, sizeof s1);
        memcpy(s2, state + (2 * j + 1) * LANES, sizeof s2);
        double *p = x;
        for (long t = 0; t < n; t++, p += stride) {
            for (int l = 0; l < LANES; l++) {
                const double u = p[l], y = b0 * u + s1[l];
                s1[l] = b1 * u - a1 * y + s2[l];
                s2[l] = b2 * u - a2 * y;
                p[l] = y;
            }
        }
        memcpy(state + 2 * j * LANES, s1, sizeof s1);
        memcpy(state + (2 * j + 1) * LANES, s2, sizeof s2);
    }
}

static void run(double *x, long n, int backward, const double *sos, const double *zi, int n_sections, double *state)
{
    const double *first = backward ? x + (n - 1) * LANES : x;
    for (int j = 0; j < n_sections; j++)
        for (int l = 0; l < LANES; l++) {
            state[2 * j * LANES + l] = zi[2 * j] * first[l];
            state[(2 * j + 1) * LANES + l] = zi[2 * j + 1] * first[l];
        }
    for (long t = 0; t < n; t += TILE) {
        long m = n - t < TILE ? n - t : TILE;
        if (backward)
            sections(x + (n - 1 - t) * LANES, m, -LANES, sos, n_sections, state);
        else
            sections(x + t * LANES, m, LANES, sos, n_sections, state);
    }
}

/* sosfiltfilt(in, out, rows, n, sos, zi, pad): float32 rows, odd extension by pad samples at both ends. */
static PyObject *sosfiltfilt(PyObject *self, PyObject *args)
{
    Py_buffer in, out, sos, zi;
    Py_ssize_t rows, n, pad;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*w*nny*y*n", &in, &out, &rows, &n, &sos, &zi, &pad))
        return NULL;
    int n_sections = (int)(sos.len / (6 * (Py_ssize_t)sizeof(double)));
    int ok = in.len == rows * n * 4 && out.len == in.len && zi.len == 2 * n_sections * (Py_ssize_t)sizeof(double) &&
             pad >= 0 && pad < n;
    double *work = NULL, *state = NULL;
    if (ok) {
        work = malloc(sizeof(double) * LANES * (size_t)(n + 2 * pad));
        state = malloc(sizeof(double) * LANES * 2 * (size_t)n_sections);
    }
    if (!ok || !work || !state) {
        free(work), free(state);
        PyBuffer_Release(&in), PyBuffer_Release(&out), PyBuffer_Release(&sos), PyBuffer_Release(&zi);
        if (ok)
            return PyErr_NoMemory();
        PyErr_SetString(PyExc_ValueError, "sosfiltfilt: buffer sizes do not agree");
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    const float *x = in.buf;
    float *y = out.buf;
    const long total = n + 2 * pad;
    for (Py_ssize_t r0 = 0; r0 < rows; r0 += LANES) {
        int m = rows - r0 < LANES ? (int)(rows - r0) : LANES;
        if (m < LANES)
            memset(work, 0, sizeof(double) * LANES * (size_t)total);
        for (int l = 0; l < m; l++) {
            const float *p = x + (r0 + l) * n;
            const double left = 2.0 * p[0], right = 2.0 * p[n - 1];
            for (long t = 0; t < pad; t++) {
                work[t * LANES + l] = left - p[pad - t];
                work[(pad + n + t) * LANES + l] = right - p[n - 2 - t];
            }
            for (long t = 0; t < n; t++)
                work[(pad + t) * LANES + l] = p[t];
        }
        run(work, total, 0, sos.buf, zi.buf, n_sections, state);
        run(work, total, 1, sos.buf, zi.buf, n_sections, state);
        for (int l = 0; l < m; l++) {
            float *q = y + (r0 + l) * n;
            for (long t = 0; t < n; t++)
                q[t] = (float)work[(pad + t) * LANES + l];
        }
    }
    Py_END_ALLOW_THREADS
    free(work), free(state);
    PyBuffer_Release(&in), PyBuffer_Release(&out), PyBuffer_Release(&sos), PyBuffer_Release(&zi);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"sosfiltfilt", sosfiltfilt, METH_VARARGS, "Zero-phase second-order sections on float32 rows."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernels", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernels(void) { return PyModule_Create(&module); }
