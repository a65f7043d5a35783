/// Buffers of the analyzer: growing, reuse, giving back.
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 << 10, KEPT_ELEMENTS = 1 << 17, KEPT_BLOCKS = 32 };

bool aisle_reserve(aisle_analyzer *analyzer, void **buffer, size_t *capacity, size_t needed, size_t element_size) {
    if (needed <= *capacity) return true;
    size_t grown = *capacity < 256 ? 256 : *capacity + *capacity / 2;
    if (grown < needed) grown = needed;
    void *moved = grown > SIZE_MAX / element_size ? NULL : realloc(*buffer, grown * element_size);
    if (moved == NULL) {
        analyzer->out_of_memory = true;
        return false;
    }
    *buffer = moved;
    *capacity = grown;
    return true;
}

char *aisle_text_ahead(aisle_analyzer *analyzer, size_t length) {
    aisle_block *block = analyzer->block;
    if (block == NULL || block->capacity - block->used < length) {
        aisle_block *next = block == NULL ? analyzer->first_block : block->next;
        if (next == NULL) {
            size_t capacity = length > BLOCK_SIZE ? length : BLOCK_SIZE;
            next = malloc(sizeof(aisle_block) + capacity);
            if (next == NULL) {
                analyzer->out_of_memory = true;
                return NULL;
            }
            next->next = NULL;
            next->capacity = capacity;
            if (block == NULL) analyzer->first_block = next;
            else block->next = next;
        }
        next->used = 0;
        analyzer->block = block = next;
        if (block->capacity < length) {
            analyzer->out_of_memory = true;
            return NULL;
        }
    }
    return block->bytes + block->used;
}

char *aisle_text_room(aisle_analyzer *analyzer, size_t length) {
    char *room = aisle_text_ahead(analyzer, length);
    if (room != NULL) aisle_take_text(analyzer, length);
    return room;
}

/// Frees a buffer that an unusually long text made larger than is worth keeping.
static void give_back(void **buffer, size_t *capacity) {
    if (*capacity <= KEPT_ELEMENTS) return;
    free(*buffer);
    *buffer = NULL;
    *capacity = 0;
}

void aisle_reset_buffers(aisle_analyzer *analyzer) {
    give_back((void **)&analyzer->items, &analyzer->item_capacity);
    give_back((void **)&analyzer->stretches, &analyzer->stretch_capacity);
    give_back((void **)&analyzer->tokens, &analyzer->token_capacity);
    if (analyzer->dictionary_capacity > KEPT_ELEMENTS) {
        free(analyzer->dictionary_text);
        free(analyzer->dictionary_items);
        analyzer->dictionary_text = NULL;
        analyzer->dictionary_items = NULL;
        analyzer->dictionary_capacity = 0;
    }
    analyzer->item_count = analyzer->stretch_count = analyzer->token_count = analyzer->dictionary_count = 0;
    analyzer->out_of_memory = false;

    int kept = 0;
    for (aisle_block **link = &analyzer->first_block; *link != NULL;) {
        aisle_block *block = *link;
        if (++kept > KEPT_BLOCKS) {
            *link = block->next;
            free(block);
        } else {
            block->used = 0;
            link = &block->next;
        }
    }
    analyzer->block = analyzer->first_block;
}

void aisle_free_buffers(aisle_analyzer *analyzer) {
    free(analyzer->items);
    free(analyzer->stretches);
    free(analyzer->tokens);
    free(analyzer->dictionary_text);
    free(analyzer->dictionary_items);
    for (aisle_block *block = analyzer->first_block; block != NULL;) {
        aisle_block *next = block->next;
        free(block);
        block = next;
    }
}

void aisle_add_token(aisle_analyzer *analyzer, const char *text, int32_t length, int32_t start, int32_t end,
                     int32_t position, int32_t unit, uint32_t kind) {
    if (analyzer->token_count >= INT32_MAX ||
        !aisle_reserve(analyzer, (void **)&analyzer->tokens, &analyzer->token_capacity, analyzer->token_count + 1,
                       sizeof(aisle_token))) {
        analyzer->out_of_memory = true;
        return;
    }
    analyzer->tokens[analyzer->token_count++] = (aisle_token){
        .text = text, .length = length, .start = start, .end = end, .position = position, .unit = unit, .kind = kind};
}

int32_t aisle_pack(const aisle_token *tokens, int32_t count, uint8_t *out, int32_t capacity) {
    int64_t needed = 0;
    for (int32_t i = 0; i < count; i++) needed += 1 + tokens[i].length;
    if (needed > INT32_MAX) return -1;
    if (needed > capacity) return (int32_t)needed;
    for (int32_t i = 0; i < count; i++) {
        bool colocated = i > 0 && tokens[i].position == tokens[i - 1].position;
        out = aisle_pack_token(out, tokens[i].text, tokens[i].length, colocated);
    }
    return (int32_t)needed;
}
