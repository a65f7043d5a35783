/// Scripts without spaces: dictionary words by ICU, and overlapping bigrams.
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/utf16.h>

static bool needs_dictionary(const aisle_item *item) {
    return item->class == CLASS_CJK || item->class == CLASS_DICTIONARY;
}

/// Puts one run's UTF-16 behind the text for ICU, a space before it. Returns its number of units.
static size_t append_run(aisle_analyzer *analyzer, size_t first, size_t end) {
    size_t needed = analyzer->dictionary_count + (end - first) * 2 + 1;
    if (needed > analyzer->dictionary_capacity) {
        size_t text_capacity = analyzer->dictionary_capacity, item_capacity = text_capacity;
        if (!aisle_reserve(analyzer, (void **)&analyzer->dictionary_text, &text_capacity, needed, sizeof(UChar)) ||
            !aisle_reserve(analyzer, (void **)&analyzer->dictionary_items, &item_capacity, needed, sizeof(int32_t))) {
            return 0;
        }
        analyzer->dictionary_capacity = text_capacity < item_capacity ? text_capacity : item_capacity;
    }
    size_t at = analyzer->dictionary_count;
    analyzer->dictionary_text[at] = ' ';
    analyzer->dictionary_items[at++] = -1;
    for (size_t i = first; i < end; i++) {
        uint32_t code = analyzer->items[i].code;
        if (code > 0xFFFF) {
            analyzer->dictionary_text[at] = U16_LEAD(code);
            analyzer->dictionary_items[at++] = (int32_t)i;
            analyzer->dictionary_text[at] = U16_TRAIL(code);
            analyzer->dictionary_items[at++] = -1;
        } else {
            analyzer->dictionary_text[at] = (UChar)code;
            analyzer->dictionary_items[at++] = (int32_t)i;
        }
    }
    size_t units = at - analyzer->dictionary_count - 1;
    analyzer->dictionary_count = at;
    return units;
}

static uint32_t hash_units(const UChar *text, size_t length) {
    uint64_t hash = length;
    for (size_t i = 0; i < length; i++) hash = (hash ^ text[i]) * 0x9E3779B97F4A7C15u, hash ^= hash >> 29;
    return (uint32_t)(hash >> 32);
}

/// The cache entry where a run's segmentation belongs; NULL for runs too long (or too wide) to remember.
static aisle_segment_entry *entry_for(aisle_analyzer *analyzer, size_t text_start, size_t units, size_t characters) {
    if (units > SEGMENT_CACHE_RUN_MAX || units != characters) return NULL;
    return &analyzer->segments[hash_units(analyzer->dictionary_text + text_start, units) % SEGMENT_CACHE_SIZE];
}

static bool holds(const aisle_segment_entry *entry, const UChar *text, size_t units) {
    return entry->length == units && memcmp(entry->text, text, units * sizeof(UChar)) == 0;
}

/// Remembers the segmentations of the runs that ICU has just answered for.
static void remember(aisle_analyzer *analyzer) {
    const UChar *text = analyzer->dictionary_text;
    for (size_t start = 1; start < analyzer->dictionary_count;) {
        size_t end = start;
        bool wide = false;
        while (end < analyzer->dictionary_count && text[end] != ' ') wide |= U16_IS_SURROGATE(text[end++]);
        aisle_segment_entry *entry = wide ? NULL : entry_for(analyzer, start, end - start, end - start);
        if (entry != NULL) {
            entry->length = (uint16_t)(end - start);
            entry->starts = 0;
            memcpy(entry->text, text + start, (end - start) * sizeof(UChar));
            for (size_t i = start; i < end; i++) {
                if (analyzer->items[analyzer->dictionary_items[i]].starts_word) entry->starts |= 1u << (i - start);
            }
        }
        start = end + 1;
    }
}

/// The dictionary for Chinese and Japanese, opened when first needed; NULL: leave them to ICU.
static aisle_cjk_dictionary *cjk_dictionary(aisle_analyzer *analyzer) {
    if (analyzer->general_path_only) return NULL;
    if (!analyzer->cjk_opened) {
        analyzer->cjk = aisle_cjk_open(analyzer->words);
        analyzer->cjk_opened = true;
    }
    return analyzer->cjk;
}

void aisle_segment_items(aisle_analyzer *analyzer) {
    analyzer->dictionary_count = 0;
    for (size_t i = 0; i < analyzer->item_count;) {
        if (!needs_dictionary(&analyzer->items[i])) {
            i++;
            continue;
        }
        size_t end = i + 1;
        bool plain = aisle_is_plain_cjk(analyzer->items[i].code);
        for (; end < analyzer->item_count && analyzer->items[end].class == analyzer->items[i].class; end++) {
            plain = plain && aisle_is_plain_cjk(analyzer->items[end].code);
        }
        analyzer->items[i].starts_word = true;
        aisle_cjk_dictionary *dictionary = plain && end - i <= CJK_RUN_MAX ? cjk_dictionary(analyzer) : NULL;
        if (dictionary != NULL) {
            aisle_segment_cjk(dictionary, analyzer->items + i, (int)(end - i));
        } else if (end - i > 1) {
            size_t before = analyzer->dictionary_count, units = append_run(analyzer, i, end);
            if (analyzer->out_of_memory) return;
            aisle_segment_entry *entry = entry_for(analyzer, before + 1, units, end - i);
            if (entry != NULL && holds(entry, analyzer->dictionary_text + before + 1, units)) {
                for (size_t k = i; k < end; k++) analyzer->items[k].starts_word = entry->starts >> (k - i) & 1;
                analyzer->dictionary_count = before;
            }
        }
        i = end;
    }
    if (analyzer->dictionary_count == 0) return;

    // The whole text's unknown runs in one go: ICU's setText costs more than many a title's segmentation.
    UErrorCode status = U_ZERO_ERROR;
    ubrk_setText(analyzer->words, analyzer->dictionary_text, (int32_t)analyzer->dictionary_count, &status);
    if (U_FAILURE(status)) {
        analyzer->out_of_memory = true;
        return;
    }
    for (int32_t at = ubrk_first(analyzer->words); at != UBRK_DONE; at = ubrk_next(analyzer->words)) {
        if ((size_t)at < analyzer->dictionary_count && analyzer->dictionary_items[at] >= 0) {
            analyzer->items[analyzer->dictionary_items[at]].starts_word = true;
        }
    }
    remember(analyzer);
}

/// Appends a token that is spelled as its items are.
static void add_spelled(aisle_analyzer *analyzer, size_t first, size_t end, int32_t position, int32_t unit,
                        uint32_t kind) {
    const aisle_item *items = analyzer->items;
    char *text = aisle_text_ahead(analyzer, AISLE_TOKEN_MAX + 4);
    if (text == NULL) return;
    int32_t length = 0;
    for (size_t i = first; i < end; i++) {
        int count = aisle_encode(items[i].code, text + length);
        if (length + count > AISLE_TOKEN_MAX) break;
        length += count;
    }
    aisle_take_text(analyzer, (size_t)length);
    aisle_add_token(analyzer, text, length, items[first].start, items[end - 1].end, position, unit, kind);
}

static size_t word_end(const aisle_item *items, size_t start, size_t run_end) {
    size_t end = start + 1;
    while (end < run_end && !items[end].starts_word) end++;
    return end;
}

size_t aisle_emit_run(aisle_analyzer *analyzer, size_t first, size_t limit) {
    const aisle_item *items = analyzer->items;
    uint8_t class = items[first].class;
    size_t run_end = first + 1;
    while (run_end < limit && items[run_end].class == class) run_end++;

    for (size_t start = first; start < run_end;) {
        size_t end = class == CLASS_HANGUL ? run_end : word_end(items, start, run_end);
        int32_t unit = analyzer->next_unit++;
        if (class == CLASS_DICTIONARY) {
            add_spelled(analyzer, start, end, analyzer->next_position++, unit, AISLE_TOKEN_WORD);
            start = end;
            continue;
        }
        for (size_t i = start; i < end; i++) {
            int32_t position = analyzer->next_position++;
            if (i + 1 == run_end) {
                uint32_t word = end - start == 1 ? AISLE_TOKEN_WORD : 0;
                add_spelled(analyzer, i, i + 1, position, unit, AISLE_TOKEN_UNIGRAM | word);
            } else {
                uint32_t kind = AISLE_TOKEN_BIGRAM;
                if (i + 1 == end) kind |= AISLE_TOKEN_CROSSING;
                else if (end - start == 2) kind |= AISLE_TOKEN_WORD;
                add_spelled(analyzer, i, i + 2, position, unit, kind);
            }
            if (i == start && end - start >= 3) add_spelled(analyzer, start, end, position, unit, AISLE_TOKEN_WORD);
        }
        start = end;
    }
    return run_end;
}
