/// The int8 product for one instruction set. Included with LANES (32-bit lanes of a register), NAME, TILE_ROWS,
/// TILE_VECTORS and DOT defined: `DOT(sums, weights, values)` adds to each 32-bit lane the sum of its four products of
/// unsigned weights and signed values, exactly.

#include "vectors.h"

#define INLINE static inline __attribute__((always_inline))

typedef int32_t NAME(loose_integers) __attribute__((vector_size(LANES * 4), aligned(1)));

/// Adds `scale * weight scale * (values . weights)` of one group and one term to the tile's sums.
INLINE void NAME(add_group)(const int rows, const int vectors, const int8_t *values, size_t stride,
                            const int32_t *offsets, const float *row_scales, size_t groups, const uint8_t *block,
                            const float *scales, NAME(vector) sums[TILE_ROWS][TILE_VECTORS]) {
    NAME(integers) dots[TILE_ROWS][TILE_VECTORS];
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) dots[r][v] = (NAME(integers)){0} + offsets[(size_t)r * groups];
    }
    for (size_t i = 0; i < AISLE_GROUP / 4; i++) {
        NAME(integers) weights[TILE_VECTORS];
        for (int v = 0; v < vectors; v++) {
            weights[v] = *(const NAME(loose_integers) *)(block + (i * AISLE_BLOCK + (size_t)v * LANES) * 4);
        }
        for (int r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, values + (size_t)r * stride + 4 * i, 4);
            NAME(integers) x = (NAME(integers)){0} + four;
            for (int v = 0; v < vectors; v++) dots[r][v] = DOT(dots[r][v], weights[v], x);
        }
    }
    for (int v = 0; v < vectors; v++) {
        NAME(vector) scale = NAME(load)(scales + (size_t)v * LANES);
        for (int r = 0; r < rows; r++) {
            sums[r][v] += __builtin_convertvector(dots[r][v], NAME(vector)) * (scale * row_scales[(size_t)r * groups]);
        }
    }
}

INLINE void NAME(int8_tile)(const int rows, const int vectors, size_t groups, const aisle_int8_rows *a, size_t first,
                            const uint8_t *block, const float *scales, float *c, size_t c_stride, int accumulate) {
    NAME(vector) sums[TILE_ROWS][TILE_VECTORS];
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
            sums[r][v] = accumulate ? NAME(load)(c + (size_t)r * c_stride + (size_t)v * LANES) : (NAME(vector)){0};
        }
    }
    const size_t stride = groups * AISLE_GROUP;
    for (size_t g = 0; g < groups; g++) {
        size_t at = first * groups + g;
        const uint8_t *group = block + g * AISLE_GROUP * AISLE_BLOCK;
        const float *group_scales = scales + g * AISLE_BLOCK;
        NAME(add_group)(rows, vectors, a->values + first * stride + g * AISLE_GROUP, stride, a->offsets + at,
                        a->scales + at, groups, group, group_scales, sums);
        int more = 0;
        for (int r = 0; r < rows; r++) more |= a->residual_scales[at + (size_t)r * groups] != 0;
        if (__builtin_expect(more, 0)) {
            NAME(add_group)(rows, vectors, a->residuals + first * stride + g * AISLE_GROUP, stride,
                            a->residual_offsets + at, a->residual_scales + at, groups, group, group_scales, sums);
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
            NAME(store)(c + (size_t)r * c_stride + (size_t)v * LANES, sums[r][v]);
        }
    }
}

static void NAME(matmul_int8)(size_t m, size_t groups, const aisle_int8_rows *a, size_t first, const uint8_t *block,
                              const float *scales, float *c, size_t c_stride, int accumulate) {
    for (size_t column = 0; column < AISLE_BLOCK; column += (size_t)TILE_VECTORS * LANES) {
        size_t row = 0;
#define ROWS(rows)                                                                                             \
    NAME(int8_tile)(rows, TILE_VECTORS, groups, a, first + row, block + 4 * column, scales + column,           \
                    c + row * c_stride + column, c_stride, accumulate)
        for (; row + TILE_ROWS <= m; row += TILE_ROWS) ROWS(TILE_ROWS);
        switch (m - row) {
            case 1: ROWS(1); break;
            case 2: ROWS(2); break;
            case 3: ROWS(3); break;
#if TILE_ROWS > 4
            case 4: ROWS(4); break;
            case 5: ROWS(5); break;
#endif
            default: break;
        }
#undef ROWS
    }
}

#undef INLINE
