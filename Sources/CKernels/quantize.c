#include "aisle_kernels.h"
#include "targets.h"

#include <float.h>
#include <math.h>
#include <string.h>

/// How large the magnitudes of a group's wide values may be together: times 2040, the greatest weight with its remainder,
/// they stay below 2^31, also when each is rounded up.
#define MOST_WIDE 1050000.0f

#define TEMPLATE "quantize_template.h"
#include "each_target.h"

void aisle_quantize_rows(unsigned cpu, size_t rows, size_t width, size_t groups, const float *x, size_t x_stride,
                         const float *column_scales, float crest, const aisle_int8_rows *out, size_t first) {
    AISLE_DISPATCH(cpu, quantize_rows, (rows, width, groups, x, x_stride, column_scales, crest, out, first));
}

void aisle_quantize_block(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t width,
                          size_t groups, const float *reciprocals, const aisle_int8_block *out) {
    const size_t bytes = dtype == AISLE_F32 ? 4 : 2;
    for (size_t row = 0; row < AISLE_BLOCK; row++) {
        for (size_t g = 0; g < groups; g++) {
            float group[AISLE_GROUP] = {0};
            size_t begin = g * AISLE_GROUP;
            size_t count = width - begin < AISLE_GROUP ? width - begin : AISLE_GROUP;
            float greatest = 0, not_finite = 0;
            if (rows[row]) {
                aisle_widen(cpu, dtype, (const uint8_t *)rows[row] + begin * bytes, count, group);
                for (size_t i = 0; i < count; i++) {
                    group[i] *= reciprocals[begin + i];
                    greatest = fabsf(group[i]) > greatest ? fabsf(group[i]) : greatest;
                    not_finite += group[i] * 0;
                }
                // A NaN or an infinity makes the group NaN, so that it is noticed.
                if (isnan(not_finite)) memset(group, 0, sizeof group);
            }
            // The reciprocal of smaller numbers overflows; they count as zeros.
            const float inverse = greatest > 1e-30f ? 127 / greatest : 0;
            out->scales[g * AISLE_BLOCK + row] = greatest / 127 + not_finite;
            uint8_t *values = out->values + (g * AISLE_GROUP * AISLE_BLOCK) + 4 * row;
            uint8_t *remainders = out->remainders + (g * AISLE_GROUP * AISLE_BLOCK / 2) + 4 * row;
            for (size_t i = 0; i < AISLE_GROUP; i++) {
                float value = group[i] * inverse;
                float rounded = (value + 12582912.0f) - 12582912.0f;
                int sixteenths = (int)((value - rounded) * 16 + 8.5f);
                values[i / 4 * AISLE_BLOCK * 4 + i % 4] = (uint8_t)((int)rounded + 128);
                sixteenths = sixteenths > 15 ? 15 : sixteenths;
                uint8_t *both = remainders + i / 8 * AISLE_BLOCK * 4 + i % 4;
                if (i / 4 % 2 == 0) *both = (uint8_t)sixteenths; else *both |= (uint8_t)(sixteenths << 4);
            }
        }
    }
}

/// Floats widened at a time where a whole row is passed over.
enum { STEP = 256 };

void aisle_column_squares(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t width,
                          const float *reciprocals, float *squares) {
    const size_t bytes = dtype == AISLE_F32 ? 4 : 2;
    for (size_t row = 0; row < AISLE_BLOCK; row++) {
        if (!rows[row]) continue;
        for (size_t begin = 0; begin < width; begin += STEP) {
            float some[STEP];
            size_t count = width - begin < STEP ? width - begin : STEP;
            aisle_widen(cpu, dtype, (const uint8_t *)rows[row] + begin * bytes, count, some);
            for (size_t i = 0; i < count; i++) {
                float value = some[i] * reciprocals[row];
                squares[begin + i] += value * value;
            }
        }
    }
}

void aisle_row_squares(unsigned cpu, aisle_dtype dtype, const void *const rows[AISLE_BLOCK], size_t width,
                       const float *reciprocals, float *squares) {
    const size_t bytes = dtype == AISLE_F32 ? 4 : 2;
    for (size_t row = 0; row < AISLE_BLOCK; row++) {
        squares[row] = 0;
        if (!rows[row]) continue;
        for (size_t begin = 0; begin < width; begin += STEP) {
            float some[STEP], sums[8] = {0};
            size_t count = width - begin < STEP ? width - begin : STEP;
            aisle_widen(cpu, dtype, (const uint8_t *)rows[row] + begin * bytes, count, some);
            for (size_t i = 0; i < count; i++) {
                float value = some[i] * reciprocals[begin + i];
                sums[i % 8] += value * value;
            }
            for (int i = 0; i < 8; i++) squares[row] += sums[i];
        }
    }
}
