#include "aisle_scorer.h"
