/* The kernels for whatever every processor of the platform has; built by setup.py with the flags for it. */
#define LANES 4
#define MODULE _kernels
#include "module.h"
