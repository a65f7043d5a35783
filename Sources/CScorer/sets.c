#include "aisle_scorer.h"
#include "document_list.h"

/// Beyond this ratio of lengths, seeking in the longer list beats reading it.
enum { SEEK_RATIO = 16 };

/// Keeps the documents of `left` that are in `right` (`keep` 1) or are not (0).
static uint32_t filter(const uint16_t *left, uint32_t left_count, const uint8_t *right, uint32_t right_count,
                       uint16_t *out, int keep) {
    uint32_t count = 0, at = 0;
    if (right_count / SEEK_RATIO > left_count) {
        for (uint32_t i = 0; i < left_count; i++) {
            uint16_t document = left[i];
            at = seek(right, right_count, at, document);
            int found = at < right_count && document_at(right, at) == document;
            out[count] = document;
            count += found == keep;
        }
        return count;
    }
    for (uint32_t i = 0; i < left_count; i++) {
        uint16_t document = left[i];
        while (at < right_count && document_at(right, at) < document) at++;
        int found = at < right_count && document_at(right, at) == document;
        out[count] = document;
        count += found == keep;
    }
    return count;
}

uint32_t aisle_intersect(const uint16_t *left, uint32_t left_count, const uint8_t *right, uint32_t right_count,
                         uint16_t *out) {
    return filter(left, left_count, right, right_count, out, 1);
}

uint32_t aisle_subtract(const uint16_t *left, uint32_t left_count, const uint8_t *right, uint32_t right_count,
                        uint16_t *out) {
    return filter(left, left_count, right, right_count, out, 0);
}

uint32_t aisle_union(const uint16_t *left, uint32_t left_count, const uint8_t *right, uint32_t right_count,
                     uint16_t *out) {
    uint32_t count = 0, i = 0, j = 0;
    while (i < left_count && j < right_count) {
        uint16_t a = left[i], b = document_at(right, j);
        out[count++] = a < b ? a : b;
        i += a <= b;
        j += b <= a;
    }
    while (i < left_count) out[count++] = left[i++];
    while (j < right_count) out[count++] = document_at(right, j++);
    return count;
}

uint32_t aisle_join(const aisle_postings_range *lists, uint32_t list_count, double *scratch, uint64_t *bits,
                    uint16_t *documents, double *frequencies) {
    for (uint32_t l = 0; l < list_count; l++) {
        for (uint32_t i = 0; i < lists[l].count; i++) {
            uint16_t document = document_at(lists[l].documents, i);
            scratch[document] += aisle_exact_frequency(&lists[l], i);
            bits[document / 64] |= (uint64_t)1 << (document % 64);
        }
    }
    uint32_t count = 0;
    for (uint32_t word = 0; word < AISLE_RANGE / 64; word++) {
        for (uint64_t rest = bits[word]; rest; rest &= rest - 1) {
            uint16_t document = (uint16_t)(word * 64 + (uint32_t)__builtin_ctzll(rest));
            documents[count] = document;
            frequencies[count++] = scratch[document];
            scratch[document] = 0;
        }
        bits[word] = 0;
    }
    return count;
}
