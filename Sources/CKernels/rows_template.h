/// Norms, rotation, softmax and activation for one instruction set. Included with LANES and NAME defined.

#include "vectors.h"

#define INLINE static inline __attribute__((always_inline))

/// e^x within 2 units in the last place for x in [-87, 88]; clamped beyond.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2, e^r by its Taylor series to r^7 (error below 2^-26), 2^n by the exponent's bits.
INLINE NAME(vector) NAME(exp)(NAME(vector) x) {
    x = __builtin_elementwise_min(__builtin_elementwise_max(x, NAME(broadcast)(-87.0f)), NAME(broadcast)(88.0f));
    NAME(vector) n = NAME(round)(x * 1.44269504f);
    NAME(vector) r = x - n * 0.693145752f;
    r = r - n * 1.42860677e-6f;
    NAME(vector) p = r * (1.0f / 5040) + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    NAME(integers) exponent = (__builtin_convertvector(n, NAME(integers)) + 127) << 23;
    return p * (NAME(vector))exponent;
}

INLINE float NAME(sum_of_squares)(size_t width, const float *x) {
    NAME(vector) sums[4] = {{0}, {0}, {0}, {0}};
    size_t i = 0;
    for (; i + 4 * LANES <= width; i += 4 * LANES) {
        for (int u = 0; u < 4; u++) {
            NAME(vector) value = NAME(load)(x + i + (size_t)u * LANES);
            sums[u] += value * value;
        }
    }
    float total = NAME(sum)((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < width; i++) total += x[i] * x[i];
    return total;
}

static void NAME(rms_norm)(size_t rows, size_t width, const float *x, size_t x_stride, const float *gain, float epsilon,
                           float *out, size_t out_stride) {
    for (size_t row = 0; row < rows; row++, x += x_stride, out += out_stride) {
        float scale = 1 / sqrtf(NAME(sum_of_squares)(width, x) / (float)width + epsilon);
        for (size_t i = 0; i < width; i++) out[i] = gain[i] * (x[i] * scale);
    }
}

static void NAME(rotate_head)(size_t head_dim, const float *x, const float *gain, float epsilon, const float *cosine,
                              const float *sine, float scale, float *out) {
    const size_t half = head_dim / 2;
    const float norm = 1 / sqrtf(NAME(sum_of_squares)(head_dim, x) / (float)head_dim + epsilon);
    size_t j = 0;
    for (; j + LANES <= half; j += LANES) {
        NAME(vector) a = NAME(load)(gain + j) * (NAME(load)(x + j) * norm);
        NAME(vector) b = NAME(load)(gain + j + half) * (NAME(load)(x + j + half) * norm);
        NAME(vector) c = NAME(load)(cosine + j), s = NAME(load)(sine + j);
        NAME(vector) first = (a * c - b * s) * scale, second = (b * c + a * s) * scale;
        NAME(store)(out + j, first);
        NAME(store)(out + j + half, second);
    }
    for (; j < half; j++) {
        float a = gain[j] * (x[j] * norm), b = gain[j + half] * (x[j + half] * norm);
        out[j] = (a * cosine[j] - b * sine[j]) * scale;
        out[j + half] = (b * cosine[j] + a * sine[j]) * scale;
    }
}

static void NAME(swiglu)(size_t m, const float *blocks, size_t block_stride, float *out, size_t out_stride) {
    const size_t half = AISLE_BLOCK / 2;
    for (size_t row = 0; row < m; row++, blocks += block_stride, out += out_stride) {
        // Rows of the output are far apart, so nobody else fetches them ahead of time.
        for (size_t i = 0; i < half && row + 8 < m; i += 16) __builtin_prefetch(out + 8 * out_stride + i, 1);
        for (size_t i = 0; i < half; i += LANES) {
            NAME(vector) gate = NAME(load)(blocks + i);
            NAME(vector) up = NAME(load)(blocks + half + i);
            NAME(store)(out + i, gate / (NAME(exp)(-gate) + 1.0f) * up);
        }
    }
}

/// Softmax of `x[0, count)` in place without the division; returns 1 / sum, or NaN where an entry is NaN or infinite,
/// which maxima and the exponential would hide.
static float NAME(softmax)(float *x, size_t count) {
    NAME(vector) most = NAME(broadcast)(-INFINITY), zeros = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        NAME(vector) value = NAME(load)(x + i);
        most = __builtin_elementwise_max(most, value);
        zeros += value * 0.0f;
    }
    float greatest = __builtin_reduce_max(most), not_finite = NAME(sum)(zeros);
    for (; i < count; i++) {
        greatest = x[i] > greatest ? x[i] : greatest;
        not_finite += x[i] * 0.0f;
    }

    // In double, so that the sum does not depend on which lane a key fell into: a prefix shared or not, it is the same.
    typedef double NAME(doubles) __attribute__((vector_size(LANES * 8)));
    NAME(doubles) sums = {0};
    for (i = 0; i + LANES <= count; i += LANES) {
        NAME(vector) value = NAME(exp)(NAME(load)(x + i) - greatest);
        NAME(store)(x + i, value);
        sums += __builtin_convertvector(value, NAME(doubles));
    }
    double total = 0;
    for (int lane = 0; lane < LANES; lane++) total += sums[lane];
    if (i < count) {
        float rest[LANES];
        for (int lane = 0; lane < LANES; lane++) rest[lane] = i + (size_t)lane < count ? x[i + lane] - greatest : -87;
        NAME(store)(rest, NAME(exp)(NAME(load)(rest)));
        for (int lane = 0; i < count; i++, lane++) {
            x[i] = rest[lane];
            total += rest[lane];
        }
    }
    return (float)(1 / total) + not_finite;
}

#undef INLINE
