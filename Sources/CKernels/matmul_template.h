/// The float product for one instruction set: tiles of up to TILE_ROWS rows and TILE_VECTORS vectors kept in registers.
///
/// Included with LANES, NAME, TILE_ROWS and TILE_VECTORS defined.

#include "vectors.h"

/// One tile: `rows` and `vectors` are constants where this is called, so everything unrolls.
static inline __attribute__((always_inline)) void NAME(tile)(const int rows, const int vectors, size_t k, const float *a,
                                                             size_t a_stride, const float *b, size_t panel_stride,
                                                             size_t row_stride, float *c, size_t c_stride,
                                                             int accumulate) {
    NAME(vector) sums[TILE_ROWS][TILE_VECTORS];
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
            sums[r][v] = accumulate ? NAME(load)(c + (size_t)r * c_stride + (size_t)v * LANES) : (NAME(vector)){0};
        }
    }
    for (size_t i = 0; i < k; i++) {
        NAME(vector) columns[TILE_VECTORS];
        for (int v = 0; v < vectors; v++) {
            size_t column = (size_t)v * LANES;
            columns[v] = NAME(load)(b + column / AISLE_PANEL * panel_stride + i * row_stride + column % AISLE_PANEL);
        }
        for (int r = 0; r < rows; r++) {
            NAME(vector) x = NAME(broadcast)(a[(size_t)r * a_stride + i]);
            for (int v = 0; v < vectors; v++) sums[r][v] += x * columns[v];
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
            NAME(store)(c + (size_t)r * c_stride + (size_t)v * LANES, sums[r][v]);
        }
    }
}

/// All rows over one tile's columns.
static inline __attribute__((always_inline)) void NAME(strip)(const int vectors, size_t m, size_t k, const float *a,
                                                              size_t a_stride, const float *b, aisle_panels panels,
                                                              float *c, size_t c_stride, int accumulate) {
    size_t row = 0;
    for (; row + TILE_ROWS <= m; row += TILE_ROWS) {
        NAME(tile)(TILE_ROWS, vectors, k, a + row * a_stride, a_stride, b, panels.panel_stride, panels.row_stride,
                   c + row * c_stride, c_stride, accumulate);
    }
#define REST(rows)                                                                                                  \
    case rows:                                                                                                      \
        NAME(tile)(rows, vectors, k, a + row * a_stride, a_stride, b, panels.panel_stride, panels.row_stride,       \
                   c + row * c_stride, c_stride, accumulate);                                                       \
        break;
    switch (m - row) {
        REST(1)
        REST(2)
        REST(3)
#if TILE_ROWS > 4
        REST(4)
        REST(5)
#endif
        default: break;
    }
#undef REST
}

static void NAME(matmul)(size_t m, size_t n, size_t k, const float *a, size_t a_stride, aisle_panels b, float *c,
                         size_t c_stride, int accumulate) {
    const size_t whole = (size_t)TILE_VECTORS * LANES;
    size_t columns = (n + AISLE_PANEL - 1) / AISLE_PANEL * AISLE_PANEL;
    size_t column = 0;
    for (; column + whole <= columns; column += whole) {
        NAME(strip)(TILE_VECTORS, m, k, a, a_stride, b.data + column / AISLE_PANEL * b.panel_stride, b, c + column,
                    c_stride, accumulate);
    }
#if TILE_VECTORS * LANES > AISLE_PANEL
    const float *rest = b.data + column / AISLE_PANEL * b.panel_stride;
    switch ((columns - column) / AISLE_PANEL) {
        case 1: NAME(strip)(1, m, k, a, a_stride, rest, b, c + column, c_stride, accumulate); break;
        case 2: NAME(strip)(2, m, k, a, a_stride, rest, b, c + column, c_stride, accumulate); break;
        case 3: NAME(strip)(3, m, k, a, a_stride, rest, b, c + column, c_stride, accumulate); break;
        default: break;
    }
#endif
}
