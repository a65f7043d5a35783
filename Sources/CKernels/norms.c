#include "aisle_kernels.h"
