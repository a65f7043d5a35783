#include "aisle_analyzer.h"
