#include <stdlib.h>
#include <string.h>

#include "aisle_postings.h"
#include "byte_buffer.h"
#include "posting_list.h"
#include "posting_runs.h"
#include "posting_table.h"

struct aisle_postings_builder {
    char *directory;
    size_t memory_limit;
    posting_table table;
    uint16_t *mapped;  ///< a batch's patterns as this builder numbers them
    uint32_t mapped_capacity;
    term_table patterns;              ///< keys are the five frequencies' bytes; their numbers are the patterns
    posting_runs runs;
};

aisle_postings_builder *aisle_postings_builder_create(const char *directory, size_t memory_limit) {
    aisle_postings_builder *builder = calloc(1, sizeof *builder);
    if (!builder) return NULL;
    builder->memory_limit = memory_limit < (1 << 20) ? 1 << 20 : memory_limit;
    builder->directory = strdup(directory);
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
    posting_table_free(&builder->table);
    free(builder->mapped);
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

/// Reads the batch's patterns into `mapped`. Returns where the terms start, NULL without memory or when damaged.
static const uint8_t *map_patterns(aisle_postings_builder *builder, const uint8_t *place, const uint8_t *end) {
    uint32_t count;
    if (end - place < 4) return NULL;
    memcpy(&count, place, 4);
    place += 4;
    if ((size_t)(end - place) < (size_t)count * 2 * AISLE_COLUMNS) return NULL;
    if (count > builder->mapped_capacity) {
        uint16_t *grown = realloc(builder->mapped, count * sizeof *grown);
        if (!grown) return NULL;
        builder->mapped = grown;
        builder->mapped_capacity = count;
    }
    for (uint32_t i = 0; i < count; i++, place += 2 * AISLE_COLUMNS) {
        uint16_t frequencies[AISLE_COLUMNS];
        memcpy(frequencies, place, sizeof frequencies);
        uint32_t pattern = pattern_number(builder, frequencies);
        if (pattern > UINT16_MAX) return NULL;
        builder->mapped[i] = (uint16_t)pattern;
    }
    return place;
}

/// Walks the terms of a batch; `removes`: their documents have gone.
static int walk_batch(aisle_postings_builder *builder, uint32_t first, int removes, const uint8_t *postings,
                      size_t length) {
    const uint8_t *end = postings + length;
    const uint8_t *place = map_patterns(builder, postings, end);
    if (!place || end - place < 4) return place ? -2 : -1;
    uint32_t terms;
    memcpy(&terms, place, 4);
    place += 4;
    for (uint32_t i = 0; i < terms; i++) {
        if (end - place < 1 || end - place < 5 + place[0]) return -2;
        uint32_t term_length = *place++, count;
        uint32_t term = posting_table_term(&builder->table, place, term_length);
        if (term == UINT32_MAX) return -1;
        memcpy(&count, place + term_length, 4);
        place += term_length + 4;
        if ((size_t)(end - place) < (size_t)count * 4) return -2;
        if (removes) builder->table.postings[term].removed += count;
        for (uint32_t p = 0; p < count && !removes; p++) {
            uint16_t posting[2];
            memcpy(posting, place + 4 * (size_t)p, 4);
            if (posting_table_append(&builder->table, term, first + posting[0], builder->mapped[posting[1]])) return -1;
        }
        place += 4 * (size_t)count;
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
    const term_table *terms = &a->builder->table.terms;
    const term_entry *x = &terms->entries[a->number], *y = &terms->entries[b->number];
    uint32_t shorter = x->length < y->length ? x->length : y->length;
    int order = memcmp(terms->arena + x->offset, terms->arena + y->offset, shorter);
    return order ? order : (x->length > y->length) - (x->length < y->length);
}

/// The terms in byte order, to be freed; NULL without memory.
static sort_key *sorted_terms(const aisle_postings_builder *builder) {
    uint32_t count = builder->table.terms.count;
    sort_key *order = malloc((count + 1) * sizeof *order);
    for (uint32_t i = 0; order && i < count; i++) order[i] = (sort_key){builder, i};
    if (order) qsort(order, count, sizeof *order, by_term);
    return order;
}

/// Writes all postings in order of term as a new run and empties the tables. 0, -1 or an errno.
static int write_run(aisle_postings_builder *builder) {
    const term_table *terms = &builder->table.terms;
    uint32_t count = terms->count;
    if (!count) return 0;
    sort_key *order = sorted_terms(builder);
    if (!order) return -1;
    int result = posting_runs_begin(&builder->runs, builder->directory);
    for (uint32_t i = 0; i < count && !result; i++) {
        uint32_t term = order[i].number, chunk = 0, pairs;
        const term_postings *collected = &builder->table.postings[term];
        result = posting_runs_term(&builder->runs, terms->arena + terms->entries[term].offset,
                                   terms->entries[term].length, collected->removed, collected->count);
        const uint32_t *postings;
        while (!result && (postings = posting_table_next(&builder->table, term, &chunk, &pairs))) {
            result = posting_runs_postings(&builder->runs, postings, pairs);
        }
    }
    free(order);
    if (!result) result = posting_runs_end(&builder->runs);
    posting_table_clear(&builder->table);
    return result;
}

static int spill_when_full(aisle_postings_builder *builder) {
    return posting_table_used(&builder->table) > builder->memory_limit / 2 ? write_run(builder) : 0;
}

int aisle_postings_builder_add(aisle_postings_builder *builder, uint32_t first, const uint8_t *postings, size_t length) {
    int result = walk_batch(builder, first, 0, postings, length);
    return result ? result : spill_when_full(builder);
}

int aisle_postings_builder_remove(aisle_postings_builder *builder, const uint8_t *postings, size_t length) {
    int result = walk_batch(builder, 0, 1, postings, length);
    return result ? result : spill_when_full(builder);
}

/// Gives all terms straight out of memory to the sink: the common case, where nothing was spilled.
static int give_table(aisle_postings_builder *builder, aisle_postings_sink sink, void *context) {
    const term_table *terms = &builder->table.terms;
    sort_key *order = sorted_terms(builder);
    byte_buffer pairs = {0};
    posting_list_encoder encoder = {0};
    int result = order || !terms->count ? 0 : -1;
    for (uint32_t i = 0; i < terms->count && !result; i++) {
        uint32_t term = order[i].number, chunk = 0, count;
        const term_postings *collected = &builder->table.postings[term];
        const uint32_t *postings;
        pairs.used = 0;
        while (!result && (postings = posting_table_next(&builder->table, term, &chunk, &count))) {
            result = byte_buffer_append(&pairs, postings, (size_t)count * 8);
        }
        if (!result) result = posting_list_encode(&encoder, (const uint32_t *)pairs.bytes, collected->count);
        if (!result) {
            result = sink(context, terms->arena + terms->entries[term].offset, (int32_t)terms->entries[term].length,
                          (int64_t)collected->count - collected->removed, encoder.list.bytes, encoder.list.used);
        }
    }
    free(order);
    free(pairs.bytes);
    posting_list_encoder_free(&encoder);
    return result;
}

int aisle_postings_builder_finish(aisle_postings_builder *builder, aisle_postings_sink sink, void *context) {
    if (!builder->runs.count) return give_table(builder, sink, context);
    int result = write_run(builder);
    return result ? result : posting_runs_merge(&builder->runs, sink, context);
}
