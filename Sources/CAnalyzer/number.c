/// Numbers as shops write them: 1,5 = 1.5, 1,000 = 1000, .5 = 0.5, 3/4.
///
/// A comma between digits is decimal unless every group after it has exactly three digits and the number starts with
/// 1...9: then it parts thousands (`1,000` is 1000, never 1.000). A point is decimal, unless there are two or more and
/// every group has three digits (`1.000.000`). `1.234,5` and `1,234.5` are both 1234.5. `1,2,3` is a list.
#include "compound.h"

enum { GROUPS_MAX = 8 };

typedef struct {
    size_t start, end;
} digit_group;

static size_t digits_end(const aisle_item *items, size_t at, size_t limit) {
    while (at < limit && items[at].class == CLASS_DIGIT) at++;
    return at;
}

static bool is_digit_at(const aisle_item *items, size_t at, size_t limit) {
    return at < limit && items[at].class == CLASS_DIGIT;
}

static bool are_thousands(const aisle_item *items, const digit_group *groups, int count) {
    if (groups[0].end - groups[0].start > 3 || items[groups[0].start].code == '0') return false;
    for (int i = 1; i < count; i++) {
        if (groups[i].end - groups[i].start != 3) return false;
    }
    return count > 1;
}

/// The value of a short group without leading zeros, 0 for others.
static uint32_t small_value(const aisle_item *items, size_t start, size_t end) {
    if (start == end || end - start > 3 || items[start].code == '0') return 0;
    uint32_t value = 0;
    for (; start < end; start++) value = value * 10 + (items[start].code - '0');
    return value;
}

/// Whether people mean a fraction (3/4, 15/16, 1/43) and not two things (24/7, 32/64).
static bool is_fraction(uint32_t numerator, uint32_t denominator) {
    if (numerator == 0 || denominator <= numerator || denominator > 200) return false;
    if (numerator == 1) return true;
    switch (denominator) {
    case 3: case 5: return true;
    case 6: return numerator == 5;
    case 10: return numerator % 2 != 0 && numerator != 5;
    case 4: case 8: case 16: case 32: case 64: return numerator % 2 != 0;
    default: return false;
    }
}

static void append_digits(compound_part *part, const aisle_item *items, size_t start, size_t end) {
    for (; start < end; start++) aisle_append_code(part, items[start].code);
}

/// How many groups make one number, and which separators stay (as points).
static int settle(const aisle_item *items, const digit_group *groups, const uint32_t *separators, int count,
                  bool in_list, bool keep[GROUPS_MAX]) {
    int commas = 0;
    for (int i = 0; i + 1 < count; i++) {
        keep[i] = separators[i] == '.';
        commas += separators[i] == ',';
    }
    if (count == 1) return 1;
    if (commas == count - 1) {
        if (in_list) return 1;
        if (are_thousands(items, groups, count)) return count;
        keep[0] = true;
        return count == 2 ? 2 : 1;
    }
    if (commas == 0) {
        if (count > 2 && are_thousands(items, groups, count)) {
            for (int i = 0; i + 1 < count; i++) keep[i] = false;
        }
        return count;
    }
    bool one_last = true;
    for (int i = 0; i + 2 < count; i++) one_last &= separators[i] != separators[count - 2];
    if (one_last && !in_list && are_thousands(items, groups, count - 1)) {
        for (int i = 0; i + 2 < count; i++) keep[i] = false;
        keep[count - 2] = true;
        return count;
    }
    return separators[0] == '.' ? 2 : 1;
}

size_t aisle_read_number(const aisle_item *items, size_t first, size_t limit, compound_part *part,
                         bool may_be_fraction) {
    part->class = CLASS_DIGIT;
    part->start = items[first].start;
    if (items[first].code == '.') {
        size_t end = digits_end(items, first + 1, limit);
        aisle_append_code(part, '0');
        aisle_append_code(part, '.');
        append_digits(part, items, first + 1, end);
        part->end = items[end - 1].end;
        return end;
    }
    digit_group groups[GROUPS_MAX];
    uint32_t separators[GROUPS_MAX];
    bool keep[GROUPS_MAX] = {false};
    int count = 1;
    groups[0] = (digit_group){first, digits_end(items, first, limit)};
    while (count < GROUPS_MAX) {
        size_t at = groups[count - 1].end;
        if (!is_digit_at(items, at + 1, limit) || (items[at].code != '.' && items[at].code != ',')) break;
        separators[count - 1] = items[at].code;
        groups[count++] = (digit_group){at + 1, digits_end(items, at + 1, limit)};
    }
    size_t end = groups[0].end;
    if (count == 1 && may_be_fraction && end < limit && items[end].code == '/') {
        size_t denominator_end = digits_end(items, end + 1, limit);
        bool goes_on = is_digit_at(items, denominator_end + 1, limit) &&
                       (items[denominator_end].code == '/' || items[denominator_end].code == '.' ||
                        items[denominator_end].code == ',');
        if (!goes_on && is_fraction(small_value(items, first, end), small_value(items, end + 1, denominator_end))) {
            append_digits(part, items, first, end);
            aisle_append_code(part, '/');
            append_digits(part, items, end + 1, denominator_end);
            part->end = items[denominator_end - 1].end;
            return denominator_end;
        }
    }
    bool in_list = first >= 2 && items[first - 1].code == ',' && items[first - 2].class == CLASS_DIGIT;
    int used = settle(items, groups, separators, count, in_list, keep);
    for (int i = 0; i < used; i++) {
        append_digits(part, items, groups[i].start, groups[i].end);
        if (i + 1 < used && keep[i]) aisle_append_code(part, '.');
    }
    part->end = items[groups[used - 1].end - 1].end;
    return groups[used - 1].end;
}
