/// Widening and packing of weights for one instruction set. Included with NAME defined.
///
/// Vectors have 16 lanes everywhere; the compiler divides them where registers are narrower.

typedef uint32_t NAME(units) __attribute__((vector_size(64)));
typedef uint32_t NAME(loose_units) __attribute__((vector_size(64), aligned(1)));
typedef uint16_t NAME(loose_halves) __attribute__((vector_size(32), aligned(1)));
typedef uint16_t NAME(halves) __attribute__((vector_size(32)));
typedef int32_t NAME(signs) __attribute__((vector_size(64)));

#define INLINE static inline __attribute__((always_inline))
// Loops over a square have to vanish: otherwise it lies in memory.
#define UNROLL _Pragma("clang loop unroll(full)")

/// Float bits of 16 halves (IEEE binary16), exactly; subnormals through a float subtraction that is exact.
INLINE NAME(units) NAME(widen_f16)(NAME(halves) x) {
    typedef float floats __attribute__((vector_size(64)));
    NAME(units) h = __builtin_convertvector(x, NAME(units));
    NAME(units) sign = (h & 0x8000u) << 16;
    NAME(units) magnitude = (h & 0x7fffu) << 13;
    NAME(units) normal = magnitude + (112u << 23);
    NAME(units) special = magnitude + (224u << 23);
    NAME(units) one = normal + (1u << 23);
    floats small = (floats)one - (floats)((NAME(units)){0} + (113u << 23));
    NAME(units) is_special = (NAME(units))((NAME(signs))magnitude >= (NAME(signs))((NAME(units)){0} + (31u << 23)));
    NAME(units) is_small = (NAME(units))((NAME(signs))magnitude < (NAME(signs))((NAME(units)){0} + (1u << 23)));
    NAME(units) bits = (is_special & special) | (is_small & (NAME(units))small) | (~is_special & ~is_small & normal);
    return bits | sign;
}

/// Float bits of 16 numbers of the checkpoint.
INLINE NAME(units) NAME(widen16)(aisle_dtype dtype, const uint8_t *source) {
    if (dtype == AISLE_F32) return *(const NAME(loose_units) *)source;
    NAME(halves) halves = *(const NAME(loose_halves) *)source;
    if (dtype == AISLE_BF16) return __builtin_convertvector(halves, NAME(units)) << 16;
    return NAME(widen_f16)(halves);
}

/// The same for fewer than 16, zeros after them.
INLINE NAME(units) NAME(widen_some)(aisle_dtype dtype, const uint8_t *source, size_t count) {
    uint8_t copy[64] = {0};
    memcpy(copy, source, count * (dtype == AISLE_F32 ? 4 : 2));
    return NAME(widen16)(dtype, copy);
}

INLINE NAME(units) NAME(widen_at_most_16)(aisle_dtype dtype, const uint8_t *row, size_t first, size_t count) {
    if (!row) return (NAME(units)){0};
    const uint8_t *source = row + first * (dtype == AISLE_F32 ? 4 : 2);
    return count >= 16 ? NAME(widen16)(dtype, source) : NAME(widen_some)(dtype, source, count);
}

/// Rounds floats to bf16, nearest even, in the low halves; NaN stays NaN.
INLINE NAME(units) NAME(round_bf16)(NAME(units) bits) {
    NAME(units) rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    NAME(units) is_nan = (NAME(units))((NAME(signs))(bits & 0x7fffffffu) > (NAME(signs))((NAME(units)){0} + 0x7f800000u));
    return (is_nan & ((bits >> 16) | 0x40u)) | (~is_nan & rounded);
}

/// Turns 16 rows of 16 into 16 columns of 16.
INLINE void NAME(transpose)(NAME(units) rows[16]) {
    NAME(units) other[16];
#define LOW1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define HIGH1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define LOW2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define LOW4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define HIGH4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define LOW8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define STAGE(from, to, step, low, high)                                                     \
    UNROLL for (int a = 0; a < 16; a++) {                                                    \
        if (a & step) continue;                                                              \
        to[a] = __builtin_shufflevector(from[a], from[a + step], low);                       \
        to[a + step] = __builtin_shufflevector(from[a], from[a + step], high);               \
    }
    STAGE(rows, other, 1, LOW1, HIGH1)
    STAGE(other, rows, 2, LOW2, HIGH2)
    STAGE(rows, other, 4, LOW4, HIGH4)
    STAGE(other, rows, 8, LOW8, HIGH8)
}

static void NAME(widen)(aisle_dtype dtype, const void *source, size_t count, float *out) {
    const uint8_t *bytes = source;
    for (size_t i = 0; i < count; i += 16) {
        NAME(units) values = NAME(widen_at_most_16)(dtype, bytes, i, count - i);
        memcpy(out + i, &values, 4 * (count - i < 16 ? count - i : 16));
    }
}

/// One panel's inputs `[i, i + 16)` where no row lacks any of them: `dtype` is a constant where this is called.
INLINE void NAME(pack_whole)(const aisle_dtype dtype, const uint8_t *const rows[AISLE_PANEL], size_t first,
                             float *panel) {
    NAME(units) square[16];
    UNROLL for (int r = 0; r < 16; r++) {
        square[r] = NAME(widen16)(dtype, rows[r] + first * (dtype == AISLE_F32 ? 4 : 2));
    }
    NAME(transpose)(square);
    UNROLL for (int j = 0; j < 16; j++) memcpy(panel + j * AISLE_PANEL, &square[j], 64);
}

/// The same for up to sixteen inputs, and rows that may be NULL.
static void NAME(pack_some)(aisle_dtype dtype, const uint8_t *const rows[AISLE_PANEL], size_t first, size_t count,
                            float *panel) {
    NAME(units) square[16];
    for (int r = 0; r < 16; r++) square[r] = NAME(widen_at_most_16)(dtype, rows[r], first, count);
    NAME(transpose)(square);
    memcpy(panel, square, count * sizeof square[0]);
}

INLINE void NAME(pack_panel)(const aisle_dtype dtype, const uint8_t *const rows[AISLE_PANEL], size_t first,
                             size_t count, float *panel) {
    size_t present = 0, i = 0;
    for (int r = 0; r < AISLE_PANEL; r++) present += rows[r] != NULL;
    if (present == AISLE_PANEL) {
        for (; i + 16 <= count; i += 16) NAME(pack_whole)(dtype, rows, first + i, panel + i * AISLE_PANEL);
    }
    for (; i < count; i += 16) {
        NAME(pack_some)(dtype, rows, first + i, count - i < 16 ? count - i : 16, panel + i * AISLE_PANEL);
    }
}

static void NAME(pack_float)(aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t first, size_t count,
                             float *panel) {
    for (size_t p = 0; p < AISLE_BLOCK / AISLE_PANEL; p++, panel += count * AISLE_PANEL) {
        const uint8_t *const *some = (const uint8_t *const *)rows + p * AISLE_PANEL;
        switch (dtype) {
            case AISLE_BF16: NAME(pack_panel)(AISLE_BF16, some, first, count, panel); break;
            case AISLE_F16: NAME(pack_panel)(AISLE_F16, some, first, count, panel); break;
            case AISLE_F32: NAME(pack_panel)(AISLE_F32, some, first, count, panel); break;
        }
    }
}

static void NAME(pack_bf16)(aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t first, size_t count,
                            uint16_t *panel) {
    for (size_t p = 0; p < AISLE_BLOCK / AISLE_PANEL; p++, panel += (count + 1) / 2 * 2 * AISLE_PANEL) {
        for (size_t i = 0; i < count; i += 32) {
            size_t some = count - i < 32 ? count - i : 32;
            NAME(units) square[16];
            for (size_t r = 0; r < 16; r++) {
                const uint8_t *row = rows[p * AISLE_PANEL + r];
                uint16_t pairs[32];
                for (size_t half = 0; half < 2; half++) {
                    size_t left = some > half * 16 ? some - half * 16 : 0;
                    NAME(units) values = {0};
                    if (left) values = NAME(widen_at_most_16)(dtype, row, first + i + half * 16, left);
                    NAME(halves) rounded = __builtin_convertvector(NAME(round_bf16)(values), NAME(halves));
                    memcpy(pairs + half * 16, &rounded, 32);
                }
                memcpy(&square[r], pairs, 64);
            }
            NAME(transpose)(square);
            for (size_t j = 0; j < (some + 1) / 2; j++) memcpy(panel + (i + 2 * j) * AISLE_PANEL, &square[j], 64);
        }
    }
}

static void NAME(store_keys)(size_t head_dim, size_t first, size_t count, const float *x, size_t x_stride, float *keys) {
    for (size_t row = 0, some; row < count; row += some) {
        const size_t token = first + row, column = token % AISLE_PANEL;
        some = AISLE_PANEL - column < count - row ? AISLE_PANEL - column : count - row;
        float *panel = keys + token / AISLE_PANEL * head_dim * AISLE_PANEL;
        if (some < AISLE_PANEL) {
            for (size_t r = 0; r < some; r++) {
                for (size_t j = 0; j < head_dim; j++) panel[j * AISLE_PANEL + column + r] = x[(row + r) * x_stride + j];
            }
            continue;
        }
        const uint8_t *rows[AISLE_PANEL];
        for (size_t r = 0; r < AISLE_PANEL; r++) rows[r] = (const uint8_t *)(x + (row + r) * x_stride);
        NAME(pack_panel)(AISLE_F32, rows, 0, head_dim, panel);
    }
}

static void NAME(round_rows_bf16)(const float *x, size_t count, uint16_t *out) {
    for (size_t i = 0; i < count; i += 16) {
        NAME(units) values = NAME(widen_at_most_16)(AISLE_F32, (const uint8_t *)x, i, count - i);
        NAME(halves) rounded = __builtin_convertvector(NAME(round_bf16)(values), NAME(halves));
        memcpy(out + i, &rounded, 2 * (count - i < 16 ? count - i : 16));
    }
}

#undef INLINE
#undef UNROLL
#undef STAGE
#undef LOW1
#undef HIGH1
#undef LOW2
#undef HIGH2
#undef LOW4
#undef HIGH4
#undef LOW8
#undef HIGH8
