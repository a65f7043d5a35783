// A team of threads: a loop is handed out index by index, so that an uneven load or a noisy neighbour costs little.

#include "aisle_kernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

/// How often a thread looks for the next loop before it sleeps: some tens of microseconds, the gap between two loops of
/// a forward pass.
enum { SPINS = 4000 };

struct aisle_pool {
    unsigned size;
    pthread_t *threads;

    void (*body)(void *, size_t, size_t);
    void *context;
    size_t count;
    atomic_size_t next;       ///< the next index to hand out
    atomic_uint generation;   ///< counts loops; a change wakes the team
    atomic_uint busy;         ///< threads still in the current loop
    atomic_int stopping;

    pthread_mutex_t mutex;    ///< guards sleeping only
    pthread_cond_t wake;
    atomic_uint sleepers;
};

typedef struct {
    aisle_pool *pool;
    unsigned worker;
} member;

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void work(aisle_pool *pool, size_t worker) {
    for (;;) {
        size_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (index >= pool->count) return;
        pool->body(pool->context, index, worker);
    }
}

/// Waits until the generation differs from `seen`; first awake, then asleep.
static unsigned wait_for_loop(aisle_pool *pool, unsigned seen) {
    for (int i = 0; i < SPINS; i++) {
        unsigned now = atomic_load_explicit(&pool->generation, memory_order_acquire);
        if (now != seen) return now;
        pause_briefly();
    }
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleepers, 1);
    unsigned now;
    while ((now = atomic_load(&pool->generation)) == seen) pthread_cond_wait(&pool->wake, &pool->mutex);
    atomic_fetch_sub(&pool->sleepers, 1);
    pthread_mutex_unlock(&pool->mutex);
    return now;
}

/// Begins a loop, or the end when `stopping` is set. A sleeper adds itself before it looks at the generation, and both
/// are sequentially consistent, so either it sees the new generation or it is seen here.
static void announce(aisle_pool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers) > 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->wake);
        pthread_mutex_unlock(&pool->mutex);
    }
}

static void *run_member(void *argument) {
    member self = *(member *)argument;
    free(argument);
    unsigned seen = 0;
    for (;;) {
        seen = wait_for_loop(self.pool, seen);
        if (atomic_load(&self.pool->stopping)) return NULL;
        work(self.pool, self.worker);
        atomic_fetch_sub_explicit(&self.pool->busy, 1, memory_order_release);
    }
}

aisle_pool *aisle_pool_create(unsigned threads) {
    if (threads == 0) return NULL;
    aisle_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->threads = calloc(threads, sizeof *pool->threads);
    pool->size = 1;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    for (unsigned worker = 1; pool->threads && worker < threads; worker++) {
        member *self = malloc(sizeof *self);
        if (!self) break;
        *self = (member){pool, worker};
        if (pthread_create(&pool->threads[worker], NULL, run_member, self) != 0) {
            free(self);
            break;
        }
        pool->size++;
    }
    if (!pool->threads || pool->size < threads) {
        aisle_pool_destroy(pool);
        return NULL;
    }
    return pool;
}

void aisle_pool_destroy(aisle_pool *pool) {
    if (!pool) return;
    atomic_store(&pool->stopping, 1);
    announce(pool);
    for (unsigned worker = 1; worker < pool->size; worker++) pthread_join(pool->threads[worker], NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->threads);
    free(pool);
}

void aisle_pool_run(aisle_pool *pool, size_t count, void (*body)(void *, size_t, size_t), void *context) {
    if (pool->size == 1 || count <= 1) {
        for (size_t index = 0; index < count; index++) body(context, index, 0);
        return;
    }
    pool->body = body;
    pool->context = context;
    pool->count = count;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    atomic_store_explicit(&pool->busy, pool->size - 1, memory_order_relaxed);
    announce(pool);
    work(pool, 0);
    for (unsigned spins = 0; atomic_load_explicit(&pool->busy, memory_order_acquire) > 0; spins++) {
        if (spins < SPINS) pause_briefly(); else sched_yield();
    }
}
