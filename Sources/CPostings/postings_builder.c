#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aisle_postings.h"
#include "byte_buffer.h"
#include "posting_runs.h"
#include "term_table.h"

/// Postings of one term wait in a chain of chunks that double in size: no copying, little waste on rare terms.
typedef struct {
    uint32_t head, tail;  ///< chunk offsets in the pool (in words), 0 is none
    uint32_t count;
    uint32_t removed;
} term_postings;

/// A chunk in the pool: [next chunk][capacity << 16 | used] then per posting [document][pattern], two words each.
enum { CHUNK_HEADER = 2, FIRST_CHUNK = 2, LARGEST_CHUNK = 512 };

struct aisle_postings_builder {
    char *directory;
    size_t memory_limit;
    term_table terms;
    term_postings *postings;
    uint32_t postings_capacity;
    uint32_t *pool;
    size_t pool_used, pool_capacity;  ///< words; word 0 is never used
    term_table patterns;              ///< keys are the five frequencies' bytes; their numbers are the patterns
    posting_runs runs;
};

aisle_postings_builder *aisle_postings_builder_create(const char *directory, size_t memory_limit) {
    aisle_postings_builder *builder = calloc(1, sizeof *builder);
    if (!builder) return NULL;
    builder->memory_limit = memory_limit < (1 << 20) ? 1 << 20 : memory_limit;
    builder->directory = strdup(directory);
    builder->pool_used = 1;
    static const uint16_t zeros[AISLE_COLUMNS];
    if (!builder->directory || aisle_postings_builder_add_pattern(builder, zeros)) {
        aisle_postings_builder_destroy(builder);
        return NULL;
    }
    return builder;
}

void aisle_postings_builder_destroy(aisle_postings_builder *builder) {
    if (!builder) return;
    free(builder->directory);
    term_table_free(&builder->terms);
    free(builder->postings);
    free(builder->pool);
    term_table_free(&builder->patterns);
    posting_runs_close(&builder->runs);
    free(builder);
}

// MARK: Patterns

int32_t aisle_postings_builder_pattern_count(const aisle_postings_builder *builder) {
    return (int32_t)builder->patterns.count;
}

void aisle_postings_builder_pattern(const aisle_postings_builder *builder, int32_t number,
                                    uint16_t frequencies[AISLE_COLUMNS]) {
    const term_entry *entry = &builder->patterns.entries[number];
    memcpy(frequencies, builder->patterns.arena + entry->offset, sizeof(uint16_t) * AISLE_COLUMNS);
}

int aisle_postings_builder_add_pattern(aisle_postings_builder *builder, const uint16_t frequencies[AISLE_COLUMNS]) {
    uint32_t number = term_table_number(&builder->patterns, (const uint8_t *)frequencies, sizeof(uint16_t) * AISLE_COLUMNS);
    return number == UINT32_MAX ? -1 : 0;
}

/// Number of a pattern. When all 65,536 are taken (never seen), frequencies are capped until a known pattern fits.
static uint32_t pattern_number(aisle_postings_builder *builder, uint16_t frequencies[AISLE_COLUMNS]) {
    for (uint16_t cap = 256; builder->patterns.count > UINT16_MAX - 1 && cap; cap /= 2) {
        for (int column = 0; column < AISLE_COLUMNS; column++) {
            if (frequencies[column] > cap) frequencies[column] = cap;
        }
        uint32_t before = builder->patterns.count;
        uint32_t number = term_table_number(&builder->patterns, (const uint8_t *)frequencies, 2 * AISLE_COLUMNS);
        if (number < before && number <= UINT16_MAX) return number;
    }
    return term_table_number(&builder->patterns, (const uint8_t *)frequencies, 2 * AISLE_COLUMNS);
}

// MARK: Adding

static uint32_t new_chunk(aisle_postings_builder *builder, uint32_t capacity) {
    size_t words = CHUNK_HEADER + 2 * (size_t)capacity;
    if (builder->pool_used + words > builder->pool_capacity) {
        size_t grown_capacity = builder->pool_capacity ? builder->pool_capacity * 2 : 1 << 16;
        uint32_t *grown = realloc(builder->pool, grown_capacity * sizeof *grown);
        if (!grown) return 0;
        builder->pool = grown;
        builder->pool_capacity = grown_capacity;
    }
    uint32_t chunk = (uint32_t)builder->pool_used;
    builder->pool_used += words;
    builder->pool[chunk] = 0;
    builder->pool[chunk + 1] = capacity << 16;
    return chunk;
}

static int append_posting(aisle_postings_builder *builder, term_postings *postings, uint32_t document, uint32_t pattern) {
    uint32_t tail = postings->tail;
    uint32_t shape = tail ? builder->pool[tail + 1] : 0;
    if ((shape & 0xFFFF) == shape >> 16) {
        uint32_t capacity = tail ? (shape >> 16) * 2 : FIRST_CHUNK;
        uint32_t chunk = new_chunk(builder, capacity > LARGEST_CHUNK ? LARGEST_CHUNK : capacity);
        if (!chunk) return -1;
        if (tail) builder->pool[tail] = chunk;
        else postings->head = chunk;
        postings->tail = tail = chunk;
        shape = builder->pool[tail + 1];
    }
    uint32_t *place = &builder->pool[tail + CHUNK_HEADER + 2 * (shape & 0xFFFF)];
    place[0] = document;
    place[1] = pattern;
    builder->pool[tail + 1] = shape + 1;
    postings->count++;
    return 0;
}

static term_postings *postings_of(aisle_postings_builder *builder, const uint8_t *term, uint32_t length) {
    uint32_t before = builder->terms.count;
    uint32_t number = term_table_number(&builder->terms, term, length);
    if (number == UINT32_MAX) return NULL;
    if (number >= builder->postings_capacity) {
        uint32_t capacity = builder->postings_capacity ? builder->postings_capacity * 2 : 1024;
        term_postings *grown = realloc(builder->postings, capacity * sizeof *grown);
        if (!grown) return NULL;
        builder->postings = grown;
        builder->postings_capacity = capacity;
    }
    if (number == before) builder->postings[number] = (term_postings){0};
    return &builder->postings[number];
}

/// Walks the terms of a record; `document` is UINT32_MAX for a removal.
static int walk_record(aisle_postings_builder *builder, uint32_t document, const uint8_t *record, size_t length) {
    const uint8_t *end = record + length;
    size_t packed = 4 + 4 * AISLE_COLUMNS;
    if (length < packed + 4) return -2;
    for (int column = 0; column < AISLE_COLUMNS; column++) {
        uint32_t bytes;
        memcpy(&bytes, record + 4 + 4 * column, 4);
        packed += bytes;
    }
    if (packed + 4 > length) return -2;
    const uint8_t *place = record + packed;
    uint32_t count;
    memcpy(&count, place, 4);
    place += 4;
    for (uint32_t i = 0; i < count; i++) {
        if (end - place < 1 || end - place < 2 + place[0]) return -2;
        uint32_t term_length = *place++;
        term_postings *postings = postings_of(builder, place, term_length);
        if (!postings) return -1;
        place += term_length;
        uint8_t mask = *place++;
        uint16_t frequencies[AISLE_COLUMNS] = {0};
        for (int column = 0; column < AISLE_COLUMNS; column++) {
            if (!(mask >> column & 1)) continue;
            if (end - place < 2) return -2;
            memcpy(&frequencies[column], place, 2);
            place += 2;
        }
        if (document == UINT32_MAX) {
            postings->removed++;
            continue;
        }
        uint32_t pattern = mask ? pattern_number(builder, frequencies) : 0;
        if (pattern > UINT16_MAX || append_posting(builder, postings, document, pattern)) return -1;
    }
    return 0;
}

// MARK: Runs

typedef struct {
    const aisle_postings_builder *builder;
    uint32_t number;
} sort_key;

static int by_term(const void *left, const void *right) {
    const sort_key *a = left, *b = right;
    const term_table *terms = &a->builder->terms;
    const term_entry *x = &terms->entries[a->number], *y = &terms->entries[b->number];
    uint32_t shorter = x->length < y->length ? x->length : y->length;
    int order = memcmp(terms->arena + x->offset, terms->arena + y->offset, shorter);
    return order ? order : (x->length > y->length) - (x->length < y->length);
}

/// Writes all postings in order of term as a new run and empties the tables. 0, -1 or an errno.
static int write_run(aisle_postings_builder *builder) {
    uint32_t count = builder->terms.count;
    if (!count) return 0;
    sort_key *order = malloc(count * sizeof *order);
    if (!order) return -1;
    for (uint32_t i = 0; i < count; i++) order[i] = (sort_key){builder, i};
    qsort(order, count, sizeof *order, by_term);
    int result = posting_runs_begin(&builder->runs, builder->directory);
    for (uint32_t i = 0; i < count && !result; i++) {
        const term_entry *entry = &builder->terms.entries[order[i].number];
        const term_postings *postings = &builder->postings[order[i].number];
        result = posting_runs_term(&builder->runs, builder->terms.arena + entry->offset, entry->length, postings->removed,
                                   postings->count);
        for (uint32_t chunk = postings->head; chunk && !result; chunk = builder->pool[chunk]) {
            result = posting_runs_postings(&builder->runs, &builder->pool[chunk + CHUNK_HEADER],
                                           builder->pool[chunk + 1] & 0xFFFF);
        }
    }
    free(order);
    if (!result) result = posting_runs_end(&builder->runs);
    term_table_clear(&builder->terms);
    builder->pool_used = 1;
    return result;
}

static int spill_when_full(aisle_postings_builder *builder) {
    size_t used = builder->pool_used * sizeof(uint32_t) + builder->terms.arena_used +
                  builder->terms.count * (sizeof(term_entry) + sizeof(term_postings) + 3 * sizeof(uint32_t));
    return used > builder->memory_limit / 2 ? write_run(builder) : 0;
}

int aisle_postings_builder_add(aisle_postings_builder *builder, uint32_t number, const uint8_t *record, size_t length) {
    int result = walk_record(builder, number, record, length);
    return result ? result : spill_when_full(builder);
}

int aisle_postings_builder_remove(aisle_postings_builder *builder, const uint8_t *record, size_t length) {
    int result = walk_record(builder, UINT32_MAX, record, length);
    return result ? result : spill_when_full(builder);
}

int aisle_postings_builder_finish(aisle_postings_builder *builder, aisle_postings_sink sink, void *context) {
    int result = write_run(builder);
    return result ? result : posting_runs_merge(&builder->runs, sink, context);
}
