/// SQLite's variable-length integers (sqlite.org/fileformat2.html#varint): seven bits a byte, the highest first.
#ifndef AISLE_FTS5_VARINT_H
#define AISLE_FTS5_VARINT_H

#include <stddef.h>
#include <stdint.h>

/// Longest one written here: values are below 2^56.
enum { FTS5_VARINT_MAX = 8 };

/// Writes a value: how many bytes it took.
static inline size_t fts5_varint_put(uint8_t *out, uint64_t value) {
    if (value < 0x80) {
        out[0] = (uint8_t)value;
        return 1;
    }
    size_t length = 2;
    while (length < FTS5_VARINT_MAX && value >> (7 * length)) length++;
    for (size_t i = length; i-- > 0; value >>= 7) out[i] = (uint8_t)((value & 0x7F) | (i + 1 < length ? 0x80 : 0));
    return length;
}

/// Reads a value that lies before `end`: how many bytes it took, 0 when it is cut off or too long.
static inline size_t fts5_varint_get(const uint8_t *in, const uint8_t *end, uint64_t *value) {
    if (in < end && in[0] < 0x80) {
        *value = in[0];
        return 1;
    }
    uint64_t read = 0;
    for (size_t i = 0; i < FTS5_VARINT_MAX && in + i < end; i++) {
        read = read << 7 | (in[i] & 0x7F);
        if (in[i] & 0x80) continue;
        *value = read;
        return i + 1;
    }
    return 0;
}

#endif
