#include "rows.h"

#include "targets.h"

#include <math.h>

#define TEMPLATE "rows_template.h"
#include "each_target.h"

void aisle_rms_norm(unsigned cpu, size_t rows, size_t width, const float *x, size_t x_stride, const float *gain,
                    float epsilon, float *out, size_t out_stride) {
    AISLE_DISPATCH(cpu, rms_norm, (rows, width, x, x_stride, gain, epsilon, out, out_stride));
}

void aisle_rotate_head(unsigned cpu, size_t head_dim, const float *x, const float *gain, float epsilon,
                       const float *cosine, const float *sine, float scale, float *out) {
    AISLE_DISPATCH(cpu, rotate_head, (head_dim, x, gain, epsilon, cosine, sine, scale, out));
}

void aisle_swiglu(unsigned cpu, size_t m, const float *blocks, size_t block_stride, float *out, size_t out_stride) {
    AISLE_DISPATCH(cpu, swiglu, (m, blocks, block_stride, out, out_stride));
}

float aisle_softmax(unsigned cpu, float *x, size_t count) {
#if defined(__x86_64__)
    if (cpu & AISLE_CPU_AVX512) return avx512_softmax(x, count);
    if (cpu & AISLE_CPU_AVX2) return avx2_softmax(x, count);
#endif
    return portable_softmax(x, count);
}
