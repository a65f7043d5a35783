/// The first stage's inner loops: BM25 over posting lists, one range of 65,536 documents at a time.
///
/// No allocation, no globals, no SQLite. Documents are 16-bit offsets within the range, in rising order.
#ifndef AISLE_SCORER_H
#define AISLE_SCORER_H

#include <stdint.h>

/// Documents in a range.
#define AISLE_RANGE 65536

/// BM25's constants, as FTS5 has them.
#define AISLE_K1 1.2
#define AISLE_B 0.75

/// One term's postings in one range. The postings come in one of two forms:
/// `patterns` (one byte each, 255: look in `exceptions`), or `frequencies` (weighted frequencies, for phrases and unions).
typedef struct {
    const uint8_t *documents;     ///< u16 little-endian x count, need not be aligned
    const uint8_t *patterns;      ///< u8 x count, or NULL
    const uint8_t *exceptions;    ///< (u16 index, u16 pattern) x exception_count
    const double *frequencies;    ///< x count when `patterns` is NULL
    uint32_t count;
    uint32_t exception_count;
    float weight;                 ///< idf x (k1 + 1)
    const float *pattern_frequencies;  ///< weighted frequency of each pattern; entry 255 is 0
    const double *exact_frequencies;   ///< the same in double, with the true entry 255
} aisle_postings_range;

/// Adds each posting's BM25 to `scores[document]` (AISLE_RANGE floats, zero where nothing matched yet).
/// `norms[document]` is k1 x (1 - b + b x length / mean length), or infinity for a deleted document (adds 0).
void aisle_accumulate(const aisle_postings_range *list, const float *norms, float *scores);

/// The same, and appends each document whose score was zero before to `touched`. Returns the new number of touched.
/// For ranges with few postings: the scores need not be swept afterwards.
uint32_t aisle_accumulate_touched(const aisle_postings_range *list, const float *norms, float *scores, uint16_t *touched,
                                  uint32_t touched_count);

/// Sweeps all scores to zero, copying documents with a score > `threshold` out. Returns their number; `*matched` gets the
/// number of scores > 0.
uint32_t aisle_sweep(float *scores, float threshold, uint16_t *documents, float *kept, uint32_t *matched);

/// The same over touched documents only (in their order, which is not sorted).
uint32_t aisle_sweep_touched(float *scores, const uint16_t *touched, uint32_t touched_count, float threshold,
                             uint16_t *documents, float *kept, uint32_t *matched);

/// Adds the list's BM25 to candidates: `documents` sorted, `scores` parallel to it. Documents not in the list keep theirs.
void aisle_accumulate_candidates(const aisle_postings_range *list, const float *norms, const uint16_t *documents,
                                 uint32_t count, float *scores);

/// Sorts documents with their scores by document.
void aisle_sort_candidates(uint16_t *documents, float *scores, uint32_t count);

/// Index of the document in a list, or -1.
int32_t aisle_find(const uint8_t *documents, uint32_t count, uint16_t document);

/// The weighted frequency of the posting at `index`, exact.
double aisle_exact_frequency(const aisle_postings_range *list, uint32_t index);

// MARK: Sets of documents, as sorted u16 arrays. `out` may be `left`; it takes as many as the larger operand(s) hold.

uint32_t aisle_intersect(const uint16_t *left, uint32_t left_count, const uint8_t *right, uint32_t right_count,
                         uint16_t *out);
/// `out` takes left_count + right_count, and is neither operand.
uint32_t aisle_union(const uint16_t *left, uint32_t left_count, const uint8_t *right, uint32_t right_count,
                     uint16_t *out);
uint32_t aisle_subtract(const uint16_t *left, uint32_t left_count, const uint8_t *right, uint32_t right_count,
                        uint16_t *out);

/// Joins lists into one pseudo-term: frequencies of the same document add up. `scratch` is AISLE_RANGE doubles, all zero
/// before and after; `bits` is AISLE_RANGE / 64 words, all zero before and after. Returns the number of documents.
uint32_t aisle_join(const aisle_postings_range *lists, uint32_t list_count, double *scratch, uint64_t *bits,
                    uint16_t *documents, double *frequencies);

#endif
