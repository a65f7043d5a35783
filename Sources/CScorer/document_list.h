/// Reading a sorted list of 16-bit documents that need not be aligned.
#ifndef AISLE_DOCUMENT_LIST_H
#define AISLE_DOCUMENT_LIST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t document_at(const uint8_t *documents, uint32_t index) {
    uint16_t document;
    memcpy(&document, documents + 2 * (size_t)index, 2);
    return document;
}

/// First index >= `from` whose document is >= `document`: doubling steps, then bisection.
static inline uint32_t seek(const uint8_t *documents, uint32_t count, uint32_t from, uint16_t document) {
    uint32_t step = 1, low = from;
    if (low >= count || document_at(documents, low) >= document) return low;
    while (low + step < count && document_at(documents, low + step) < document) {
        low += step;
        step *= 2;
    }
    uint32_t high = low + step < count ? low + step : count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (document_at(documents, middle) < document) low = middle;
        else high = middle;
    }
    return high;
}

#endif
