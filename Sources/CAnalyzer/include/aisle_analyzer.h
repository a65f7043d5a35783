/// The analyzer: text -> tokens with exact byte offsets. One implementation for documents and queries.
///
/// Folding: NFKC case folding; then Latin and Greek lose their diacritics (Swedish, Finnish, Norwegian and Danish
/// keep å ä ö æ ø), Cyrillic its stress marks and the dots of ё (й, ї, ў are letters), Arabic and Hebrew their
/// points. ł đ ø ħ ŧ ı æ œ become l d o h t i ae oe. Digits of all scripts become 0...9. Soft hyphens and zero-
/// width characters vanish (a zero-width space parts words of Thai, Lao, Khmer and Myanmar). ™ and ℠ are no
/// letters.
///
/// Stems: taken of the folded word, so that words meet whether accents were typed or not; where a stemmer knows a
/// suffix by its accent alone (Spanish -ción, Portuguese -ção, French -ée) it gets the accent back first. A token
/// of letters alone is stemmed as if it stood alone, also within a compound - else `iphone` (stem: iphon) would not
/// find `iPhone15`. A token with a digit or a sign (c++) never is, nor are letters of a code: in a compound with a digit
/// somewhere those of up to 3 letters (whatever their case) and those in capitals, `INS` of KT-INS114.
///
/// Compounds: pieces joined by single - _ . / & + # between letters or digits, : between digits, apostrophes
/// between letters; parts of a piece part where letters meet digits. 2...5 pieces with a digit somewhere also yield
/// partial joins. Letter-only compounds of more than 4 words, or with one of more than 12 letters, are lists: every
/// word is a unit. Joins drop the connectors but for points of decimals, and / and : between numbers. A signed end
/// (C++, S23+, C#) is a second whole. English: 's is dropped, don't is dont. Other languages: Levi's is levi and
/// (whole) levis. French and Italian: l'eau is eau and (whole) leau.
///
/// Numbers: 1,5 is 1.5; .5 is 0.5; 1,000 is 1000 (a comma before exactly three digits parts thousands, unless the
/// number starts with 0); 1.000 is a decimal, 1.000.000 is not; 1.234,5 and 1,234.5 are 1234.5; 1,2,3 is a list.
/// 3/4 and ¾ are one number; 24/7 is two. " and '' straight behind a number are `in`, ′ (and ' before a digit)
/// `ft`. × and * in sizes are `x`.
///
/// Thread model: an `aisle_analyzer` is used by one thread at a time (it owns ICU iterators, stemmers and a stem
/// cache); make one per thread. Everything else here is immutable and may be shared.
#ifndef AISLE_ANALYZER_H
#define AISLE_ANALYZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Longest token in bytes (UTF-8). Longer words are cut at a character boundary.
#define AISLE_TOKEN_MAX 96

/// Why a token exists. A token may have several reasons (a dictionary word of two characters is also a bigram).
enum {
    AISLE_TOKEN_WORD = 1 << 0,       ///< a word of a spaced script, or a dictionary word of Han, Kana, Hangul, Thai...
    AISLE_TOKEN_BIGRAM = 1 << 1,     ///< two adjacent Han / Kana / Hangul characters
    AISLE_TOKEN_UNIGRAM = 1 << 2,    ///< the last character of a Han / Kana / Hangul run
    AISLE_TOKEN_CODE = 1 << 3,       ///< a compound joined whole: wh1000xm4, 1.5l, 3/4inch, highquality
    AISLE_TOKEN_CODE_JOIN = 1 << 4,  ///< some adjacent pieces of a code joined: ktins114 of kt-ins114-dre
    AISLE_TOKEN_CODE_PART = 1 << 5,  ///< a piece of a compound: kt, ins114, ins, 114
    AISLE_TOKEN_STEM = 1 << 6,       ///< the text differs from the folded word because a stemmer changed it
    AISLE_TOKEN_CROSSING = 1 << 7,   ///< a bigram whose characters belong to two words; `unit` is the first one's
};

/// One token. `text` is valid until the next call on the same analyzer.
typedef struct {
    const char *text;    ///< folded, stemmed, UTF-8, not NUL-terminated
    int32_t length;      ///< bytes of `text`, 1...AISLE_TOKEN_MAX
    int32_t start;       ///< byte offset of the first byte in the source
    int32_t end;         ///< byte offset past the last byte in the source
    int32_t position;    ///< 0-based; tokens with equal positions are colocated (FTS5_TOKEN_COLOCATED)
    int32_t unit;        ///< 0-based: the shopper's word this token belongs to (all tokens of `WH-1000XM4` share one)
    uint32_t kind;       ///< AISLE_TOKEN_* bits
} aisle_token;

/// Languages with a stemmer, and `none`.
typedef enum {
    AISLE_LANGUAGE_NONE = 0,
    AISLE_LANGUAGE_EN, AISLE_LANGUAGE_DE, AISLE_LANGUAGE_FR, AISLE_LANGUAGE_ES, AISLE_LANGUAGE_IT, AISLE_LANGUAGE_PT,
    AISLE_LANGUAGE_NL, AISLE_LANGUAGE_SV, AISLE_LANGUAGE_NO, AISLE_LANGUAGE_DA, AISLE_LANGUAGE_FI, AISLE_LANGUAGE_RU,
    AISLE_LANGUAGE_COUNT,
} aisle_language;

typedef struct aisle_analyzer aisle_analyzer;

/// A new analyzer, or NULL when ICU data or memory is missing (`*error` then says which, a static string).
aisle_analyzer *aisle_analyzer_create(const char **error);
void aisle_analyzer_destroy(aisle_analyzer *analyzer);

/// Tokens of `text[0..<length]`, stemmed as `language` (AISLE_LANGUAGE_NONE: not stemmed), in order of position.
/// Malformed UTF-8 separates words; nothing after it is lost. Never fails but for memory: then returns -1.
/// Returns the number of tokens; `*tokens` is valid until the next call on this analyzer.
int32_t aisle_analyze(aisle_analyzer *analyzer, const char *text, int32_t length, aisle_language language,
                      const aisle_token **tokens);

/// Sends every text down the general path (decoding, ICU folding), pure ASCII too. For tests: the answers are the same.
void aisle_analyzer_set_general_path_only(aisle_analyzer *analyzer, bool general_path_only);

/// Stands in a text between two values: words on its two sides are no phrase.
///
/// In packed tokens it is a token of this one byte, which no text and no query ever yields: a phrase cannot reach over
/// it. (FTS5 has no other way to leave a position free.)
#define AISLE_BOUNDARY 0x1E

/// Writes a packed token of 1...AISLE_TOKEN_MAX bytes: a header byte (length, | 0x80 when colocated with the token
/// before it) and the bytes. Returns the place behind it, 1 + `length` bytes on.
static inline uint8_t *aisle_pack_token(uint8_t *out, const char *text, int32_t length, bool colocated) {
    *out++ = (uint8_t)(length | (colocated ? 0x80 : 0));
    memcpy(out, text, (size_t)length);
    return out + length;
}

/// Reads the header byte of a packed token: its bytes, and whether it is colocated with the token before it.
static inline int aisle_packed_length(uint8_t header, bool *colocated) {
    *colocated = header & 0x80;
    return header & 0x7F;
}

/// Packs tokens for the FTS5 tokenizer `preanalyzed` (see `aisle_pack_token`). Writes only when `capacity` suffices;
/// returns the bytes needed, -1 when they exceed INT32_MAX.
int32_t aisle_pack(const aisle_token *tokens, int32_t count, uint8_t *out, int32_t capacity);

/// What texts say of their language. Start with zeros.
typedef struct {
    int32_t function_words[AISLE_LANGUAGE_COUNT];  ///< words of each language that its texts can hardly do without
    int32_t cyrillic_words;
    int64_t latin_letters;     ///< of ASCII alone
    int64_t cyrillic_letters;
} aisle_evidence;

/// Adds what the text says. The evidence behind `auto`.
void aisle_language_evidence(aisle_analyzer *analyzer, const char *text, int32_t length, aisle_evidence *evidence);

/// The two-letter code of a language ("en"), "none" for AISLE_LANGUAGE_NONE; and back (-1: unknown).
const char *aisle_language_code(aisle_language language);
int32_t aisle_language_from_code(const char *code);

#ifdef __cplusplus
}
#endif
#endif
