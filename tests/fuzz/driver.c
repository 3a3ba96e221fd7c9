/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small fuzzer for compilers without libFuzzer, and for the tests: no coverage, only scripts of the tree cut,
   glued and damaged, always in the same way for one seed.

     fuzz_NAME FILE…                                        tries these inputs as they are
     fuzz_NAME --seconds 2 [--runs N] [--seed N] [--keep FILE] CORPUS…   damages them

   CORPUS is files and folders (*.brm). Before each try the input is written to FILE, so that it outlives
   a crash; a try that lasts longer than HANG seconds is ended by an alarm. */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HANG = 30, INPUT_MAX = 16384, CORPUS_MAX = 4000, DEPTH_MAX = 8 };

typedef struct Options {
    double seconds;
    long runs;
    uint64_t seed;
    const char *keep;
} Options;

typedef struct Input {
    char *p;
    size_t n;
} Input;

typedef struct Corpus {
    Input items[CORPUS_MAX];
    size_t count;
} Corpus;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static size_t below(uint64_t *state, size_t n)
{
    return n ? (size_t)(next_random(state) % n) : 0;
}

/* ---- the corpus ---- */

static void add_file(Corpus *c, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL || c->count == CORPUS_MAX) {
        if (f)
            fclose(f);
        return;
    }
    char *bytes = malloc(INPUT_MAX);
    if (bytes) {
        c->items[c->count++] = (Input){bytes, fread(bytes, 1, INPUT_MAX, f)};
    }
    fclose(f);
}

static bool is_script(const char *name)
{
    return str_ends(str_from(name), STR(".brm"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* the same order on every machine */
}

static void add_path(Corpus *c, const char *path, int depth);

static void add_folder(Corpus *c, const char *path, int depth)
{
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, by_name);
    for (int i = 0; i < n; i++) {
        char inner[4096];
        const char *name = entries[i]->d_name;
        int length = snprintf(inner, sizeof inner, "%s/%s", path, name);
        struct stat st;
        if (name[0] != '.' && length < (int)sizeof inner && stat(inner, &st) == 0 &&
            (S_ISDIR(st.st_mode) || is_script(name)))
            add_path(c, inner, depth + 1);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

static void add_path(Corpus *c, const char *path, int depth)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
        add_folder(c, path, depth);
    else
        add_file(c, path);
}

/* ---- damage ---- */

static void replace(Input *in, size_t at, size_t gone, const char *with, size_t n)
{
    if (in->n - gone + n > INPUT_MAX)
        return;
    memmove(in->p + at + n, in->p + at + gone, in->n - at - gone);
    if (n)
        memcpy(in->p + at, with, n);
    in->n += n - gone;
}

static void put_word(Input *in, uint64_t *r)
{
    size_t count = 0;
    while (fuzz_word(count).p)
        count++;
    Str word = fuzz_word(below(r, count));
    size_t at = below(r, in->n + 1), gone = below(r, 2) ? 0 : below(r, in->n - at + 1) % (word.n + 1);
    replace(in, at, gone, word.p, word.n);
}

/* A piece of this or of another script, so that what is understood in one place is tried in another. */
static void put_piece(Input *in, const Input *from, uint64_t *r)
{
    char piece[512];
    size_t start = below(r, from->n + 1), n = below(r, from->n - start + 1) % sizeof piece;
    if (n)
        memcpy(piece, from->p + start, n);
    replace(in, below(r, in->n + 1), 0, piece, n);
}

static void repeat_piece(Input *in, uint64_t *r)
{
    char piece[16];
    size_t start = below(r, in->n + 1), n = below(r, in->n - start + 1) % (sizeof piece + 1);
    if (n)
        memcpy(piece, in->p + start, n);
    for (size_t times = below(r, 300); times > 0 && n > 0; times--)
        replace(in, start, 0, piece, n);
}

/* A whole line goes, or moves: blocks lose their end, names their definition. */
static void move_line(Input *in, uint64_t *r)
{
    char line[256];
    size_t start = below(r, in->n + 1), end = start;
    while (start > 0 && in->p[start - 1] != '\n')
        start--;
    while (end < in->n && in->p[end] != '\n')
        end++;
    end += end < in->n;
    size_t n = end - start;
    if (n == 0 || n > sizeof line)
        return;
    memcpy(line, in->p + start, n);
    replace(in, start, n, NULL, 0);
    size_t to = below(r, in->n + 1);
    while (to > 0 && in->p[to - 1] != '\n')
        to--;
    if (below(r, 3))
        replace(in, to, 0, line, n);
}

static void damage(Input *in, const Corpus *c, uint64_t *r)
{
    char byte = (char)next_random(r);
    size_t at = below(r, in->n);
    switch (below(r, 9)) {
    case 0:
        if (in->n)
            in->p[at] = byte;
        break;
    case 1:
        if (in->n)
            in->p[at] = (char)(in->p[at] ^ (1 << (byte & 7)));
        break;
    case 2: replace(in, at, below(r, in->n - at + 1) % 40, NULL, 0); break;
    case 3: replace(in, at, 0, &"0123456789.,;()[]{}\"'%€\n ="[below(r, 26)], 1); break;
    case 4:
    case 5: put_word(in, r); break;
    case 6: put_piece(in, &c->items[below(r, c->count)], r); break;
    case 7: repeat_piece(in, r); break;
    default: move_line(in, r);
    }
}

/* ---- runs ---- */

/* A mapping that the kernel writes to the file even after a crash; plain memory where none was asked for. */
static char *kept_memory(const char *path)
{
    if (path == NULL)
        return malloc(INPUT_MAX);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, INPUT_MAX) != 0)
        return NULL;
    void *p = mmap(NULL, INPUT_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return p == MAP_FAILED ? NULL : p;
}

static double try_input(const char *path, const Input *in)
{
    if (path != NULL && truncate(path, (off_t)in->n) != 0)
        fprintf(stderr, "fuzz: %s cannot be cut\n", path);
    /* A block of its own, of the exact size: reading beyond it is seen. */
    uint8_t *copy = malloc(in->n ? in->n : 1);
    if (copy == NULL)
        abort();
    if (in->n)
        memcpy(copy, in->p, in->n);
    double start = now();
    alarm(HANG);
    LLVMFuzzerTestOneInput(copy, in->n);
    alarm(0);
    free(copy);
    if (path != NULL && truncate(path, INPUT_MAX) != 0)
        fprintf(stderr, "fuzz: %s cannot be grown\n", path);
    return now() - start;
}

static int fuzz(const Options *o, const Corpus *c)
{
    Input in = {kept_memory(o->keep), 0};
    if (in.p == NULL || c->count == 0) {
        fprintf(stderr, "fuzz: nothing to start from\n");
        return 2;
    }
    uint64_t r = o->seed;
    double start = now(), slowest = 0;
    long runs = 0;
    while (runs < o->runs && now() - start < o->seconds) {
        const Input *from = &c->items[below(&r, c->count)];
        in.n = from->n;
        if (in.n)
            memcpy(in.p, from->p, in.n);
        for (size_t times = 1 + below(&r, 8); times > 0; times--)
            damage(&in, c, &r);
        double spent = try_input(o->keep, &in);
        slowest = spent > slowest ? spent : slowest;
        runs++;
    }
    printf("%ld inputs from %zu scripts in %.1f s, slowest %.0f ms\n", runs, c->count, now() - start, slowest * 1e3);
    if (o->keep)
        unlink(o->keep);
    else
        free(in.p);
    return 0;
}

static int replay(const Corpus *c)
{
    for (size_t i = 0; i < c->count; i++)
        printf("%.0f ms\n", try_input(NULL, &c->items[i]) * 1e3);
    return 0;
}

static int read_option(Options *o, const char *name, const char *value)
{
    if (strcmp(name, "--seconds") == 0)
        o->seconds = atoi(value);
    else if (strcmp(name, "--runs") == 0)
        o->runs = atol(value);
    else if (strcmp(name, "--seed") == 0)
        o->seed = (uint64_t)atol(value);
    else if (strcmp(name, "--keep") == 0)
        o->keep = value;
    else
        return 0;
    return 1;
}

int main(int argc, char **argv)
{
    static Corpus corpus;
    Options o = {.seconds = 0, .runs = 1000000000, .seed = 1};
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-' && i + 1 < argc && read_option(&o, argv[i], argv[i + 1]))
            i++;
        else
            add_path(&corpus, argv[i], 0);
    }
    int code = o.seconds > 0 ? fuzz(&o, &corpus) : replay(&corpus);
    for (size_t i = 0; i < corpus.count; i++)
        free(corpus.items[i].p);
    return code;
}
