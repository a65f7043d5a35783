// Attention for one key-value head: a few rows of queries at a time against all keys they see, so that scratch grows with
// the number of keys, not with its square.

#include "rows.h"

#include <float.h>

/// Queries taken together, of all heads of a few tokens; a multiple of the product's tile of 6.
enum { QUERIES = 24 };

/// Tokens whose queries are taken together.
static size_t tokens_at_once(size_t heads) { return heads < QUERIES ? QUERIES / heads : 1; }

static size_t panels_of(size_t tokens) { return (tokens + AISLE_PANEL - 1) / AISLE_PANEL * AISLE_PANEL; }

size_t aisle_attention_scratch(size_t value_stride, size_t heads, size_t tokens, size_t context_count) {
    return tokens_at_once(heads) * heads * (tokens + context_count * AISLE_PANEL + value_stride + 1);
}

/// Tokens of context `i` that some row up to `last` may see.
static size_t visible(const aisle_context *contexts, size_t context_count, size_t i, size_t last) {
    return i + 1 < context_count ? contexts[i].count : last + 1;
}

/// Sets the scores of a row that pad panels, or belong to tokens after the row's own.
static void hide(const aisle_context *contexts, size_t context_count, size_t last, size_t token, float *row,
                 float value) {
    for (size_t i = 0; i < context_count; i++) {
        size_t width = panels_of(visible(contexts, context_count, i, last));
        for (size_t j = visible(contexts, context_count, i, token); j < width; j++) row[j] = value;
        row += width;
    }
}

void aisle_attention(unsigned cpu, size_t head_dim, size_t value_stride, size_t heads, size_t rows, size_t first,
                     const float *queries, const aisle_context *contexts, size_t context_count, float *out,
                     size_t out_stride, float *scratch) {
    const size_t at_once = tokens_at_once(heads);
    for (size_t begin = 0; begin < rows; begin += at_once) {
        const size_t count = rows - begin < at_once ? rows - begin : at_once, m = count * heads;
        const size_t last = first + begin + count - 1;
        size_t width = 0;
        for (size_t i = 0; i < context_count; i++) width += panels_of(visible(contexts, context_count, i, last));
        float *scores = scratch, *sums = scores + m * width, *scales = sums + m * value_stride;

        const float *q = queries + begin * heads * head_dim;
        size_t column = 0;
        for (size_t i = 0; i < context_count; i++) {
            size_t seen = visible(contexts, context_count, i, last);
            aisle_panels keys = {contexts[i].keys, head_dim * AISLE_PANEL, AISLE_PANEL};
            aisle_matmul(cpu, m, seen, head_dim, q, head_dim, keys, scores + column, width, 0);
            column += panels_of(seen);
        }

        for (size_t r = 0; r < m; r++) {
            float *row = scores + r * width;
            const size_t token = first + begin + r / heads;
            hide(contexts, context_count, last, token, row, -FLT_MAX);
            scales[r] = aisle_softmax(cpu, row, width);
            hide(contexts, context_count, last, token, row, 0);
        }

        column = 0;
        for (size_t i = 0; i < context_count; i++) {
            size_t seen = visible(contexts, context_count, i, last);
            aisle_panels values = {contexts[i].values, AISLE_PANEL, value_stride};
            aisle_matmul(cpu, m, value_stride, seen, scores + column, width, values, sums, value_stride, i > 0);
            column += panels_of(seen);
        }
        for (size_t r = 0; r < m; r++) {
            float *target = out + (begin + r / heads) * out_stride + r % heads * head_dim;
            for (size_t j = 0; j < head_dim; j++) target[j] = sums[r * value_stride + j] * scales[r];
        }
    }
}
