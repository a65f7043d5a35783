/// UTF-8, leniently: what is malformed is reported, and nothing behind it is lost.
#include "internal.h"

uint32_t aisle_decode(const uint8_t *text, int32_t *offset, int32_t end) {
    int32_t at = *offset;
    uint32_t lead = text[at++];
    *offset = at;
    if (lead < 0x80) return lead;

    int following;
    uint32_t code, least;
    if (lead >= 0xC2 && lead <= 0xDF) {
        following = 1, code = lead & 0x1F, least = 0x80;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        following = 2, code = lead & 0x0F, least = 0x800;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        following = 3, code = lead & 0x07, least = 0x10000;
    } else {
        return UINT32_MAX;
    }
    for (; following > 0; following--) {
        // A truncated character gives up its own bytes only, never the one that shows it is truncated.
        if (at >= end || (text[at] & 0xC0) != 0x80) {
            *offset = at;
            return UINT32_MAX;
        }
        code = code << 6 | (text[at++] & 0x3F);
    }
    *offset = at;
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return UINT32_MAX;
    return code;
}

int32_t aisle_cut(const char *text, int32_t length, int32_t limit) {
    if (length <= limit) return length;
    while (limit > 0 && ((uint8_t)text[limit] & 0xC0) == 0x80) limit--;
    return limit;
}
