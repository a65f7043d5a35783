/// Reading a compound: which characters join, and where it falls into parts.
#include "compound.h"

#include <string.h>

void aisle_append_code(compound_part *part, uint32_t code) {
    char bytes[4];
    int count = aisle_encode(code, bytes);
    part->characters++;
    part->full |= part->length + count > AISLE_TOKEN_MAX;
    if (part->full) return;
    memcpy(part->text + part->length, bytes, (size_t)count);
    part->length += count;
}

static bool is(const compound_part *part, const char *text) {
    size_t length = strlen(text);
    return part->length == (int32_t)length && memcmp(part->text, text, length) == 0;
}

static bool is_any(const compound_part *part, const char *const *texts) {
    for (; *texts != NULL; texts++) {
        if (is(part, *texts)) return true;
    }
    return false;
}

/// A part in the current piece, after all others.
static compound_part *new_part(compound *compound) {
    compound_part *part = &compound->parts[compound->count++];
    part->length = part->characters = 0;
    part->start = part->end = 0;
    part->class = CLASS_SEPARATOR;
    part->piece = (uint8_t)(compound->piece_count - 1);
    part->kept = 0;
    part->silent = part->full = false;
    return part;
}

static compound_part *last_part(compound *compound) { return &compound->parts[compound->count - 1]; }

/// A part whose text is not the source's: the `inch` of an inch mark.
static void add_written(compound *compound, const char *text, const aisle_item *first, const aisle_item *last) {
    compound_part *part = new_part(compound);
    for (; *text != 0; text++) aisle_append_code(part, (uint8_t)*text);
    part->class = CLASS_LATIN;
    part->start = first->start;
    part->end = last->end;
}

static uint8_t class_at(const aisle_item *items, size_t at, size_t limit) {
    return at < limit ? items[at].class : CLASS_SEPARATOR;
}

static uint32_t code_at(const aisle_item *items, size_t at, size_t limit) { return at < limit ? items[at].code : 0; }

static const char *const length_units[] = {"mm", "cm", "dm", "m", "in", "ft", NULL};

static size_t read_letters(const aisle_item *items, size_t at, size_t limit, compound *compound) {
    compound_part *part = new_part(compound);
    part->class = items[at].class;
    part->start = items[at].start;
    size_t first = at;
    for (; at < limit && is_letter(items[at].class); at++) {
        aisle_append_code(part, items[at].code);
        if (items[at].class != part->class) part->class = CLASS_LETTER;
    }
    part->end = items[at - 1].end;

    // 17" and 17in are what people also write as 17 inch; 4in1 is not.
    bool measured = compound->count >= 2 && part[-1].class == CLASS_DIGIT && part[-1].piece == part->piece;
    if (measured && is(part, "in") && class_at(items, at, limit) != CLASS_DIGIT) {
        aisle_append_code(part, 'c');
        aisle_append_code(part, 'h');
    }

    // 60mmx90mm: the x is a sign of its own.
    bool dimension = at - first >= 2 && part->length == (int32_t)(at - first) && part->text[part->length - 1] == 'x' &&
                     class_at(items, at, limit) == CLASS_DIGIT && compound->count >= 2 &&
                     part[-1].class == CLASS_DIGIT && part[-1].piece == part->piece;
    if (dimension) {
        part->length--;
        if (is_any(part, length_units)) {
            part->characters--;
            part->end = items[at - 2].end;
            add_written(compound, "x", &items[at - 1], &items[at - 1]);
        } else {
            part->length++;
        }
    }
    return at;
}

/// What an apostrophe between two letters means. Returns the index to go on at; `at` itself: an ordinary connector.
static size_t read_apostrophe(const aisle_analyzer *analyzer, const aisle_item *items, size_t at, size_t limit,
                              compound *compound) {
    static const char *const contractions[] = {"t", "ll", "re", "ve", "d", "m", NULL};
    static const char *const elided[] = {
        "l", "d", "j", "qu", "n", "s", "c", "m", "t", "jusqu", "lorsqu", "puisqu", "quelqu",
        "un", "dell", "nell", "all", "sull", "dall", "quest", "quell", "bell", "sant", NULL,
    };
    compound_part right = {.length = 0};
    size_t end = at + 1;
    for (; end < limit && is_letter(items[end].class); end++) aisle_append_code(&right, items[end].code);
    bool alone = class_at(items, end, limit) != CLASS_DIGIT;

    if (is(&right, "s") && alone) {  // a possessive: men's is men; elsewhere Levi's is levi and levis
        if (analyzer->language != AISLE_LANGUAGE_EN) {
            compound->piece_count++;
            add_written(compound, "s", &items[at + 1], &items[at + 1]);
            last_part(compound)->silent = true;
        } else {
            last_part(compound)->end = items[at + 1].end;
        }
        return end;
    }
    compound_part *left = last_part(compound);
    if (analyzer->language == AISLE_LANGUAGE_EN && alone && is_any(&right, contractions)) {  // don't is dont
        for (size_t i = at + 1; i < end; i++) aisle_append_code(left, items[i].code);
        left->end = items[end - 1].end;
        return end;
    }
    bool elides = analyzer->language == AISLE_LANGUAGE_FR || analyzer->language == AISLE_LANGUAGE_IT;
    if (elides && compound->count == 1 && is_any(left, elided)) left->silent = true;
    return at;
}

static bool is_apostrophe(uint32_t code) { return code == '\'' || code == PRIME; }

/// An inch or foot mark straight after a number. Returns the index past it, `at` for none.
static size_t read_length_mark(const aisle_item *items, size_t at, size_t limit, bool quoted, compound *compound) {
    uint32_t code = items[at].code, next = code_at(items, at + 1, limit);
    if (last_part(compound)->class != CLASS_DIGIT) return at;
    if (code == '"' && !quoted) {
        add_written(compound, "inch", &items[at], &items[at]);
        return at + 1;
    }
    if (is_apostrophe(code) && next == code) {
        add_written(compound, "inch", &items[at], &items[at + 1]);
        return at + 2;
    }
    if (code == PRIME || (code == '\'' && class_at(items, at + 1, limit) == CLASS_DIGIT)) {
        add_written(compound, "ft", &items[at], &items[at]);
        return at + 1;
    }
    return at;
}

/// Whether a size goes on behind a unit or its mark: x or * and a digit.
static bool goes_on_with_times(const aisle_item *items, size_t at, size_t limit) {
    uint32_t code = code_at(items, at, limit);
    return (code == 'x' || code == '*') && class_at(items, at + 1, limit) == CLASS_DIGIT;
}

/// Whether the connector at `at`, between two alphanumeric items, joins them. (Commas of numbers are the numbers'.)
static bool joins(const aisle_item *items, size_t at, size_t limit, const compound_part *left) {
    uint8_t right = class_at(items, at + 1, limit);
    if (!is_alphanumeric(right)) return false;
    switch (items[at].code) {
    case '-': case '_': case '.': case '/': case '&': case '+': case '#': return true;
    case ':': return left->class == CLASS_DIGIT && right == CLASS_DIGIT;
    case '\'': case PRIME:
        if (left->class == CLASS_DIGIT) {  // 90's
            return code_at(items, at + 1, limit) == 's' && !is_alphanumeric(class_at(items, at + 2, limit));
        }
        return is_letter(right);
    default: return false;
    }
}

/// C++, S23+, C#: signs at the end that make another thing of it.
static size_t read_suffix(const aisle_item *items, size_t at, size_t limit, compound *compound) {
    size_t end = at;
    while (end < limit && items[end].code == '+' && end - at < 3) end++;
    size_t signs = end - at;
    if (signs == 0 && code_at(items, at, limit) == '#' && compound->count == 1 &&
        is_letter(compound->parts[0].class) && compound->parts[0].characters == 1) {
        end = at + 1;
        if (is_alphanumeric(class_at(items, end, limit)) || code_at(items, end, limit) == '#') return at;
        strcpy(compound->suffix, "#");
    } else if (signs == 1 || signs == 2) {
        strcpy(compound->suffix, signs == 1 ? "+" : "++");
    } else {
        return at;
    }
    compound->suffix_end = items[end - 1].end;
    return end;
}

size_t aisle_read_compound(const aisle_analyzer *analyzer, const aisle_item *items, size_t first, size_t limit,
                           compound *compound) {
    bool quoted = first > 0 && items[first - 1].code == '"';
    size_t at = first;
    compound->count = 0;
    compound->piece_count = 1;
    compound->suffix[0] = 0;
    while (at < limit && compound->count < PARTS_MAX - 2) {
        bool starts_piece = compound->count == 0 || last_part(compound)->piece != compound->piece_count - 1;
        if (is_letter(items[at].class)) {
            at = read_letters(items, at, limit, compound);
            continue;
        }
        if (items[at].class == CLASS_DIGIT || compound->count == 0) {
            bool after_slash = at > first && items[at - 1].code == '/';
            bool after_times = compound->count > 0 && is(last_part(compound), "x");
            bool may_be_fraction = (starts_piece && !after_slash) || after_times;
            char kept = 0;
            if (starts_piece && compound->count > 0 && last_part(compound)->class == CLASS_DIGIT &&
                (items[at - 1].code == '/' || items[at - 1].code == ':')) {
                kept = (char)items[at - 1].code;
            }
            compound_part *part = new_part(compound);
            at = aisle_read_number(items, at, limit, part, may_be_fraction);
            part->kept = kept;
            continue;
        }
        if (items[at].class != CLASS_CONNECTOR) break;

        size_t past = read_length_mark(items, at, limit, quoted, compound);
        if (past > at) {
            at = past;
            bool feet_and_inches = is(last_part(compound), "ft") && class_at(items, at, limit) == CLASS_DIGIT;
            if (!feet_and_inches && !goes_on_with_times(items, at, limit)) return at;
            continue;
        }
        compound_part *left = last_part(compound);
        if (items[at].code == '*') {
            bool measure = left->class == CLASS_DIGIT ||
                           (compound->count >= 2 && left[-1].class == CLASS_DIGIT && left[-1].piece == left->piece);
            if (!measure || !goes_on_with_times(items, at, limit)) break;
            add_written(compound, "x", &items[at], &items[at]);
            at++;
            continue;
        }
        if (!joins(items, at, limit, left)) break;
        if (is_apostrophe(items[at].code) && left->class != CLASS_DIGIT) {
            past = read_apostrophe(analyzer, items, at, limit, compound);
            if (past > at) {
                at = past;
                continue;
            }
        }
        if (compound->piece_count == PIECES_MAX) break;
        compound->piece_count++;
        at++;
    }
    return read_suffix(items, at, limit, compound);
}
