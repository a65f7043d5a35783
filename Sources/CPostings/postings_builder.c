#include <stdlib.h>
#include <string.h>

#include "aisle_postings.h"
#include "byte_buffer.h"
#include "fts5_loader.h"
#include "fts5_varint.h"
#include "posting_list.h"
#include "posting_runs.h"
#include "posting_table.h"

struct aisle_postings_builder {
    char *directory;
    size_t memory_limit;
    posting_table table;
    uint16_t *mapped;  ///< a batch's patterns as this builder numbers them
    uint32_t mapped_count, mapped_capacity;
    term_table patterns;              ///< keys are the five frequencies' bytes; their numbers are the patterns
    posting_runs runs;
    fts5_loader *loader;      ///< of a new FTS5 table, or NULL
    byte_buffer positions;    ///< of the term at hand
    byte_buffer left_out;     ///< documents that FTS5 does not get, u32, rising
    int64_t tokens[AISLE_COLUMNS];
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
    fts5_loader_destroy(builder->loader);
    free(builder->positions.bytes);
    free(builder->left_out.bytes);
    free(builder);
}

int aisle_postings_builder_load(aisle_postings_builder *builder, struct sqlite3 *connection) {
    builder->loader = fts5_loader_create(connection);
    return builder->loader ? 0 : -1;
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

static uint32_t look_up_pattern(aisle_postings_builder *builder, const uint16_t frequencies[AISLE_COLUMNS]) {
    const uint8_t *bytes = (const uint8_t *)frequencies;
    uint32_t length = sizeof(uint16_t) * AISLE_COLUMNS;
    return term_table_number(&builder->patterns, bytes, length, term_hash(bytes, length));
}

int aisle_postings_builder_add_pattern(aisle_postings_builder *builder, const uint16_t frequencies[AISLE_COLUMNS]) {
    return look_up_pattern(builder, frequencies) == UINT32_MAX ? -1 : 0;
}

/// Number of a pattern. When all 65,536 are taken (never seen), frequencies are capped until a known pattern fits.
static uint32_t pattern_number(aisle_postings_builder *builder, uint16_t frequencies[AISLE_COLUMNS]) {
    for (uint16_t cap = 256; builder->patterns.count > UINT16_MAX - 1 && cap; cap /= 2) {
        for (int column = 0; column < AISLE_COLUMNS; column++) {
            if (frequencies[column] > cap) frequencies[column] = cap;
        }
        uint32_t before = builder->patterns.count;
        uint32_t number = look_up_pattern(builder, frequencies);
        if (number < before && number <= UINT16_MAX) return number;
    }
    return look_up_pattern(builder, frequencies);
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
    builder->mapped_count = count;
    for (uint32_t i = 0; i < count; i++, place += 2 * AISLE_COLUMNS) {
        uint16_t frequencies[AISLE_COLUMNS];
        memcpy(frequencies, place, sizeof frequencies);
        uint32_t pattern = pattern_number(builder, frequencies);
        if (pattern > UINT16_MAX) return NULL;
        builder->mapped[i] = (uint16_t)pattern;
    }
    return place;
}

/// One term of a batch.
typedef struct {
    const uint8_t *term;
    const uint8_t *postings;
    const uint8_t *positions;
    uint32_t hash, length, count, position_bytes;
} batch_term;

/// Reads the next term of a batch: where it ends, or NULL when the batch is damaged.
static const uint8_t *read_term(const uint8_t *place, const uint8_t *end, batch_term *term) {
    if (end - place < 5 || end - place < 9 + place[4]) return NULL;
    memcpy(&term->hash, place, 4);
    term->length = place[4];
    term->term = place += 5;
    memcpy(&term->count, place + term->length, 4);
    term->postings = place + term->length + 4;
    if ((size_t)(end - term->postings) < (size_t)term->count * 4 + 4) return NULL;
    place = term->postings + 4 * (size_t)term->count;
    memcpy(&term->position_bytes, place, 4);
    term->positions = place + 4;
    return (size_t)(end - term->positions) < term->position_bytes ? NULL : term->positions + term->position_bytes;
}

/// Adds a term's postings, or, when `removes`, counts them as gone. 0, -1 without memory, -2 damaged.
static int add_term(aisle_postings_builder *builder, uint32_t first, int removes, const batch_term *source,
                    uint32_t term) {
    if (removes) {
        builder->table.postings[term].removed += source->count;
        return 0;
    }
    for (uint32_t p = 0; p < source->count; p++) {
        uint32_t word;
        memcpy(&word, source->postings + 4 * (size_t)p, 4);
        if ((word & 0xFFFF) >= builder->mapped_count) return -2;
        uint32_t pattern = builder->mapped[word & 0xFFFF];
        if (posting_table_append(&builder->table, term, first + (word >> 16), pattern)) return -1;
    }
    return builder->loader ? posting_table_append_positions(&builder->table, term, source->positions, source->position_bytes) : 0;
}

/// Walks the terms of a batch; `removes`: their documents have gone.
static int walk_batch(aisle_postings_builder *builder, uint32_t first, int removes, const uint8_t *postings,
                      size_t length) {
    // Terms are looked up some at a time, step by step: what the next step reads, which lies in no cache, arrives while
    // others take this one.
    enum { AHEAD = 16 };
    batch_term ahead[AHEAD];
    uint32_t numbers[AHEAD];
    const uint8_t *end = postings + length;
    const uint8_t *place = map_patterns(builder, postings, end);
    if (!place) return -1;
    int64_t tokens[AISLE_COLUMNS];
    uint32_t terms;
    if ((size_t)(end - place) < sizeof tokens + sizeof terms) return -2;
    memcpy(tokens, place, sizeof tokens);
    for (int column = 0; column < AISLE_COLUMNS; column++) builder->tokens[column] += removes ? -tokens[column] : tokens[column];
    memcpy(&terms, place + sizeof tokens, sizeof terms);
    place += sizeof tokens + sizeof terms;
    for (uint32_t done = 0; done < terms;) {
        uint32_t count = terms - done < AHEAD ? terms - done : AHEAD;
        for (uint32_t i = 0; i < count; i++) {
            place = read_term(place, end, &ahead[i]);
            if (!place) return -2;
            term_table_prefetch(&builder->table.terms, ahead[i].hash);
        }
        for (uint32_t i = 0; i < count; i++) {
            numbers[i] = posting_table_term(&builder->table, ahead[i].term, ahead[i].length, ahead[i].hash);
            if (numbers[i] == UINT32_MAX) return -1;
            __builtin_prefetch(&builder->table.postings[numbers[i]]);
        }
        for (uint32_t i = 0; i < count; i++) posting_table_prefetch(&builder->table, numbers[i]);
        for (uint32_t i = 0; i < count; i++) {
            int result = add_term(builder, first, removes, &ahead[i], numbers[i]);
            if (result) return result;
        }
        done += count;
    }
    return 0;
}

// MARK: Runs

typedef struct {
    uint64_t part;  ///< eight bytes of the term, see `part_of`
    const uint8_t *term;
    uint32_t length;
    uint32_t number;
} sort_key;

/// Whether the first of two different terms is before the other; their first `depth` bytes are known to be equal.
static bool is_before(const sort_key *a, const sort_key *b, uint32_t depth) {
    if (a->part != b->part) return a->part < b->part;
    uint32_t shorter = a->length < b->length ? a->length : b->length;
    int order = shorter > depth ? memcmp(a->term + depth, b->term + depth, shorter - depth) : 0;
    return order ? order < 0 : a->length < b->length;
}

static void sort_by_insertion(sort_key *keys, size_t count, uint32_t depth) {
    for (size_t i = 1; i < count; i++) {
        sort_key key = keys[i];
        size_t place = i;
        for (; place > 0 && is_before(&key, &keys[place - 1], depth); place--) keys[place] = keys[place - 1];
        keys[place] = key;
    }
}

/// The eight bytes of a term from `depth` on, the first one highest, zeros behind the end.
static uint64_t part_of(const uint8_t *term, uint32_t length, uint32_t depth) {
    uint64_t part = 0;
    if (length >= depth + 8) {
        for (int byte = 0; byte < 8; byte++) part = part << 8 | term[depth + byte];  // (one load and a swap)
        return part;
    }
    for (uint32_t byte = 0; depth + byte < length; byte++) part |= (uint64_t)term[depth + byte] << (56 - 8 * byte);
    return part;
}

/// Sorts different terms that share all bytes before `depth`, and of their parts what lies above the byte at `shift`:
/// dealt into 256 heaps by one byte after the other, small ones by insertion. `room` holds as many keys.
static void sort_terms(sort_key *keys, sort_key *room, uint32_t count, uint32_t depth, int shift) {
    if (shift < 0) {
        // Filter keys of one field share more bytes than a part has. What ends in zeros, more than those behind its end,
        // has only its length to be told by.
        depth += 8;
        if (depth > AISLE_TERM_MAX) return sort_by_insertion(keys, count, depth);
        for (uint32_t i = 0; i < count; i++) keys[i].part = part_of(keys[i].term, keys[i].length, depth);
        shift = 56;
    }
    if (count <= 24) return sort_by_insertion(keys, count, depth);
    uint32_t ends[256] = {0};
    for (uint32_t i = 0; i < count; i++) ends[keys[i].part >> shift & 0xFF]++;
    if (ends[keys[0].part >> shift & 0xFF] == count) return sort_terms(keys, room, count, depth, shift - 8);
    for (uint32_t heap = 0, sum = 0; heap < 256; heap++) {
        uint32_t size = ends[heap];
        ends[heap] = sum;
        sum += size;
    }
    for (uint32_t i = 0; i < count; i++) room[ends[keys[i].part >> shift & 0xFF]++] = keys[i];
    memcpy(keys, room, count * sizeof *keys);
    for (uint32_t heap = 0, start = 0; heap < 256; start = ends[heap++]) {
        if (ends[heap] - start > 1) sort_terms(keys + start, room + start, ends[heap] - start, depth, shift - 8);
    }
}

/// The terms in byte order, to be freed; NULL without memory.
static sort_key *sorted_terms(const aisle_postings_builder *builder) {
    const term_table *terms = &builder->table.terms;
    sort_key *order = malloc(((size_t)terms->count + 1) * sizeof *order);
    uint32_t *ends = calloc((1 << 16) + 1, sizeof *ends);
    if (!order || !ends) {
        free(order);
        free(ends);
        return NULL;
    }
    // Dealt by their first two bytes, terms are left to be sorted in heaps that fit the caches.
    for (uint32_t i = 0; i < terms->count; i++) {
        const term_entry *entry = &terms->entries[i];
        ends[(part_of(terms->arena + entry->offset, entry->length, 0) >> 48) + 1]++;
    }
    for (uint32_t heap = 0; heap < 1 << 16; heap++) ends[heap + 1] += ends[heap];
    for (uint32_t i = 0; i < terms->count; i++) {
        const term_entry *entry = &terms->entries[i];
        const uint8_t *term = terms->arena + entry->offset;
        uint64_t part = part_of(term, entry->length, 0);
        order[ends[part >> 48]++] = (sort_key){part, term, entry->length, i};
    }
    uint32_t largest = 0;
    for (uint32_t heap = 0, start = 0; heap < 1 << 16; start = ends[heap++]) {
        if (ends[heap] - start > largest) largest = ends[heap] - start;
    }
    sort_key *room = malloc(((size_t)largest + 1) * sizeof *room);
    for (uint32_t heap = 0, start = 0; room && heap < 1 << 16; start = ends[heap++]) {
        if (ends[heap] - start > 1) sort_terms(order + start, room, ends[heap] - start, 0, 40);
    }
    free(ends);
    if (!room) {
        free(order);
        return NULL;
    }
    free(room);
    return order;
}

static int by_number(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static bool is_left_out(const aisle_postings_builder *builder, uint32_t document) {
    const byte_buffer *left_out = &builder->left_out;
    return left_out->used && bsearch(&document, left_out->bytes, left_out->used / sizeof document, sizeof document, by_number);
}

/// Gives a term with its rows and positions to FTS5's segment. 0, -1, -2 or an errno.
static int load_term(aisle_postings_builder *builder, const sort_key *key) {
    const byte_chain *positions = &builder->table.postings[key->number].positions;
    if (!builder->loader || !positions->length) return 0;
    const uint8_t *list = byte_chain_whole(&builder->table.positions, positions, &builder->positions);
    if (!list) return -1;
    const uint8_t *end = list + positions->length;
    bool begun = false;
    posting_stretch stretch = {0};
    while (posting_table_next(&builder->table, key->number, &stretch)) {
        for (uint32_t i = 0; i < stretch.count; i++) {
            uint32_t document = stretch.range << 16 | stretch.words[i] >> 16;
            uint64_t size;
            size_t length = fts5_varint_get(list, end, &size);
            if (!length || size / 2 > (uint64_t)(end - list) - length) return -2;
            length += size / 2;
            int result = 0;
            if (!is_left_out(builder, document)) {
                if (!begun) result = fts5_loader_term(builder->loader, key->term, key->length);
                begun = true;
                if (!result) result = fts5_loader_row(builder->loader, document, list, length);
            }
            if (result) return result;
            list += length;
        }
    }
    return 0;
}

/// Writes all postings in order of term as a new run and empties the tables. 0, -1 or an errno.
static int write_run(aisle_postings_builder *builder) {
    uint32_t count = builder->table.terms.count;
    if (!count) return 0;
    sort_key *order = sorted_terms(builder);
    if (!order) return -1;
    int result = posting_runs_begin(&builder->runs, builder->directory);
    if (!result && builder->loader) result = fts5_loader_begin(builder->loader);
    for (uint32_t i = 0; i < count && !result; i++) {
        const term_postings *collected = &builder->table.postings[order[i].number];
        result = posting_runs_term(&builder->runs, order[i].term, order[i].length, collected->removed, collected->count);
        posting_stretch stretch = {0};
        while (!result && posting_table_next(&builder->table, order[i].number, &stretch)) {
            result = posting_runs_postings(&builder->runs, stretch.range, stretch.words, stretch.count);
        }
        if (!result) result = load_term(builder, &order[i]);
    }
    free(order);
    if (!result) result = posting_runs_end(&builder->runs);
    if (!result && builder->loader) result = fts5_loader_end(builder->loader);
    posting_table_clear(&builder->table);
    return result;
}

static int spill_when_full(aisle_postings_builder *builder) {
    return posting_table_used(&builder->table) > builder->memory_limit / 2 ? write_run(builder) : 0;
}

int aisle_postings_builder_add(aisle_postings_builder *builder, uint32_t first, const uint8_t *postings, size_t length) {
    // Before, not after: until the next batch, documents of the last one may still be left out.
    int result = spill_when_full(builder);
    return result ? result : walk_batch(builder, first, 0, postings, length);
}

int aisle_postings_builder_remove(aisle_postings_builder *builder, const uint8_t *postings, size_t length) {
    int result = builder->loader ? 0 : spill_when_full(builder);
    return result ? result : walk_batch(builder, 0, 1, postings, length);
}

int aisle_postings_builder_leave_out(aisle_postings_builder *builder, uint32_t document) {
    return byte_buffer_append(&builder->left_out, &document, sizeof document);
}

/// Gives all terms straight out of memory to the sink: the common case, where nothing was spilled.
static int give_table(aisle_postings_builder *builder, aisle_postings_sink sink, void *context) {
    uint32_t count = builder->table.terms.count;
    sort_key *order = sorted_terms(builder);
    posting_list_encoder encoder = {0};
    int result = order || !count ? 0 : -1;
    if (!result && builder->loader) result = fts5_loader_begin(builder->loader);
    for (uint32_t i = 0; i < count && !result; i++) {
        const term_postings *collected = &builder->table.postings[order[i].number];
        if (i + 8 < count) __builtin_prefetch(&builder->table.postings[order[i + 8].number]);
        posting_list_begin(&encoder);
        posting_stretch stretch = {0};
        while (!result && posting_table_next(&builder->table, order[i].number, &stretch)) {
            result = posting_list_add(&encoder, stretch.range, stretch.words, stretch.count);
        }
        if (!result) result = posting_list_end(&encoder);
        if (!result) {
            result = sink(context, order[i].term, (int32_t)order[i].length,
                          (int64_t)collected->count - collected->removed, encoder.list.bytes, encoder.list.used);
        }
        if (!result) result = load_term(builder, &order[i]);
    }
    if (!result && builder->loader) result = fts5_loader_end(builder->loader);
    free(order);
    posting_list_encoder_free(&encoder);
    return result;
}

int aisle_postings_builder_finish(aisle_postings_builder *builder, int64_t documents, aisle_postings_sink sink,
                                  void *context) {
    int spilled = builder->runs.count > 0;
    int result = spilled ? write_run(builder) : give_table(builder, sink, context);
    if (!result && spilled) result = posting_runs_merge(&builder->runs, sink, context);
    if (result || !builder->loader) return result;
    return fts5_loader_finish(builder->loader, documents, builder->tokens, AISLE_COLUMNS);
}
