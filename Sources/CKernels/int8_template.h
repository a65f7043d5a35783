/// The int8 product for one instruction set. Included with these defined, which it undefines:
///
/// LANES (32-bit lanes of a register), NAME, TILE_ROWS, TILE_VECTORS, and WIDE_VECTORS, the same for wide values.
/// `DOT(sums, weights, values)` adds to each 32-bit lane the sum of its four products of unsigned weights (128 +- 127) and
/// signed values, exactly, where sums begin at START(offset of the row's values).
/// `WIDE_DOT(sums, weights, values)` does so for two products of signed 16 bits; the sums, WIDE_SUMS, are lanes of any form
/// that begin as zeros and that WIDE_TOTAL makes integers of.

#include "vectors.h"

#define INLINE static inline __attribute__((always_inline))
// Loops over a tile have to vanish: otherwise its sums lie in memory.
#define UNROLL _Pragma("clang loop unroll(full)")

typedef int32_t NAME(loose_integers) __attribute__((vector_size(LANES * 4), aligned(1)));

/// The same four bytes in every lane.
INLINE NAME(integers) NAME(four)(const void *bytes) {
    int32_t four;
    memcpy(&four, bytes, 4);
    return (NAME(integers)){0} + four;
}

/// Adds one group of narrow values to the tile's sums.
INLINE void NAME(add_narrow)(const int rows, const int vectors, const int8_t *values, size_t stride,
                             const int32_t *offsets, const float *row_scales, size_t groups, const uint8_t *weights,
                             const float *scales, float *sums) {
    NAME(integers) dots[TILE_ROWS][TILE_VECTORS];
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) dots[r][v] = (NAME(integers)){0} + START(offsets[(size_t)r * groups]);
    }
    for (size_t i = 0; i < AISLE_GROUP / 4; i++) {
        NAME(integers) columns[TILE_VECTORS];
        UNROLL for (int v = 0; v < vectors; v++) {
            columns[v] = *(const NAME(loose_integers) *)(weights + (i * AISLE_BLOCK + (size_t)v * LANES) * 4);
        }
        UNROLL for (int r = 0; r < rows; r++) {
            NAME(integers) x = NAME(four)(values + (size_t)r * stride + 4 * i);
            UNROLL for (int v = 0; v < vectors; v++) dots[r][v] = DOT(dots[r][v], columns[v], x);
        }
    }
    UNROLL for (int v = 0; v < vectors; v++) {
        NAME(vector) scale = NAME(load)(scales + (size_t)v * LANES);
        UNROLL for (int r = 0; r < rows; r++) {
            float *sum = sums + (r * TILE_VECTORS + v) * LANES;
            NAME(vector) both = scale * row_scales[(size_t)r * groups];
            NAME(store)(sum, NAME(load)(sum) + __builtin_convertvector(dots[r][v], NAME(vector)) * both);
        }
    }
}

/// Unpacks one group of a block's weights with their remainders, in sixteenths of the scale, to
/// `panel[AISLE_GROUP / 2][64][2]`: of each four inputs first 0 and 2, then 1 and 3.
static void NAME(unpack_wide)(const uint8_t *values, const uint8_t *remainders, int16_t *panel) {
    typedef int16_t NAME(pairs) __attribute__((vector_size(LANES * 4)));
    typedef uint32_t NAME(units) __attribute__((vector_size(LANES * 4)));
    // Values have 128 added, remainders 8.
    const NAME(pairs) added = (NAME(pairs)){0} + (int16_t)(128 * 16 + 8);
    for (size_t i = 0; i < AISLE_GROUP / 8; i++) {
        for (size_t column = 0; column < AISLE_BLOCK; column += LANES) {
            NAME(units) rests = (NAME(units))*(const NAME(loose_integers) *)(remainders + (i * AISLE_BLOCK + column) * 4);
            for (size_t half = 0; half < 2; half++) {
                const size_t four = 2 * i + half;
                const uint8_t *place = values + (four * AISLE_BLOCK + column) * 4;
                NAME(units) bytes = (NAME(units))*(const NAME(loose_integers) *)place;
                NAME(units) rest = half ? rests >> 4 : rests;
                for (size_t odd = 0; odd < 2; odd++) {
                    NAME(units) pair = (((bytes >> (8 * odd)) & 0x00ff00ffu) << 4) | ((rest >> (8 * odd)) & 0x000f000fu);
                    NAME(pairs) weights = (NAME(pairs))pair - added;
                    memcpy(panel + ((2 * four + odd) * AISLE_BLOCK + column) * 2, &weights, sizeof weights);
                }
            }
        }
    }
}

/// Adds one group of wide values to the outputs.
INLINE void NAME(add_wide)(const int rows, const int vectors, const int16_t *values, size_t stride,
                           const float *row_scales, size_t groups, const int16_t *panel, const float *scales, float *c,
                           size_t c_stride) {
    WIDE_SUMS dots[TILE_ROWS][WIDE_VECTORS];
    memset(dots, 0, sizeof dots);
    for (size_t i = 0; i < AISLE_GROUP / 2; i++) {
        NAME(integers) columns[WIDE_VECTORS];
        UNROLL for (int v = 0; v < vectors; v++) {
            columns[v] = *(const NAME(loose_integers) *)(panel + (i * AISLE_BLOCK + (size_t)v * LANES) * 2);
        }
        UNROLL for (int r = 0; r < rows; r++) {
            NAME(integers) x = NAME(four)(values + (size_t)r * stride + 2 * i);
            UNROLL for (int v = 0; v < vectors; v++) dots[r][v] = WIDE_DOT(dots[r][v], columns[v], x);
        }
    }
    UNROLL for (int v = 0; v < vectors; v++) {
        NAME(vector) scale = NAME(load)(scales + (size_t)v * LANES) * (1.0f / 16);
        UNROLL for (int r = 0; r < rows; r++) {
            float *place = c + (size_t)r * c_stride + (size_t)v * LANES;
            NAME(vector) both = scale * row_scales[(size_t)r * groups];
            NAME(integers) total = WIDE_TOTAL(dots[r][v]);
            NAME(store)(place, NAME(load)(place) + __builtin_convertvector(total, NAME(vector)) * both);
        }
    }
}

/// The narrow groups of a tile's product. Returns whether there are wide ones.
INLINE int32_t NAME(narrow_tile)(const int rows, const int vectors, size_t groups, const aisle_int8_rows *a, size_t first,
                             const aisle_int8_block *b, size_t column, float *c, size_t c_stride, int accumulate) {
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
    int32_t wide = 0;
    for (size_t g = 0; g < groups; g++) {
        const size_t at = first * groups + g;
        int32_t narrow = 0;
        for (int r = 0; r < rows; r++) {
            narrow |= bits_of(a->scales + at + (size_t)r * groups);
            wide |= bits_of(a->wide_scales + at + (size_t)r * groups);
        }
        if (!narrow) continue;
        NAME(add_narrow)(rows, vectors, a->values + first * stride + g * AISLE_GROUP, stride, a->offsets + at,
                         a->scales + at, groups, b->values + g * AISLE_GROUP * AISLE_BLOCK + 4 * column,
                         b->scales + g * AISLE_BLOCK + column, sums);
    }
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
            float *place = c + (size_t)r * c_stride + (size_t)v * LANES;
            NAME(vector) sum = NAME(load)(sums + (r * TILE_VECTORS + v) * LANES);
            NAME(store)(place, accumulate ? NAME(load)(place) + sum : sum);
        }
    }
    return wide;
}

/// The wide groups of all rows: those of one group after the other, so that its weights are unpacked once.
static void NAME(multiply_wide)(size_t m, size_t groups, const aisle_int8_rows *a, size_t first,
                                const aisle_int8_block *b, float *c, size_t c_stride) {
    int16_t panel[AISLE_GROUP * AISLE_BLOCK] __attribute__((aligned(64)));
    const size_t stride = groups * AISLE_GROUP;
    for (size_t g = 0; g < groups; g++) {
        const size_t in_group = g * AISLE_GROUP * AISLE_BLOCK;
        int is_unpacked = 0;
        for (size_t row = 0; row < m; row += TILE_ROWS) {
            const size_t rows = m - row < TILE_ROWS ? m - row : TILE_ROWS, at = (first + row) * groups + g;
            int32_t wide = 0;
            for (size_t r = 0; r < rows; r++) wide |= bits_of(a->wide_scales + at + r * groups);
            if (!wide) continue;
            if (!is_unpacked) NAME(unpack_wide)(b->values + in_group, b->remainders + in_group / 2, panel);
            is_unpacked = 1;
            for (size_t column = 0; column < AISLE_BLOCK; column += (size_t)WIDE_VECTORS * LANES) {
#define ROWS(rows)                                                                                                      \
    case rows:                                                                                                          \
        NAME(add_wide)(rows, WIDE_VECTORS, a->wide + (first + row) * stride + g * AISLE_GROUP, stride,                  \
                       a->wide_scales + at, groups, panel + 2 * column, b->scales + g * AISLE_BLOCK + column,           \
                       c + row * c_stride + column, c_stride);                                                          \
        break;
                switch (rows) {
                    ROWS(1)
                    ROWS(2)
                    ROWS(3)
                    ROWS(4)
#if TILE_ROWS > 4
                    ROWS(5)
                    ROWS(6)
#endif
                    default: break;
                }
#undef ROWS
            }
        }
    }
}

static void NAME(matmul_int8)(size_t m, size_t groups, const aisle_int8_rows *a, size_t first,
                              const aisle_int8_block *b, float *c, size_t c_stride, int accumulate) {
    int32_t wide = 0;
    for (size_t column = 0; column < AISLE_BLOCK; column += (size_t)TILE_VECTORS * LANES) {
        size_t row = 0;
#define ROWS(rows)                                                                                                     \
    wide |= NAME(narrow_tile)(rows, TILE_VECTORS, groups, a, first + row, b, column, c + row * c_stride + column,      \
                              c_stride, accumulate)
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
    if (wide) NAME(multiply_wide)(m, groups, a, first, b, c, c_stride);
}

#undef INLINE
#undef UNROLL
#undef LANES
#undef TILE_ROWS
#undef TILE_VECTORS
#undef NAME
#undef DOT
#undef START
#undef WIDE_VECTORS
#undef WIDE_SUMS
#undef WIDE_DOT
#undef WIDE_TOTAL
