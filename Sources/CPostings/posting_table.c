#include "posting_table.h"

#include <stdlib.h>
#include <string.h>

/// A chunk in the pool: [next chunk][capacity << 16 | used], then two words a posting.
enum { CHUNK_HEADER = 2, FIRST_CHUNK = 2, LARGEST_CHUNK = 512 };

uint32_t posting_table_term(posting_table *table, const uint8_t *term, uint32_t length) {
    uint32_t before = table->terms.count;
    uint32_t number = term_table_number(&table->terms, term, length);
    if (number < before || number == UINT32_MAX) return number;
    if (number >= table->postings_capacity) {
        uint32_t capacity = table->postings_capacity ? table->postings_capacity * 2 : 1024;
        term_postings *grown = realloc(table->postings, capacity * sizeof *grown);
        if (!grown) return UINT32_MAX;
        table->postings = grown;
        table->postings_capacity = capacity;
    }
    table->postings[number] = (term_postings){0};
    return number;
}

static uint32_t new_chunk(posting_table *table, uint32_t capacity) {
    if (!table->pool_used) table->pool_used = 1;
    size_t words = CHUNK_HEADER + 2 * (size_t)capacity;
    if (table->pool_used + words > table->pool_capacity) {
        size_t grown_capacity = table->pool_capacity ? table->pool_capacity * 2 : 1 << 14;
        uint32_t *grown = realloc(table->pool, grown_capacity * sizeof *grown);
        if (!grown) return 0;
        table->pool = grown;
        table->pool_capacity = grown_capacity;
    }
    uint32_t chunk = (uint32_t)table->pool_used;
    table->pool_used += words;
    table->pool[chunk] = 0;
    table->pool[chunk + 1] = capacity << 16;
    return chunk;
}

int posting_table_append(posting_table *table, uint32_t term, uint32_t document, uint32_t pattern) {
    term_postings *postings = &table->postings[term];
    uint32_t tail = postings->tail;
    uint32_t shape = tail ? table->pool[tail + 1] : 0;
    if ((shape & 0xFFFF) == shape >> 16) {
        uint32_t capacity = tail ? (shape >> 16) * 2 : FIRST_CHUNK;
        uint32_t chunk = new_chunk(table, capacity > LARGEST_CHUNK ? LARGEST_CHUNK : capacity);
        if (!chunk) return -1;
        if (tail) table->pool[tail] = chunk;
        else postings->head = chunk;
        postings->tail = tail = chunk;
        shape = table->pool[tail + 1];
    }
    uint32_t *place = &table->pool[tail + CHUNK_HEADER + 2 * (shape & 0xFFFF)];
    place[0] = document;
    place[1] = pattern;
    table->pool[tail + 1] = shape + 1;
    postings->count++;
    return 0;
}

const uint32_t *posting_table_next(const posting_table *table, uint32_t term, uint32_t *chunk, uint32_t *count) {
    *chunk = *chunk ? table->pool[*chunk] : table->postings[term].head;
    if (!*chunk) return NULL;
    *count = table->pool[*chunk + 1] & 0xFFFF;
    return &table->pool[*chunk + CHUNK_HEADER];
}

void posting_table_clear(posting_table *table) {
    term_table_clear(&table->terms);
    table->pool_used = 0;
}

void posting_table_free(posting_table *table) {
    term_table_free(&table->terms);
    free(table->postings);
    free(table->pool);
    memset(table, 0, sizeof *table);
}

size_t posting_table_used(const posting_table *table) {
    return table->pool_used * sizeof(uint32_t) + table->terms.arena_used +
           table->terms.count * (sizeof(term_entry) + sizeof(term_postings) + 3 * sizeof(uint32_t));
}
