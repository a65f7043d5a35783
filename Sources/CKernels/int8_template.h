/// The int8 product for one instruction set. Included with LANES (32-bit lanes of a register), NAME, TILE_ROWS,
/// TILE_VECTORS, DOT, DOT_SMALL and START defined, which it undefines: `DOT(sums, weights, values)` adds to each 32-bit
/// lane the sum of its four products of unsigned weights (128 +- 127) and signed values, exactly, where sums begin at
/// START(offset of the row's values). DOT_SMALL does so for weights below 16, with sums that begin at offset / 16.

#include "vectors.h"

#define INLINE static inline __attribute__((always_inline))

typedef int32_t NAME(loose_integers) __attribute__((vector_size(LANES * 4), aligned(1)));

/// Multiplies the tile's dot products by their scales and adds them to its sums.
INLINE void NAME(add_dots)(const int rows, const int vectors, const float *row_scales, const float *scales,
                           NAME(integers) dots[TILE_ROWS][TILE_VECTORS], float *sums) {
    for (int v = 0; v < vectors; v++) {
        NAME(vector) scale = NAME(load)(scales + (size_t)v * LANES);
        for (int r = 0; r < rows; r++) {
            float *sum = sums + (r * TILE_VECTORS + v) * LANES;
            NAME(store)(sum, NAME(load)(sum) + __builtin_convertvector(dots[r][v], NAME(vector)) * (scale * row_scales[r]));
        }
    }
}

/// The same four inputs of a row in every lane.
INLINE NAME(integers) NAME(four)(const int8_t *values) {
    int32_t four;
    memcpy(&four, values, 4);
    return (NAME(integers)){0} + four;
}

/// Adds one group and one term of the activations.
INLINE void NAME(add_group)(const int rows, const int vectors, const int8_t *values, size_t stride,
                            const int32_t *offsets, const float *row_scales, size_t groups, const uint8_t *weights,
                            const float *scales, float *sums) {
    NAME(integers) dots[TILE_ROWS][TILE_VECTORS];
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) dots[r][v] = (NAME(integers)){0} + START(offsets[(size_t)r * groups]);
    }
    for (size_t i = 0; i < AISLE_GROUP / 4; i++) {
        NAME(integers) columns[TILE_VECTORS];
        for (int v = 0; v < vectors; v++) {
            columns[v] = *(const NAME(loose_integers) *)(weights + (i * AISLE_BLOCK + (size_t)v * LANES) * 4);
        }
        for (int r = 0; r < rows; r++) {
            NAME(integers) x = NAME(four)(values + (size_t)r * stride + 4 * i);
            for (int v = 0; v < vectors; v++) dots[r][v] = DOT(dots[r][v], columns[v], x);
        }
    }
    float these[TILE_ROWS];
    for (int r = 0; r < rows; r++) these[r] = row_scales[(size_t)r * groups];
    NAME(add_dots)(rows, vectors, these, scales, dots, sums);
}

/// Adds one group of the activations times the weights' remainders, for rows with a second term, or for all.
INLINE void NAME(add_remainders)(const int rows, const int vectors, const int8_t *values, size_t stride,
                                 const int32_t *offsets, const float *row_scales, const float *residual_scales,
                                 size_t groups, const uint8_t *remainders, const float *scales, const int all,
                                 float *sums) {
    NAME(integers) dots[TILE_ROWS][TILE_VECTORS];
    for (int r = 0; r < rows; r++) {
        // Values have 8 added, where weights have 128.
        for (int v = 0; v < vectors; v++) dots[r][v] = (NAME(integers)){0} + offsets[(size_t)r * groups] / 16;
    }
    for (size_t i = 0; i < AISLE_GROUP / 8; i++) {
        for (int half = 0; half < 2; half++) {
            NAME(integers) columns[TILE_VECTORS];
            for (int v = 0; v < vectors; v++) {
                NAME(integers) both = *(const NAME(loose_integers) *)(remainders + (i * AISLE_BLOCK + (size_t)v * LANES) * 4);
                columns[v] = (half ? both >> 4 : both) & 0x0f0f0f0f;
            }
            for (int r = 0; r < rows; r++) {
                NAME(integers) x = NAME(four)(values + (size_t)r * stride + 8 * i + 4 * (size_t)half);
                for (int v = 0; v < vectors; v++) dots[r][v] = DOT_SMALL(dots[r][v], columns[v], x);
            }
        }
    }
    float these[TILE_ROWS];
    for (int r = 0; r < rows; r++) {
        const size_t at = (size_t)r * groups;
        these[r] = all || residual_scales[at] != 0 ? row_scales[at] / 16 : 0;
    }
    NAME(add_dots)(rows, vectors, these, scales, dots, sums);
}

INLINE void NAME(int8_tile)(const int rows, const int vectors, size_t groups, const aisle_int8_rows *a, size_t first,
                            const aisle_int8_block *b, size_t column, float *c, size_t c_stride, int accumulate,
                            const int exact) {
    // Dot products take all registers, so sums lie in memory; hiding their address keeps compilers from moving them in and
    // out of registers all the same, which costs a tenth.
    float tile[TILE_ROWS * TILE_VECTORS * LANES] __attribute__((aligned(64)));
    float *sums = tile;
    __asm__("" : "+r"(sums));
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
            NAME(store)(sums + (r * TILE_VECTORS + v) * LANES, (NAME(vector)){0});
            // Rows of c are far apart, so nobody else fetches them ahead of time.
            if ((v * LANES) % 16 == 0) __builtin_prefetch(c + (size_t)r * c_stride + (size_t)v * LANES, 1);
        }
    }
    const size_t stride = groups * AISLE_GROUP;
    for (size_t g = 0; g < groups; g++) {
        const size_t at = first * groups + g, in_group = g * AISLE_GROUP * AISLE_BLOCK;
        const uint8_t *weights = b->values + in_group + 4 * column;
        const float *scales = b->scales + g * AISLE_BLOCK + column;
        const int8_t *values = a->values + first * stride + g * AISLE_GROUP;
        NAME(add_group)(rows, vectors, values, stride, a->offsets + at, a->scales + at, groups, weights, scales, sums);
        int more = 0;
        for (int r = 0; r < rows; r++) more |= a->residual_scales[at + (size_t)r * groups] != 0;
        if (more) {
            NAME(add_group)(rows, vectors, a->residuals + first * stride + g * AISLE_GROUP, stride,
                            a->residual_offsets + at, a->residual_scales + at, groups, weights, scales, sums);
        }
        // A value that stands out stands out in the product, and so does the rounding of the weights it meets. Whether
        // a row gets their remainders depends on that row alone.
        if (exact || more) {
            NAME(add_remainders)(rows, vectors, values, stride, a->offsets + at, a->scales + at,
                                 a->residual_scales + at, groups, b->remainders + in_group / 2 + 4 * column, scales,
                                 exact, sums);
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
            float *place = c + (size_t)r * c_stride + (size_t)v * LANES;
            NAME(vector) sum = NAME(load)(sums + (r * TILE_VECTORS + v) * LANES);
            NAME(store)(place, accumulate ? NAME(load)(place) + sum : sum);
        }
    }
}

static inline __attribute__((always_inline)) void NAME(all_tiles)(size_t m, size_t groups, const aisle_int8_rows *a,
                                                                  size_t first, const aisle_int8_block *b, float *c,
                                                                  size_t c_stride, int accumulate, const int exact) {
    for (size_t column = 0; column < AISLE_BLOCK; column += (size_t)TILE_VECTORS * LANES) {
        size_t row = 0;
#define ROWS(rows)                                                                                                 \
    NAME(int8_tile)(rows, TILE_VECTORS, groups, a, first + row, b, column, c + row * c_stride + column, c_stride,  \
                    accumulate, exact)
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

static void NAME(matmul_int8)(size_t m, size_t groups, const aisle_int8_rows *a, size_t first,
                              const aisle_int8_block *b, float *c, size_t c_stride, int accumulate, int exact) {
    if (exact) {
        NAME(all_tiles)(m, groups, a, first, b, c, c_stride, accumulate, 1);
    } else {
        NAME(all_tiles)(m, groups, a, first, b, c, c_stride, accumulate, 0);
    }
}

#undef INLINE
#undef LANES
#undef TILE_ROWS
#undef TILE_VECTORS
#undef NAME
#undef DOT
#undef DOT_SMALL
#undef START
