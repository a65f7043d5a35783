/// Byte-level BPE of one word: the pair of neighbours with the lowest rank is merged, the leftmost first, until no
/// pair of neighbours merges.
#include "internal.h"

/// Up to this many bytes all pairs are looked through for the lowest; longer words keep a heap.
enum { SHORT_WORD = 64 };

/// What a merge is worth as a number: rank in the upper half, the resulting token in the lower.
#define NO_MERGE UINT64_MAX
#define RESULT(merge) ((int32_t)(uint32_t)(merge))
#define RANK(merge) ((uint32_t)((merge) >> 32))

static size_t merge_short(const aisle_vocabulary *vocabulary, const uint8_t *word, size_t length, int32_t *ids) {
    const aisle_merge *merges = AISLE_TABLE(vocabulary, aisle_merge, merge_slots);
    const uint64_t *byte_pairs = AISLE_TABLE(vocabulary, uint64_t, byte_pairs);
    size_t mask = vocabulary->merge_mask;
    uint64_t pairs[SHORT_WORD];
    for (size_t at = 0; at < length; at++) ids[at] = vocabulary->byte_ids[word[at]];
    for (size_t at = 0; at + 1 < length; at++) pairs[at] = byte_pairs[word[at] << 8 | word[at + 1]];

    size_t count = length;
    while (count > 1) {
        uint64_t best = NO_MERGE;
        size_t place = 0;
        for (size_t at = 0; at + 1 < count; at++) {
            if (pairs[at] < best) best = pairs[at], place = at;
        }
        if (best == NO_MERGE) break;
        ids[place] = RESULT(best);
        memmove(ids + place + 1, ids + place + 2, (count - place - 2) * sizeof *ids);
        count--;
        // pairs[place] was the merged pair; the one behind it moves into its place.
        if (place + 1 < count) {
            memmove(pairs + place, pairs + place + 1, (count - 1 - place) * sizeof *pairs);
            pairs[place] = aisle_find_merge(merges, mask, ids[place], ids[place + 1]);
        }
        if (place > 0) pairs[place - 1] = aisle_find_merge(merges, mask, ids[place - 1], ids[place]);
    }
    return count;
}

/// A token of a long word, linked to its neighbours by offset. A swallowed one has id -1.
typedef struct {
    int32_t id;
    uint32_t previous, next;
    uint32_t unused;
} symbol;

/// A possible merge of the symbol at `at` with the next one.
typedef struct {
    uint64_t merge;
    uint64_t at;
} candidate;

#define NOTHING UINT32_MAX

static inline bool before(candidate left, candidate right) {
    return RANK(left.merge) != RANK(right.merge) ? RANK(left.merge) < RANK(right.merge) : left.at < right.at;
}

static void push(candidate *heap, size_t *count, candidate added) {
    size_t at = (*count)++;
    while (at > 0 && before(added, heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = added;
}

static candidate pop(candidate *heap, size_t *count) {
    candidate top = heap[0], last = heap[--*count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < *count; at = child) {
        if (child + 1 < *count && before(heap[child + 1], heap[child])) child++;
        if (!before(heap[child], last)) break;
        heap[at] = heap[child];
    }
    heap[at] = last;
    return top;
}

/// Two entries a symbol, two a candidate; each byte starts one candidate and each merge at most two.
size_t aisle_merge_scratch(size_t length) {
    return length <= SHORT_WORD ? 0 : 2 * length + 2 * 3 * length;
}

static size_t merge_long(const aisle_vocabulary *vocabulary, const uint8_t *word, size_t length, int32_t *ids,
                         uint64_t *scratch) {
    const aisle_merge *merges = AISLE_TABLE(vocabulary, aisle_merge, merge_slots);
    const uint64_t *byte_pairs = AISLE_TABLE(vocabulary, uint64_t, byte_pairs);
    size_t mask = vocabulary->merge_mask, waiting = 0;
    symbol *symbols = (symbol *)scratch;
    candidate *heap = (candidate *)(scratch + 2 * length);
    for (size_t at = 0; at < length; at++) {
        symbols[at] = (symbol){
            .id = vocabulary->byte_ids[word[at]],
            .previous = at > 0 ? (uint32_t)(at - 1) : NOTHING,
            .next = at + 1 < length ? (uint32_t)(at + 1) : NOTHING,
        };
    }
    for (size_t at = 0; at + 1 < length; at++) {
        uint64_t merge = byte_pairs[word[at] << 8 | word[at + 1]];
        if (merge != NO_MERGE) push(heap, &waiting, (candidate){merge, at});
    }
    while (waiting > 0) {
        candidate best = pop(heap, &waiting);
        symbol *left = &symbols[best.at];
        if (left->id < 0 || left->next == NOTHING) continue;
        symbol *right = &symbols[left->next];
        // One of the two may have been merged with another since.
        if (aisle_find_merge(merges, mask, left->id, right->id) != best.merge) continue;
        left->id = RESULT(best.merge);
        left->next = right->next;
        right->id = -1;
        if (left->next != NOTHING) {
            symbols[left->next].previous = (uint32_t)best.at;
            uint64_t merge = aisle_find_merge(merges, mask, left->id, symbols[left->next].id);
            if (merge != NO_MERGE) push(heap, &waiting, (candidate){merge, best.at});
        }
        if (left->previous != NOTHING) {
            uint64_t merge = aisle_find_merge(merges, mask, symbols[left->previous].id, left->id);
            if (merge != NO_MERGE) push(heap, &waiting, (candidate){merge, left->previous});
        }
    }
    size_t count = 0;
    for (uint32_t at = 0; at != NOTHING; at = symbols[at].next) ids[count++] = symbols[at].id;
    return count;
}

size_t aisle_merge_word(const aisle_vocabulary *vocabulary, const uint8_t *word, size_t length, int32_t *ids,
                        uint64_t *scratch) {
    if (length <= SHORT_WORD) return merge_short(vocabulary, word, length, ids);
    return merge_long(vocabulary, word, length, ids, scratch);
}
