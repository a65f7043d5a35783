/// Many growing byte strings in one pool: each is a chain of chunks that double in size, so nothing is ever copied.
#ifndef AISLE_BYTE_CHAIN_H
#define AISLE_BYTE_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "byte_buffer.h"

/// One string; all zeros is the empty one.
typedef struct {
    uint32_t head, tail;  ///< first and last chunk, as offsets in the pool; 0 is none
    uint32_t length;      ///< bytes in all chunks
} byte_chain;

typedef struct {
    uint8_t *bytes;
    size_t used, capacity;
} byte_pool;

/// Appends to one of the pool's strings: 0, or -1 without memory.
int byte_chain_append(byte_pool *pool, byte_chain *chain, const uint8_t *bytes, uint32_t length);

/// The whole string in one piece: in the pool, or put together in `room`. NULL without memory.
const uint8_t *byte_chain_whole(const byte_pool *pool, const byte_chain *chain, byte_buffer *room);

/// Forgets all strings, keeps the memory.
void byte_pool_clear(byte_pool *pool);
void byte_pool_free(byte_pool *pool);

#endif
