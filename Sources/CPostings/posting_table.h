/// Terms with their postings while they are being collected.
#ifndef AISLE_POSTING_TABLE_H
#define AISLE_POSTING_TABLE_H

#include "term_table.h"

/// Postings of one term wait in a chain of chunks that double in size: no copying, little waste on rare terms.
typedef struct {
    uint32_t head, tail;  ///< chunks, as offsets in the pool (in words); 0 is none
    uint32_t count;
    uint32_t removed;
} term_postings;

typedef struct {
    term_table terms;
    term_postings *postings;  ///< one a term
    uint32_t postings_capacity;
    uint32_t *pool;
    size_t pool_used, pool_capacity;  ///< words; word 0 is never used
} posting_table;

/// The number of a term, with its postings at hand; UINT32_MAX without memory.
uint32_t posting_table_term(posting_table *table, const uint8_t *term, uint32_t length);

/// Appends a posting to a term's list: two words of the caller's. 0, or -1 without memory.
int posting_table_append(posting_table *table, uint32_t term, uint32_t document, uint32_t pattern);

/// The next stretch of a term's postings: starts with `*chunk` = 0; NULL at the end. `*count` gets the pairs in it.
const uint32_t *posting_table_next(const posting_table *table, uint32_t term, uint32_t *chunk, uint32_t *count);

void posting_table_clear(posting_table *table);
void posting_table_free(posting_table *table);

/// Bytes in use.
size_t posting_table_used(const posting_table *table);

#endif
