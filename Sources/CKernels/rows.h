/// Row operations the attention kernel uses besides the public ones.

#include "aisle_kernels.h"

/// Exponentials of `x[0, count)` less their maximum, in place; returns 1 / their sum, or NaN where one is not finite.
float aisle_softmax(unsigned cpu, float *x, size_t count);
