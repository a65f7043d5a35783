#include "aisle_tokenizer.h"
