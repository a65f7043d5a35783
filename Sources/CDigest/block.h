/// What both hashes share: numbers with the most significant byte first, and how a message ends (FIPS 180-4, 5.1.1).
#ifndef AISLE_DIGEST_BLOCK_H
#define AISLE_DIGEST_BLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Bytes of a block.
#define BLOCK 64

static inline uint32_t load_big(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static inline void store_big(uint8_t *bytes, uint32_t value) {
    bytes[0] = (uint8_t)(value >> 24);
    bytes[1] = (uint8_t)(value >> 16);
    bytes[2] = (uint8_t)(value >> 8);
    bytes[3] = (uint8_t)value;
}

/// Writes what follows a message of `length` bytes: a one bit, zeros, and its length in bits in the last 8 bytes of a
/// block. Returns the number of bytes.
static inline size_t end_message(uint64_t length, uint8_t tail[2 * BLOCK]) {
    size_t used = length % BLOCK;
    size_t count = (used < BLOCK - 8 ? BLOCK : 2 * BLOCK) - used;
    memset(tail, 0, count);
    tail[0] = 0x80;
    store_big(tail + count - 8, (uint32_t)(length * 8 >> 32));
    store_big(tail + count - 4, (uint32_t)(length * 8));
    return count;
}

#endif
