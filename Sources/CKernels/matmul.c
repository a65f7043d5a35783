#include "aisle_kernels.h"

#define LANES 4
#define TILE_ROWS 4
#define TILE_VECTORS 4
#define NAME(x) portable_##x
#include "matmul_template.h"
#undef LANES
#undef TILE_ROWS
#undef TILE_VECTORS
#undef NAME

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define NAME(x) avx2_##x
#include "matmul_template.h"
#undef LANES
#undef TILE_ROWS
#undef TILE_VECTORS
#undef NAME
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#define LANES 16
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define NAME(x) avx512_##x
#include "matmul_template.h"
#pragma clang attribute pop

#endif

void aisle_matmul(unsigned cpu, size_t m, size_t n, size_t k, const float *a, size_t a_stride, aisle_panels b, float *c,
                  size_t c_stride, int accumulate) {
#if defined(__x86_64__)
    if (cpu & AISLE_CPU_AVX512) {
        avx512_matmul(m, n, k, a, a_stride, b, c, c_stride, accumulate);
        return;
    }
    if (cpu & AISLE_CPU_AVX2) {
        avx2_matmul(m, n, k, a, a_stride, b, c, c_stride, accumulate);
        return;
    }
#endif
    portable_matmul(m, n, k, a, a_stride, b, c, c_stride, accumulate);
}
