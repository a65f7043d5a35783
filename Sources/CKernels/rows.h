/// Row operations the attention kernel uses besides the public ones.

#include "aisle_kernels.h"

/// Exponentials of `x[0, count)` less their maximum, in place; returns 1 / their sum.
float aisle_softmax(unsigned cpu, float *x, size_t count);
