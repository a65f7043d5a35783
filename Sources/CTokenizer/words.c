/// Cuts text into words as the reference's pattern does:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
///
/// Alternatives are tried in that order at every place; together they cover every character.
#include "internal.h"

/// What the pattern tells apart. Line ends are spaces that alternative 2 may not start with.
typedef enum { LETTER, NUMBER, SIGN, SPACE, LINE_END } class;

static inline class class_at(const uint8_t *text, size_t at, size_t length, size_t *bytes) {
    uint32_t code = aisle_character(text, at, length, bytes);
    if (code == '\r' || code == '\n') return LINE_END;
    uint32_t bits = aisle_bits(code);
    if (bits & AISLE_LETTER) return LETTER;
    if (bits & AISLE_NUMBER) return NUMBER;
    return bits & AISLE_SPACE ? SPACE : SIGN;
}

/// The end of the run of one class that starts at `at`.
static inline size_t skip(class wanted, const uint8_t *text, size_t at, size_t length) {
    size_t bytes;
    while (at < length && class_at(text, at, length, &bytes) == wanted) at += bytes;
    return at;
}

static inline size_t skip_line_ends(const uint8_t *text, size_t at, size_t length) {
    while (at < length && (text[at] == '\r' || text[at] == '\n')) at++;
    return at;
}

/// Bytes of `s`, `t`, `re`... behind an apostrophe, in either case; 0: none of them.
static size_t contraction(const uint8_t *text, size_t at, size_t length) {
    if (at >= length) return 0;
    // Case folding of the reference: the long s is an s. No other letter outside ASCII folds to one of these.
    if (text[at] == 0xC5) return at + 1 < length && text[at + 1] == 0xBF ? 2 : 0;
    uint8_t first = text[at] | 0x20;
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return 1;
    if (at + 1 >= length) return 0;
    uint8_t second = text[at + 1] | 0x20;
    return (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l') ? 2 : 0;
}

/// White space from `at` on: up to the last line end in it; without one, all but the character before a word.
static size_t space_end(const uint8_t *text, size_t at, size_t length) {
    size_t start = at, last = at, behind_line_end = at, bytes;
    while (at < length) {
        class found = class_at(text, at, length, &bytes);
        if (found != SPACE && found != LINE_END) break;
        last = at;
        at += bytes;
        if (found == LINE_END) behind_line_end = at;
    }
    if (behind_line_end > start) return behind_line_end;
    return at == length || last == start ? at : last;
}

size_t aisle_word_end(const uint8_t *text, size_t at, size_t length) {
    size_t bytes, next_bytes;
    class first = class_at(text, at, length, &bytes);
    size_t next = at + bytes;
    switch (first) {
        case LETTER: return skip(LETTER, text, next, length);
        case NUMBER: return next;
        case LINE_END: return space_end(text, at, length);
        case SIGN:
            if (text[at] == '\'') {
                size_t behind = contraction(text, next, length);
                if (behind > 0) return next + behind;
            }
            if (next < length && class_at(text, next, length, &next_bytes) == LETTER) {
                return skip(LETTER, text, next + next_bytes, length);
            }
            return skip_line_ends(text, skip(SIGN, text, next, length), length);
        case SPACE:
            if (next < length) {
                class second = class_at(text, next, length, &next_bytes);
                if (second == LETTER) return skip(LETTER, text, next + next_bytes, length);
                if (second == SIGN && text[at] == ' ') {
                    return skip_line_ends(text, skip(SIGN, text, next + next_bytes, length), length);
                }
            }
            return space_end(text, at, length);
    }
    return next;
}
