#include "byte_chain.h"

#include "large_array.h"

#include <stdlib.h>
#include <string.h>

/// What a chunk starts with; its bytes follow.
typedef struct {
    uint32_t next;
    uint16_t capacity, used;
} chunk_header;

enum { SMALLEST_CHUNK = 8, LARGEST_CHUNK = 1024 };

static chunk_header *chunk_at(const byte_pool *pool, uint32_t chunk) { return (chunk_header *)(pool->bytes + chunk); }

/// A new, empty chunk: 0 without memory.
static uint32_t new_chunk(byte_pool *pool, uint32_t capacity) {
    if (!pool->used) pool->used = sizeof(chunk_header);
    size_t size = sizeof(chunk_header) + capacity;
    if (pool->used + size > UINT32_MAX) return 0;
    if (pool->used + size > pool->capacity) {
        size_t grown_capacity = pool->capacity ? pool->capacity * 2 : 1 << 14;
        uint8_t *grown = large_array_grow(pool->bytes, pool->used, grown_capacity);
        if (!grown) return 0;
        pool->bytes = grown;
        pool->capacity = grown_capacity;
    }
    uint32_t chunk = (uint32_t)pool->used;
    pool->used += size;
    *chunk_at(pool, chunk) = (chunk_header){.capacity = (uint16_t)capacity};
    return chunk;
}

/// How large the chunk after one of `last` bytes is (0: the first one), for `wanted` bytes: a multiple of 8.
static uint32_t next_capacity(uint32_t last, uint32_t wanted) {
    uint32_t capacity = last ? last * 2 : SMALLEST_CHUNK;
    if (capacity < wanted) capacity = (wanted + 7) & ~7u;
    return capacity > LARGEST_CHUNK ? LARGEST_CHUNK : capacity;
}

int byte_chain_append(byte_pool *pool, byte_chain *chain, const uint8_t *bytes, uint32_t length) {
    chain->length += length;
    uint32_t last = 0;
    while (length) {
        if (chain->tail) {
            chunk_header *tail = chunk_at(pool, chain->tail);
            uint32_t room = tail->capacity - tail->used, part = length < room ? length : room;
            copy_bytes((uint8_t *)(tail + 1) + tail->used, bytes, part);
            tail->used = (uint16_t)(tail->used + part);
            bytes += part;
            length -= part;
            last = tail->capacity;
            if (!length) break;
        }
        uint32_t chunk = new_chunk(pool, next_capacity(last, length));
        if (!chunk) return -1;
        if (chain->tail) chunk_at(pool, chain->tail)->next = chunk;
        else chain->head = chunk;
        chain->tail = chunk;
    }
    return 0;
}

const uint8_t *byte_chain_whole(const byte_pool *pool, const byte_chain *chain, byte_buffer *room) {
    if (chain->head && chain->head == chain->tail) return (const uint8_t *)(chunk_at(pool, chain->head) + 1);
    room->used = 0;
    uint8_t *place = byte_buffer_reserve(room, chain->length);
    if (!place) return NULL;
    for (uint32_t chunk = chain->head; chunk; chunk = chunk_at(pool, chunk)->next) {
        const chunk_header *header = chunk_at(pool, chunk);
        copy_bytes(place, (const uint8_t *)(header + 1), header->used);
        place += header->used;
    }
    return room->bytes;
}

void byte_pool_clear(byte_pool *pool) { pool->used = 0; }

void byte_pool_free(byte_pool *pool) {
    free(pool->bytes);
    memset(pool, 0, sizeof *pool);
}
