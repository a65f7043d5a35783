/// What matrix products cost on this machine, and so the least that reranking can cost: oneDNN's GEMM in the layer
/// shapes of Qwen3-Reranker-0.6B, weights pre-packed and different ones every time, as a real model has it.
///
/// Build: cc -O2 Tests/Benchmarks/gemm_floor.c -ldnnl -lgomp -lpthread -o /tmp/gemm_floor      (libdnnl-dev 2.6)
/// Run:   /tmp/gemm_floor [THREADS] [ROUNDS] [KIND...]         KIND: f32 u8s8 s8s8 bf16; bf16 only where asked for
///
/// Prints G operations a second (a multiply and an add are two), best and median, and the workload's floor:
/// 32 candidates of 150 tokens, 75 of them shared, so 2,475 tokens in 28 layers; attention (63 GFLOP) at the f32 rate.
#include <oneapi/dnnl/dnnl.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHAPES = 4, LAYERS = 28, ROUNDS_MAX = 31, THREADS_MAX = 64, TOKENS = 2475, ALIGNMENT = 64 };

/// Output columns and inner length of a layer's four products.
static const struct {
    const char *name;
    dnnl_dim_t n, k;
} shapes[SHAPES] = {{"qkv", 4096, 1024}, {"o", 1024, 2048}, {"gate+up", 6144, 1024}, {"down", 1024, 3072}};

static const dnnl_dim_t batches[] = {16, 64, 256, 1024, TOKENS};
enum { BATCHES = sizeof batches / sizeof *batches };

typedef struct {
    const char *name;
    dnnl_data_type_t source, weights, destination;
} kind;

static const kind kinds[] = {
    {"f32", dnnl_f32, dnnl_f32, dnnl_f32},
    {"u8s8", dnnl_u8, dnnl_s8, dnnl_s32},
    {"s8s8", dnnl_s8, dnnl_s8, dnnl_s32},
    {"bf16", dnnl_bf16, dnnl_bf16, dnnl_f32},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

void omp_set_num_threads(int count); // libgomp's, which runs oneDNN's threads

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static double seconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void check(dnnl_status_t status, const char *doing) {
    if (status == dnnl_success) return;
    fprintf(stderr, "gemm_floor: %s: oneDNN status %d\n", doing, (int)status);
    exit(1);
}

/// `size` bytes of small numbers that are valid in every type used here; the caller frees them.
static void *filled(size_t size, dnnl_data_type_t type) {
    void *bytes = aligned_alloc(ALIGNMENT, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    if (bytes == NULL) {
        fprintf(stderr, "gemm_floor: no memory for %zu bytes\n", size);
        exit(1);
    }
    unsigned state = 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        ((unsigned char *)bytes)[i] = (unsigned char)(state >> 25); // 0...127
    }
    if (type == dnnl_f32) {
        for (size_t i = 0; i < size / 4; i++) ((float *)bytes)[i] = (float)(i * 37 % 127) * 0.01f - 0.6f;
    } else if (type == dnnl_bf16) {
        for (size_t i = 0; i < size / 2; i++) ((unsigned short *)bytes)[i] = (unsigned short)(0x3f00 + i % 128);
    }
    return bytes;
}

/// Describes a matrix of `rows` by `columns`.
static void describe(dnnl_memory_desc_t *description, dnnl_dim_t rows, dnnl_dim_t columns, dnnl_data_type_t type,
                     dnnl_format_tag_t layout) {
    dnnl_dims_t dimensions = {rows, columns};
    check(dnnl_memory_desc_init_by_tag(description, 2, dimensions, type, layout), "matrix");
}

static dnnl_memory_t memory(const dnnl_memory_desc_t *description, void *bytes) {
    dnnl_memory_t result;
    check(dnnl_memory_create(&result, description, engine, bytes), "memory");
    return result;
}

/// One product's primitive for one batch size; its weights' layout is oneDNN's own choice.
typedef struct {
    dnnl_primitive_t primitive;
    dnnl_memory_desc_t packed;
} product;

static int make_product(const kind *kind, dnnl_dim_t m, int shape, product *result) {
    dnnl_dim_t n = shapes[shape].n, k = shapes[shape].k;
    dnnl_memory_desc_t source, weights, destination;
    describe(&source, m, k, kind->source, dnnl_ab);
    describe(&weights, k, n, kind->weights, dnnl_format_tag_any);
    describe(&destination, m, n, kind->destination, dnnl_ab);
    dnnl_matmul_desc_t description;
    check(dnnl_matmul_desc_init(&description, &source, &weights, NULL, &destination), "matmul");
    dnnl_primitive_desc_t chosen;
    if (dnnl_primitive_desc_create(&chosen, &description, NULL, engine, NULL) != dnnl_success) return 0;
    result->packed = *dnnl_primitive_desc_query_md(chosen, dnnl_query_weights_md, 0);
    check(dnnl_primitive_create(&result->primitive, chosen), "primitive");
    dnnl_primitive_desc_destroy(chosen);
    return 1;
}

/// Weights of one layer's product, packed as `product` wants them.
static dnnl_memory_t pack(const kind *kind, int shape, const product *product, void **bytes) {
    dnnl_memory_desc_t plain;
    describe(&plain, shapes[shape].k, shapes[shape].n, kind->weights, dnnl_ba);
    void *values = filled(dnnl_memory_desc_get_size(&plain), kind->weights);
    *bytes = filled(dnnl_memory_desc_get_size(&product->packed), dnnl_s8);
    dnnl_memory_t from = memory(&plain, values), to = memory(&product->packed, *bytes);
    dnnl_primitive_desc_t description;
    dnnl_primitive_t reorder;
    check(dnnl_reorder_primitive_desc_create(&description, &plain, engine, &product->packed, engine, NULL), "reorder");
    check(dnnl_primitive_create(&reorder, description), "reorder");
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    check(dnnl_primitive_execute(reorder, stream, 2, arguments), "reorder");
    check(dnnl_stream_wait(stream), "reorder");
    dnnl_primitive_destroy(reorder);
    dnnl_primitive_desc_destroy(description);
    dnnl_memory_destroy(from);
    free(values);
    return to;
}

static int ascending(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

typedef struct {
    double best;          // G operations a second over whole layers, the fastest of each single product
    double median;        // the same for the median round
    double shape[SHAPES]; // as `best`, of each of a layer's products
} rate;

/// Measures all products of `m` rows. A round runs through `LAYERS` layers' weights, fewer where `m` makes reading
/// them a small part. Returns 0 where oneDNN has no such product.
static int measure(const kind *kind, dnnl_dim_t m, int rounds, rate *result) {
    product products[SHAPES];
    dnnl_memory_t weights[LAYERS][SHAPES], sources[SHAPES], destinations[SHAPES];
    void *packed[LAYERS][SHAPES], *inputs[SHAPES], *outputs[SHAPES];
    int layers = m >= 1024 ? LAYERS / 4 : LAYERS;
    for (int shape = 0; shape < SHAPES; shape++) {
        if (!make_product(kind, m, shape, &products[shape])) return 0;
        dnnl_memory_desc_t source, destination;
        describe(&source, m, shapes[shape].k, kind->source, dnnl_ab);
        describe(&destination, m, shapes[shape].n, kind->destination, dnnl_ab);
        inputs[shape] = filled(dnnl_memory_desc_get_size(&source), kind->source);
        outputs[shape] = filled(dnnl_memory_desc_get_size(&destination), dnnl_s8);
        sources[shape] = memory(&source, inputs[shape]);
        destinations[shape] = memory(&destination, outputs[shape]);
        for (int layer = 0; layer < layers; layer++) {
            weights[layer][shape] = pack(kind, shape, &products[shape], &packed[layer][shape]);
        }
    }
    double fastest[LAYERS][SHAPES], totals[ROUNDS_MAX];
    for (int round = -1; round < rounds; round++) { // the first warms up
        double total = 0;
        for (int layer = 0; layer < layers; layer++) {
            for (int shape = 0; shape < SHAPES; shape++) {
                dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, sources[shape]},
                                               {DNNL_ARG_WEIGHTS, weights[layer][shape]},
                                               {DNNL_ARG_DST, destinations[shape]}};
                double start = seconds_now();
                check(dnnl_primitive_execute(products[shape].primitive, stream, 3, arguments), "product");
                check(dnnl_stream_wait(stream), "product");
                double taken = seconds_now() - start;
                if (round < 0 || taken < fastest[layer][shape]) fastest[layer][shape] = taken;
                total += taken;
            }
        }
        if (round >= 0) totals[round] = total;
    }
    double all_operations = 0, least = 0;
    for (int shape = 0; shape < SHAPES; shape++) {
        double operations = 2e-9 * (double)(m * shapes[shape].n * shapes[shape].k) * layers, taken = 0;
        for (int layer = 0; layer < layers; layer++) taken += fastest[layer][shape];
        result->shape[shape] = operations / taken;
        all_operations += operations;
        least += taken;
    }
    qsort(totals, (size_t)rounds, sizeof *totals, ascending);
    result->best = all_operations / least;
    result->median = all_operations / totals[rounds / 2];
    for (int shape = 0; shape < SHAPES; shape++) {
        for (int layer = 0; layer < layers; layer++) {
            dnnl_memory_destroy(weights[layer][shape]);
            free(packed[layer][shape]);
        }
        dnnl_memory_destroy(sources[shape]);
        dnnl_memory_destroy(destinations[shape]);
        dnnl_primitive_destroy(products[shape].primitive);
        free(inputs[shape]);
        free(outputs[shape]);
    }
    return 1;
}

#if defined(__x86_64__)
#include <immintrin.h>

enum { SPINS = 20000000, CHAINS = 16 };

/// Fused multiply-adds on registers alone: the most this machine's cores could do, and a probe of their clock.
__attribute__((target("avx512f"))) static void *spin_f32(void *sum) {
    __m512 chains[CHAINS], factor = _mm512_set1_ps(0.999f), addend = _mm512_set1_ps(1e-3f);
    for (int i = 0; i < CHAINS; i++) chains[i] = _mm512_set1_ps((float)i);
    for (int spin = 0; spin < SPINS; spin++) {
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++) chains[i] = _mm512_fmadd_ps(chains[i], factor, addend);
    }
    for (int i = 0; i < CHAINS; i++) *(float *)sum += _mm512_reduce_add_ps(chains[i]);
    return NULL;
}

__attribute__((target("avx512f,avx512vnni"))) static void *spin_int8(void *sum) {
    __m512i chains[CHAINS], left = _mm512_set1_epi8(1), right = _mm512_set1_epi8(1);
    for (int i = 0; i < CHAINS; i++) chains[i] = _mm512_set1_epi32(i);
    for (int spin = 0; spin < SPINS; spin++) {
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++) chains[i] = _mm512_dpbusd_epi32(chains[i], left, right);
    }
    for (int i = 0; i < CHAINS; i++) *(float *)sum += (float)_mm512_reduce_add_epi32(chains[i]);
    return NULL;
}

static double peak(void *(*spin)(void *), double operations, int threads) {
    pthread_t running[THREADS_MAX];
    float sums[THREADS_MAX] = {0};
    double start = seconds_now();
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&running[i], NULL, spin, &sums[i]) != 0) exit(1);
    }
    for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);
    return operations * SPINS * CHAINS * threads / (seconds_now() - start) * 1e-9;
}

static void print_peaks(int threads) {
    if (__builtin_cpu_supports("avx512f")) printf("register peak f32 %.0f", peak(spin_f32, 32, threads));
    if (__builtin_cpu_supports("avx512vnni")) printf(", int8 %.0f", peak(spin_int8, 128, threads));
    printf(" G operations a second\n");
}
#else
static void print_peaks(int threads) {
    (void)threads;
}
#endif

int main(int count, char **arguments) {
    int threads = count > 1 ? atoi(arguments[1]) : 2, rounds = count > 2 ? atoi(arguments[2]) : 3;
    if (threads < 1 || threads > THREADS_MAX || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: gemm_floor [THREADS 1...%d] [ROUNDS 1...%d] [KIND...]\n", THREADS_MAX, ROUNDS_MAX);
        return 2;
    }
    omp_set_num_threads(threads);
    check(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine");
    check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "stream");
    const dnnl_version_t *version = dnnl_version();
    printf("oneDNN %d.%d.%d, %d threads, %d rounds\n", version->major, version->minor, version->patch, threads, rounds);
    print_peaks(threads);
    printf("%-5s %5s %8s %8s   best of each:", "", "M", "best", "median");
    for (int shape = 0; shape < SHAPES; shape++) printf(" %8s", shapes[shape].name);
    printf("\n");

    double operations = 0, attention = 0, attention_rate = 0;
    for (int shape = 0; shape < SHAPES; shape++) operations += 2.0 * (double)shapes[shape].n * (double)shapes[shape].k;
    operations *= LAYERS * (double)TOKENS * 1e-9;
    // (query, key) pairs of a 75-token prefix and 32 times 75 own tokens; 4 operations for each of 16 x 128 values.
    attention = (75.0 * 76 / 2 + 32 * (75.0 * 75 + 75.0 * 76 / 2)) * 4 * 16 * 128 * LAYERS * 1e-9;
    for (int i = 0; i < KINDS; i++) {
        int wanted = count <= 3 && strcmp(kinds[i].name, "bf16") != 0;
        for (int argument = 3; argument < count; argument++) wanted |= strcmp(arguments[argument], kinds[i].name) == 0;
        if (!wanted) continue;
        double best = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            rate measured;
            if (!measure(&kinds[i], batches[batch], rounds, &measured)) {
                printf("%-5s oneDNN has no such product here\n", kinds[i].name);
                break;
            }
            printf("%-5s %5d %8.0f %8.0f                ", kinds[i].name, (int)batches[batch], measured.best,
                   measured.median);
            for (int shape = 0; shape < SHAPES; shape++) printf(" %8.0f", measured.shape[shape]);
            printf("\n");
            fflush(stdout);
            if (measured.best > best) best = measured.best;
        }
        if (best == 0) continue;
        if (attention_rate == 0) attention_rate = best; // f32 comes first unless it was not asked for
        printf("%-5s floor %.2f s: %.0f G operations at %.0f, attention %.0f at %.0f\n", kinds[i].name,
               operations / best + attention / attention_rate, operations, best, attention, attention_rate);
    }
    print_peaks(threads);
    return 0;
}
