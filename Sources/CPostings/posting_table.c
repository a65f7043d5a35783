#include "posting_table.h"

#include "large_array.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_CHUNK = 512 };

uint32_t posting_table_term(posting_table *table, const uint8_t *term, uint32_t length, uint32_t hash) {
    uint32_t before = table->terms.count;
    uint32_t number = term_table_number(&table->terms, term, length, hash);
    if (number < before || number == UINT32_MAX) return number;
    if (number >= table->postings_capacity) {
        uint32_t capacity = table->postings_capacity ? table->postings_capacity * 2 : 1024;
        term_postings *grown = large_array_grow(table->postings, number * sizeof *grown, capacity * sizeof *grown);
        if (!grown) return UINT32_MAX;
        table->postings = grown;
        table->postings_capacity = capacity;
    }
    table->postings[number] = (term_postings){0};
    return number;
}

/// A chunk with room for 1 << `power` postings and `word` as its first: 0 without memory.
static uint32_t new_chunk(posting_table *table, uint32_t range, uint32_t power, uint32_t word) {
    if (!table->pool_used) table->pool_used = 1;
    size_t words = POSTING_CHUNK_HEADER + ((size_t)1 << power);
    if (table->pool_used + words > table->pool_capacity) {
        size_t grown_capacity = table->pool_capacity ? table->pool_capacity * 2 : 1 << 14;
        uint32_t *grown = large_array_grow(table->pool, table->pool_used * sizeof *grown, grown_capacity * sizeof *grown);
        if (!grown) return 0;
        table->pool = grown;
        table->pool_capacity = grown_capacity;
    }
    uint32_t chunk = (uint32_t)table->pool_used;
    table->pool_used += words;
    table->pool[chunk] = 0;
    table->pool[chunk + 1] = range << 16 | power << 12;
    table->pool[chunk + POSTING_CHUNK_HEADER] = word;
    return chunk;
}

int posting_table_append_anew(posting_table *table, uint32_t term, uint32_t document, uint32_t pattern) {
    term_postings *postings = &table->postings[term];
    uint32_t range = document >> 16, word = posting_word(document, pattern);
    if (!postings->count) {
        postings->head = word;
        postings->tail = range;
        postings->count = 1;
        return 0;
    }
    if (postings->count == 1) {
        uint32_t chunk = new_chunk(table, postings->tail, 1, postings->head);
        if (!chunk) return -1;
        postings->head = postings->tail = chunk;
        postings->count = 2;
        if (table->pool[chunk + 1] >> 16 == range) {
            table->pool[chunk + POSTING_CHUNK_HEADER + 1] = word;
            table->pool[chunk + 1]++;
            return 0;
        }
    } else {
        postings->count++;
    }
    // A new range starts small again: the term may have left for good.
    uint32_t shape = table->pool[postings->tail + 1], power = posting_chunk_power(shape);
    uint32_t larger = shape >> 16 != range ? 1 : 2u << power > LARGEST_CHUNK ? power : power + 1;
    uint32_t chunk = new_chunk(table, range, larger, word);
    if (!chunk) return -1;
    table->pool[postings->tail] = chunk;
    postings->tail = chunk;
    return 0;
}

int posting_table_append_positions(posting_table *table, uint32_t term, const uint8_t *lists, uint32_t length) {
    return byte_chain_append(&table->positions, &table->postings[term].positions, lists, length);
}

void posting_table_prefetch(const posting_table *table, uint32_t term) {
    const term_postings *postings = &table->postings[term];
    if (postings->count > 1) __builtin_prefetch(&table->pool[postings->tail]);
    if (postings->positions.tail) __builtin_prefetch(table->positions.bytes + postings->positions.tail);
}

int posting_table_next(const posting_table *table, uint32_t term, posting_stretch *stretch) {
    const term_postings *postings = &table->postings[term];
    if (postings->count <= 1) {
        if (stretch->words || !postings->count) return 0;
        *stretch = (posting_stretch){.words = &postings->head, .count = 1, .range = postings->tail};
        return 1;
    }
    uint32_t chunk = stretch->words ? table->pool[stretch->chunk] : postings->head;
    if (!chunk) return 0;
    uint32_t shape = table->pool[chunk + 1];
    *stretch = (posting_stretch){
        .words = &table->pool[chunk + POSTING_CHUNK_HEADER],
        .count = posting_chunk_used(shape),
        .range = shape >> 16,
        .chunk = chunk,
    };
    return 1;
}

void posting_table_clear(posting_table *table) {
    term_table_clear(&table->terms);
    table->pool_used = 0;
    byte_pool_clear(&table->positions);
}

void posting_table_free(posting_table *table) {
    term_table_free(&table->terms);
    free(table->postings);
    free(table->pool);
    byte_pool_free(&table->positions);
    memset(table, 0, sizeof *table);
}

size_t posting_table_used(const posting_table *table) {
    return table->pool_used * sizeof(uint32_t) + table->positions.used + table->terms.arena_used +
           table->terms.count * (sizeof(term_entry) + sizeof(term_postings) + 3 * sizeof(term_slot));
}
