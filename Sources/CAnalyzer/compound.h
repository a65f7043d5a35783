/// A compound taken apart: `WH-1000XM4` is two pieces (WH, 1000XM4) and four parts (WH, 1000, XM, 4).
#ifndef AISLE_COMPOUND_H
#define AISLE_COMPOUND_H

#include "internal.h"

enum {
    PARTS_MAX = 48,          ///< a longer compound is cut into several
    PIECES_MAX = 12,
    CODE_PIECES_MAX = 5,     ///< codes of more pieces have no partial joins
    WORDS_MAX = 4,           ///< letter-only compounds of more pieces are lists of words
    LONG_WORD = 12,          ///< ... and so are those with a longer piece
    CODE_LETTERS_MAX = 3,    ///< so few letters beside a digit are no word
    PART_ROOM = AISLE_TOKEN_MAX + 8,
};

/// The smallest thing a compound consists of: letters, or a number.
typedef struct {
    char text[PART_ROOM];
    int32_t length;      ///< bytes, at most AISLE_TOKEN_MAX
    int32_t characters;  ///< also those that did not fit
    int32_t start, end;  ///< in the source
    uint8_t class;       ///< CLASS_DIGIT for a number; a script's class; CLASS_LETTER for mixed scripts
    uint8_t piece;
    char kept;           ///< a connector that stays in joins: the / of 24/7, the : of 16:9
    bool full;           ///< a character did not fit; none after it may
    bool silent;         ///< counts in the whole only: the l of l'eau, the s of Levi's
} compound_part;

typedef struct {
    compound_part parts[PARTS_MAX];
    int count;
    int piece_count;
    char suffix[3];      ///< "+", "++", "#", or empty
    int32_t suffix_end;  ///< in the source
} compound;

/// Reads the compound at `first` (an alphanumeric item, or a point and a digit); returns the index past it.
size_t aisle_read_compound(const aisle_analyzer *analyzer, const aisle_item *items, size_t first, size_t limit,
                           compound *compound);

/// Reads the number at `first` (with `leading_point`: the point of `.5`) as a new part; returns the index past it.
size_t aisle_read_number(const aisle_item *items, size_t first, size_t limit, compound_part *part,
                         bool may_be_fraction);

/// Appends a character to a part's text while it fits.
void aisle_append_code(compound_part *part, uint32_t code);

#endif
