#ifndef AISLE_KERNELS_H
#define AISLE_KERNELS_H
#endif
