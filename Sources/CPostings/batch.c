#include "aisle_postings.h"
#include "byte_buffer.h"
#include "fts5_varint.h"
#include "posting_table.h"

/// A term: what the document at hand has of it, and what all of the batch's have.
typedef struct {
    uint32_t document;  ///< document + 1 that `frequencies`, `first` and `last` are about; others are stale
    uint16_t frequencies[AISLE_COLUMNS];
    uint32_t first, last;  ///< occurrences, from 1; 0 is none
    uint32_t hash;
    uint32_t postings;
    uint32_t position_bytes;
} batch_term;

/// A place of a term in the document at hand.
typedef struct {
    uint32_t next;  ///< of the same term, from 1
    uint32_t column, position;
} occurrence;

/// A posting, in the order of documents: grouping them by term is left to the end, when it is known how many each has.
typedef struct {
    uint32_t term;
    uint32_t word;            ///< see `posting_word`
    uint32_t position_bytes;  ///< of its list in `positions`, behind the one of the posting before
} record;

/// Where the next posting of a term goes, and its position list.
typedef struct {
    uint8_t *postings, *positions;
} term_places;

struct aisle_batch {
    term_table terms;
    batch_term *collected;  ///< one a term
    uint32_t collected_capacity;
    term_table patterns;
    int keeps_positions;
    byte_buffer packed[AISLE_COLUMNS];
    byte_buffer touched;      ///< u32: the terms of the document at hand, `touched_count` of them
    byte_buffer occurrences;  ///< of the document at hand, `occurrence_count` of them
    uint32_t touched_count, occurrence_count;
    byte_buffer records, positions;
    int64_t tokens[AISLE_COLUMNS];
    int64_t length;  ///< of the document at hand, in positions
    uint32_t document;
    byte_buffer places;
};

/// Number of a pattern in the batch, UINT32_MAX without memory.
static uint32_t look_up_pattern(aisle_batch *batch, const uint16_t frequencies[AISLE_COLUMNS]) {
    const uint8_t *bytes = (const uint8_t *)frequencies;
    uint32_t length = sizeof(uint16_t) * AISLE_COLUMNS;
    return term_table_number(&batch->patterns, bytes, length, term_hash(bytes, length));
}

/// The first patterns are numbered alike in all batches: zeros, then frequency 1 in one column. Nearly all postings have
/// one of these, and need not be looked up.
static int add_plain_patterns(aisle_batch *batch) {
    uint16_t frequencies[AISLE_COLUMNS] = {0};
    if (look_up_pattern(batch, frequencies) == UINT32_MAX) return -1;
    for (int column = 0; column < AISLE_COLUMNS; column++) {
        frequencies[column] = 1;
        if (look_up_pattern(batch, frequencies) == UINT32_MAX) return -1;
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
    term_table_free(&batch->terms);
    term_table_free(&batch->patterns);
    free(batch->collected);
    free(batch->touched.bytes);
    for (int column = 0; column < AISLE_COLUMNS; column++) free(batch->packed[column].bytes);
    free(batch->occurrences.bytes);
    free(batch->records.bytes);
    free(batch->positions.bytes);
    free(batch->places.bytes);
    free(batch);
}

static void begin_document(aisle_batch *batch) {
    batch->touched_count = batch->occurrence_count = 0;
    batch->length = 0;
    for (int column = 0; column < AISLE_COLUMNS; column++) batch->packed[column].used = 0;
}

int aisle_batch_clear(aisle_batch *batch) {
    // Giant products must not make every later batch pay for clearing their tables.
    if (batch->terms.slot_mask > 1 << 18) term_table_free(&batch->terms);
    else term_table_clear(&batch->terms);
    batch->records.used = batch->positions.used = 0;
    batch->document = 0;
    memset(batch->tokens, 0, sizeof batch->tokens);
    begin_document(batch);
    // What a batch numbers must not depend on the batches that its thread had before.
    term_table_clear(&batch->patterns);
    return add_plain_patterns(batch);
}

/// Makes room for `count` more terms and places of the document at hand, new terms among them. 0, or -1 without memory.
static int reserve_terms(aisle_batch *batch, size_t count) {
    if (!byte_buffer_reserve(&batch->touched, (batch->touched_count + count) * sizeof(uint32_t)) ||
        !byte_buffer_reserve(&batch->occurrences, (batch->occurrence_count + count) * sizeof(occurrence))) {
        return -1;
    }
    if (batch->terms.count + count <= batch->collected_capacity) return 0;
    if (batch->terms.count + count > UINT32_MAX / 2) return -1;
    uint32_t capacity = batch->collected_capacity ? batch->collected_capacity : 1024;
    while (capacity < batch->terms.count + count) capacity *= 2;
    batch_term *grown = realloc(batch->collected, capacity * sizeof *grown);
    if (!grown) return -1;
    batch->collected = grown;
    batch->collected_capacity = capacity;
    return 0;
}

/// A term of the document at hand, or NULL without memory. Room for it is there.
static inline batch_term *note_term(aisle_batch *batch, const uint8_t *bytes, uint32_t length, uint32_t hash) {
    uint32_t known = batch->terms.count;
    uint32_t number = term_table_number(&batch->terms, bytes, length, hash);
    if (number == UINT32_MAX) return NULL;
    batch_term *term = &batch->collected[number];
    if (number == known) *term = (batch_term){.hash = hash};
    if (term->document == batch->document + 1) return term;
    term->document = batch->document + 1;
    term->first = term->last = 0;
    memset(term->frequencies, 0, sizeof term->frequencies);
    ((uint32_t *)batch->touched.bytes)[batch->touched_count++] = number;
    return term;
}

/// Notes a place of a term. Room for it is there.
static inline void add_occurrence(aisle_batch *batch, batch_term *term, int column, int32_t position) {
    occurrence *all = (occurrence *)batch->occurrences.bytes;
    uint32_t number = ++batch->occurrence_count;
    all[number - 1] = (occurrence){.column = (uint32_t)column, .position = (uint32_t)position};
    if (term->first) all[term->last - 1].next = number;
    else term->first = number;
    term->last = number;
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

/// Whether there is a boundary in `text[from..<to]`: one byte mostly, the space between two words.
static inline bool has_boundary(const char *text, int32_t from, int32_t to) {
    if (to - from == 1) return text[from] == AISLE_BOUNDARY;
    return to > from && memchr(text + from, AISLE_BOUNDARY, (size_t)(to - from));
}

int aisle_batch_add_tokens(aisle_batch *batch, int column, const char *text, const aisle_token *tokens, int32_t count) {
    // Hashes are made some tokens early, so that what they lead to is on its way.
    enum { AHEAD = 4 };
    uint32_t hashes[AHEAD];
    if (count <= 0) return 0;
    if (reserve_terms(batch, (size_t)count)) return -1;
    for (int32_t i = 0; i < AHEAD && i < count; i++) {
        hashes[i] = term_hash((const uint8_t *)tokens[i].text, (uint32_t)tokens[i].length);
    }
    int32_t position = -1, end = -1, place = -1;
    for (int32_t i = 0; i < count; i++) {
        const aisle_token *token = &tokens[i];
        uint32_t *slot = &hashes[(uint32_t)i % AHEAD], hash = *slot;
        if (i + AHEAD < count) {
            const aisle_token *later = &tokens[i + AHEAD];
            *slot = term_hash((const uint8_t *)later->text, (uint32_t)later->length);
            term_table_prefetch(&batch->terms, *slot);
        }
        bool colocated = token->position == position;
        position = token->position;
        // FTS5 counts a document's length in positions, not in tokens.
        batch->length += !colocated;
        // Boundaries have a place of their own among FTS5's positions, but are no part of the document's length.
        bool after_boundary = end >= 0 && has_boundary(text, end, token->start);
        if (token->end > end) end = token->end;
        place += after_boundary + !colocated;
        batch_term *term = note_term(batch, (const uint8_t *)token->text, (uint32_t)token->length, hash);
        if (!term) return -1;
        if (term->frequencies[column] < UINT16_MAX) term->frequencies[column]++;
        if (batch->keeps_positions) add_occurrence(batch, term, column, place);
        else if (pack(&batch->packed[column], token, after_boundary, colocated)) return -1;
    }
    batch->tokens[column] += place + 1;
    return 0;
}

int aisle_batch_add_key(aisle_batch *batch, const uint8_t *key, int32_t length) {
    uint32_t bytes = (uint32_t)(length < AISLE_TERM_MAX ? length : AISLE_TERM_MAX);
    return !reserve_terms(batch, 1) && note_term(batch, key, bytes, term_hash(key, bytes)) ? 0 : -1;
}

static uint32_t pattern_number(aisle_batch *batch, const uint16_t frequencies[AISLE_COLUMNS]) {
    uint32_t sum = 0, place = 0;
    for (uint32_t column = 0; column < AISLE_COLUMNS; column++) {
        sum += frequencies[column];
        if (frequencies[column]) place = column;
    }
    if (sum <= 1) return sum ? place + 1 : 0;
    return look_up_pattern(batch, frequencies);
}

/// Writes a term's position list in the document at hand: its size, then of each column but the first a 1 and the
/// column, then of each place the distance to the one before, plus 2. Returns the place behind it; there is room.
static uint8_t *put_positions(const aisle_batch *batch, const batch_term *term, uint8_t *out) {
    if (!term->first) return out;
    const occurrence *all = (const occurrence *)batch->occurrences.bytes;
    uint32_t column = 0, position = 0;
    uint8_t *list = out + 1, *place = list;
    for (uint32_t next = term->first; next; next = all[next - 1].next) {
        const occurrence *at = &all[next - 1];
        if (at->column != column) {
            *place++ = 1;
            *place++ = (uint8_t)at->column;
            column = at->column;
            position = 0;
        }
        place += fts5_varint_put(place, at->position - position + 2);
        position = at->position;
    }
    size_t bytes = (size_t)(place - list);
    if (bytes < 0x40) {
        *out = (uint8_t)(2 * bytes);
        return place;
    }
    uint8_t size[FTS5_VARINT_MAX];
    size_t size_bytes = fts5_varint_put(size, 2 * bytes);
    memmove(out + size_bytes, list, bytes);
    memcpy(out, size, size_bytes);
    return out + size_bytes + bytes;
}

int64_t aisle_batch_end_document(aisle_batch *batch, const uint8_t *packed[AISLE_COLUMNS],
                                 uint32_t lengths[AISLE_COLUMNS]) {
    const uint32_t *touched = (const uint32_t *)batch->touched.bytes;
    size_t count = batch->touched_count, places = batch->occurrence_count;
    record *records = (record *)byte_buffer_reserve(&batch->records, count * sizeof *records);
    uint8_t *list = byte_buffer_reserve(&batch->positions, count * FTS5_VARINT_MAX + places * (2 + FTS5_VARINT_MAX));
    if (!records || !list) return -1;
    for (size_t i = 0; i < count; i++) {
        batch_term *term = &batch->collected[touched[i]];
        uint32_t pattern = pattern_number(batch, term->frequencies);
        if (pattern > UINT16_MAX) return -1;
        uint8_t *list_end = put_positions(batch, term, list);
        uint32_t bytes = (uint32_t)(list_end - list);
        records[i] = (record){touched[i], posting_word(batch->document, pattern), bytes};
        term->postings++;
        term->position_bytes += bytes;
        list = list_end;
    }
    batch->records.used += count * sizeof *records;
    batch->positions.used = (size_t)(list - batch->positions.bytes);
    for (int column = 0; column < AISLE_COLUMNS; column++) {
        packed[column] = batch->packed[column].bytes;
        lengths[column] = (uint32_t)batch->packed[column].used;
    }
    int64_t length = batch->length;
    batch->document++;
    begin_document(batch);
    return length;
}

/// Writes each term's head and leaves room behind it: the places for postings and position lists.
static void put_terms(const aisle_batch *batch, term_places *places, uint8_t *place) {
    const term_table *terms = &batch->terms;
    for (uint32_t number = 0; number < terms->count; number++) {
        const batch_term *term = &batch->collected[number];
        const term_entry *entry = &terms->entries[number];
        memcpy(place, &term->hash, 4);
        place[4] = (uint8_t)entry->length;
        copy_bytes(place + 5, terms->arena + entry->offset, entry->length);
        place += 5 + entry->length;
        memcpy(place, &term->postings, 4);
        places[number].postings = place + 4;
        place += 4 + sizeof(uint32_t) * (size_t)term->postings;
        memcpy(place, &term->position_bytes, 4);
        places[number].positions = place + 4;
        place += 4 + (size_t)term->position_bytes;
    }
}

size_t aisle_batch_postings_size(const aisle_batch *batch) {
    size_t head = 4 + batch->patterns.arena_used + sizeof batch->tokens + 4;
    size_t postings = sizeof(uint32_t) * (batch->records.used / sizeof(record));
    return head + 13 * (size_t)batch->terms.count + batch->terms.arena_used + postings + batch->positions.used;
}

int aisle_batch_write_postings(aisle_batch *batch, uint8_t *out) {
    const term_table *terms = &batch->terms;
    batch->places.used = 0;
    term_places *places = (term_places *)byte_buffer_reserve(&batch->places, (terms->count + 1) * sizeof *places);
    if (!places) return -1;
    memcpy(out, &batch->patterns.count, 4);
    memcpy(out + 4, batch->patterns.arena, batch->patterns.arena_used);
    out += 4 + batch->patterns.arena_used;
    memcpy(out, batch->tokens, sizeof batch->tokens);
    memcpy(out + sizeof batch->tokens, &terms->count, 4);
    put_terms(batch, places, out + sizeof batch->tokens + 4);
    const record *records = (const record *)batch->records.bytes;
    const uint8_t *list = batch->positions.bytes;
    size_t count = batch->records.used / sizeof *records;
    for (size_t i = 0; i < count; i++) {
        term_places *at = &places[records[i].term];
        memcpy(at->postings, &records[i].word, sizeof records[i].word);
        at->postings += sizeof records[i].word;
        copy_bytes(at->positions, list, records[i].position_bytes);
        at->positions += records[i].position_bytes;
        list += records[i].position_bytes;
    }
    return 0;
}
