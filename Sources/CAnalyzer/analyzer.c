/// The way of a text through the analyzer: fold, segment, emit.
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static const char *const codes[AISLE_LANGUAGE_COUNT] = {"none", "en", "de", "fr", "es", "it", "pt",
                                                        "nl",   "sv", "no", "da", "fi", "ru"};

const char *aisle_language_code(aisle_language language) {
    return (unsigned)language < AISLE_LANGUAGE_COUNT ? codes[language] : codes[AISLE_LANGUAGE_NONE];
}

int32_t aisle_language_from_code(const char *code) {
    for (int32_t i = 0; code != NULL && i < AISLE_LANGUAGE_COUNT; i++) {
        if (strcmp(code, codes[i]) == 0) return i;
    }
    return -1;
}

aisle_analyzer *aisle_analyzer_create(const char **error) {
    const char *reason = "out of memory";
    UErrorCode status = U_ZERO_ERROR;
    aisle_analyzer *analyzer = calloc(1, sizeof *analyzer);
    if (analyzer == NULL) goto failed;
    analyzer->nfkc_casefold = unorm2_getNFKCCasefoldInstance(&status);
    analyzer->nfd = unorm2_getNFDInstance(&status);
    if (U_FAILURE(status)) {
        reason = "ICU has no normalization data; install libicu";
        goto failed;
    }
    analyzer->words = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    if (U_FAILURE(status)) {
        reason = "ICU has no word break data; install libicu";
        goto failed;
    }
    analyzer->segments = calloc(SEGMENT_CACHE_SIZE, sizeof(aisle_segment_entry));
    if (analyzer->segments == NULL || !aisle_stems_open(analyzer) || !aisle_function_words_open(analyzer)) goto failed;
    return analyzer;

failed:
    if (error != NULL) *error = reason;
    aisle_analyzer_destroy(analyzer);
    return NULL;
}

void aisle_analyzer_destroy(aisle_analyzer *analyzer) {
    if (analyzer == NULL) return;
    if (analyzer->words != NULL) ubrk_close(analyzer->words);
    aisle_stems_close(analyzer);
    aisle_function_words_close(analyzer);
    aisle_cjk_close(analyzer->cjk);
    free(analyzer->segments);
    for (size_t i = 0; i < sizeof analyzer->pages / sizeof *analyzer->pages; i++) free(analyzer->pages[i]);
    aisle_free_buffers(analyzer);
    free(analyzer);
}

void aisle_analyzer_set_general_path_only(aisle_analyzer *analyzer, bool general_path_only) {
    analyzer->general_path_only = general_path_only;
}

static aisle_keep keep_of(aisle_language language) {
    switch (language) {
    case AISLE_LANGUAGE_SV: case AISLE_LANGUAGE_FI: case AISLE_LANGUAGE_NO: case AISLE_LANGUAGE_DA:
        return KEEP_NORDIC;
    default: return KEEP_NONE;
    }
}

/// × between, before or after numbers, or alone, is the letter people type instead; elsewhere it only separates.
static void settle_times_signs(aisle_item *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (items[i].code != TIMES_SIGN) continue;
        uint8_t before = i > 0 ? items[i - 1].class : CLASS_SEPARATOR;
        uint8_t after = i + 1 < count ? items[i + 1].class : CLASS_SEPARATOR;
        bool letter = before == CLASS_DIGIT || after == CLASS_DIGIT || (before == CLASS_SEPARATOR && before == after);
        items[i].class = letter ? CLASS_LATIN : CLASS_SEPARATOR;
        items[i].code = letter ? 'x' : 0;
    }
}

/// Folds `text[start..<end]` into a stretch of its own.
static void add_stretch(aisle_analyzer *analyzer, int32_t start, int32_t end) {
    if (!aisle_reserve(analyzer, (void **)&analyzer->stretches, &analyzer->stretch_capacity,
                       analyzer->stretch_count + 1, sizeof(aisle_stretch))) {
        return;
    }
    size_t first = analyzer->item_count;
    aisle_fold_text(analyzer, start, end);
    size_t count = analyzer->item_count - first;
    if (analyzer->out_of_memory) return;
    if (count > 0) settle_times_signs(analyzer->items + first, count);
    analyzer->stretches[analyzer->stretch_count++] = (aisle_stretch){start, end, first, count};

    // A separator keeps runs of neighbouring stretches apart.
    if (aisle_reserve(analyzer, (void **)&analyzer->items, &analyzer->item_capacity, analyzer->item_count + 1,
                      sizeof(aisle_item))) {
        analyzer->items[analyzer->item_count++] = (aisle_item){.start = end, .end = end, .class = CLASS_SEPARATOR};
    }
}

void aisle_emit_items(aisle_analyzer *analyzer, size_t first, size_t from, size_t count) {
    for (size_t i = from; i < count && !analyzer->out_of_memory;) {
        const aisle_item *items = analyzer->items + first;
        switch (items[i].class) {
        case CLASS_LATIN: case CLASS_GREEK: case CLASS_CYRILLIC: case CLASS_LETTER: case CLASS_DIGIT:
            i = aisle_emit_compound(analyzer, items, i, count);
            break;
        case CLASS_CJK: case CLASS_HANGUL: case CLASS_DICTIONARY:
            i = aisle_emit_run(analyzer, first + i, first + count) - first;
            break;
        case CLASS_CONNECTOR: {
            bool leads = items[i].code == '.' && i + 1 < count && is_alphanumeric(items[i + 1].class) &&
                         (i == 0 || (!is_alphanumeric(items[i - 1].class) && items[i - 1].code != '.'));
            i = leads ? aisle_emit_compound(analyzer, items, i, count) : i + 1;
            break;
        }
        default: i++;
        }
    }
}

/// The offset of the first byte from `at` on that is not ASCII, or `end`.
static int32_t ascii_end(const uint8_t *text, int32_t at, int32_t end) {
    for (; end - at >= 8; at += 8) {
        uint64_t eight;
        memcpy(&eight, text + at, 8);
        if (eight & 0x8080808080808080u) break;
    }
    while (at < end && text[at] < 0x80) at++;
    return at;
}

/// Folds every whitespace-delimited stretch that is not pure ASCII. (What joins, joins within such a stretch.)
static void fold_stretches(aisle_analyzer *analyzer) {
    const uint8_t *text = analyzer->text;
    int32_t end = analyzer->length, done = 0;
    if (analyzer->general_path_only) {
        add_stretch(analyzer, 0, end);
        return;
    }
    for (int32_t at = ascii_end(text, 0, end); at < end && !analyzer->out_of_memory; at = ascii_end(text, done, end)) {
        int32_t start = at;
        while (start > done && !aisle_is_space(text[start - 1])) start--;
        while (at < end && !aisle_is_space(text[at])) at++;
        add_stretch(analyzer, start, at);
        done = at;
    }
}

int32_t aisle_analyze(aisle_analyzer *analyzer, const char *text, int32_t length, aisle_language language,
                      const aisle_token **tokens) {
    *tokens = NULL;
    aisle_reset_buffers(analyzer);
    if (text == NULL || length <= 0) return 0;
    analyzer->text = (const uint8_t *)text;
    analyzer->length = length;
    analyzer->language = (unsigned)language < AISLE_LANGUAGE_COUNT ? language : AISLE_LANGUAGE_NONE;
    analyzer->keep = keep_of(analyzer->language);
    analyzer->next_position = analyzer->next_unit = 0;

    fold_stretches(analyzer);
    if (!analyzer->out_of_memory && analyzer->stretch_count > 0) aisle_segment_items(analyzer);
    int32_t done = 0;
    for (size_t i = 0; i < analyzer->stretch_count && !analyzer->out_of_memory; i++) {
        aisle_stretch stretch = analyzer->stretches[i];
        aisle_emit_ascii(analyzer, done, stretch.start);
        aisle_emit_items(analyzer, stretch.first_item, 0, stretch.item_count);
        done = stretch.end;
    }
    if (!analyzer->out_of_memory) aisle_emit_ascii(analyzer, done, length);
    if (analyzer->out_of_memory) return -1;
    *tokens = analyzer->tokens;
    return (int32_t)analyzer->token_count;
}

void aisle_fold_for_evidence(aisle_analyzer *analyzer, const uint8_t *text, int32_t length) {
    aisle_reset_buffers(analyzer);
    analyzer->text = text;
    analyzer->length = length;
    analyzer->keep = KEEP_ALL;
    fold_stretches(analyzer);
}
