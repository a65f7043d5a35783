/// Text to ids: word by word, those that came lately from a cache.
#include "internal.h"

/// A word and its ids: one cache line.
typedef struct {
    uint8_t word[30];
    uint8_t length;    ///< 0: nothing here
    uint8_t count;
    int32_t ids[8];
} entry;

enum { ENTRIES = 1 << 14, WORD_MAX = sizeof((entry *)0)->word, IDS_MAX = 8 };

_Static_assert(sizeof(entry) == 64, "an entry is one cache line");

size_t aisle_word_cache_entries(void) {
    return ENTRIES * sizeof(entry) / sizeof(uint64_t);
}

/// A word of at most WORD_MAX bytes, padded with zeros.
typedef struct {
    uint64_t part[4];
} padded;

static inline padded pad(const uint8_t *word, size_t length, size_t readable) {
    padded key;
    if (readable < sizeof key) {
        key = (padded){{0}};
        memcpy(&key, word, length);
        return key;
    }
    memcpy(&key, word, sizeof key);
    for (size_t part = 0; part < 4; part++) {
        size_t start = part * 8;
        if (length <= start) {
            key.part[part] = 0;
        } else if (length < start + 8) {
            uint64_t mask = UINT64_MAX;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            key.part[part] &= mask >> 8 * (start + 8 - length);
#else
            key.part[part] &= mask << 8 * (start + 8 - length);
#endif
        }
    }
    return key;
}

static inline size_t slot_of(padded key, size_t length) {
    uint64_t hash = key.part[0] * 0x9E3779B97F4A7C15u ^ key.part[1] * 0xC2B2AE3D27D4EB4Fu;
    hash ^= (hash >> 29) ^ key.part[2] * 0x165667B19E3779F9u ^ key.part[3] * 0xD6E8FEB86659FD93u ^ length;
    hash *= 0x9E3779B97F4A7C15u;
    return (size_t)(hash >> 50);
}

_Static_assert(ENTRIES == 1 << (64 - 50), "slot_of makes slots of this many entries");

/// Whether an entry holds a word. The padding of `word` in an entry is zero.
static inline bool holds(const entry *found, padded key, size_t length) {
    return found->length == length && memcmp(found->word, &key, WORD_MAX) == 0;
}

aisle_encode_state aisle_encode(const aisle_vocabulary *vocabulary, uint64_t *cache, const uint8_t *text,
                                size_t length, int32_t *ids, size_t capacity, uint64_t *scratch,
                                size_t scratch_capacity, aisle_encode_position *position) {
    size_t at = position->offset, count = position->count;
    entry *entries = (entry *)cache;
    aisle_encode_state state = AISLE_ENCODE_DONE;
    while (at < length) {
        size_t end = aisle_word_end(text, at, length), bytes = end - at;
        if (capacity - count < bytes) {
            position->needed = bytes;
            state = AISLE_ENCODE_IDS;
            break;
        }
        if (bytes == 1) {
            ids[count++] = vocabulary->byte_ids[text[at]];
        } else if (bytes <= WORD_MAX) {
            padded key = pad(text + at, bytes, length - at);
            entry *found = &entries[slot_of(key, bytes)];
            if (holds(found, key, bytes)) {
                for (size_t id = 0; id < found->count; id++) ids[count + id] = found->ids[id];
                count += found->count;
            } else {
                size_t merged = aisle_merge_word(vocabulary, text + at, bytes, ids + count, scratch);
                if (merged <= IDS_MAX) {
                    memcpy(found->word, &key, WORD_MAX);
                    memcpy(found->ids, ids + count, merged * sizeof *ids);
                    found->length = (uint8_t)bytes;
                    found->count = (uint8_t)merged;
                }
                count += merged;
            }
        } else {
            size_t needed = aisle_merge_scratch(bytes);
            if (needed > scratch_capacity) {
                position->needed = needed;
                state = AISLE_ENCODE_SCRATCH;
                break;
            }
            count += aisle_merge_word(vocabulary, text + at, bytes, ids + count, scratch);
        }
        at = end;
    }
    position->offset = at;
    position->count = count;
    return state;
}
