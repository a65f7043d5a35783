/// Quantization of activations for one instruction set. Included with LANES and NAME defined.

#include "vectors.h"

#define INLINE static inline __attribute__((always_inline))

typedef int8_t NAME(bytes) __attribute__((vector_size(LANES)));
typedef int8_t NAME(loose_bytes) __attribute__((vector_size(LANES), aligned(1)));

enum { NAME(steps) = AISLE_GROUP / LANES };

/// Writes `round(x / scale)` for a group and leaves `x - scale * value` in `x`. Returns the scale; 0 for a group of zeros.
INLINE float NAME(quantize_group)(NAME(vector) x[NAME(steps)], float greatest, int8_t *values, int32_t *offset) {
    float scale = greatest / 127;
    // The reciprocal of smaller numbers overflows; they count as zeros.
    float inverse = greatest > 1e-30f ? 127 / greatest : 0;
    NAME(integers) total = {0};
    for (int i = 0; i < NAME(steps); i++) {
        NAME(vector) rounded = NAME(round)(x[i] * inverse);
        NAME(integers) integers = __builtin_convertvector(rounded, NAME(integers));
        *(NAME(loose_bytes) *)(values + i * LANES) = __builtin_convertvector(integers, NAME(bytes));
        total += integers;
        x[i] -= rounded * scale;
    }
    int32_t sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += total[lane];
    *offset = -128 * sum;
    return scale;
}

INLINE float NAME(greatest)(const NAME(vector) x[NAME(steps)]) {
    NAME(vector) most = {0};
    for (int i = 0; i < NAME(steps); i++) most = __builtin_elementwise_max(most, __builtin_elementwise_abs(x[i]));
    float greatest = 0;
    for (int lane = 0; lane < LANES; lane++) greatest = most[lane] > greatest ? most[lane] : greatest;
    return greatest;
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
            // The sum sees a NaN, which a maximum may pass over.
            if (!(sum <= FLT_MAX)) {
                memset(out->values + at * AISLE_GROUP, 0, AISLE_GROUP);
                out->scales[at] = NAN;
                out->offsets[at] = 0;
                out->residual_scales[at] = 0;
                continue;
            }
            out->scales[at] = NAME(quantize_group)(group, greatest, out->values + at * AISLE_GROUP, &out->offsets[at]);
            int is_coarse = greatest * AISLE_GROUP > crest * sum;
            float left = is_coarse ? NAME(greatest)(group) : 0;
            out->residual_scales[at] = 0;
            if (left > 0) {
                out->residual_scales[at] = NAME(quantize_group)(group, left, out->residuals + at * AISLE_GROUP,
                                                                &out->residual_offsets[at]);
            } else {
                // Neighbouring rows of a tile may have a second term here, so this one's has to be zeros.
                memset(out->residuals + at * AISLE_GROUP, 0, AISLE_GROUP);
                out->residual_offsets[at] = 0;
            }
        }
    }
}

#undef INLINE
