#include "aisle_scorer.h"
#include "document_list.h"

/// A word in a column of weight 0 is a match that scores nothing, not a mismatch.
static inline float at_least(float frequency) { return frequency > 1e-30f ? frequency : 1e-30f; }

static inline float bm25(float weight, float frequency, float norm) { return weight * frequency / (frequency + norm); }

/// Calls `DO(document, frequency)` for each posting. Written as a macro so that each loop is compiled for its form.
#define EACH_POSTING(list, DO)                                                                        \
    do {                                                                                              \
        const uint32_t count_ = (list)->count;                                                        \
        if ((list)->patterns) {                                                                       \
            const float *table_ = (list)->pattern_frequencies;                                        \
            for (uint32_t i_ = 0; i_ < count_; i_++) {                                                \
                DO(document_at((list)->documents, i_), table_[(list)->patterns[i_]]);                 \
            }                                                                                         \
            for (uint32_t i_ = 0; i_ < (list)->exception_count; i_++) {                               \
                uint16_t index_, pattern_;                                                            \
                memcpy(&index_, (list)->exceptions + 4 * (size_t)i_, 2);                              \
                memcpy(&pattern_, (list)->exceptions + 4 * (size_t)i_ + 2, 2);                        \
                DO(document_at((list)->documents, index_), at_least((float)(list)->exact_frequencies[pattern_])); \
            }                                                                                         \
        } else {                                                                                      \
            for (uint32_t i_ = 0; i_ < count_; i_++) {                                                \
                DO(document_at((list)->documents, i_), at_least((float)(list)->frequencies[i_]));               \
            }                                                                                         \
        }                                                                                             \
    } while (0)

void aisle_accumulate(const aisle_postings_range *list, const float *norms, float *scores) {
    const float weight = list->weight;
#define ADD(document, frequency)                                                             \
    do {                                                                                     \
        uint16_t document_ = (document);                                                     \
        scores[document_] += bm25(weight, (frequency), norms[document_]);                    \
    } while (0)
    EACH_POSTING(list, ADD);
#undef ADD
}

uint32_t aisle_accumulate_touched(const aisle_postings_range *list, const float *norms, float *scores, uint16_t *touched,
                                  uint32_t touched_count) {
    const float weight = list->weight;
    // An exception's first visit adds 0, so its document may be noted twice: the room for that is there, as the caller
    // sizes `touched` by postings plus exceptions, and the sweep reads each score once.
#define ADD(document, frequency)                                                             \
    do {                                                                                     \
        uint16_t document_ = (document);                                                     \
        float before_ = scores[document_];                                                   \
        touched[touched_count] = document_;                                                  \
        touched_count += before_ == 0;                                                       \
        scores[document_] = before_ + bm25(weight, (frequency), norms[document_]);           \
    } while (0)
    EACH_POSTING(list, ADD);
#undef ADD
    return touched_count;
}

uint32_t aisle_sweep(float *scores, float threshold, uint16_t *documents, float *kept, uint32_t *matched) {
    uint32_t count = 0, positive = 0;
    enum { BLOCK = 64 };
    for (uint32_t block = 0; block < AISLE_RANGE; block += BLOCK) {
        uint32_t any = 0, above = 0;
        for (uint32_t i = 0; i < BLOCK; i++) {
            any += scores[block + i] > 0;
            above += scores[block + i] > threshold;
        }
        positive += any;
        if (!any) continue;
        if (above) {
            for (uint32_t i = 0; i < BLOCK; i++) {
                documents[count] = (uint16_t)(block + i);
                kept[count] = scores[block + i];
                count += scores[block + i] > threshold;
            }
        }
        memset(scores + block, 0, BLOCK * sizeof *scores);
    }
    *matched = positive;
    return count;
}

uint32_t aisle_sweep_touched(float *scores, const uint16_t *touched, uint32_t touched_count, float threshold,
                             uint16_t *documents, float *kept, uint32_t *matched) {
    uint32_t count = 0, positive = 0;
    for (uint32_t i = 0; i < touched_count; i++) {
        uint16_t document = touched[i];
        float score = scores[document];
        positive += score > 0;
        documents[count] = document;
        kept[count] = score;
        count += score > threshold;
        scores[document] = 0;
    }
    *matched = positive;
    return count;
}

double aisle_exact_frequency(const aisle_postings_range *list, uint32_t index) {
    if (!list->patterns) return list->frequencies[index];
    if (list->patterns[index] < 255) return list->exact_frequencies[list->patterns[index]];
    uint32_t low = 0, high = list->exception_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (document_at(list->exceptions, 2 * middle) < index) low = middle + 1;
        else high = middle;
    }
    return low < list->exception_count ? list->exact_frequencies[document_at(list->exceptions, 2 * low + 1)] : 0;
}

void aisle_accumulate_candidates(const aisle_postings_range *list, const float *norms, const uint16_t *documents,
                                 uint32_t count, float *scores) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < count && at < list->count; i++) {
        at = seek(list->documents, list->count, at, documents[i]);
        if (at == list->count || document_at(list->documents, at) != documents[i]) continue;
        float frequency = list->patterns && list->patterns[at] < 255 ? list->pattern_frequencies[list->patterns[at]]
                                                                      : at_least((float)aisle_exact_frequency(list, at));
        scores[i] += bm25(list->weight, frequency, norms[documents[i]]);
        at++;
    }
}

int32_t aisle_find(const uint8_t *documents, uint32_t count, uint16_t document) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (document_at(documents, middle) < document) low = middle + 1;
        else high = middle;
    }
    return low < count && document_at(documents, low) == document ? (int32_t)low : -1;
}

void aisle_sort_candidates(uint16_t *documents, float *scores, uint32_t count) {
    // Touched documents come as a few sorted stretches (one a list): natural runs make insertion cheap; Shell's gaps
    // bound the worst case.
    static const uint32_t gaps[] = {17961, 7983, 3548, 1577, 701, 301, 132, 57, 23, 10, 4, 1};
    for (uint32_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
        uint32_t gap = gaps[g];
        for (uint32_t i = gap; i < count; i++) {
            uint16_t document = documents[i];
            float score = scores[i];
            uint32_t j = i;
            for (; j >= gap && documents[j - gap] > document; j -= gap) {
                documents[j] = documents[j - gap];
                scores[j] = scores[j - gap];
            }
            documents[j] = document;
            scores[j] = score;
        }
    }
}
