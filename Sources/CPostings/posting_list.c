#include "posting_list.h"

#include "aisle_postings.h"

void posting_list_begin(posting_list_encoder *encoder) {
    encoder->ranges.used = encoder->payload.used = encoder->words.used = 0;
    encoder->range = encoder->previous = encoder->range_count = 0;
}

/// Encodes the range at hand.
static int end_range(posting_list_encoder *encoder) {
    const uint32_t *words = (const uint32_t *)encoder->words.bytes;
    uint32_t count = (uint32_t)(encoder->words.used / sizeof *words), exceptions = 0;
    if (!count) return 0;
    for (uint32_t i = 0; i < count; i++) exceptions += (words[i] & 0xFFFF) >= 255;
    if (byte_buffer_append_varint(&encoder->ranges, encoder->range - encoder->previous) ||
        byte_buffer_append_varint(&encoder->ranges, count) ||
        byte_buffer_append_varint(&encoder->ranges, exceptions)) {
        return -1;
    }
    size_t length = (size_t)count * 3 + (size_t)exceptions * 4;
    uint8_t *documents = byte_buffer_reserve(&encoder->payload, length);
    if (!documents) return -1;
    uint8_t *patterns = documents + 2 * (size_t)count, *rest = patterns + count;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t document = (uint16_t)(words[i] >> 16), pattern = (uint16_t)words[i];
        memcpy(documents + 2 * (size_t)i, &document, 2);
        patterns[i] = pattern < 255 ? (uint8_t)pattern : 255;
        if (pattern < 255) continue;
        uint16_t exception[2] = {(uint16_t)i, pattern};
        memcpy(rest, exception, 4);
        rest += 4;
    }
    encoder->payload.used += length;
    encoder->previous = encoder->range;
    encoder->range_count++;
    encoder->words.used = 0;
    return 0;
}

int posting_list_add(posting_list_encoder *encoder, uint32_t range, const uint32_t *words, uint32_t count) {
    if (range != encoder->range && end_range(encoder)) return -1;
    encoder->range = range;
    return byte_buffer_append(&encoder->words, words, (size_t)count * sizeof *words);
}

int posting_list_end(posting_list_encoder *encoder) {
    byte_buffer *list = &encoder->list;
    list->used = 0;
    if (end_range(encoder) || byte_buffer_append_varint(list, encoder->range_count)) return -1;
    return byte_buffer_append(list, encoder->ranges.bytes, encoder->ranges.used) |
           byte_buffer_append(list, encoder->payload.bytes, encoder->payload.used);
}

void posting_list_encoder_free(posting_list_encoder *encoder) {
    free(encoder->list.bytes);
    free(encoder->ranges.bytes);
    free(encoder->payload.bytes);
    free(encoder->words.bytes);
}
