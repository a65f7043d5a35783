/// Folding: source bytes -> folded code points with a class each and the exact bytes they stand for.
///
/// NFKC case folding first, whole normalization segments at a time; then diacritics, where the language lets them go.
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

enum {
    /// Like Unicode's stream-safe format: a longer heap of marks is cut, so that folding stays linear.
    SEGMENT_MAX = 32,
    FOLDED_MAX = 1024,
};

/// Punctuation that means the same to shoppers, and signs that must not become letters. 0: a separator.
static uint32_t replaced(uint32_t code) {
    switch (code) {
    case 0x60: case 0xB4: case 0x2018: case 0x2019: case 0x201B: case 0x2BC: return '\'';
    case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0x2033: return '"';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2212: return '-';
    case 0x2044: case 0x2215: return '/';
    case 0x2715: case 0x2716: return TIMES_SIGN;
    case 0x2120: case 0x2122: case 0xFF0C: return 0;  // ℠ ™ would fold to letters, ， to a decimal comma
    default: return UINT32_MAX;
    }
}

/// Diacritics proper: they go wherever they stand. (Kana, Indic and Thai signs lie elsewhere.)
static bool is_diacritic(uint32_t code) {
    return (code >= 0x300 && code <= 0x36F) || (code >= 0x483 && code <= 0x487) || (code >= 0x1AB0 && code <= 0x1AFF) ||
           (code >= 0x1DC0 && code <= 0x1DFF) || (code >= 0x20D0 && code <= 0x20FF) ||
           (code >= 0xFE20 && code <= 0xFE2F);
}

static uint8_t class_of(uint32_t code) {
    switch (code) {
    case '-': case '_': case '.': case ',': case '/': case '\'': case '&': case '+': case '#': case ':': case '*':
    case '"': case TIMES_SIGN: case PRIME:
        return CLASS_CONNECTOR;
    case 0x30FC: case 0x3006: case 0x303C: case 0x3099: case 0x309A:
        return CLASS_CJK;
    default: break;
    }
    if (code >= 0x3031 && code <= 0x3035) return CLASS_CJK;
    if (code < 0x80) {
        if (code >= '0' && code <= '9') return CLASS_DIGIT;
        return code >= 'a' && code <= 'z' ? CLASS_LATIN : CLASS_SEPARATOR;
    }
    int8_t category = u_charType((UChar32)code);
    if (category == U_DECIMAL_DIGIT_NUMBER) return CLASS_DIGIT;
    bool mark = category == U_NON_SPACING_MARK || category == U_COMBINING_SPACING_MARK;
    bool letter = (category >= U_UPPERCASE_LETTER && category <= U_OTHER_LETTER) || category == U_LETTER_NUMBER ||
                  category == U_OTHER_NUMBER;
    if (!mark && !letter) return CLASS_SEPARATOR;

    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript((UChar32)code, &status)) {
    case USCRIPT_HAN: case USCRIPT_HIRAGANA: case USCRIPT_KATAKANA: return CLASS_CJK;
    case USCRIPT_HANGUL: return CLASS_HANGUL;
    case USCRIPT_THAI: case USCRIPT_LAO: case USCRIPT_KHMER: case USCRIPT_MYANMAR: return CLASS_DICTIONARY;
    case USCRIPT_LATIN: return mark ? CLASS_MARK : CLASS_LATIN;
    case USCRIPT_GREEK: return mark ? CLASS_MARK : CLASS_GREEK;
    case USCRIPT_CYRILLIC: return mark ? CLASS_MARK : CLASS_CYRILLIC;
    default: return mark ? CLASS_MARK : CLASS_LETTER;
    }
}

/// The letter without its diacritics, for scripts where shoppers leave them out; a second letter in bits 24....
static uint32_t stripped(aisle_analyzer *analyzer, uint32_t code, uint8_t class) {
    switch (code) {
    case 0x451: case 0x450: return 0x435;  // ё ѐ -> е
    case 0x45D: return 0x438;              // ѝ -> и
    case 0xE6: return 'a' | (uint32_t)'e' << 24;
    case 0x153: return 'o' | (uint32_t)'e' << 24;
    case 0xF8: return 'o';
    case 0x111: return 'd';
    case 0x127: return 'h';
    case 0x131: return 'i';
    case 0x142: return 'l';
    case 0x167: return 't';
    default: break;
    }
    if (class == CLASS_DIGIT) return '0' + (uint32_t)u_charDigitValue((UChar32)code);
    if ((class != CLASS_LATIN && class != CLASS_GREEK) || code < 0x80) return code;
    UChar parts[16];
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = unorm2_getDecomposition(analyzer->nfd, (UChar32)code, parts, 16, &status);
    if (U_FAILURE(status) || count <= 0) return code;
    int32_t at = 0;
    UChar32 base;
    U16_NEXT(parts, at, count, base);
    return base == 0xF8 ? 'o' : base == 0xE6 ? 'a' | (uint32_t)'e' << 24 : (uint32_t)base;
}

static bool is_vulgar_fraction(uint32_t code) {
    return (code >= 0xBC && code <= 0xBE) || (code >= 0x2150 && code <= 0x215F) || code == 0x2189;
}

static aisle_fold_entry computed(aisle_analyzer *analyzer, uint32_t code) {
    aisle_fold_entry entry = {.plain = code, .stripped = code, .class = CLASS_SEPARATOR, .flags = FOLD_KNOWN};
    if (unorm2_hasBoundaryBefore(analyzer->nfkc_casefold, (UChar32)code)) entry.flags |= FOLD_BOUNDARY_BEFORE;

    uint32_t replacement = replaced(code);
    if (replacement != UINT32_MAX) {
        entry.plain = entry.stripped = replacement;
        entry.class = class_of(replacement);
        return entry;
    }
    if (code == 0xE33 || code == 0xEB3) {  // SARA AM stays whole: the dictionaries spell it so
        entry.class = CLASS_DICTIONARY;
        return entry;
    }
    if (is_vulgar_fraction(code)) {
        entry.flags |= FOLD_FRACTION | FOLD_MULTIPLE;
        return entry;
    }
    UChar source[2], folded[64];
    int32_t length = 0;
    U16_APPEND_UNSAFE(source, length, code);
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = unorm2_normalize(analyzer->nfkc_casefold, source, length, folded, 64, &status);
    if (U_FAILURE(status)) return entry;
    int8_t category = u_charType((UChar32)code);
    if (count == 0 || code == 0x640 || category == U_ENCLOSING_MARK) {  // 0x640: Arabic tatweel, a mere stretch
        entry.flags |= FOLD_REMOVED;
        return entry;
    }
    int32_t at = 0;
    UChar32 only;
    U16_NEXT(folded, at, count, only);
    if (at < count) {
        entry.flags |= FOLD_MULTIPLE;
        return entry;
    }
    if ((uint32_t)only != code) {  // what it folds to knows the rest
        aisle_fold_entry target = *aisle_fold(analyzer, (uint32_t)only);
        target.flags = (uint8_t)((target.flags & ~FOLD_BOUNDARY_BEFORE) | (entry.flags & FOLD_BOUNDARY_BEFORE));
        return target;
    }
    entry.class = class_of(code);
    UErrorCode script_status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)code, &script_status);
    bool pointing = category == U_NON_SPACING_MARK && (script == USCRIPT_ARABIC || script == USCRIPT_HEBREW ||
                                                       (code >= 0x64B && code <= 0x655) || code == 0x670);
    if (is_diacritic(code) || pointing) entry.flags |= FOLD_STRIPPED_MARK;
    entry.stripped = stripped(analyzer, code, entry.class);
    if (entry.class == CLASS_DIGIT) entry.plain = entry.stripped;
    return entry;
}

const aisle_fold_entry *aisle_fold(aisle_analyzer *analyzer, uint32_t code) {
    static const aisle_fold_entry separator = {.class = CLASS_SEPARATOR, .flags = FOLD_KNOWN | FOLD_BOUNDARY_BEFORE};
    if (code > 0x10FFFF) return &separator;
    aisle_fold_entry *page = analyzer->pages[code >> 8];
    if (page == NULL) {
        page = calloc(256, sizeof *page);
        if (page == NULL) {
            analyzer->out_of_memory = true;
            return &separator;
        }
        analyzer->pages[code >> 8] = page;
    }
    aisle_fold_entry *entry = &page[code & 0xFF];
    if ((entry->flags & FOLD_KNOWN) == 0) *entry = computed(analyzer, code);
    return entry;
}

static void add_item(aisle_analyzer *analyzer, uint32_t code, int32_t start, int32_t end, uint8_t class) {
    if (analyzer->item_count == analyzer->item_capacity &&
        !aisle_reserve(analyzer, (void **)&analyzer->items, &analyzer->item_capacity, analyzer->item_count + 1,
                       sizeof(aisle_item))) {
        return;
    }
    if (class == CLASS_MARK) {  // part of what it stands on; a mark on nothing is no text
        bool based = analyzer->item_count > analyzer->first_item;
        class = based ? analyzer->items[analyzer->item_count - 1].class : CLASS_SEPARATOR;
        if (class == CLASS_CONNECTOR || class == CLASS_DIGIT) class = CLASS_SEPARATOR;
    }
    analyzer->items[analyzer->item_count++] =
        (aisle_item){.code = code, .start = start, .end = end, .class = class, .starts_word = false};
}

/// Letters that Nordic alphabets count as letters of their own.
static bool is_nordic_letter(uint32_t code) {
    return code == 0xE4 || code == 0xE5 || code == 0xF6 || code == 0xE6 || code == 0xF8;
}

/// Appends the item of one folded code point (`entry` is its own).
static void add_folded(aisle_analyzer *analyzer, const aisle_fold_entry *entry, int32_t start, int32_t end) {
    if (entry->flags & FOLD_REMOVED) return;
    bool keep = analyzer->keep == KEEP_ALL || (analyzer->keep == KEEP_NORDIC && is_nordic_letter(entry->plain));
    if (entry->flags & FOLD_STRIPPED_MARK && !keep) return;
    if (keep) {
        add_item(analyzer, entry->plain, start, end, entry->class);
        return;
    }
    // 0xE33 and 0xEB3 may come decomposed out of the normalizer.
    if ((entry->plain == 0xE32 || entry->plain == 0xEB2) && analyzer->item_count > analyzer->first_item) {
        aisle_item *last = &analyzer->items[analyzer->item_count - 1];
        if (last->code == (entry->plain == 0xE32 ? 0xE4D : 0xECD) && last->end >= start) {
            last->code = entry->plain + 1;
            last->end = end;
            return;
        }
    }
    add_item(analyzer, entry->stripped & 0x1FFFFF, start, end, entry->class);
    if (entry->stripped >> 24 != 0) add_item(analyzer, entry->stripped >> 24, start, end, entry->class);
}

/// Folds characters that normalize together, and appends their items; each stands for the bytes of all.
static void add_segment(aisle_analyzer *analyzer, const uint32_t *codes, int count, int32_t start, int32_t end) {
    UChar source[SEGMENT_MAX * 2], folded[FOLDED_MAX];
    int32_t length = 0;
    for (int i = 0; i < count; i++) U16_APPEND_UNSAFE(source, length, codes[i]);
    UErrorCode status = U_ZERO_ERROR;
    int32_t folded_length = unorm2_normalize(analyzer->nfkc_casefold, source, length, folded, FOLDED_MAX, &status);
    if (U_FAILURE(status)) {
        add_item(analyzer, 0, start, end, CLASS_SEPARATOR);
        return;
    }
    for (int32_t at = 0; at < folded_length;) {
        UChar32 code;
        U16_NEXT(folded, at, folded_length, code);
        const aisle_fold_entry *entry = aisle_fold(analyzer, (uint32_t)code);
        if (entry->flags & FOLD_MULTIPLE) continue;  // cannot be: the output of the normalizer is folded
        add_folded(analyzer, entry, start, end);
    }
}

void aisle_fold_text(aisle_analyzer *analyzer, int32_t start, int32_t end) {
    const uint8_t *text = analyzer->text;
    uint32_t codes[SEGMENT_MAX];
    analyzer->first_item = analyzer->item_count;
    int32_t at = start, next_at = start;
    uint32_t next = at < end ? aisle_decode(text, &next_at, end) : UINT32_MAX;

    while (at < end && !analyzer->out_of_memory) {
        // The segment's first character...
        int32_t segment_start = at;
        uint32_t code = next;
        at = next_at;
        next = at < end ? aisle_decode(text, &next_at, end) : UINT32_MAX;
        // Nothing folds, nothing combines.
        if (aisle_is_plain_cjk(code) && aisle_is_plain_cjk(next) && !analyzer->general_path_only) {
            add_item(analyzer, code, segment_start, at, CLASS_CJK);
            continue;
        }
        const aisle_fold_entry *entry = aisle_fold(analyzer, code);
        const aisle_fold_entry *next_entry = aisle_fold(analyzer, next);

        if (code == 0x200B) {  // the zero-width space parts words only where nothing else does
            if (analyzer->item_count > analyzer->first_item &&
                analyzer->items[analyzer->item_count - 1].class == CLASS_DICTIONARY) {
                add_item(analyzer, 0, segment_start, at, CLASS_SEPARATOR);
            }
            continue;
        }
        // ...which most often is all of it.
        // White space and malformed bytes carry no marks.
        bool alone = next_entry->flags & FOLD_BOUNDARY_BEFORE || code <= 0x20 || code > 0x10FFFF;
        if (alone && (entry->flags & FOLD_MULTIPLE) == 0) {
            add_folded(analyzer, entry, segment_start, at);
            continue;
        }
        if (entry->flags & FOLD_FRACTION) add_item(analyzer, 0, segment_start, segment_start, CLASS_SEPARATOR);
        int count = 0;
        codes[count++] = code;
        while (at < end && count < SEGMENT_MAX && (next_entry->flags & FOLD_BOUNDARY_BEFORE) == 0) {
            codes[count++] = next;
            at = next_at;
            next = at < end ? aisle_decode(text, &next_at, end) : UINT32_MAX;
            next_entry = aisle_fold(analyzer, next);
        }
        add_segment(analyzer, codes, count, segment_start, at);
    }
}
