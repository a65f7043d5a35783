/// Terms with their postings while they are being collected.
#ifndef AISLE_POSTING_TABLE_H
#define AISLE_POSTING_TABLE_H

#include "byte_chain.h"
#include "term_table.h"

/// A posting is one word: the document's place in its range of 65,536 in the upper half, the pattern in the lower.
static inline uint32_t posting_word(uint32_t document, uint32_t pattern) { return document << 16 | pattern; }

/// Postings of one term. The first one lies here: most terms never get a second. More of them wait in a chain of
/// chunks that double in size: no copying, little waste.
typedef struct {
    uint32_t head;  ///< the only posting, or the first chunk as an offset in the pool (in words)
    uint32_t tail;  ///< the only posting's range, or the last chunk
    uint32_t count;
    uint32_t removed;
    byte_chain positions;  ///< of each posting, in their order, its position list as FTS5 has it (`fts5_loader_row`)
} term_postings;

typedef struct {
    term_table terms;
    term_postings *postings;  ///< one a term
    uint32_t postings_capacity;
    uint32_t *pool;
    size_t pool_used, pool_capacity;  ///< words; word 0 is never used
    byte_pool positions;
} posting_table;

/// A chunk in the pool: the next chunk's place, its shape, then a word a posting.
enum { POSTING_CHUNK_HEADER = 2 };

/// A chunk's shape: range << 16 | capacity as a power of two << 12 | postings in it, less one.
static inline uint32_t posting_chunk_used(uint32_t shape) { return (shape & 0xFFF) + 1; }
static inline uint32_t posting_chunk_power(uint32_t shape) { return shape >> 12 & 0xF; }

/// Some postings of one term and one range, in rising order of document.
typedef struct {
    const uint32_t *words;
    uint32_t count;
    uint32_t range;
    uint32_t chunk;  ///< where the next stretch is looked for; 0 before the first one
} posting_stretch;

/// The number of the term with this hash, with its postings at hand; UINT32_MAX without memory.
uint32_t posting_table_term(posting_table *table, const uint8_t *term, uint32_t length, uint32_t hash);

/// The rest of `posting_table_append`: where there is no chunk, or no room in it.
int posting_table_append_anew(posting_table *table, uint32_t term, uint32_t document, uint32_t pattern);

/// Appends a posting to a term's list; documents (any u32) come in rising order. 0, or -1 without memory.
static inline int posting_table_append(posting_table *table, uint32_t term, uint32_t document, uint32_t pattern) {
    term_postings *postings = &table->postings[term];
    if (postings->count > 1) {
        uint32_t *chunk = &table->pool[postings->tail], shape = chunk[1], used = posting_chunk_used(shape);
        if (shape >> 16 == document >> 16 && used < 1u << posting_chunk_power(shape)) {
            chunk[POSTING_CHUNK_HEADER + used] = posting_word(document, pattern);
            chunk[1] = shape + 1;
            postings->count++;
            return 0;
        }
    }
    return posting_table_append_anew(table, term, document, pattern);
}

/// Appends the position lists of a term's latest postings. 0, or -1 without memory.
int posting_table_append_positions(posting_table *table, uint32_t term, const uint8_t *lists, uint32_t length);

/// Tells the processor that the term's lists will be added to soon.
void posting_table_prefetch(const posting_table *table, uint32_t term);

/// Moves to the next stretch of a term's postings, from a stretch of zeros: 0 at the end.
int posting_table_next(const posting_table *table, uint32_t term, posting_stretch *stretch);

void posting_table_clear(posting_table *table);
void posting_table_free(posting_table *table);

/// Bytes in use.
size_t posting_table_used(const posting_table *table);

#endif
