/// What the analyzer costs an FTS5 build, beside `unicode61`: the same rows, one run, builds interleaved, CPU time.
///
/// Build: cc -O2 -ISources/CAnalyzer/include Tests/Benchmarks/analyzer_cost.c Sources/CAnalyzer/*.c
///        -licuuc -licui18n -lstemmer -lsqlite3 -o /tmp/analyzer_cost
/// Run:   /tmp/analyzer_cost LANGUAGE FILE [ROUNDS]     (FILE: one product a line, fields parted by tabs)
#include "aisle_analyzer.h"
#include "aisle_fts5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COLUMNS_MAX = 8, ROUNDS_MAX = 31, SETTINGS = 3, CONTENDERS = 3 };

typedef struct {
    char *text;
    const char *fields[COLUMNS_MAX];
    int lengths[COLUMNS_MAX];
} row;

static double cpu_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void check(int rc, sqlite3 *connection, const char *doing) {
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW) return;
    fprintf(stderr, "analyzer_cost: %s: %s\n", doing, sqlite3_errmsg(connection));
    exit(1);
}

static int read_rows(const char *path, row **rows, int *columns) {
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    int count = 0, capacity = 0;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    *columns = 1;
    while ((length = getline(&line, &size, file)) > 0) {
        if (line[length - 1] == '\n') line[--length] = 0;
        if (count == capacity) *rows = realloc(*rows, sizeof(row) * (size_t)(capacity = capacity * 2 + 1024));
        row *row = &(*rows)[count++];
        memset(row, 0, sizeof *row);
        row->text = strdup(line);
        int column = 0;
        for (char *field = row->text; field != NULL && column < COLUMNS_MAX; column++) {
            char *tab = strchr(field, '\t');
            row->fields[column] = field;
            row->lengths[column] = tab == NULL ? (int)strlen(field) : (int)(tab - field);
            field = tab == NULL ? NULL : tab + 1;
        }
        if (column > *columns) *columns = column;
    }
    free(line);
    fclose(file);
    return count;
}

/// CPU seconds to insert all rows into a fresh in-memory table.
static double build(const char *tokenize, int hash_size, const row *rows, int count, int columns) {
    sqlite3 *connection;
    char sql[512], names[64] = "", marks[64] = "";
    for (int i = 0; i < columns; i++) {
        snprintf(names + strlen(names), sizeof names - strlen(names), "c%d, ", i);
        strcat(marks, i == 0 ? "?" : ", ?");
    }
    check(sqlite3_open(":memory:", &connection), NULL, "open");
    check(aisle_fts5_register(connection), connection, "register");
    snprintf(sql, sizeof sql, "CREATE VIRTUAL TABLE t USING fts5(%stokenize = \"%s\")", names, tokenize);
    check(sqlite3_exec(connection, sql, NULL, NULL, NULL), connection, sql);
    if (hash_size > 0) {
        snprintf(sql, sizeof sql, "INSERT INTO t(t, rank) VALUES('hashsize', %d)", hash_size);
        check(sqlite3_exec(connection, sql, NULL, NULL, NULL), connection, sql);
    }
    double start = cpu_seconds();
    check(sqlite3_exec(connection, "BEGIN", NULL, NULL, NULL), connection, "BEGIN");
    sqlite3_stmt *insert;
    snprintf(sql, sizeof sql, "INSERT INTO t VALUES(%s)", marks);
    check(sqlite3_prepare_v2(connection, sql, -1, &insert, NULL), connection, sql);
    for (int i = 0; i < count; i++) {
        for (int column = 0; column < columns; column++) {
            sqlite3_bind_text(insert, column + 1, rows[i].fields[column], rows[i].lengths[column], SQLITE_STATIC);
        }
        check(sqlite3_step(insert), connection, "insert");
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    check(sqlite3_exec(connection, "COMMIT", NULL, NULL, NULL), connection, "COMMIT");
    double seconds = cpu_seconds() - start;
    sqlite3_close(connection);
    return seconds;
}

/// CPU seconds of the analysis alone, and the tokens it yields.
static double analyze(aisle_language language, const row *rows, int count, int columns, long *tokens) {
    aisle_analyzer *analyzer = aisle_analyzer_create(NULL);
    const aisle_token *ignored;
    *tokens = 0;
    double start = cpu_seconds();
    for (int i = 0; i < count; i++) {
        for (int column = 0; column < columns; column++) {
            *tokens += aisle_analyze(analyzer, rows[i].fields[column], rows[i].lengths[column], language, &ignored);
        }
    }
    double seconds = cpu_seconds() - start;
    aisle_analyzer_destroy(analyzer);
    return seconds;
}

static int ascending(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 2];
}

int main(int argument_count, char **arguments) {
    int language = argument_count >= 3 ? aisle_language_from_code(arguments[1]) : -1;
    int rounds = argument_count > 3 ? atoi(arguments[3]) : 5;
    if (language < 0 || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: analyzer_cost LANGUAGE FILE [ROUNDS (1...%d)]\n", ROUNDS_MAX);
        return 2;
    }
    // FTS5's default, what the schema has updates use, and one that holds all of a large catalogue's postings.
    static const int hash_sizes[SETTINGS] = {0, 16 << 20, 64 << 20};
    char aisle[64];
    snprintf(aisle, sizeof aisle, "aisle language %s", arguments[1]);
    const char *names[CONTENDERS] = {"unicode61", aisle, "trigram"};
    row *rows = NULL;
    int columns, count = read_rows(arguments[2], &rows, &columns);
    printf("%d rows, %d columns, %d rounds, SQLite %s\n", count, columns, rounds, sqlite3_libversion());

    static double seconds[SETTINGS][CONTENDERS][ROUNDS_MAX], alone[ROUNDS_MAX];
    long tokens = 0;
    for (int round = 0; round < rounds; round++) {
        for (int setting = 0; setting < SETTINGS; setting++) {
            for (int i = 0; i < CONTENDERS; i++) {
                int contender = (i + round) % CONTENDERS;
                seconds[setting][contender][round] = build(names[contender], hash_sizes[setting], rows, count, columns);
            }
        }
        alone[round] = analyze((aisle_language)language, rows, count, columns, &tokens);
    }
    for (int setting = 0; setting < SETTINGS; setting++) {
        double base = median(seconds[setting][0], rounds);
        if (hash_sizes[setting] == 0) printf("hashsize default\n");
        else printf("hashsize %d MiB\n", hash_sizes[setting] >> 20);
        for (int i = 0; i < CONTENDERS; i++) {
            double taken = median(seconds[setting][i], rounds);
            printf("  %-20s %7.3f s  %5.2f x\n", names[i], taken, taken / base);
        }
    }
    printf("analysis alone          %7.3f s, %ld tokens\n", median(alone, rounds), tokens);
    return 0;
}
