#include "term_table.h"

#include <stdlib.h>
#include <string.h>

static uint32_t hash_bytes(const uint8_t *bytes, uint32_t length) {
    uint64_t hash = 0x9E3779B97F4A7C15u ^ length;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        hash = (hash ^ word) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
        bytes += 8;
        length -= 8;
    }
    uint64_t tail = 0;
    for (uint32_t i = 0; i < length; i++) tail |= (uint64_t)bytes[i] << (8 * i);
    hash = (hash ^ tail) * 0xD6E8FEB86659FD93u;
    return (uint32_t)(hash ^ (hash >> 32));
}

static int grow_slots(term_table *table) {
    uint32_t capacity = table->slots ? (table->slot_mask + 1) * 2 : 256;
    uint32_t *slots = calloc(capacity, sizeof *slots);
    if (!slots) return -1;
    for (uint32_t i = 0; i < table->count; i++) {
        uint32_t slot = table->entries[i].hash & (capacity - 1);
        while (slots[slot]) slot = (slot + 1) & (capacity - 1);
        slots[slot] = i + 1;
    }
    free(table->slots);
    table->slots = slots;
    table->slot_mask = capacity - 1;
    return 0;
}

static int reserve_entry(term_table *table, uint32_t length) {
    if (table->count == table->entry_capacity) {
        uint32_t capacity = table->entry_capacity ? table->entry_capacity * 2 : 128;
        term_entry *entries = realloc(table->entries, capacity * sizeof *entries);
        if (!entries) return -1;
        table->entries = entries;
        table->entry_capacity = capacity;
    }
    if (table->arena_used + length > table->arena_capacity) {
        size_t capacity = table->arena_capacity ? table->arena_capacity * 2 : 4096;
        while (capacity < table->arena_used + length) capacity *= 2;
        uint8_t *arena = realloc(table->arena, capacity);
        if (!arena) return -1;
        table->arena = arena;
        table->arena_capacity = capacity;
    }
    return 0;
}

uint32_t term_table_number(term_table *table, const uint8_t *bytes, uint32_t length) {
    if (!table->slots || table->count * 2 > table->slot_mask) {
        if (grow_slots(table)) return UINT32_MAX;
    }
    uint32_t hash = hash_bytes(bytes, length);
    uint32_t slot = hash & table->slot_mask;
    while (table->slots[slot]) {
        const term_entry *entry = &table->entries[table->slots[slot] - 1];
        if (entry->hash == hash && entry->length == length && !memcmp(table->arena + entry->offset, bytes, length)) {
            return table->slots[slot] - 1;
        }
        slot = (slot + 1) & table->slot_mask;
    }
    if (reserve_entry(table, length)) return UINT32_MAX;
    uint32_t number = table->count++;
    table->entries[number] = (term_entry){.hash = hash, .length = length, .offset = table->arena_used};
    memcpy(table->arena + table->arena_used, bytes, length);
    table->arena_used += length;
    table->slots[slot] = number + 1;
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

size_t term_table_memory(const term_table *table) {
    return (size_t)table->entry_capacity * sizeof(term_entry) + ((size_t)table->slot_mask + 1) * sizeof(uint32_t) +
           table->arena_capacity;
}
