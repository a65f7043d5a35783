#include "term_table.h"

#include "large_array.h"

#include <stdlib.h>
#include <string.h>

static int grow_slots(term_table *table) {
    uint32_t capacity = table->slots ? (table->slot_mask + 1) * 2 : 256;
    term_slot *slots = large_array_grow(NULL, 0, capacity * sizeof *slots);
    if (!slots) return -1;
    memset(slots, 0, capacity * sizeof *slots);
    for (uint32_t i = 0; table->slots && i <= table->slot_mask; i++) {
        if (!table->slots[i].number) continue;
        uint32_t slot = table->slots[i].hash & (capacity - 1);
        while (slots[slot].number) slot = (slot + 1) & (capacity - 1);
        slots[slot] = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->slot_mask = capacity - 1;
    return 0;
}

static int reserve_entry(term_table *table, uint32_t length) {
    if (table->count == table->entry_capacity) {
        uint32_t capacity = table->entry_capacity ? table->entry_capacity * 2 : 128;
        term_entry *entries = large_array_grow(table->entries, table->count * sizeof *entries, capacity * sizeof *entries);
        if (!entries) return -1;
        table->entries = entries;
        table->entry_capacity = capacity;
    }
    if (table->arena_used + length > UINT32_MAX) return -1;
    if (table->arena_used + length > table->arena_capacity) {
        size_t capacity = table->arena_capacity ? table->arena_capacity * 2 : 4096;
        while (capacity < table->arena_used + length) capacity *= 2;
        uint8_t *arena = large_array_grow(table->arena, table->arena_used, capacity);
        if (!arena) return -1;
        table->arena = arena;
        table->arena_capacity = capacity;
    }
    return 0;
}

/// `memcmp` without the call: most terms are shorter than two words.
static int differ(const uint8_t *left, const uint8_t *right, uint32_t length) {
    for (; length > 8; left += 8, right += 8, length -= 8) {
        uint64_t a, b;
        memcpy(&a, left, 8);
        memcpy(&b, right, 8);
        if (a != b) return 1;
    }
    return term_load_up_to_8(left, length) != term_load_up_to_8(right, length);
}

uint32_t term_table_number(term_table *table, const uint8_t *bytes, uint32_t length, uint32_t hash) {
    if (!table->slots || table->count * 2 > table->slot_mask) {
        if (grow_slots(table)) return UINT32_MAX;
    }
    uint32_t slot = hash & table->slot_mask;
    for (; table->slots[slot].number; slot = (slot + 1) & table->slot_mask) {
        if (table->slots[slot].hash != hash) continue;
        const term_entry *entry = &table->entries[table->slots[slot].number - 1];
        if (entry->length == length && !differ(table->arena + entry->offset, bytes, length)) {
            return table->slots[slot].number - 1;
        }
    }
    if (reserve_entry(table, length)) return UINT32_MAX;
    uint32_t number = table->count++;
    table->entries[number] = (term_entry){.offset = (uint32_t)table->arena_used, .length = length};
    memcpy(table->arena + table->arena_used, bytes, length);
    table->arena_used += length;
    table->slots[slot] = (term_slot){.hash = hash, .number = number + 1};
    return number;
}

void term_table_clear(term_table *table) {
    table->count = 0;
    table->arena_used = 0;
    if (table->slots) memset(table->slots, 0, ((size_t)table->slot_mask + 1) * sizeof *table->slots);
}

void term_table_free(term_table *table) {
    free(table->entries);
    free(table->slots);
    free(table->arena);
    memset(table, 0, sizeof *table);
}
