#include "aisle_postings.h"
#include "byte_buffer.h"
#include "fts5_varint.h"
#include "posting_table.h"

/// A term in the document at hand.
typedef struct {
    uint32_t document;  ///< document + 1 this is about; others are stale
    uint16_t frequencies[AISLE_COLUMNS];
    uint32_t first, last;  ///< occurrences, from 1; 0 is none
} current_term;

/// A place of a term in the document at hand.
typedef struct {
    uint32_t next;  ///< of the same term, from 1
    uint32_t column, position;
} occurrence;

struct aisle_batch {
    posting_table table;
    term_table patterns;
    current_term *current;  ///< one a term
    uint32_t current_capacity;
    uint32_t *touched;  ///< terms of the document at hand
    uint32_t touched_count, touched_capacity;
    int keeps_positions;
    byte_buffer packed[AISLE_COLUMNS];
    byte_buffer occurrences;  ///< of the document at hand
    byte_buffer list;         ///< a position list that is being put together
    int64_t tokens[AISLE_COLUMNS];
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

aisle_batch *aisle_batch_create(int keeps_positions) {
    aisle_batch *batch = calloc(1, sizeof *batch);
    if (batch) batch->keeps_positions = keeps_positions;
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
    free(batch->occurrences.bytes);
    free(batch->list.bytes);
    free(batch->postings.bytes);
    free(batch);
}

static void begin_document(aisle_batch *batch) {
    batch->touched_count = 0;
    batch->positions = 0;
    batch->occurrences.used = 0;
    for (int column = 0; column < AISLE_COLUMNS; column++) batch->packed[column].used = 0;
}

void aisle_batch_clear(aisle_batch *batch) {
    // Giant products must not make every later batch pay for clearing their tables.
    if (batch->table.terms.slot_mask > 1 << 18) posting_table_free(&batch->table);
    else posting_table_clear(&batch->table);
    for (uint32_t i = 0; i < batch->current_capacity; i++) batch->current[i].document = 0;
    batch->document = 0;
    memset(batch->tokens, 0, sizeof batch->tokens);
    begin_document(batch);
}

/// A term of the document at hand, or NULL without memory.
static current_term *note_term(aisle_batch *batch, const uint8_t *bytes, uint32_t length) {
    uint32_t number = posting_table_term(&batch->table, bytes, length);
    if (number == UINT32_MAX) return NULL;
    if (number >= batch->current_capacity) {
        uint32_t capacity = batch->current_capacity ? batch->current_capacity * 2 : 1024;
        current_term *grown = realloc(batch->current, capacity * sizeof *grown);
        if (!grown) return NULL;
        memset(grown + batch->current_capacity, 0, (capacity - batch->current_capacity) * sizeof *grown);
        batch->current = grown;
        batch->current_capacity = capacity;
    }
    current_term *current = &batch->current[number];
    if (current->document == batch->document + 1) return current;
    if (batch->touched_count == batch->touched_capacity) {
        uint32_t capacity = batch->touched_capacity ? batch->touched_capacity * 2 : 256;
        uint32_t *grown = realloc(batch->touched, capacity * sizeof *grown);
        if (!grown) return NULL;
        batch->touched = grown;
        batch->touched_capacity = capacity;
    }
    batch->touched[batch->touched_count++] = number;
    *current = (current_term){.document = batch->document + 1};
    return current;
}

static int add_occurrence(aisle_batch *batch, current_term *current, int column, int32_t position) {
    occurrence *place = (occurrence *)byte_buffer_reserve(&batch->occurrences, sizeof *place);
    if (!place) return -1;
    *place = (occurrence){.column = (uint32_t)column, .position = (uint32_t)position};
    batch->occurrences.used += sizeof *place;
    uint32_t number = (uint32_t)(batch->occurrences.used / sizeof *place);
    if (current->first) ((occurrence *)batch->occurrences.bytes)[current->last - 1].next = number;
    else current->first = number;
    current->last = number;
    return 0;
}

static int pack(byte_buffer *packed, const aisle_token *token, bool after_boundary, bool colocated) {
    static const char boundary[] = {AISLE_BOUNDARY};
    uint8_t *place = byte_buffer_reserve(packed, (size_t)token->length + 3);
    if (!place) return -1;
    if (after_boundary) place = aisle_pack_token(place, boundary, 1, false);
    place = aisle_pack_token(place, token->text, token->length, colocated);
    packed->used = (size_t)(place - packed->bytes);
    return 0;
}

int aisle_batch_add_tokens(aisle_batch *batch, int column, const char *text, const aisle_token *tokens, int32_t count) {
    enum { AHEAD = 4 };
    int32_t position = -1, end = -1, place = -1;
    for (int32_t i = 0; i < count; i++) {
        const aisle_token *token = &tokens[i];
        if (i + AHEAD < count) {
            const aisle_token *later = &tokens[i + AHEAD];
            term_table_prefetch(&batch->table.terms, (const uint8_t *)later->text, (uint32_t)later->length);
        }
        bool colocated = token->position == position;
        position = token->position;
        // FTS5 counts a document's length in positions, not in tokens.
        batch->positions += !colocated;
        // Boundaries have a place of their own among FTS5's positions, but are no part of the document's length.
        bool after_boundary =
            end >= 0 && token->start > end && memchr(text + end, AISLE_BOUNDARY, (size_t)(token->start - end));
        if (token->end > end) end = token->end;
        place += after_boundary + !colocated;
        current_term *current = note_term(batch, (const uint8_t *)token->text, (uint32_t)token->length);
        if (!current) return -1;
        if (current->frequencies[column] < UINT16_MAX) current->frequencies[column]++;
        int failed = batch->keeps_positions ? add_occurrence(batch, current, column, place)
                                            : pack(&batch->packed[column], token, after_boundary, colocated);
        if (failed) return -1;
    }
    batch->tokens[column] += place + 1;
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

/// Appends a term's position list in the document at hand: its size, then of each column but the first a 1 and the
/// column, then of each place the distance to the one before, plus 2. 0, or -1 without memory.
static int append_positions(aisle_batch *batch, uint32_t term) {
    const occurrence *occurrences = (const occurrence *)batch->occurrences.bytes;
    uint32_t column = 0, position = 0;
    batch->list.used = FTS5_VARINT_MAX;
    for (uint32_t next = batch->current[term].first; next; next = occurrences[next - 1].next) {
        const occurrence *at = &occurrences[next - 1];
        uint8_t *start = byte_buffer_reserve(&batch->list, 3 * FTS5_VARINT_MAX), *place = start;
        if (!start) return -1;
        if (at->column != column) {
            *place++ = 1;
            *place++ = (uint8_t)at->column;
            column = at->column;
            position = 0;
        }
        place += fts5_varint_put(place, at->position - position + 2);
        position = at->position;
        batch->list.used += (size_t)(place - start);
    }
    size_t bytes = batch->list.used - FTS5_VARINT_MAX;
    if (!bytes) return 0;
    uint8_t size[FTS5_VARINT_MAX];
    size_t size_bytes = fts5_varint_put(size, 2 * bytes);
    uint8_t *list = batch->list.bytes + FTS5_VARINT_MAX - size_bytes;
    memcpy(list, size, size_bytes);
    return posting_table_append_positions(&batch->table, term, list, (uint32_t)(size_bytes + bytes));
}

int64_t aisle_batch_end_document(aisle_batch *batch, const uint8_t *packed[AISLE_COLUMNS],
                                 uint32_t lengths[AISLE_COLUMNS]) {
    for (uint32_t i = 0; i < batch->touched_count; i++) {
        uint32_t term = batch->touched[i];
        uint32_t pattern = pattern_number(batch, batch->current[term].frequencies);
        if (pattern > UINT16_MAX || posting_table_append(&batch->table, term, batch->document, pattern)) return -1;
        if (batch->keeps_positions && append_positions(batch, term)) return -1;
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
    failed |= byte_buffer_append(out, batch->tokens, sizeof batch->tokens);
    const term_table *terms = &batch->table.terms;
    failed |= byte_buffer_append(out, &terms->count, 4);
    for (uint32_t term = 0; term < terms->count && !failed; term++) {
        const term_entry *entry = &terms->entries[term];
        uint32_t count = batch->table.postings[term].count;
        uint8_t *place = byte_buffer_reserve(out, 1 + entry->length + 4 + 4 * (size_t)count + 4);
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
        const byte_chain *positions = &batch->table.postings[term].positions;
        memcpy(place, &positions->length, 4);
        out->used = (size_t)(place + 4 - out->bytes);
        failed |= byte_chain_copy(&batch->table.positions, positions, out);
    }
    if (failed) return NULL;
    *length = out->used;
    return out->bytes;
}
