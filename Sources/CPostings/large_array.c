#include "large_array.h"

#include <stdlib.h>
#include <string.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

enum { HUGE_PAGE = 2 << 20 };

void *large_array_grow(void *old, size_t used, size_t capacity) {
#ifdef MADV_HUGEPAGE
    if (capacity >= 2 * (size_t)HUGE_PAGE) {
        void *grown = NULL;
        if (posix_memalign(&grown, HUGE_PAGE, capacity)) return NULL;
        // Only advice: without huge pages it is an array like any other.
        madvise(grown, capacity, MADV_HUGEPAGE);
        if (used) memcpy(grown, old, used);
        free(old);
        return grown;
    }
#endif
    return realloc(old, capacity);
}
