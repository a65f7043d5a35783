#include "aisle_postings.h"
#include "byte_buffer.h"
#include "posting_table.h"

/// A term's frequencies in the document at hand.
typedef struct {
    uint32_t document;  ///< document + 1 these frequencies belong to; others are stale
    uint16_t frequencies[AISLE_COLUMNS];
} current_frequencies;

struct aisle_batch {
    posting_table table;
    term_table patterns;
    current_frequencies *current;  ///< one a term
    uint32_t current_capacity;
    uint32_t *touched;  ///< terms of the document at hand
    uint32_t touched_count, touched_capacity;
    byte_buffer packed[AISLE_COLUMNS];
    int64_t positions;
    uint32_t document;
    byte_buffer postings;
};

/// Patterns are looked up once a posting, and nearly all postings have one of these: frequency 1 in one column.
enum { PLAIN_PATTERNS = AISLE_COLUMNS + 1 };

static int add_plain_patterns(aisle_batch *batch) {
    uint16_t frequencies[AISLE_COLUMNS] = {0};
    if (term_table_number(&batch->patterns, (const uint8_t *)frequencies, sizeof frequencies) == UINT32_MAX) return -1;
    for (int column = 0; column < AISLE_COLUMNS; column++) {
        frequencies[column] = 1;
        if (term_table_number(&batch->patterns, (const uint8_t *)frequencies, sizeof frequencies) == UINT32_MAX) return -1;
        frequencies[column] = 0;
    }
    return 0;
}

aisle_batch *aisle_batch_create(void) {
    aisle_batch *batch = calloc(1, sizeof *batch);
    if (batch && add_plain_patterns(batch)) {
        aisle_batch_destroy(batch);
        return NULL;
    }
    return batch;
}

void aisle_batch_destroy(aisle_batch *batch) {
    if (!batch) return;
    posting_table_free(&batch->table);
    term_table_free(&batch->patterns);
    free(batch->current);
    free(batch->touched);
    for (int column = 0; column < AISLE_COLUMNS; column++) free(batch->packed[column].bytes);
    free(batch->postings.bytes);
    free(batch);
}

static void begin_document(aisle_batch *batch) {
    batch->touched_count = 0;
    batch->positions = 0;
    for (int column = 0; column < AISLE_COLUMNS; column++) batch->packed[column].used = 0;
}

void aisle_batch_clear(aisle_batch *batch) {
    // Giant products must not make every later batch pay for clearing their tables.
    if (batch->table.terms.slot_mask > 1 << 18) posting_table_free(&batch->table);
    else posting_table_clear(&batch->table);
    for (uint32_t i = 0; i < batch->current_capacity; i++) batch->current[i].document = 0;
    batch->document = 0;
    begin_document(batch);
}

/// The frequencies of a term in the document at hand, or NULL without memory.
static current_frequencies *note_term(aisle_batch *batch, const uint8_t *bytes, uint32_t length) {
    uint32_t number = posting_table_term(&batch->table, bytes, length);
    if (number == UINT32_MAX) return NULL;
    if (number >= batch->current_capacity) {
        uint32_t capacity = batch->current_capacity ? batch->current_capacity * 2 : 1024;
        current_frequencies *grown = realloc(batch->current, capacity * sizeof *grown);
        if (!grown) return NULL;
        memset(grown + batch->current_capacity, 0, (capacity - batch->current_capacity) * sizeof *grown);
        batch->current = grown;
        batch->current_capacity = capacity;
    }
    current_frequencies *current = &batch->current[number];
    if (current->document == batch->document + 1) return current;
    if (batch->touched_count == batch->touched_capacity) {
        uint32_t capacity = batch->touched_capacity ? batch->touched_capacity * 2 : 256;
        uint32_t *grown = realloc(batch->touched, capacity * sizeof *grown);
        if (!grown) return NULL;
        batch->touched = grown;
        batch->touched_capacity = capacity;
    }
    batch->touched[batch->touched_count++] = number;
    *current = (current_frequencies){.document = batch->document + 1};
    return current;
}

int aisle_batch_add_tokens(aisle_batch *batch, int column, const char *text, const aisle_token *tokens, int32_t count) {
    static const char boundary[] = {AISLE_BOUNDARY};
    byte_buffer *packed = &batch->packed[column];
    int32_t position = -1, end = -1;
    for (int32_t i = 0; i < count; i++) {
        const aisle_token *token = &tokens[i];
        uint8_t colocated = token->position == position;
        position = token->position;
        // FTS5 counts a document's length in positions, not in tokens.
        batch->positions += !colocated;
        uint8_t *place = byte_buffer_reserve(packed, (size_t)token->length + 3);
        if (!place) return -1;
        // Boundaries have a place of their own among FTS5's positions, but are no part of the document's length.
        if (end >= 0 && token->start > end && memchr(text + end, AISLE_BOUNDARY, (size_t)(token->start - end))) {
            place = aisle_pack_token(place, boundary, 1, false);
        }
        if (token->end > end) end = token->end;
        place = aisle_pack_token(place, token->text, token->length, colocated);
        packed->used = (size_t)(place - packed->bytes);
        current_frequencies *current = note_term(batch, (const uint8_t *)token->text, (uint32_t)token->length);
        if (!current) return -1;
        if (current->frequencies[column] < UINT16_MAX) current->frequencies[column]++;
    }
    return 0;
}

int aisle_batch_add_key(aisle_batch *batch, const uint8_t *key, int32_t length) {
    return note_term(batch, key, (uint32_t)(length < AISLE_TERM_MAX ? length : AISLE_TERM_MAX)) ? 0 : -1;
}

static uint32_t pattern_number(aisle_batch *batch, const uint16_t frequencies[AISLE_COLUMNS]) {
    uint32_t sum = 0, place = 0;
    for (uint32_t column = 0; column < AISLE_COLUMNS; column++) {
        sum += frequencies[column];
        if (frequencies[column]) place = column;
    }
    if (sum <= 1) return sum ? place + 1 : 0;
    return term_table_number(&batch->patterns, (const uint8_t *)frequencies, sizeof(uint16_t) * AISLE_COLUMNS);
}

int64_t aisle_batch_end_document(aisle_batch *batch, const uint8_t *packed[AISLE_COLUMNS],
                                 uint32_t lengths[AISLE_COLUMNS]) {
    for (uint32_t i = 0; i < batch->touched_count; i++) {
        uint32_t term = batch->touched[i];
        uint32_t pattern = pattern_number(batch, batch->current[term].frequencies);
        if (pattern > UINT16_MAX || posting_table_append(&batch->table, term, batch->document, pattern)) return -1;
    }
    for (int column = 0; column < AISLE_COLUMNS; column++) {
        packed[column] = batch->packed[column].bytes;
        lengths[column] = (uint32_t)batch->packed[column].used;
    }
    int64_t positions = batch->positions;
    batch->document++;
    begin_document(batch);
    return positions;
}

const uint8_t *aisle_batch_postings(aisle_batch *batch, size_t *length) {
    byte_buffer *out = &batch->postings;
    out->used = 0;
    int failed = byte_buffer_append(out, &batch->patterns.count, 4);
    for (uint32_t i = 0; i < batch->patterns.count; i++) {
        failed |= byte_buffer_append(out, batch->patterns.arena + batch->patterns.entries[i].offset, 2 * AISLE_COLUMNS);
    }
    const term_table *terms = &batch->table.terms;
    failed |= byte_buffer_append(out, &terms->count, 4);
    for (uint32_t term = 0; term < terms->count && !failed; term++) {
        const term_entry *entry = &terms->entries[term];
        uint32_t count = batch->table.postings[term].count;
        uint8_t *place = byte_buffer_reserve(out, 1 + entry->length + 4 + 4 * (size_t)count);
        if (!place) return NULL;
        *place++ = (uint8_t)entry->length;
        memcpy(place, terms->arena + entry->offset, entry->length);
        memcpy(place + entry->length, &count, 4);
        place += entry->length + 4;
        posting_stretch stretch = {0};
        while (posting_table_next(&batch->table, term, &stretch)) {
            memcpy(place, stretch.words, 4 * (size_t)stretch.count);
            place += 4 * (size_t)stretch.count;
        }
        out->used = (size_t)(place - out->bytes);
    }
    if (failed) return NULL;
    *length = out->used;
    return out->bytes;
}
