/// JSON cut into a flat list of nodes, strictly, at memory speed.
#include "internal.h"

typedef struct {
    const uint8_t *text;
    size_t at, length;
    aisle_json_node *nodes;
    size_t count;
    aisle_json_failure *failure;
} parser;

size_t aisle_json_bound(const uint8_t *text, size_t length) {
    // Every node but the first one stands behind one of these.
    size_t count = 1;
    for (size_t at = 0; at < length; at++) {
        uint8_t byte = text[at];
        count += (byte == ',') | (byte == ':') | (byte == '[') | (byte == '{');
    }
    return count;
}

static bool fail(parser *parser, const char *problem) {
    parser->failure->problem = problem;
    parser->failure->offset = parser->at;
    return false;
}

static void skip_space(parser *parser) {
    while (parser->at < parser->length) {
        uint8_t byte = parser->text[parser->at];
        if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t') return;
        parser->at++;
    }
}

static bool take(parser *parser, uint8_t byte) {
    if (parser->at >= parser->length || parser->text[parser->at] != byte) return false;
    parser->at++;
    return true;
}

static aisle_json_node *append(parser *parser, uint32_t kind, size_t start) {
    aisle_json_node *node = &parser->nodes[parser->count++];
    *node = (aisle_json_node){kind, (uint32_t)start, (uint32_t)(parser->at - start), (uint32_t)parser->count};
    return node;
}

static int32_t hexadecimal(uint8_t byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static bool escape(parser *parser) {
    const uint8_t *text = parser->text + parser->at;
    size_t left = parser->length - parser->at;
    if (left < 2) return fail(parser, "a string is never closed");
    switch (text[1]) {
        case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
            parser->at += 2;
            return true;
        case 'u':
            if (left < 6 || (hexadecimal(text[2]) | hexadecimal(text[3]) | hexadecimal(text[4]) | hexadecimal(text[5])) < 0) {
                return fail(parser, "\\u needs four hexadecimal digits");
            }
            parser->at += 6;
            return true;
        default: return fail(parser, "an unknown escape in a string");
    }
}

static bool string(parser *parser, uint32_t kind) {
    size_t start = ++parser->at, bytes;
    while (parser->at < parser->length) {
        uint8_t byte = parser->text[parser->at];
        if (byte == '"') {
            append(parser, kind, start);
            parser->at++;
            return true;
        }
        if (byte == '\\') {
            if (!escape(parser)) return false;
        } else if (byte < 0x20) {
            return fail(parser, "a control character in a string");
        } else if (byte < 0x80) {
            parser->at++;
        } else {
            if (aisle_character(parser->text, parser->at, parser->length, &bytes) == UINT32_MAX) {
                return fail(parser, "malformed UTF-8 in a string");
            }
            parser->at += bytes;
        }
    }
    return fail(parser, "a string is never closed");
}

static bool digits(parser *parser) {
    size_t start = parser->at;
    while (parser->at < parser->length && (uint8_t)(parser->text[parser->at] - '0') < 10) parser->at++;
    return parser->at > start || fail(parser, "a digit is missing in a number");
}

static bool number(parser *parser) {
    size_t start = parser->at;
    take(parser, '-');
    if (!take(parser, '0') && !digits(parser)) return false;
    if (take(parser, '.') && !digits(parser)) return false;
    if (take(parser, 'e') || take(parser, 'E')) {
        if (!take(parser, '+')) take(parser, '-');
        if (!digits(parser)) return false;
    }
    append(parser, AISLE_JSON_NUMBER, start);
    return true;
}

static bool word(parser *parser, const char *expected, uint32_t kind) {
    size_t start = parser->at, length = strlen(expected);
    if (parser->length - start < length || memcmp(parser->text + start, expected, length) != 0) {
        return fail(parser, "an unknown word where a value should be");
    }
    parser->at += length;
    append(parser, kind, start);
    return true;
}

static bool value(parser *parser, size_t depth);

/// What stands between the brackets of an object or array, and the closing one.
static bool members(parser *parser, uint32_t kind, size_t depth) {
    uint8_t closing = kind == AISLE_JSON_OBJECT ? '}' : ']';
    if (depth > AISLE_JSON_DEPTH) return fail(parser, "nested too deeply");
    size_t own = parser->count, start = parser->at++;
    append(parser, kind, start);
    skip_space(parser);
    if (!take(parser, closing)) {
        do {
            skip_space(parser);
            if (kind == AISLE_JSON_OBJECT) {
                if (parser->at >= parser->length || parser->text[parser->at] != '"') {
                    return fail(parser, "a key in quotes is missing");
                }
                if (!string(parser, AISLE_JSON_KEY)) return false;
                skip_space(parser);
                if (!take(parser, ':')) return fail(parser, "a colon is missing");
                skip_space(parser);
            }
            if (!value(parser, depth)) return false;
            skip_space(parser);
        } while (take(parser, ','));
        if (!take(parser, closing)) return fail(parser, "a comma or a closing bracket is missing");
    }
    parser->nodes[own].length = (uint32_t)(parser->at - start);
    parser->nodes[own].next = (uint32_t)parser->count;
    return true;
}

static bool value(parser *parser, size_t depth) {
    if (parser->at >= parser->length) return fail(parser, "the text ends where a value should be");
    uint8_t byte = parser->text[parser->at];
    switch (byte) {
        case '{': return members(parser, AISLE_JSON_OBJECT, depth + 1);
        case '[': return members(parser, AISLE_JSON_ARRAY, depth + 1);
        case '"': return string(parser, AISLE_JSON_STRING);
        case 't': return word(parser, "true", AISLE_JSON_TRUE);
        case 'f': return word(parser, "false", AISLE_JSON_FALSE);
        case 'n': return word(parser, "null", AISLE_JSON_NULL);
        default:
            if (byte == '-' || (uint8_t)(byte - '0') < 10) return number(parser);
            return fail(parser, "a value is missing");
    }
}

size_t aisle_json_parse(const uint8_t *text, size_t length, aisle_json_node *nodes, aisle_json_failure *failure) {
    parser parser = {.text = text, .length = length, .nodes = nodes, .failure = failure};
    if (length > UINT32_MAX) {
        fail(&parser, "more than 4 GiB");
        return 0;
    }
    skip_space(&parser);
    if (!value(&parser, 0)) return 0;
    skip_space(&parser);
    if (parser.at < length) {
        fail(&parser, "there is more text behind the value");
        return 0;
    }
    return parser.count;
}

static uint32_t unit(const uint8_t *escape) {
    uint32_t code = 0;
    for (size_t digit = 2; digit < 6; digit++) code = code << 4 | (uint32_t)hexadecimal(escape[digit]);
    return code;
}

size_t aisle_json_string(const uint8_t *text, const aisle_json_node *node, uint8_t *out) {
    size_t at = node->start, end = at + node->length, written = 0;
    while (at < end) {
        if (text[at] != '\\') {
            out[written++] = text[at++];
            continue;
        }
        uint8_t sign = text[at + 1];
        if (sign != 'u') {
            out[written++] = sign == 'b' ? '\b' : sign == 'f' ? '\f' : sign == 'n' ? '\n' : sign == 'r' ? '\r'
                           : sign == 't' ? '\t' : sign;
            at += 2;
            continue;
        }
        uint32_t code = unit(text + at);
        at += 6;
        bool high = code >= 0xD800 && code < 0xDC00, surrogate = code >= 0xD800 && code < 0xE000;
        if (high && end - at >= 6 && text[at] == '\\' && text[at + 1] == 'u') {
            uint32_t low = unit(text + at);
            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                surrogate = false;
                at += 6;
            }
        }
        written += aisle_put(surrogate ? 0xFFFD : code, out + written);
    }
    return written;
}
