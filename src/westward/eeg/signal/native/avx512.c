/* The kernels for AVX-512 (F, DQ, VL, BW); built by setup.py with the flags for it. */
#define LANES 16
#define MODULE _kernels_avx512
#include "module.h"
