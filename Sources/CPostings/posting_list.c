#include "posting_list.h"

#include "aisle_postings.h"

int posting_list_encode(posting_list_encoder *encoder, const uint32_t *pairs, uint32_t count) {
    byte_buffer *list = &encoder->list, *payload = &encoder->payload;
    list->used = payload->used = 0;
    uint32_t ranges = 0;
    for (uint32_t i = 0; i < count; i++) {
        ranges += i == 0 || pairs[2 * i] >> AISLE_RANGE_BITS != pairs[2 * i - 2] >> AISLE_RANGE_BITS;
    }
    if (byte_buffer_append_varint(list, ranges)) return -1;
    uint32_t previous = 0;
    for (uint32_t from = 0; from < count;) {
        uint32_t range = pairs[2 * from] >> AISLE_RANGE_BITS, to = from, exceptions = 0;
        while (to < count && pairs[2 * to] >> AISLE_RANGE_BITS == range) exceptions += pairs[2 * to++ + 1] >= 255;
        uint32_t length = to - from;
        if (byte_buffer_append_varint(list, range - previous) || byte_buffer_append_varint(list, length) ||
            byte_buffer_append_varint(list, exceptions)) {
            return -1;
        }
        previous = range;
        uint8_t *documents = byte_buffer_reserve(payload, (size_t)length * 3 + (size_t)exceptions * 4);
        if (!documents) return -1;
        uint8_t *patterns = documents + 2 * (size_t)length, *rest = patterns + length;
        for (uint32_t i = 0; i < length; i++) {
            uint16_t document = (uint16_t)pairs[2 * (from + i)], pattern = (uint16_t)pairs[2 * (from + i) + 1];
            memcpy(documents + 2 * i, &document, 2);
            patterns[i] = pattern < 255 ? (uint8_t)pattern : 255;
            if (pattern < 255) continue;
            uint16_t exception[2] = {(uint16_t)i, pattern};
            memcpy(rest, exception, 4);
            rest += 4;
        }
        payload->used += (size_t)length * 3 + (size_t)exceptions * 4;
        from = to;
    }
    return byte_buffer_append(list, payload->bytes, payload->used);
}

void posting_list_encoder_free(posting_list_encoder *encoder) {
    free(encoder->list.bytes);
    free(encoder->payload.bytes);
}
