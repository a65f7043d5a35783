/// What the analyzer's files share. Nothing here is for users of the target.
#ifndef AISLE_INTERNAL_H
#define AISLE_INTERNAL_H

#include "aisle_analyzer.h"

#include <unicode/ubrk.h>
#include <unicode/unorm2.h>

struct sb_stemmer;

/// What kind of character a folded code point is. The alphabetic classes come first, in one block.
typedef enum {
    CLASS_SEPARATOR = 0,
    CLASS_LATIN, CLASS_GREEK, CLASS_CYRILLIC,
    CLASS_LETTER,                                            ///< of any other spaced script
    CLASS_DIGIT,                                             ///< decimal digits of every script, folded to 0...9
    CLASS_CJK,                                               ///< Han and Kana with their iteration and length marks
    CLASS_HANGUL,
    CLASS_DICTIONARY,                                        ///< Thai, Lao, Khmer, Myanmar
    CLASS_CONNECTOR,                                         ///< punctuation that can join pieces of a compound
    CLASS_MARK,                                              ///< belongs to the character before it, whatever that is
} aisle_class;

static inline bool is_letter(uint8_t class) { return class >= CLASS_LATIN && class <= CLASS_LETTER; }
static inline bool is_alphanumeric(uint8_t class) { return class >= CLASS_LATIN && class <= CLASS_DIGIT; }

/// Punctuation that has no ASCII form of its own here.
enum { TIMES_SIGN = 0xD7, PRIME = 0x2032 };

/// One folded code point and the source bytes it stands for.
typedef struct {
    uint32_t code;
    int32_t start, end;
    uint8_t class;
    bool starts_word;  ///< a dictionary word starts here (CJK and DICTIONARY classes)
} aisle_item;

/// A whitespace-delimited stretch of the source that is not pure ASCII, and its items.
typedef struct {
    int32_t start, end;
    size_t first_item, item_count;
} aisle_stretch;

/// How a code point folds; computed once, kept in pages of 256.
typedef struct {
    uint32_t plain;     ///< NFKC case folded
    uint32_t stripped;  ///< without diacritics; bits 24... : a second, ASCII, character (æ -> a, e)
    uint8_t class;      ///< of `stripped`
    uint8_t flags;      ///< FOLD_*
} aisle_fold_entry;

enum {
    FOLD_KNOWN = 1 << 0,            ///< the entry has been computed
    FOLD_BOUNDARY_BEFORE = 1 << 1,  ///< normalization never reaches across the front of this character
    FOLD_REMOVED = 1 << 2,          ///< folds to nothing (soft hyphen, zero-width characters)
    FOLD_MULTIPLE = 1 << 3,         ///< folds to several code points
    FOLD_STRIPPED_MARK = 1 << 4,    ///< a diacritic: gone unless diacritics are kept
    FOLD_FRACTION = 1 << 5,         ///< ½ and its like: a number of its own, even straight after a digit
};

/// Which letters with diacritics a language keeps as letters of its alphabet.
typedef enum { KEEP_NONE, KEEP_NORDIC, KEEP_ALL } aisle_keep;

/// A remembered stem: 64 bytes, the word and, where the stem is no prefix of it, the stem behind it.
typedef struct {
    uint32_t hash;
    uint8_t language, word_length, stem_length, stem_is_prefix;
    char text[56];
} aisle_stem_entry;

/// A remembered stem of an ASCII word of fewer than 16 letters: the first `kept` of them, then `tail`.
typedef struct {
    uint64_t word[2];   ///< little-endian, padded with zeros
    uint8_t language, length, kept;
    char tail[13];
} aisle_short_stem;

/// A remembered segmentation of a dictionary run: 64 bytes. Bit i of `starts`: a word starts at UTF-16 unit i.
typedef struct {
    uint32_t starts;
    uint16_t length;
    uint16_t text[29];
} aisle_segment_entry;

enum {
    STEM_CACHE_SIZE = 1 << 14,
    SHORT_STEM_CACHE_SIZE = 1 << 16,
    SEGMENT_CACHE_SIZE = 1 << 15,
    SEGMENT_CACHE_RUN_MAX = 29,
};

/// Token text lives in blocks that never move.
typedef struct aisle_block {
    struct aisle_block *next;
    size_t used, capacity;
    char bytes[];
} aisle_block;

typedef struct aisle_cjk_dictionary aisle_cjk_dictionary;
enum { CJK_RUN_MAX = 256 };

struct aisle_analyzer {
    const UNormalizer2 *nfkc_casefold, *nfd;
    UBreakIterator *words;
    aisle_fold_entry *pages[0x110000 >> 8];
    struct sb_stemmer *stemmers[AISLE_LANGUAGE_COUNT];
    aisle_stem_entry *stems;
    aisle_short_stem *short_stems;
    aisle_segment_entry *segments;
    aisle_cjk_dictionary *cjk;
    bool cjk_opened;  ///< or tried to
    struct aisle_function_words *function_words;

    // The text under analysis.
    const uint8_t *text;
    int32_t length;
    aisle_language language;
    aisle_keep keep;
    bool general_path_only, out_of_memory;
    int32_t next_position, next_unit;

    // Buffers, grown as needed, given back when a text made them huge.
    aisle_item *items;
    size_t item_count, item_capacity;
    size_t first_item;  ///< of the stretch being folded
    aisle_stretch *stretches;
    size_t stretch_count, stretch_capacity;
    UChar *dictionary_text;  ///< dictionary runs not in the cache, with spaces between them
    int32_t *dictionary_items;  ///< the item of each UTF-16 unit, -1 for the spaces
    size_t dictionary_count, dictionary_capacity;
    aisle_token *tokens;
    size_t token_count, token_capacity;
    aisle_block *first_block, *block;
};

// Words of ASCII, eight bytes at a time.

/// A value as little-endian machines have it.
static inline uint64_t aisle_little_endian(uint64_t value) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(value);
#else
    return value;
#endif
}

/// The next eight bytes, first one lowest, in lower case where they are letters.
static inline uint64_t aisle_eight_lowered(const uint8_t *text) {
    uint64_t bytes;
    memcpy(&bytes, text, 8);
    return aisle_little_endian(bytes) | 0x2020202020202020u;
}

/// How many of eight lowered bytes are letters before the first that is none. (Bytes past that one may be misjudged.)
static inline int aisle_leading_letters(uint64_t lowered) {
    const uint64_t high_bits = 0x8080808080808080u;
    uint64_t letters = (lowered + 0x1F1F1F1F1F1F1F1Fu) & ~(lowered + 0x0505050505050505u) & high_bits;
    return letters == high_bits ? 8 : __builtin_ctzll(~letters & high_bits) >> 3;
}

/// The first `count` of eight bytes, zeros behind them.
static inline uint64_t aisle_first_bytes(uint64_t bytes, int count) {
    return count == 8 ? bytes : bytes & (((uint64_t)1 << count * 8) - 1);
}

// analyzer.c
/// Folds the stretches of a text that are not ASCII, keeping all diacritics, into `stretches` and `items`.
void aisle_fold_for_evidence(aisle_analyzer *analyzer, const uint8_t *text, int32_t length);

/// Emits the tokens of the `count` items at `first`, those of one stretch, from the one at `from` on.
void aisle_emit_items(aisle_analyzer *analyzer, size_t first, size_t from, size_t count);

// ascii.c
/// Emits `text[start..<end]`, all ASCII, without ICU. The general path gives the same tokens.
void aisle_emit_ascii(aisle_analyzer *analyzer, int32_t start, int32_t end);
/// What parts the stretches of a text: white space and control characters.
static inline bool aisle_is_space(uint8_t byte) { return byte <= 0x20; }

// memory.c
/// Makes room for `needed` elements; false (and `out_of_memory`) when there is none.
bool aisle_reserve(aisle_analyzer *analyzer, void **buffer, size_t *capacity, size_t needed, size_t element_size);
/// Room for `length` bytes, not yet taken: `aisle_take_text` takes them. NULL when out of memory.
char *aisle_text_ahead(aisle_analyzer *analyzer, size_t length);
static inline void aisle_take_text(aisle_analyzer *analyzer, size_t length) { analyzer->block->used += length; }
/// `length` bytes that stay put until the next text; NULL when out of memory.
char *aisle_text_room(aisle_analyzer *analyzer, size_t length);
/// Empties all buffers before a text, and gives back what an unusually long one before it took.
void aisle_reset_buffers(aisle_analyzer *analyzer);
void aisle_free_buffers(aisle_analyzer *analyzer);
/// Appends a token whose text already lies in a block (or is static).
void aisle_add_token(aisle_analyzer *analyzer, const char *text, int32_t length, int32_t start, int32_t end,
                     int32_t position, int32_t unit, uint32_t kind);

// decode.c
/// Decodes one character at `*offset` < `end` and moves past it; UINT32_MAX for malformed bytes.
uint32_t aisle_decode(const uint8_t *text, int32_t *offset, int32_t end);
/// Writes a code point as UTF-8; returns its 1...4 bytes.
static inline int aisle_encode(uint32_t code, char out[4]) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}
/// Longest prefix of at most `limit` bytes that ends between characters.
int32_t aisle_cut(const char *text, int32_t length, int32_t limit);

// fold.c
/// How `code` folds (computed on first sight).
const aisle_fold_entry *aisle_fold(aisle_analyzer *analyzer, uint32_t code);
/// Appends the folded items of `text[start..<end]`.
void aisle_fold_text(aisle_analyzer *analyzer, int32_t start, int32_t end);

// cjk.c
/// ICU's dictionary of Chinese and Japanese words; NULL where it is not what this code knows.
aisle_cjk_dictionary *aisle_cjk_open(UBreakIterator *words);
void aisle_cjk_close(aisle_cjk_dictionary *dictionary);
/// Han and Kana this code takes on (the rest of the CJK class is ICU's); all of them fold to themselves.
static inline bool aisle_is_plain_cjk(uint32_t code) {
    return (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0x3041 && code <= 0x3096) ||
           (code >= 0x30A1 && code <= 0x30FA) || code == 0x30FC || code == 0x3005;
}
/// Sets `starts_word` of a run of at most CJK_RUN_MAX plain characters.
void aisle_segment_cjk(aisle_cjk_dictionary *dictionary, aisle_item *items, int count);

// segment.c
/// Finds the dictionary words of all items; sets their `starts_word`.
void aisle_segment_items(aisle_analyzer *analyzer);
/// Emits the run of CJK, Hangul or dictionary-script items at `first`; returns the index past it.
size_t aisle_emit_run(aisle_analyzer *analyzer, size_t first, size_t limit);

// compound.c
/// Emits the word or compound at `first`, an alphanumeric item or a point before one; returns the index past it.
/// `items` are those of one stretch, `limit` of them.
size_t aisle_emit_compound(aisle_analyzer *analyzer, const aisle_item *items, size_t first, size_t limit);

// compound_parts.c: see compound.h

// stem.c
bool aisle_stems_open(aisle_analyzer *analyzer);
void aisle_stems_close(aisle_analyzer *analyzer);
/// The stem of a folded word that is written in letters of `class` alone, in the analyzer's language;
/// `word` itself when it is not that language's script. The result lies in a block, or is `word`.
const char *aisle_stem(aisle_analyzer *analyzer, const char *word, int32_t length, uint8_t class,
                       int32_t *stem_length);

/// Where the stem of a short ASCII word is remembered; worth a prefetch.
aisle_short_stem *aisle_short_stem_slot(aisle_analyzer *analyzer, const uint64_t word[2]);
/// Stems an ASCII word of 2...15 letters in place; `word` is it once more, packed. Returns the stem's length.
int32_t aisle_stem_short(aisle_analyzer *analyzer, const uint64_t word[2], aisle_short_stem *slot, char *text,
                         int32_t length, bool *changed);

// evidence.c
bool aisle_function_words_open(aisle_analyzer *analyzer);
void aisle_function_words_close(aisle_analyzer *analyzer);

#endif
