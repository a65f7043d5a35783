#include "aisle_kernels.h"
#include "targets.h"

#include <string.h>

/// A scale's bits, some of which are set unless it is 0.
static inline __attribute__((always_inline)) int32_t bits_of(const float *scale) {
    int32_t bits;
    memcpy(&bits, scale, 4);
    return bits;
}

#define LANES 4
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define NAME(x) portable_##x
#define DOT(sums, weights, values) portable_dot(sums, weights, values)
#define START(offset) (offset)
typedef int32_t portable_lanes __attribute__((vector_size(16)));
/// Bytes of each lane one after the other; compilers make dot products of it where there are some.
static inline __attribute__((always_inline)) portable_lanes portable_dot(portable_lanes sums, portable_lanes weights,
                                                                        portable_lanes values) {
    typedef uint32_t unsigned_four __attribute__((vector_size(16)));
    for (int shift = 24; shift >= 0; shift -= 8) {
        sums += (portable_lanes)(((unsigned_four)weights << shift) >> 24) * (portable_lanes)((values << shift) >> 24);
    }
    return sums;
}
#define WIDE_VECTORS 2
#define WIDE_SUMS portable_integers
#define WIDE_DOT(sums, weights, values) portable_wide_dot(sums, weights, values)
#define WIDE_TOTAL(sums) (sums)
static inline __attribute__((always_inline)) portable_lanes portable_wide_dot(portable_lanes sums, portable_lanes weights,
                                                                             portable_lanes values) {
    typedef uint32_t unsigned_two __attribute__((vector_size(16)));
    portable_lanes low = (portable_lanes)((unsigned_two)weights << 16) >> 16;
    sums += low * ((portable_lanes)((unsigned_two)values << 16) >> 16);
    return sums + (weights >> 16) * (values >> 16);
}
#include "int8_template.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define NAME(x) avx2_##x
/// The multiplication of bytes saturates at 16 bits, which |w| x (a with w's sign) never reaches: 2 x 127 x 127 < 32768.
static inline __attribute__((always_inline)) __m256i avx2_dot(__m256i sums, __m256i weights, __m256i values) {
    __m256i centred = _mm256_sub_epi8(weights, _mm256_set1_epi8((char)128));
    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(centred), _mm256_sign_epi8(values, centred));
    // The caller counts with weights that have 128 added, as the other instruction sets do.
    __m256i shifted = _mm256_maddubs_epi16(_mm256_set1_epi8(64), values);
    __m256i ones = _mm256_set1_epi16(1);
    return _mm256_add_epi32(_mm256_add_epi32(sums, _mm256_madd_epi16(pairs, ones)),
                            _mm256_slli_epi32(_mm256_madd_epi16(shifted, ones), 1));
}
#define DOT(sums, weights, values) ((avx2_integers)avx2_dot((__m256i)(sums), (__m256i)(weights), (__m256i)(values)))
#define START(offset) (offset)
#define WIDE_VECTORS 2
#define WIDE_SUMS avx2_integers
#define WIDE_DOT(sums, weights, values) \
    ((sums) + (avx2_integers)_mm256_madd_epi16((__m256i)(weights), (__m256i)(values)))
#define WIDE_TOTAL(sums) (sums)
#include "int8_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#define LANES 8
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define NAME(x) avxvnni_##x
#define DOT(sums, weights, values) \
    ((avxvnni_integers)_mm256_dpbusd_avx_epi32((__m256i)(sums), (__m256i)(weights), (__m256i)(values)))
#define START(offset) (offset)
#define WIDE_VECTORS 2
#define WIDE_SUMS avxvnni_integers
#define WIDE_DOT(sums, weights, values) \
    ((avxvnni_integers)avxvnni_wide_dot((__m256i)(sums), (__m256i)(weights), (__m256i)(values)))
/// Written out, as compilers take the intrinsic apart into a product and a sum, which are two operations instead of one.
static inline __attribute__((always_inline)) __m256i avxvnni_wide_dot(__m256i sums, __m256i weights, __m256i values) {
    __asm__("%{vex%} vpdpwssd %2, %1, %0" : "+x"(sums) : "x"(weights), "x"(values));
    return sums;
}
#define WIDE_TOTAL(sums) (sums)
#include "int8_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma"))), \
                             apply_to = function)
#define LANES 16
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define NAME(x) vnni_##x
#define DOT(sums, weights, values) \
    ((vnni_integers)_mm512_dpbusd_epi32((__m512i)(sums), (__m512i)(weights), (__m512i)(values)))
#define START(offset) (offset)
#define WIDE_VECTORS 4
#define WIDE_SUMS vnni_integers
#define WIDE_DOT(sums, weights, values) \
    ((vnni_integers)vnni_wide_dot((__m512i)(sums), (__m512i)(weights), (__m512i)(values)))
/// Written out, as compilers take the intrinsic apart into a product and a sum, which are two operations instead of one.
static inline __attribute__((always_inline)) __m512i vnni_wide_dot(__m512i sums, __m512i weights, __m512i values) {
    __asm__("vpdpwssd %2, %1, %0" : "+v"(sums) : "v"(weights), "v"(values));
    return sums;
}
#define WIDE_TOTAL(sums) (sums)
#include "int8_template.h"
#pragma clang attribute pop

#elif defined(__aarch64__)

#include <arm_neon.h>

/// Sums of the products of two columns' pairs each; neighbours belong together.
typedef struct {
    int32x4_t low, high;
} neon_sums;

static inline __attribute__((always_inline)) neon_sums neon_wide_dot(neon_sums sums, int32x4_t weights, int32x4_t values) {
    int16x8_t left = vreinterpretq_s16_s32(weights), right = vreinterpretq_s16_s32(values);
    sums.low = vmlal_s16(sums.low, vget_low_s16(left), vget_low_s16(right));
    sums.high = vmlal_high_s16(sums.high, left, right);
    return sums;
}

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define LANES 4
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define NAME(x) dotprod_##x
// Both sides are signed here: flipping the highest bit takes the 128 off again, and no offset is needed.
#define DOT(sums, weights, values) \
    ((dotprod_integers)vdotq_s32((int32x4_t)(sums), veorq_s8((int8x16_t)(weights), vdupq_n_s8(-128)), (int8x16_t)(values)))
#define START(offset) ((void)(offset), 0)
#define WIDE_VECTORS 2
#define WIDE_SUMS neon_sums
#define WIDE_DOT neon_wide_dot
#define WIDE_TOTAL(sums) ((dotprod_integers)vpaddq_s32((sums).low, (sums).high))
#include "int8_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("dotprod,i8mm"))), apply_to = function)
#define LANES 4
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define NAME(x) i8mm_##x
#define DOT(sums, weights, values) \
    ((i8mm_integers)vusdotq_s32((int32x4_t)(sums), (uint8x16_t)(weights), (int8x16_t)(values)))
#define START(offset) (offset)
#define WIDE_VECTORS 2
#define WIDE_SUMS neon_sums
#define WIDE_DOT neon_wide_dot
#define WIDE_TOTAL(sums) ((i8mm_integers)vpaddq_s32((sums).low, (sums).high))
#include "int8_template.h"
#pragma clang attribute pop

#endif

void aisle_matmul_int8(unsigned cpu, size_t m, size_t groups, const aisle_int8_rows *a, size_t first,
                       const aisle_int8_block *b, float *c, size_t c_stride, int accumulate) {
#if defined(__x86_64__)
    if (cpu & AISLE_CPU_VNNI) {
        vnni_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate);
        return;
    }
    if (cpu & AISLE_CPU_AVXVNNI) {
        avxvnni_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate);
        return;
    }
    if (cpu & AISLE_CPU_AVX2) {
        avx2_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate);
        return;
    }
#elif defined(__aarch64__)
    if (cpu & AISLE_CPU_I8MM) {
        i8mm_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate);
        return;
    }
    if (cpu & AISLE_CPU_DOTPROD) {
        dotprod_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate);
        return;
    }
#endif
    portable_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate);
}
