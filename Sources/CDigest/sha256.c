#include <string.h>

#include "aisle_digest.h"
#include "block.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>
#include <sys/auxv.h>
#endif

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate(uint32_t value, int bits) { return value >> bits | value << (32 - bits); }

static void add_blocks_portable(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
    for (; blocks > 0; blocks--, bytes += BLOCK) {
        uint32_t w[64];
        for (int t = 0; t < 16; t++) w[t] = load_big(bytes + 4 * t);
        for (int t = 16; t < 64; t++) {
            uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
            uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
            w[t] = w[t - 16] + s0 + w[t - 7] + s1;
        }
        uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
        uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < 64; t++) {
            uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
            uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[t] + w[t];
            uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
            uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
        state[4] += e, state[5] += f, state[6] += g, state[7] += h;
    }
}

#if defined(__x86_64__)

int aisle_sha256_is_accelerated(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

// Intel's SHA extensions: two rounds an instruction, the state as ABEF and CDGH.
__attribute__((target("sha,ssse3,sse4.1"))) static void add_blocks_sha(uint32_t state[8], const uint8_t *bytes,
                                                                        size_t blocks) {
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (; blocks > 0; blocks--, bytes += BLOCK) {
        __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4];
#pragma clang loop unroll(full)
        for (int t = 0; t < 16; t++) {
            if (t < 4) {
                w[t] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * t)), swap);
            } else {
                __m128i between = _mm_alignr_epi8(w[(t + 3) & 3], w[(t + 2) & 3], 4);
                __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[t & 3], w[(t + 1) & 3]), between);
                w[t & 3] = _mm_sha256msg2_epu32(sum, w[(t + 3) & 3]);
            }
            __m128i k = _mm_add_epi32(w[t & 3], _mm_loadu_si128((const __m128i *)(constants + 4 * t)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0E));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#elif defined(__aarch64__) && defined(__linux__)

int aisle_sha256_is_accelerated(void) {
    const unsigned long sha2 = 1 << 6;  // HWCAP_SHA2, arm64 Linux
    return (getauxval(AT_HWCAP) & sha2) != 0;
}

// Armv8's SHA-2 instructions: four rounds an instruction.
__attribute__((target("sha2"))) static void add_blocks_sha(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
    uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
    for (; blocks > 0; blocks--, bytes += BLOCK) {
        uint32x4_t abcd_before = abcd, efgh_before = efgh;
        uint32x4_t w[4];
#pragma clang loop unroll(full)
        for (int t = 0; t < 16; t++) {
            if (t < 4) {
                w[t] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(bytes + 16 * t)));
            } else {
                uint32x4_t sum = vsha256su0q_u32(w[t & 3], w[(t + 1) & 3]);
                w[t & 3] = vsha256su1q_u32(sum, w[(t + 2) & 3], w[(t + 3) & 3]);
            }
            uint32x4_t k = vaddq_u32(w[t & 3], vld1q_u32(constants + 4 * t));
            uint32x4_t abcd_next = vsha256hq_u32(abcd, efgh, k);
            efgh = vsha256h2q_u32(efgh, abcd, k);
            abcd = abcd_next;
        }
        abcd = vaddq_u32(abcd, abcd_before);
        efgh = vaddq_u32(efgh, efgh_before);
    }
    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}

#else

int aisle_sha256_is_accelerated(void) { return 0; }

static void add_blocks_sha(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
    add_blocks_portable(state, bytes, blocks);
}

#endif

static void add_blocks(aisle_sha256 *digest, const uint8_t *bytes, size_t blocks) {
    if (digest->portable) {
        add_blocks_portable(digest->state, bytes, blocks);
    } else {
        add_blocks_sha(digest->state, bytes, blocks);
    }
}

void aisle_sha256_start(aisle_sha256 *digest, int portable) {
    // The fractional parts of the square roots of the first eight primes (FIPS 180-4, 5.3.3).
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    memset(digest, 0, sizeof *digest);
    memcpy(digest->state, initial, sizeof initial);
    digest->portable = portable || !aisle_sha256_is_accelerated();
}

void aisle_sha256_add(aisle_sha256 *digest, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    size_t used = digest->length % BLOCK;
    digest->length += count;
    if (used > 0) {
        size_t taken = count < BLOCK - used ? count : BLOCK - used;
        if (taken > 0) memcpy(digest->block + used, next, taken);
        if (used + taken < BLOCK) return;
        add_blocks(digest, digest->block, 1);
        next += taken;
        count -= taken;
    }
    if (count >= BLOCK) add_blocks(digest, next, count / BLOCK);
    if (count % BLOCK > 0) memcpy(digest->block, next + count - count % BLOCK, count % BLOCK);
}

void aisle_sha256_end(aisle_sha256 *digest, uint8_t out[AISLE_SHA256_SIZE]) {
    uint8_t tail[2 * BLOCK];
    aisle_sha256_add(digest, tail, end_message(digest->length, tail));
    for (int i = 0; i < 8; i++) store_big(out + 4 * i, digest->state[i]);
}
