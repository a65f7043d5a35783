/// Encodes posting lists; the format is described at `aisle_postings_builder_finish`.
#ifndef AISLE_POSTING_LIST_H
#define AISLE_POSTING_LIST_H

#include <stdint.h>

#include "byte_buffer.h"

/// One list at a time; keeps its memory from list to list.
typedef struct {
    byte_buffer list;     ///< the encoded list, once it is ended
    byte_buffer ranges;   ///< the header's part of each range that is done
    byte_buffer payload;  ///< documents, patterns and exceptions of each range that is done
    byte_buffer words;    ///< postings of the range at hand
    uint32_t range, previous, range_count;
} posting_list_encoder;

/// Forgets what was added: the next list begins.
void posting_list_begin(posting_list_encoder *encoder);

/// Adds postings of one range, as words (`posting_word`); ranges and documents rise. 0, or -1 without memory.
int posting_list_add(posting_list_encoder *encoder, uint32_t range, const uint32_t *words, uint32_t count);

/// Puts the list together in `encoder->list`. 0, or -1 without memory.
int posting_list_end(posting_list_encoder *encoder);

void posting_list_encoder_free(posting_list_encoder *encoder);

#endif
