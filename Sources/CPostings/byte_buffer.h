/// A growing array of bytes.
#ifndef AISLE_BYTE_BUFFER_H
#define AISLE_BYTE_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t *bytes;
    size_t used, capacity;
} byte_buffer;

/// Makes room for `more` bytes: the place to write them, or NULL without memory. `used` stays.
static inline uint8_t *byte_buffer_reserve(byte_buffer *buffer, size_t more) {
    if (buffer->used + more > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity * 2 : 1024;
        while (capacity < buffer->used + more) capacity *= 2;
        uint8_t *bytes = realloc(buffer->bytes, capacity);
        if (!bytes) return NULL;
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    return buffer->bytes + buffer->used;
}

/// Appends bytes: 0, or -1 without memory.
static inline int byte_buffer_append(byte_buffer *buffer, const void *bytes, size_t length) {
    if (!length) return 0;
    uint8_t *place = byte_buffer_reserve(buffer, length);
    if (!place) return -1;
    memcpy(place, bytes, length);
    buffer->used += length;
    return 0;
}

/// `memcpy` without the call for some bytes, as most of what is copied here has.
static inline void copy_bytes(uint8_t *to, const uint8_t *from, size_t length) {
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        uint64_t first, last;
        memcpy(&first, from, 8);
        memcpy(&last, from + length - 8, 8);
        memcpy(to, &first, 8);
        memcpy(to + length - 8, &last, 8);
    } else if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, from, 4);
        memcpy(&last, from + length - 4, 4);
        memcpy(to, &first, 4);
        memcpy(to + length - 4, &last, 4);
    } else if (length) {
        uint8_t middle = from[length / 2], last = from[length - 1];
        to[0] = from[0];
        to[length / 2] = middle;
        to[length - 1] = last;
    }
}

/// Appends an unsigned LEB128 number: 0, or -1 without memory.
static inline int byte_buffer_append_varint(byte_buffer *buffer, uint64_t value) {
    uint8_t *place = byte_buffer_reserve(buffer, 10);
    if (!place) return -1;
    size_t length = 0;
    while (value >= 0x80) {
        place[length++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    place[length++] = (uint8_t)value;
    buffer->used += length;
    return 0;
}

#endif
