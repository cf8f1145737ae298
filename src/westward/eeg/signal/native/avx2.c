/* The kernels for AVX2 and FMA; built by setup.py with the flags for it. */
#define LANES 8
#define MODULE _kernels_avx2
#include "module.h"
