/// Encodes posting lists; the format is described at `aisle_postings_builder_finish`.
#ifndef AISLE_POSTING_LIST_H
#define AISLE_POSTING_LIST_H

#include <stdint.h>

#include "byte_buffer.h"

/// Keeps its memory from list to list.
typedef struct {
    byte_buffer list;  ///< the encoded list
    byte_buffer payload;
} posting_list_encoder;

/// Encodes `count` (document, pattern) pairs in rising order of document into `encoder->list`. 0, or -1 without memory.
int posting_list_encode(posting_list_encoder *encoder, const uint32_t *pairs, uint32_t count);

void posting_list_encoder_free(posting_list_encoder *encoder);

#endif
