/// What the parts of the tokenizer share.
#ifndef AISLE_TOKENIZER_INTERNAL_H
#define AISLE_TOKENIZER_INTERNAL_H

#include <string.h>

#include "aisle_tokenizer.h"

// MARK: Unicode (tables in unicode_tables.c)

/// Bits of a code point in the tables.
enum {
    AISLE_LETTER = 1,    ///< \p{L}
    AISLE_NUMBER = 2,    ///< \p{N}
    AISLE_SPACE = 4,     ///< \s
    AISLE_UNSTABLE = 8,  ///< NFC may change it, alone or together with what stands before it
};

/// Code points of one canonical combining class (1...254).
typedef struct {
    uint32_t first, last;
    uint8_t value;
} aisle_combining_range;

/// A full canonical decomposition: `count` code points of `aisle_decomposition_parts`.
typedef struct {
    uint32_t code;
    uint16_t start, count;
} aisle_decomposition;

/// Two code points that compose to one.
typedef struct {
    uint32_t first, second, composed;
} aisle_composition;

extern const uint8_t aisle_unicode_index[0x110000 >> 7];
extern const uint8_t aisle_unicode_blocks[];
extern const size_t aisle_combining_count;
extern const aisle_combining_range aisle_combining[];
extern const uint32_t aisle_decomposition_parts[];
extern const size_t aisle_decomposition_count;
extern const aisle_decomposition aisle_decompositions[];
extern const size_t aisle_composition_count;
extern const aisle_composition aisle_compositions[];

/// The longest decomposition, in code points.
#define AISLE_DECOMPOSITION_MAX 4

/// The table's bits of a code point; 0 beyond Unicode.
static inline uint32_t aisle_bits(uint32_t code) {
    if (code >= 0x110000) return 0;
    return aisle_unicode_blocks[(size_t)aisle_unicode_index[code >> 7] << 7 | (code & 127)];
}

/// The character at `text[at]` (at < length) and its bytes. What is malformed is one byte and UINT32_MAX.
static inline uint32_t aisle_character(const uint8_t *text, size_t at, size_t length, size_t *bytes) {
    uint32_t lead = text[at];
    *bytes = 1;
    if (lead < 0x80) return lead;
    size_t left = length - at;
    const uint8_t *next = text + at + 1;
    if (lead >= 0xC2 && lead <= 0xDF && left >= 2 && (next[0] & 0xC0) == 0x80) {
        *bytes = 2;
        return (lead & 0x1F) << 6 | (next[0] & 0x3Fu);
    }
    if (lead >= 0xE0 && lead <= 0xEF && left >= 3 && (next[0] & 0xC0) == 0x80 && (next[1] & 0xC0) == 0x80) {
        uint32_t code = (lead & 0x0F) << 12 | (next[0] & 0x3Fu) << 6 | (next[1] & 0x3Fu);
        if (code < 0x800 || (code >= 0xD800 && code < 0xE000)) return UINT32_MAX;
        *bytes = 3;
        return code;
    }
    if (lead >= 0xF0 && lead <= 0xF4 && left >= 4 && (next[0] & 0xC0) == 0x80 && (next[1] & 0xC0) == 0x80
        && (next[2] & 0xC0) == 0x80) {
        uint32_t code =
            (lead & 0x07) << 18 | (next[0] & 0x3Fu) << 12 | (next[1] & 0x3Fu) << 6 | (next[2] & 0x3Fu);
        if (code < 0x10000 || code > 0x10FFFF) return UINT32_MAX;
        *bytes = 4;
        return code;
    }
    return UINT32_MAX;
}

/// Writes a code point as UTF-8 (up to 4 bytes) and returns its bytes.
static inline size_t aisle_put(uint32_t code, uint8_t *out) {
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code & 0x3F));
    return 4;
}

// MARK: Vocabulary

/// One merge, in an open-addressing table. `rank` UINT32_MAX: free.
typedef struct {
    int32_t left, right;
    uint32_t rank;
    int32_t result;
} aisle_merge;

/// Offsets are bytes from the start of this struct; counts of tables are powers of two where a mask belongs to them.
struct aisle_vocabulary {
    size_t size;             ///< highest id + 1
    size_t token_spans;      ///< aisle_span[size]: spelling of each id in the texts; length 0: no token
    size_t token_texts;      ///< spellings in UTF-8, one after the other
    size_t token_slots;      ///< int32_t[token_mask + 1]: id + 1 by hash of the spelling; 0: free
    size_t token_mask;
    size_t merge_slots;      ///< aisle_merge[merge_mask + 1]
    size_t merge_mask;
    size_t byte_pairs;       ///< uint64_t[65536]: aisle_find_merge of the tokens of two bytes, the left one << 8
    size_t added_ids;        ///< int32_t[added_count]: longest spelling first
    size_t added_kinds;      ///< uint8_t[size]: AISLE_KIND_* of each id
    size_t added_count;
    bool added_leads[2][256];  ///< whether an added token (of the kind [normalized]) starts with a byte
    int32_t byte_ids[256];     ///< the token of each byte
};

/// Kinds of tokens.
enum { AISLE_KIND_ORDINARY = 0, AISLE_KIND_ADDED = 1, AISLE_KIND_ADDED_NORMALIZED = 2 };

typedef struct {
    uint32_t start, length;
} aisle_span;

/// The table at an offset of a vocabulary.
#define AISLE_TABLE(vocabulary, type, offset) ((const type *)((const uint8_t *)(vocabulary) + (vocabulary)->offset))

/// What a pair of ids starts looking at in the table of merges.
static inline size_t aisle_merge_hash(int32_t left, int32_t right) {
    uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
    key *= 0x9E3779B97F4A7C15u;
    return (size_t)(key >> 20 ^ key >> 43);
}

/// Rank (upper half) and result (lower half) of merging two tokens; UINT64_MAX: they do not merge.
static inline uint64_t aisle_find_merge(const aisle_merge *merges, size_t mask, int32_t left, int32_t right) {
    for (size_t slot = aisle_merge_hash(left, right) & mask;; slot = (slot + 1) & mask) {
        const aisle_merge *merge = &merges[slot];
        if (merge->left == left && merge->right == right) return (uint64_t)merge->rank << 32 | (uint32_t)merge->result;
        if (merge->rank == UINT32_MAX) return UINT64_MAX;
    }
}

/// The character a byte is spelled with in vocabularies: itself if it is printable, else one from U+0100 on.
uint32_t aisle_byte_character(uint8_t byte);

/// The byte that a character of a spelling stands for; -1: none.
int32_t aisle_character_byte(uint32_t code);

/// Entries of scratch that merging a word of `length` bytes needs.
size_t aisle_merge_scratch(size_t length);

/// Encodes one word (length > 0) into `ids` (room for `length`), and returns how many there are. `scratch` holds
/// `aisle_merge_scratch` entries.
size_t aisle_merge_word(const aisle_vocabulary *vocabulary, const uint8_t *word, size_t length, int32_t *ids,
                        uint64_t *scratch);

#endif
