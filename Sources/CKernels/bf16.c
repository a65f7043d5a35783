#include "aisle_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma"))), \
                             apply_to = function)

enum { TILE_ROWS = 6, PANELS = AISLE_BLOCK / AISLE_PANEL };

static inline __attribute__((always_inline)) void tile(const int rows, size_t pairs, const uint16_t *a, size_t a_stride,
                                                       const uint16_t *b, float *c, size_t c_stride, int accumulate) {
    __m512 sums[TILE_ROWS][PANELS];
    for (int r = 0; r < rows; r++) {
        for (int p = 0; p < PANELS; p++) {
            sums[r][p] = accumulate ? _mm512_loadu_ps(c + (size_t)r * c_stride + p * AISLE_PANEL) : _mm512_setzero_ps();
        }
    }
    for (size_t i = 0; i < pairs; i++) {
        __m512i columns[PANELS];
        for (int p = 0; p < PANELS; p++) {
            columns[p] = _mm512_loadu_si512(b + ((size_t)p * pairs + i) * 2 * AISLE_PANEL);
        }
        for (int r = 0; r < rows; r++) {
            int two;
            memcpy(&two, a + (size_t)r * a_stride + 2 * i, 4);
            __m512bh x = (__m512bh)_mm512_set1_epi32(two);
            for (int p = 0; p < PANELS; p++) sums[r][p] = _mm512_dpbf16_ps(sums[r][p], x, (__m512bh)columns[p]);
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int p = 0; p < PANELS; p++) {
            _mm512_storeu_ps(c + (size_t)r * c_stride + p * AISLE_PANEL, sums[r][p]);
        }
    }
}

void aisle_matmul_bf16(size_t m, size_t k, const uint16_t *a, size_t a_stride, const uint16_t *b, float *c,
                       size_t c_stride, int accumulate) {
    const size_t pairs = (k + 1) / 2;
    size_t row = 0;
#define ROWS(rows) tile(rows, pairs, a + row * a_stride, a_stride, b, c + row * c_stride, c_stride, accumulate)
    for (; row + TILE_ROWS <= m; row += TILE_ROWS) ROWS(TILE_ROWS);
    switch (m - row) {
        case 1: ROWS(1); break;
        case 2: ROWS(2); break;
        case 3: ROWS(3); break;
        case 4: ROWS(4); break;
        case 5: ROWS(5); break;
        default: break;
    }
#undef ROWS
}

#pragma clang attribute pop

#else

void aisle_matmul_bf16(size_t m, size_t k, const uint16_t *a, size_t a_stride, const uint16_t *b, float *c,
                       size_t c_stride, int accumulate) {}

#endif
