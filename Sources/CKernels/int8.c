#include "aisle_kernels.h"
#include "targets.h"

#include <string.h>

#define LANES 4
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define NAME(x) portable_##x
#define DOT(sums, weights, values) portable_dot(sums, weights, values)
#define DOT_SMALL DOT
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
static inline __attribute__((always_inline)) __m256i avx2_dot_small(__m256i sums, __m256i weights, __m256i values) {
    __m256i pairs = _mm256_maddubs_epi16(weights, values);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
#define DOT(sums, weights, values) ((avx2_integers)avx2_dot((__m256i)(sums), (__m256i)(weights), (__m256i)(values)))
#define DOT_SMALL(sums, weights, values) \
    ((avx2_integers)avx2_dot_small((__m256i)(sums), (__m256i)(weights), (__m256i)(values)))
#define START(offset) (offset)
#include "int8_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#define LANES 8
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define NAME(x) avxvnni_##x
#define DOT(sums, weights, values) \
    ((avxvnni_integers)_mm256_dpbusd_avx_epi32((__m256i)(sums), (__m256i)(weights), (__m256i)(values)))
#define DOT_SMALL DOT
#define START(offset) (offset)
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
#define DOT_SMALL DOT
#define START(offset) (offset)
#include "int8_template.h"
#pragma clang attribute pop

#elif defined(__aarch64__)

#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define LANES 4
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define NAME(x) dotprod_##x
// Both sides are signed here: flipping the highest bit takes the 128 off again, and no offset is needed.
#define DOT(sums, weights, values) \
    ((dotprod_integers)vdotq_s32((int32x4_t)(sums), veorq_s8((int8x16_t)(weights), vdupq_n_s8(-128)), (int8x16_t)(values)))
#define START(offset) ((void)(offset), 0)
#define DOT_SMALL(sums, weights, values) \
    ((dotprod_integers)vdotq_s32((int32x4_t)(sums), (int8x16_t)(weights), (int8x16_t)(values)))
#include "int8_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("dotprod,i8mm"))), apply_to = function)
#define LANES 4
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define NAME(x) i8mm_##x
#define DOT(sums, weights, values) \
    ((i8mm_integers)vusdotq_s32((int32x4_t)(sums), (uint8x16_t)(weights), (int8x16_t)(values)))
#define DOT_SMALL DOT
#define START(offset) (offset)
#include "int8_template.h"
#pragma clang attribute pop

#endif

void aisle_matmul_int8(unsigned cpu, size_t m, size_t groups, const aisle_int8_rows *a, size_t first,
                       const aisle_int8_block *b, float *c, size_t c_stride, int accumulate, int exact) {
#if defined(__x86_64__)
    if (cpu & AISLE_CPU_VNNI) {
        vnni_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate, exact);
        return;
    }
    if (cpu & AISLE_CPU_AVXVNNI) {
        avxvnni_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate, exact);
        return;
    }
    if (cpu & AISLE_CPU_AVX2) {
        avx2_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate, exact);
        return;
    }
#elif defined(__aarch64__)
    if (cpu & AISLE_CPU_I8MM) {
        i8mm_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate, exact);
        return;
    }
    if (cpu & AISLE_CPU_DOTPROD) {
        dotprod_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate, exact);
        return;
    }
#endif
    portable_matmul_int8(m, groups, a, first, b, c, c_stride, accumulate, exact);
}
