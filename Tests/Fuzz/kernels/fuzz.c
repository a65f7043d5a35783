/// Holds the kernels of every instruction set of this processor against their definitions: fuzz COUNT SEED
///
/// Sizes, strides and numbers are drawn at random; the definitions are computed in double. Memory ends where it is said
/// to, so that a sanitizer sees the first byte read or written beyond it. Plain C, so that it also runs under an emulator
/// of another processor (see run-kernels-fuzz).
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aisle_kernels.h"

static uint64_t state;

/// SplitMix64.
static uint64_t draw(uint64_t below) {
    uint64_t mixed = state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return (mixed ^ (mixed >> 31)) % below;
}

/// About normal, with an outlier now and then.
static float number(void) {
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += (double)draw(1u << 20) / (1u << 20);
    return (float)(draw(500) == 0 ? sum * 100 : sum);
}

static void require(int holds, const char *kernel, unsigned cpu, double got, double expected) {
    if (holds) return;
    printf("fuzz: %s with processor bits %u: %g instead of %g\n", kernel, cpu, got, expected);
    exit(1);
}

static void *take(size_t count, size_t size) {
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL) exit(2);
    return memory;
}

static float *numbers(size_t count) {
    float *memory = take(count, sizeof(float));
    for (size_t i = 0; i < count; i++) memory[i] = number();
    return memory;
}

static void check_matmul(unsigned cpu) {
    size_t m = draw(15), n = 1 + draw(150), k = 1 + draw(70), pad = draw(4);
    size_t panels = (n + 15) / 16, width = panels * 16;
    float *a = numbers(m * (k + pad)), *b = numbers(panels * k * 16), *c = numbers(m * width);
    float *before = take(m * width, sizeof(float));
    memcpy(before, c, m * width * sizeof(float));
    int accumulate = (int)draw(2);
    aisle_matmul(cpu, m, n, k, a, k + pad, (aisle_panels){b, k * 16, 16}, c, width, accumulate);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = accumulate ? before[i * width + j] : 0, size = fabs(sum);
            for (size_t x = 0; x < k; x++) {
                double product = (double)a[i * (k + pad) + x] * b[j / 16 * k * 16 + x * 16 + j % 16];
                sum += product, size += fabs(product);
            }
            require(fabs(c[i * width + j] - sum) <= 1e-6 * size, "aisle_matmul", cpu, c[i * width + j], sum);
        }
    }
    free(a), free(b), free(c), free(before);
}

/// Quantizes rows and weights and multiplies them; the product has to be that of the quantized numbers.
static void check_int8(unsigned cpu) {
    size_t width = 1 + draw(600), groups = (width + AISLE_GROUP - 1) / AISLE_GROUP, m = draw(15), first = draw(3);
    size_t rows = first + m, all = groups * AISLE_GROUP;
    int accumulate = (int)draw(2);
    float *x = numbers(rows * width), *sizes = take(width, sizeof(float)), *inverse = take(width, sizeof(float));
    for (size_t i = 0; i < width; i++) sizes[i] = fabsf(number()) + 0.2f, inverse[i] = 1 / sizes[i];
    float *weights = numbers(AISLE_BLOCK * width);
    const void *pointers[AISLE_BLOCK];
    for (size_t row = 0; row < AISLE_BLOCK; row++) pointers[row] = draw(20) == 0 ? NULL : weights + row * width;

    aisle_int8_rows a = {
        take(rows * all, 1), take(rows * groups, 4), take(rows * groups, 4), take(rows * all, 2), take(rows * groups, 4)
    };
    aisle_int8_block b = {
        take(all * AISLE_BLOCK, 1), take(all * AISLE_BLOCK / 2, 1), take(groups * AISLE_BLOCK, 4)
    };
    aisle_quantize_rows(cpu, rows, width, groups, x, width, sizes, draw(3) == 0 ? 0 : (float)draw(30), &a, 0);
    aisle_quantize_block(cpu, AISLE_F32, pointers, width, groups, inverse, &b);

    float *c = numbers(m * AISLE_BLOCK), *before = take(m * AISLE_BLOCK, sizeof(float));
    memcpy(before, c, m * AISLE_BLOCK * sizeof(float));
    aisle_matmul_int8(cpu, m, groups, &a, first, &b, c, AISLE_BLOCK, accumulate);
    for (size_t i = 0; i < m; i++) {
        for (size_t column = 0; column < AISLE_BLOCK; column++) {
            double sum = accumulate ? before[i * AISLE_BLOCK + column] : 0, size = fabs(sum);
            for (size_t input = 0; input < width; input++) {
                size_t g = input / AISLE_GROUP, in = input % AISLE_GROUP, at = (first + i) * groups + g;
                size_t place = (first + i) * all + input, base = g * AISLE_GROUP * AISLE_BLOCK;
                double scale = b.scales[g * AISLE_BLOCK + column];
                double coarse = b.values[base + (in / 4 * AISLE_BLOCK + column) * 4 + in % 4] - 128.0;
                unsigned both = b.remainders[base / 2 + (in / 8 * AISLE_BLOCK + column) * 4 + in % 4];
                double fine = coarse + ((in % 8 < 4 ? both & 15 : both >> 4) - 8.0) / 16;
                // Of four wide values the middle two change places.
                static const int swapped[4] = {0, 1, -1, 0};
                int wide = a.wide_scales[at] != 0;
                double step = wide ? a.wide_scales[at] : a.scales[at];
                double value = step * (wide ? a.wide[(ptrdiff_t)place + swapped[place % 4]] : a.values[place]);
                double term = scale * value * (wide ? fine : coarse);
                sum += term, size += fabs(term);
                if (column == 0) {
                    double meant = (double)x[place / all * width + input] * sizes[input];
                    require(fabs(value - meant) <= 0.5001 * step + 1e-6 * fabs(meant), "aisle_quantize_rows", cpu, value,
                            meant);
                }
                if (i == 0 && pointers[column] != NULL) {
                    double meant = (double)weights[column * width + input] / sizes[input];
                    require(fabs(fine * scale - meant) <= 0.0626 * scale + 1e-6 * fabs(meant), "aisle_quantize_block",
                            cpu, fine * scale, meant);
                }
            }
            double got = c[i * AISLE_BLOCK + column];
            require(fabs(got - sum) <= 2e-6 * size, "aisle_matmul_int8", cpu, got, sum);
        }
    }
    free(x), free(sizes), free(inverse), free(weights), free(c), free(before);
    free(a.values), free(a.scales), free(a.offsets), free(a.wide), free(a.wide_scales);
    free(b.values), free(b.remainders), free(b.scales);
}

/// Two contexts, as a prefix and a document have them.
static void check_attention(unsigned cpu) {
    size_t head_dim = 2 * (1 + draw(40)), stride = (head_dim + 15) / 16 * 16, heads = draw(20) == 0 ? 26 : 1 + draw(5);
    size_t counts[2] = {1 + draw(40), 1 + draw(40)}, rows = 1 + draw(counts[1]), first = counts[1] - rows;
    float *keys[2], *values[2];
    for (int i = 0; i < 2; i++) {
        size_t padded = (counts[i] + 15) / 16 * 16;
        keys[i] = numbers(padded * head_dim), values[i] = numbers(counts[i] * stride);
    }
    aisle_context contexts[2] = {{keys[0], values[0], counts[0]}, {keys[1], values[1], counts[1]}};
    float *queries = numbers(rows * heads * head_dim), *out = take(rows * heads * head_dim, sizeof(float));
    float *scratch = take(aisle_attention_scratch(stride, heads, counts[0] + counts[1], 2), sizeof(float));
    for (size_t i = 0; i < rows * heads * head_dim; i++) queries[i] *= 0.1f;
    aisle_attention(cpu, head_dim, stride, heads, rows, first, queries, contexts, 2, out, heads * head_dim, scratch);
    for (size_t row = 0; row < rows; row++) {
        for (size_t head = 0; head < heads; head++) {
            double scores[80], most = -INFINITY, total = 0, magnitude = 1;
            size_t seen = counts[0] + first + row + 1;
            for (size_t t = 0; t < seen; t++) {
                int i = t >= counts[0];
                size_t token = i ? t - counts[0] : t;
                double sum = 0, size = 0;
                for (size_t j = 0; j < head_dim; j++) {
                    double product = (double)queries[(row * heads + head) * head_dim + j] *
                                     keys[i][token / 16 * head_dim * 16 + j * 16 + token % 16];
                    sum += product, size += fabs(product);
                }
                scores[t] = sum;
                magnitude = size > magnitude ? size : magnitude;
                most = scores[t] > most ? scores[t] : most;
            }
            for (size_t t = 0; t < seen; t++) total += scores[t] = exp(scores[t] - most);
            for (size_t j = 0; j < head_dim; j++) {
                double sum = 0, size = 0;
                for (size_t t = 0; t < seen; t++) {
                    int i = t >= counts[0];
                    double term = scores[t] / total * values[i][(i ? t - counts[0] : t) * stride + j];
                    sum += term, size += fabs(term);
                }
                double got = out[(row * heads + head) * head_dim + j];
                // Rounding a score moves its weight by as large a part.
                require(fabs(got - sum) <= 2e-6 * magnitude * (size + 1e-3), "aisle_attention", cpu, got, sum);
            }
        }
    }
    for (int i = 0; i < 2; i++) free(keys[i]), free(values[i]);
    free(queries), free(out), free(scratch);
}

static void check_rows(unsigned cpu) {
    size_t width = 1 + draw(200), half = 1 + draw(40);
    float *x = numbers(width), *gain = numbers(width), *out = take(width, sizeof(float));
    aisle_rms_norm(cpu, 1, width, x, width, gain, 1e-6f, out, width);
    double squares = 0;
    for (size_t i = 0; i < width; i++) squares += (double)x[i] * x[i];
    for (size_t i = 0; i < width; i++) {
        double expected = gain[i] * x[i] / sqrt(squares / (double)width + 1e-6);
        require(fabs(out[i] - expected) <= 1e-5 * (fabs(expected) + 1e-6), "aisle_rms_norm", cpu, out[i], expected);
    }
    free(x), free(gain), free(out);

    float *head = numbers(2 * half), *by = numbers(2 * half), *cosine = numbers(half), *sine = numbers(half);
    float *rotated = take(2 * half, sizeof(float));
    aisle_rotate_head(cpu, 2 * half, head, by, 1e-6f, cosine, sine, 0.5f, rotated);
    squares = 0;
    for (size_t i = 0; i < 2 * half; i++) squares += (double)head[i] * head[i];
    double scale = 1 / sqrt(squares / (double)(2 * half) + 1e-6);
    for (size_t i = 0; i < half; i++) {
        double low = head[i] * scale * by[i], high = head[i + half] * scale * by[i + half];
        double expected = 0.5 * (low * cosine[i] - high * sine[i]), size = fabs(low * cosine[i]) + fabs(high * sine[i]);
        require(fabs(rotated[i] - expected) <= 1e-5 * (size + 1e-6), "aisle_rotate_head", cpu, rotated[i], expected);
        expected = 0.5 * (high * cosine[i] + low * sine[i]);
        size = fabs(high * cosine[i]) + fabs(low * sine[i]);
        require(fabs(rotated[i + half] - expected) <= 1e-5 * (size + 1e-6), "aisle_rotate_head", cpu, rotated[i + half],
                expected);
    }
    free(head), free(by), free(cosine), free(sine), free(rotated);

    float *blocks = numbers(64), *products = take(32, sizeof(float));
    aisle_swiglu(cpu, 1, blocks, 64, products, 32);
    for (size_t i = 0; i < 32; i++) {
        double expected = blocks[i] / (1 + exp(-(double)blocks[i])) * blocks[i + 32];
        require(fabs(products[i] - expected) <= 1e-5 * (fabs(expected) + 1e-6), "aisle_swiglu", cpu, products[i], expected);
    }
    free(blocks), free(products);
}

/// Keys in panels, stored in pieces: what is not stored stays as it was.
static void check_keys(unsigned cpu) {
    size_t head_dim = 1 + draw(70), first = draw(40), count = draw(60), stride = head_dim + draw(3);
    size_t panels = (first + count) / AISLE_PANEL + 1, all = panels * head_dim * AISLE_PANEL;
    float *x = numbers(count * stride), *keys = numbers(all), *before = take(all, sizeof(float));
    memcpy(before, keys, all * sizeof(float));
    aisle_store_keys(cpu, head_dim, first, count, x, stride, keys);
    for (size_t token = 0; token < panels * AISLE_PANEL; token++) {
        for (size_t j = 0; j < head_dim; j++) {
            size_t place = (token / AISLE_PANEL * head_dim + j) * AISLE_PANEL + token % AISLE_PANEL;
            int stored = token >= first && token < first + count;
            float expected = stored ? x[(token - first) * stride + j] : before[place];
            require(keys[place] == expected, "aisle_store_keys", cpu, keys[place], expected);
        }
    }
    free(x), free(keys), free(before);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: fuzz COUNT SEED\n", stderr);
        return 2;
    }
    const unsigned whole = aisle_cpu_features();
    unsigned sets[] = {
        0, AISLE_CPU_AVX2, AISLE_CPU_AVX2 | AISLE_CPU_AVXVNNI, AISLE_CPU_AVX2 | AISLE_CPU_AVX512, AISLE_CPU_DOTPROD, whole
    };
    unsigned long count = strtoul(argv[1], NULL, 10);
    state = strtoull(argv[2], NULL, 10);
    for (unsigned long i = 0; i < count; i++) {
        for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
            if ((sets[s] & whole) != sets[s]) continue;
            check_matmul(sets[s]);
            check_int8(sets[s]);
            check_attention(sets[s]);
            check_rows(sets[s]);
            check_keys(sets[s]);
        }
    }
    printf("fuzz: %lu rounds, processor bits %u, seed %s: all as defined\n", count, whole, argv[2]);
    return 0;
}
