/// The fast path: ASCII without ICU, plain words without items. (A test compares it with the general path.)
#include "internal.h"

#include <string.h>

/// What an ASCII character is.
enum { LETTER = 1, DIGIT = 2, CONNECTOR = 4, ALPHANUMERIC = LETTER | DIGIT };

static const uint8_t ascii[128] = {
    ['A' ... 'Z'] = LETTER, ['a' ... 'z'] = LETTER, ['0' ... '9'] = DIGIT,
    ['-'] = CONNECTOR, ['_'] = CONNECTOR, ['.'] = CONNECTOR, [','] = CONNECTOR, ['/'] = CONNECTOR,
    ['\''] = CONNECTOR, ['`'] = CONNECTOR, ['&'] = CONNECTOR, ['+'] = CONNECTOR, ['#'] = CONNECTOR,
    [':'] = CONNECTOR, ['*'] = CONNECTOR, ['"'] = CONNECTOR,
};

enum {
    SHORT_WORD = 16,  ///< words of fewer letters are read eight bytes at a time
    PENDING = 8,      ///< words that wait for their stems to come from memory
};

/// A word whose token is emitted, and whose stem is on its way.
typedef struct {
    uint64_t packed[2];
    aisle_short_stem *slot;
    size_t token;
} pending_word;

typedef struct {
    pending_word words[PENDING];
    unsigned first, count;
} pending_words;

static void add_word(aisle_analyzer *analyzer, const char *text, int32_t length, int32_t start, int32_t end,
                     bool stemmed) {
    aisle_add_token(analyzer, text, length, start, end, analyzer->next_position++, analyzer->next_unit++,
                    AISLE_TOKEN_WORD | (stemmed ? AISLE_TOKEN_STEM : 0));
}

/// Emits the word `text[start..<end]`, letters (or digits) alone.
static void emit_word(aisle_analyzer *analyzer, int32_t start, int32_t end, bool letters) {
    int32_t length = end - start < AISLE_TOKEN_MAX ? end - start : AISLE_TOKEN_MAX;
    char *word = aisle_text_room(analyzer, (size_t)length);
    if (word == NULL) return;
    for (int32_t i = 0; i < length; i++) word[i] = (char)(analyzer->text[start + i] | (letters ? 0x20 : 0));
    int32_t stem_length = length;
    const char *stem = letters ? aisle_stem(analyzer, word, length, CLASS_LATIN, &stem_length) : word;
    bool changed = stem_length != length || (stem != word && memcmp(stem, word, (size_t)length) != 0);
    add_word(analyzer, stem, stem_length, start, end, changed);
}

/// Puts the stem into the token of the word that has waited longest.
static void stem_first(aisle_analyzer *analyzer, pending_words *pending) {
    pending_word *word = &pending->words[pending->first];
    aisle_token *token = &analyzer->tokens[word->token];
    bool changed;
    token->length =
        aisle_stem_short(analyzer, word->packed, word->slot, (char *)token->text, token->length, &changed);
    if (changed) token->kind |= AISLE_TOKEN_STEM;
    pending->first = (pending->first + 1) % PENDING;
    pending->count--;
}

/// Emits a word of fewer than SHORT_WORD letters given in packed form.
static void emit_short_word(aisle_analyzer *analyzer, const uint64_t packed[2], int32_t start, int32_t length,
                            pending_words *pending) {
    char *word = aisle_text_ahead(analyzer, SHORT_WORD);
    if (word == NULL) return;
    uint64_t bytes[2] = {aisle_little_endian(packed[0]), aisle_little_endian(packed[1])};
    memcpy(word, bytes, sizeof bytes);
    aisle_take_text(analyzer, (size_t)length);
    size_t token = analyzer->token_count;
    add_word(analyzer, word, length, start, start + length, false);
    if (length < 2 || pending == NULL || analyzer->out_of_memory) return;

    if (pending->count == PENDING) stem_first(analyzer, pending);
    aisle_short_stem *slot = aisle_short_stem_slot(analyzer, packed);
    __builtin_prefetch(slot);
    pending->words[(pending->first + pending->count++) % PENDING] =
        (pending_word){{packed[0], packed[1]}, slot, token};
}

/// The items of an ASCII chunk, by table.
static void add_items(aisle_analyzer *analyzer, int32_t start, int32_t end) {
    size_t count = (size_t)(end - start);
    if (!aisle_reserve(analyzer, (void **)&analyzer->items, &analyzer->item_capacity, analyzer->item_count + count,
                       sizeof(aisle_item))) {
        return;
    }
    aisle_item *items = analyzer->items + analyzer->item_count;
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = analyzer->text[start + (int32_t)i], what = ascii[byte];
        uint8_t class = what == LETTER ? CLASS_LATIN : what == DIGIT ? CLASS_DIGIT
                        : what == CONNECTOR ? CLASS_CONNECTOR : CLASS_SEPARATOR;
        uint32_t code = what == LETTER ? byte | 0x20u : byte == '`' ? '\'' : byte;
        items[i] = (aisle_item){.code = code, .start = start + (int32_t)i, .end = start + (int32_t)i + 1,
                                .class = class};
    }
    analyzer->item_count += count;
}

/// Emits what remains, from `at` on, of the chunk that began at `start`, as the general path does; returns its end.
static int32_t emit_rest_of_chunk(aisle_analyzer *analyzer, int32_t start, int32_t at, int32_t limit) {
    int32_t end = at;
    while (end < limit && !aisle_is_space(analyzer->text[end])) end++;
    size_t first = analyzer->item_count;
    add_items(analyzer, start, end);
    if (analyzer->out_of_memory) return limit;
    aisle_emit_items(analyzer, first, (size_t)(at - start), (size_t)(end - start));
    analyzer->item_count = first;
    return end;
}

/// Whether something behind a run of letters (`end`: past it) could join it.
static bool letters_go_on(const uint8_t *text, int32_t end, int32_t limit) {
    if (end >= limit) return false;
    uint8_t next = ascii[text[end]];
    if (next == 0) return false;
    if (next == DIGIT || text[end] == '+' || text[end] == '#') return true;
    return end + 1 < limit && ascii[text[end + 1]] & ALPHANUMERIC;
}

void aisle_emit_ascii(aisle_analyzer *analyzer, int32_t start, int32_t end) {
    const uint8_t *text = analyzer->text;
    int32_t chunk = start;
    pending_words pending = {.first = 0, .count = 0};
    bool stems = analyzer->language != AISLE_LANGUAGE_NONE && analyzer->language != AISLE_LANGUAGE_RU;
    for (int32_t at = start; at < end && !analyzer->out_of_memory;) {
        uint8_t byte = text[at], what = ascii[byte];
        if (what == LETTER) {
            int32_t word_end = at;
            uint64_t packed[2] = {0, 0};
            if (analyzer->length - at >= SHORT_WORD) {
                uint64_t lowered = aisle_eight_lowered(text + at);
                int letters = aisle_leading_letters(lowered);
                packed[0] = aisle_first_bytes(lowered, letters);
                word_end += letters;
                if (letters == 8) {
                    lowered = aisle_eight_lowered(text + at + 8);
                    letters = aisle_leading_letters(lowered);
                    packed[1] = aisle_first_bytes(lowered, letters);
                    word_end += letters;
                }
            }
            bool is_short = word_end > at && word_end - at < SHORT_WORD;
            while (!is_short && word_end < end && ascii[text[word_end]] == LETTER) word_end++;
            if (letters_go_on(text, word_end, end)) {
                at = emit_rest_of_chunk(analyzer, chunk, at, end);
                continue;
            }
            if (is_short) emit_short_word(analyzer, packed, at, word_end - at, stems ? &pending : NULL);
            else emit_word(analyzer, at, word_end, true);
            at = word_end;
        } else if (what == DIGIT) {
            int32_t number_end = at + 1;
            while (number_end < end && ascii[text[number_end]] == DIGIT) number_end++;
            bool alone = (at == chunk || ascii[text[at - 1]] == 0) &&
                         (number_end >= end || ascii[text[number_end]] == 0);
            if (alone) emit_word(analyzer, at, number_end, false);
            at = alone ? number_end : emit_rest_of_chunk(analyzer, chunk, at, end);
        } else if (byte == '.' && at + 1 < end && ascii[text[at + 1]] & ALPHANUMERIC) {
            at = emit_rest_of_chunk(analyzer, chunk, at, end);
        } else {
            at++;
            if (aisle_is_space(byte)) chunk = at;
        }
    }
    while (pending.count > 0 && !analyzer->out_of_memory) stem_first(analyzer, &pending);
}
