/// A hash table from byte strings to small integers: open addressing, bytes in one arena.
#ifndef AISLE_TERM_TABLE_H
#define AISLE_TERM_TABLE_H

#include <stddef.h>
#include <stdint.h>

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

/// Number of the term, added when it is new; UINT32_MAX without memory.
uint32_t term_table_number(term_table *table, const uint8_t *bytes, uint32_t length);

/// Tells the processor that the term will be asked for soon.
void term_table_prefetch(const term_table *table, const uint8_t *bytes, uint32_t length);

/// Forgets all terms, keeps the memory.
void term_table_clear(term_table *table);
void term_table_free(term_table *table);

#endif
