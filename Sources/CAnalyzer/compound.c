/// Tokens of a compound: its parts in their places; pieces, partial joins and the whole beside the first part they
/// cover. A token of letters alone is stemmed as if it stood alone, unless it is a code's (`is_code`); one with a digit
/// never is.
#include "compound.h"

#include <string.h>
#include <unicode/uchar.h>

/// One compound on its way to tokens.
typedef struct {
    aisle_analyzer *analyzer;
    compound *compound;
    size_t first_token;  ///< of this compound
    int32_t unit;
    bool has_digit;
} emission;

/// Whether parts `first`...`last` are letters of a code, which are not stemmed: beside a digit somewhere in the compound
/// short ones and those in capitals. (The iPhone of iPhone15 and the shirts of T-shirts-2 are words.)
static bool is_code(const emission *emission, int first, int last) {
    const aisle_analyzer *analyzer = emission->analyzer;
    if (!emission->has_digit) return false;
    for (int i = first; i <= last; i++) {
        const compound_part *part = &emission->compound->parts[i];
        if (part->characters <= CODE_LETTERS_MAX) continue;
        for (int32_t at = part->start; at < part->end;) {
            uint32_t code = aisle_decode(analyzer->text, &at, part->end);
            if (code == UINT32_MAX || !u_isupper((UChar32)code)) return false;
        }
    }
    return true;
}

/// Appends a token with `text` copied; stemmed when `class` is that of a script. Not one the compound has already at
/// that place or as another join.
static void emit(emission *emission, const char *text, int32_t length, int32_t start, int32_t end, int32_t position,
                 uint32_t kind, uint8_t class) {
    aisle_analyzer *analyzer = emission->analyzer;
    char *copy = aisle_text_room(analyzer, (size_t)length);
    if (copy == NULL) return;
    memcpy(copy, text, (size_t)length);
    const char *token = copy;
    int32_t token_length = length;
    if (is_letter(class)) {
        token = aisle_stem(analyzer, copy, length, class, &token_length);
        if (token_length != length || memcmp(token, copy, (size_t)length) != 0) kind |= AISLE_TOKEN_STEM;
    }
    bool is_part = kind & AISLE_TOKEN_WORD || position == analyzer->next_position;
    for (size_t i = emission->first_token; i < analyzer->token_count && !is_part; i++) {
        const aisle_token *other = &analyzer->tokens[i];
        if (other->length == token_length && memcmp(other->text, token, (size_t)token_length) == 0) return;
    }
    aisle_add_token(analyzer, token, token_length, start, end, position, emission->unit, kind);
}

/// Emits parts `first`...`last` as one token.
static void emit_join(emission *emission, int first, int last, int32_t position, uint32_t kind, bool with_suffix) {
    const compound *compound = emission->compound;
    const compound_part *parts = compound->parts;
    char text[AISLE_TOKEN_MAX + 8];
    int32_t length = 0;
    uint8_t class = parts[first].class;
    for (int i = first; i <= last; i++) {
        if (i > first && parts[i].kept != 0 && length < AISLE_TOKEN_MAX) text[length++] = parts[i].kept;
        int32_t fits = aisle_cut(parts[i].text, parts[i].length, AISLE_TOKEN_MAX - length);
        memcpy(text + length, parts[i].text, (size_t)fits);
        length += fits;
        if (parts[i].class == CLASS_DIGIT || class == CLASS_DIGIT) class = CLASS_DIGIT;
        else if (parts[i].class != class) class = CLASS_LETTER;
        if (fits < parts[i].length) break;
    }
    if (is_letter(class) && is_code(emission, first, last)) class = CLASS_DIGIT;
    int32_t end = parts[last].end;
    if (with_suffix) {
        int32_t suffix = (int32_t)strlen(compound->suffix);
        length = aisle_cut(text, length, AISLE_TOKEN_MAX - suffix);
        memcpy(text + length, compound->suffix, (size_t)suffix);
        length += suffix;
        class = CLASS_DIGIT;
        end = compound->suffix_end;
    }
    emit(emission, text, length, parts[first].start, end, position, kind, class);
}

static void emit_part(emission *emission, int index, uint32_t kind) {
    const compound_part *part = &emission->compound->parts[index];
    uint8_t class = is_code(emission, index, index) ? CLASS_DIGIT : part->class;
    emit(emission, part->text, part->length, part->start, part->end, emission->analyzer->next_position, kind, class);
}

static int piece_end(const compound *compound, int first) {
    int end = first + 1;
    while (end < compound->count && compound->parts[end].piece == compound->parts[first].piece) end++;
    return end;
}

/// Whether letters alone make a list of words rather than one thing.
static bool is_list(const compound *compound) {
    int words = 0;
    bool long_word = false;
    for (int i = 0; i < compound->count; i++) {
        if (compound->parts[i].silent) continue;
        words++;
        long_word |= compound->parts[i].characters > LONG_WORD;
    }
    return words > WORDS_MAX || (words > 1 && long_word);
}

static void emit_list(emission *emission) {
    aisle_analyzer *analyzer = emission->analyzer;
    int last = emission->compound->count - 1;
    for (int i = 0; i <= last; i++) {
        if (emission->compound->parts[i].silent) continue;
        emission->unit = analyzer->next_unit++;
        emission->first_token = analyzer->token_count;
        emit_part(emission, i, AISLE_TOKEN_WORD);
        if (i == last && emission->compound->suffix[0] != 0) {
            emit_join(emission, i, i, analyzer->next_position, AISLE_TOKEN_CODE, true);
        }
        analyzer->next_position++;
    }
}

static void emit_compound(emission *emission) {
    aisle_analyzer *analyzer = emission->analyzer;
    bool has_digit = emission->has_digit;
    const compound *compound = emission->compound;
    const compound_part *parts = compound->parts;
    int last = compound->count - 1;
    // The elided article of a longer compound (l'eau-de-vie) is dropped; beside one word it only counts in the whole.
    int whole_first = parts[0].silent && compound->piece_count > 2 ? 1 : 0;
    bool partial_joins = has_digit && compound->piece_count <= CODE_PIECES_MAX;
    bool first_visible = true;

    for (int i = whole_first; i <= last; i++) {
        if (parts[i].silent) continue;
        int32_t position = analyzer->next_position;
        emit_part(emission, i, AISLE_TOKEN_CODE_PART | (has_digit ? 0 : AISLE_TOKEN_WORD));
        analyzer->next_position++;

        bool starts_piece = i == 0 || parts[i - 1].piece != parts[i].piece;
        int end = piece_end(compound, i);
        if (starts_piece && (i > whole_first || end <= last)) {
            if (end - i > 1) emit_join(emission, i, end - 1, position, AISLE_TOKEN_CODE_PART, false);
            for (end = end <= last ? piece_end(compound, end) : last + 2; partial_joins && end <= last + 1;
                 end = end <= last ? piece_end(compound, end) : last + 2) {
                if (i > whole_first || end <= last) {
                    emit_join(emission, i, end - 1, position, AISLE_TOKEN_CODE_JOIN, false);
                }
            }
        }
        if (first_visible) {
            if (last > whole_first) emit_join(emission, whole_first, last, position, AISLE_TOKEN_CODE, false);
            if (compound->suffix[0] != 0) emit_join(emission, whole_first, last, position, AISLE_TOKEN_CODE, true);
            first_visible = false;
        }
    }
}

/// `.NET`: a short name after a point, with nothing before or behind it. Returns the index past it, `first` for none.
static size_t emit_dotted_name(aisle_analyzer *analyzer, const aisle_item *items, size_t first, size_t limit) {
    bool bare = first == 0 || items[first - 1].class == CLASS_SEPARATOR || items[first - 1].code == '"';
    size_t end = first + 1;
    while (end < limit && items[end].class == CLASS_LATIN && end - first <= 5) end++;
    bool goes_on = end < limit && (is_alphanumeric(items[end].class) || items[end].class == CLASS_CJK);
    bool joins_more = end + 1 < limit && items[end].class == CLASS_CONNECTOR && is_alphanumeric(items[end + 1].class);
    if (!bare || end - first < 3 || end - first > 5 || goes_on || joins_more) return first;

    compound compound = {.count = 1, .piece_count = 1};
    compound_part *part = &compound.parts[0];
    part->class = CLASS_LATIN;
    for (size_t i = first + 1; i < end; i++) aisle_append_code(part, items[i].code);
    part->start = items[first + 1].start;
    part->end = items[end - 1].end;
    emission emission = {analyzer, &compound, analyzer->token_count, analyzer->next_unit++, false};
    emit_part(&emission, 0, AISLE_TOKEN_CODE_PART | AISLE_TOKEN_WORD);
    char whole[PART_ROOM] = ".";
    memcpy(whole + 1, part->text, (size_t)part->length);
    int32_t position = analyzer->next_position++;
    emit(&emission, whole, part->length + 1, items[first].start, part->end, position, AISLE_TOKEN_CODE, CLASS_DIGIT);
    return end;
}

size_t aisle_emit_compound(aisle_analyzer *analyzer, const aisle_item *items, size_t first, size_t limit) {
    if (items[first].code == '.' && is_letter(items[first + 1].class)) {
        size_t end = emit_dotted_name(analyzer, items, first, limit);
        return end > first ? end : first + 1;
    }
    compound compound;
    size_t end = aisle_read_compound(analyzer, items, first, limit, &compound);
    emission emission = {analyzer, &compound, analyzer->token_count, 0, false};
    for (int i = 0; i < compound.count; i++) emission.has_digit |= compound.parts[i].class == CLASS_DIGIT;

    if (!emission.has_digit && is_list(&compound)) {
        emit_list(&emission);
        return end;
    }
    emission.unit = analyzer->next_unit++;
    if (compound.count == 1 && compound.suffix[0] == 0) {
        emit_part(&emission, 0, AISLE_TOKEN_WORD);
        analyzer->next_position++;
    } else {
        emit_compound(&emission);
    }
    return end;
}
