#include <string.h>

#include "aisle_digest.h"
#include "block.h"

static inline uint32_t rotate(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

static void add_block(uint32_t state[5], const uint8_t *bytes) {
    uint32_t w[80];
    for (int t = 0; t < 16; t++) w[t] = load_big(bytes + 4 * t);
    for (int t = 16; t < 80; t++) w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int t = 0; t < 80; t++) {
        // FIPS 180-4, 4.1.1 and 4.2.1.
        uint32_t mix, constant;
        if (t < 20) {
            mix = (b & c) ^ (~b & d), constant = 0x5a827999;
        } else if (t < 40) {
            mix = b ^ c ^ d, constant = 0x6ed9eba1;
        } else if (t < 60) {
            mix = (b & c) ^ (b & d) ^ (c & d), constant = 0x8f1bbcdc;
        } else {
            mix = b ^ c ^ d, constant = 0xca62c1d6;
        }
        uint32_t sum = rotate(a, 5) + mix + e + constant + w[t];
        e = d, d = c, c = rotate(b, 30), b = a, a = sum;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

void aisle_sha1_start(aisle_sha1 *digest) {
    static const uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    memset(digest, 0, sizeof *digest);
    memcpy(digest->state, initial, sizeof initial);
}

void aisle_sha1_add(aisle_sha1 *digest, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    size_t used = digest->length % BLOCK;
    digest->length += count;
    while (count > 0) {
        size_t taken = count < BLOCK - used ? count : BLOCK - used;
        memcpy(digest->block + used, next, taken);
        next += taken;
        count -= taken;
        used += taken;
        if (used < BLOCK) return;
        add_block(digest->state, digest->block);
        used = 0;
    }
}

void aisle_sha1_end(aisle_sha1 *digest, uint8_t out[AISLE_SHA1_SIZE]) {
    uint8_t tail[2 * BLOCK];
    aisle_sha1_add(digest, tail, end_message(digest->length, tail));
    for (int i = 0; i < 5; i++) store_big(out + 4 * i, digest->state[i]);
}
