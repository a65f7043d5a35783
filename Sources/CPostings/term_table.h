/// A hash table from byte strings to small integers: open addressing, bytes in one arena.
#ifndef AISLE_TERM_TABLE_H
#define AISLE_TERM_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint32_t offset;  ///< of the bytes in the arena
    uint32_t length;
} term_entry;

/// The hash stands beside the entry's number: a foreign term is passed by without looking at its entry or bytes.
typedef struct {
    uint32_t hash;
    uint32_t number;  ///< entry + 1, 0 is empty
} term_slot;

typedef struct {
    term_entry *entries;
    uint32_t count, entry_capacity;
    term_slot *slots;
    uint32_t slot_mask;
    uint8_t *arena;
    size_t arena_used, arena_capacity;
} term_table;

/// Up to eight bytes as a number, zeros behind them.
static inline uint64_t term_load_up_to_8(const uint8_t *bytes, uint32_t length) {
    if (length >= 4) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + length - 4, 4);
        return (uint64_t)high << 32 | low;
    }
    if (!length) return 0;
    return (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1];
}

/// The hash of a term: whoever looks it up in several tables, or twice in one, makes it once.
static inline uint32_t term_hash(const uint8_t *bytes, uint32_t length) {
    uint64_t hash = 0x9E3779B97F4A7C15u ^ length;
    while (length > 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        hash = (hash ^ word) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
        bytes += 8;
        length -= 8;
    }
    hash = (hash ^ term_load_up_to_8(bytes, length)) * 0xD6E8FEB86659FD93u;
    return (uint32_t)(hash ^ (hash >> 32));
}

/// Number of the term with this hash, added when it is new; UINT32_MAX without memory.
uint32_t term_table_number(term_table *table, const uint8_t *bytes, uint32_t length, uint32_t hash);

/// Tells the processor that the term with this hash will be asked for soon.
static inline void term_table_prefetch(const term_table *table, uint32_t hash) {
    if (table->slots) __builtin_prefetch(&table->slots[hash & table->slot_mask]);
}

/// Forgets all terms, keeps the memory.
void term_table_clear(term_table *table);
void term_table_free(term_table *table);

#endif
