#include "aisle_postings.h"
#include "byte_buffer.h"
#include "term_table.h"

typedef struct {
    uint16_t frequencies[AISLE_COLUMNS];
} column_frequencies;

struct aisle_document {
    term_table terms;
    column_frequencies *frequencies;  ///< one a term
    uint32_t frequency_capacity;
    byte_buffer packed[AISLE_COLUMNS];
    uint32_t positions;
    byte_buffer record;
};

aisle_document *aisle_document_create(void) { return calloc(1, sizeof(aisle_document)); }

void aisle_document_destroy(aisle_document *document) {
    if (!document) return;
    term_table_free(&document->terms);
    free(document->frequencies);
    for (int column = 0; column < AISLE_COLUMNS; column++) free(document->packed[column].bytes);
    free(document->record.bytes);
    free(document);
}

void aisle_document_clear(aisle_document *document) {
    // A giant product must not make every later one pay for clearing its table.
    if (document->terms.slot_mask > 1 << 14) {
        term_table_free(&document->terms);
    } else {
        term_table_clear(&document->terms);
    }
    for (int column = 0; column < AISLE_COLUMNS; column++) document->packed[column].used = 0;
    document->positions = 0;
}

/// Number of the term with its frequencies at hand, UINT32_MAX without memory.
static uint32_t note_term(aisle_document *document, const uint8_t *bytes, uint32_t length) {
    uint32_t before = document->terms.count;
    uint32_t number = term_table_number(&document->terms, bytes, length);
    if (number == UINT32_MAX) return number;
    if (number >= document->frequency_capacity) {
        uint32_t capacity = document->frequency_capacity ? document->frequency_capacity * 2 : 256;
        column_frequencies *grown = realloc(document->frequencies, capacity * sizeof *grown);
        if (!grown) return UINT32_MAX;
        document->frequencies = grown;
        document->frequency_capacity = capacity;
    }
    if (number == before) memset(&document->frequencies[number], 0, sizeof(column_frequencies));
    return number;
}

int aisle_document_add_tokens(aisle_document *document, int column, const aisle_token *tokens, int32_t count) {
    byte_buffer *packed = &document->packed[column];
    int32_t position = -1;
    for (int32_t i = 0; i < count; i++) {
        const aisle_token *token = &tokens[i];
        uint8_t colocated = token->position == position;
        position = token->position;
        // FTS5 counts a document's length in positions, not in tokens.
        if (!colocated) document->positions++;
        uint8_t *place = byte_buffer_reserve(packed, (size_t)token->length + 1);
        if (!place) return -1;
        place[0] = (uint8_t)(token->length | (colocated ? 0x80 : 0));
        memcpy(place + 1, token->text, (size_t)token->length);
        packed->used += (size_t)token->length + 1;
        uint32_t number = note_term(document, (const uint8_t *)token->text, (uint32_t)token->length);
        if (number == UINT32_MAX) return -1;
        uint16_t *frequency = &document->frequencies[number].frequencies[column];
        if (*frequency < UINT16_MAX) ++*frequency;
    }
    return 0;
}

int aisle_document_add_key(aisle_document *document, const uint8_t *key, int32_t length) {
    if (length > AISLE_TERM_MAX) length = AISLE_TERM_MAX;
    return note_term(document, key, (uint32_t)length) == UINT32_MAX ? -1 : 0;
}

const uint8_t *aisle_document_record(aisle_document *document, size_t *length) {
    byte_buffer *record = &document->record;
    record->used = 0;
    int failed = byte_buffer_append(record, &document->positions, 4);
    for (int column = 0; column < AISLE_COLUMNS; column++) {
        uint32_t packed = (uint32_t)document->packed[column].used;
        failed |= byte_buffer_append(record, &packed, 4);
    }
    for (int column = 0; column < AISLE_COLUMNS; column++) {
        failed |= byte_buffer_append(record, document->packed[column].bytes, document->packed[column].used);
    }
    failed |= byte_buffer_append(record, &document->terms.count, 4);
    for (uint32_t i = 0; i < document->terms.count && !failed; i++) {
        const term_entry *entry = &document->terms.entries[i];
        uint8_t *place = byte_buffer_reserve(record, entry->length + 2 + 2 * AISLE_COLUMNS);
        if (!place) return NULL;
        uint8_t *start = place;
        *place++ = (uint8_t)entry->length;
        memcpy(place, document->terms.arena + entry->offset, entry->length);
        place += entry->length;
        uint8_t *mask = place++;
        *mask = 0;
        for (int column = 0; column < AISLE_COLUMNS; column++) {
            uint16_t frequency = document->frequencies[i].frequencies[column];
            if (!frequency) continue;
            *mask |= (uint8_t)(1 << column);
            memcpy(place, &frequency, 2);
            place += 2;
        }
        record->used += (size_t)(place - start);
    }
    if (failed) return NULL;
    *length = record->used;
    return record->bytes;
}
