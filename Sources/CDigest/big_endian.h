/// Numbers as FIPS 180-4 writes them: the most significant byte first.
#ifndef AISLE_DIGEST_BIG_ENDIAN_H
#define AISLE_DIGEST_BIG_ENDIAN_H

#include <stdint.h>

static inline uint32_t load_big(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static inline void store_big(uint8_t *bytes, uint32_t value) {
    bytes[0] = (uint8_t)(value >> 24);
    bytes[1] = (uint8_t)(value >> 16);
    bytes[2] = (uint8_t)(value >> 8);
    bytes[3] = (uint8_t)value;
}

#endif
