/// Quantization of activations for one instruction set. Included with LANES and NAME defined.

#include "vectors.h"

#define INLINE static inline __attribute__((always_inline))

typedef int8_t NAME(bytes) __attribute__((vector_size(LANES)));
typedef int8_t NAME(loose_bytes) __attribute__((vector_size(LANES), aligned(1)));
typedef int16_t NAME(shorts) __attribute__((vector_size(LANES * 2)));
typedef int16_t NAME(loose_shorts) __attribute__((vector_size(LANES * 2), aligned(2)));

enum { NAME(steps) = AISLE_GROUP / LANES };

#if LANES == 4
#define SWAPPED 0, 2, 1, 3
#elif LANES == 8
#define SWAPPED 0, 2, 1, 3, 4, 6, 5, 7
#else
#define SWAPPED 0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15
#endif

/// Writes `round(x / scale)` for a group in eight bits. Returns the scale; 0 for a group of zeros.
INLINE float NAME(quantize_narrow)(const NAME(vector) x[NAME(steps)], float greatest, int8_t *values, int32_t *offset) {
    // The reciprocal of smaller numbers overflows; they count as zeros.
    const float inverse = greatest > 1e-30f ? 127 / greatest : 0;
    NAME(integers) total = {0};
    for (int i = 0; i < NAME(steps); i++) {
        NAME(integers) integers = __builtin_convertvector(NAME(round)(x[i] * inverse), NAME(integers));
        *(NAME(loose_bytes) *)(values + i * LANES) = __builtin_convertvector(integers, NAME(bytes));
        total += integers;
    }
    *offset = -128 * __builtin_reduce_add(total);
    return greatest / 127;
}

/// The same in sixteen bits, or a little less: `sum` is that of the magnitudes, and they may not add up to more than
/// MOST_WIDE, so that products with weights of twelve bits stay within 32 bits.
INLINE float NAME(quantize_wide)(const NAME(vector) x[NAME(steps)], float greatest, float sum, int16_t *values) {
    // A whole number of steps up to the greatest, which so is kept exactly.
    const float allowed = floorf(MOST_WIDE * (greatest / sum)), steps = allowed < 32767 ? allowed : 32767;
    const float inverse = greatest > 1e-30f ? steps / greatest : 0;
    for (int i = 0; i < NAME(steps); i++) {
        NAME(integers) integers = __builtin_convertvector(NAME(round)(x[i] * inverse), NAME(integers));
        NAME(shorts) swapped = __builtin_convertvector(__builtin_shufflevector(integers, integers, SWAPPED), NAME(shorts));
        *(NAME(loose_shorts) *)(values + i * LANES) = swapped;
    }
    return greatest / steps;
}

INLINE float NAME(greatest)(const NAME(vector) x[NAME(steps)]) {
    NAME(vector) most = {0};
    for (int i = 0; i < NAME(steps); i++) most = __builtin_elementwise_max(most, __builtin_elementwise_abs(x[i]));
    return __builtin_reduce_max(most);
}

static void NAME(quantize_rows)(size_t rows, size_t width, size_t groups, const float *x, size_t x_stride,
                                const float *column_scales, float crest, const aisle_int8_rows *out, size_t first) {
    for (size_t row = 0; row < rows; row++, x += x_stride) {
        for (size_t g = 0; g < groups; g++) {
            size_t begin = g * AISLE_GROUP, at = (first + row) * groups + g;
            size_t count = width - begin < AISLE_GROUP ? width - begin : AISLE_GROUP;
            const float *from = x + begin, *by = column_scales + begin;
            float rest[2][AISLE_GROUP];
            if (count < AISLE_GROUP) {
                memset(rest, 0, sizeof rest);
                memcpy(rest[0], from, count * sizeof(float));
                memcpy(rest[1], by, count * sizeof(float));
                from = rest[0];
                by = rest[1];
            }
            NAME(vector) group[NAME(steps)];
            for (int i = 0; i < NAME(steps); i++) group[i] = NAME(load)(from + i * LANES) * NAME(load)(by + i * LANES);
            NAME(vector) sums = {0};
            for (int i = 0; i < NAME(steps); i++) sums += __builtin_elementwise_abs(group[i]);
            float greatest = NAME(greatest)(group), sum = NAME(sum)(sums);
            out->scales[at] = out->wide_scales[at] = 0;
            out->offsets[at] = 0;
            if (!(sum <= FLT_MAX)) {
                // The sum sees a NaN, which a maximum may pass over.
                out->scales[at] = NAN;
            } else if (greatest * AISLE_GROUP > crest * sum) {
                out->wide_scales[at] = NAME(quantize_wide)(group, greatest, sum, out->wide + at * AISLE_GROUP);
            } else {
                out->scales[at] =
                    NAME(quantize_narrow)(group, greatest, out->values + at * AISLE_GROUP, &out->offsets[at]);
            }
        }
    }
}

#undef INLINE
#undef SWAPPED
