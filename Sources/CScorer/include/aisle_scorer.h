#ifndef AISLE_SCORER_H
#define AISLE_SCORER_H
#include <stdint.h>
#endif
