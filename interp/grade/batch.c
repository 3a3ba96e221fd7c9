/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: chunks of copies go round a ring. The calling thread fills chunks until the ring is full; threads take the oldest
   that nobody has taken; the calling thread then records the oldest ones, a commit's worth in one transaction: a commit
   waits for the disk. Each chunk has a Mem of its own, which is in the hands of one thread at a time. */
#include "grade/batch.h"

#include <pthread.h>
#include <string.h>

enum {
    CHUNK_COPIES = 64,
    CHUNK_BYTES = 4 << 20,  /* read into one chunk; what the last copy brings comes on top */
    CHUNKS_A_JOB = 2,       /* read ahead, besides those that wait to be committed */
    CHUNKS_A_COMMIT = 16
};

typedef enum ChunkState { CHUNK_FREE, CHUNK_FILLED, CHUNK_TAKEN, CHUNK_DONE, CHUNK_STOPPED } ChunkState;

typedef struct Chunk {
    Mem mem;
    Arena arena;
    ChunkState state;
    uint32_t count;
    RawCopy raws[CHUNK_COPIES];
    Prepared prepared[CHUNK_COPIES];
    Marked marked[CHUNK_COPIES];
    bool known[CHUNK_COPIES]; /* in the gradebook already */
} Chunk;

typedef struct Pool {
    Batch *batch;
    Chunk **ring;
    uint32_t size, first, used; /* the oldest, and how many are not free */
    pthread_mutex_t lock;
    pthread_cond_t filled, done;
    pthread_t threads[BATCH_JOBS_MOST];
    uint32_t thread_count;
    bool stop;
} Pool;

static bool wants_stop(const Batch *b) { return b->interrupt && *b->interrupt; }

/* ---- judging ---- */

/* Memory is out for this copy: a person looks at it. */
static void give_up(Chunk *c, uint32_t i)
{
    c->raws[i].kind = COPY_REFUSED;
    c->raws[i].note_count = 0;
    c->arena.failed = false;
    c->mem.failed = false;
    copy_add_note(&c->arena, &c->raws[i], D_COPY_LIMIT, (Str){"", 0}, (Str){"", 0});
    c->arena.failed = false;
}

/* False: stopped on the way. Nothing of it may be recorded: what is not judged holds the marks of an earlier chunk. */
static bool judge_chunk(Marker *m, const Batch *b, Chunk *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->known[i] || c->raws[i].kind == COPY_REFUSED || b->only_read) {
            continue;
        }
        bool judged = marker_mark(m, &c->arena, &c->prepared[i], NULL, &c->marked[i]);
        if (wants_stop(b)) {
            return false;
        }
        if (!judged) {
            give_up(c, i);
        }
    }
    return true;
}

/* ---- threads ---- */

static Chunk *take(Pool *p)
{
    for (uint32_t i = 0; i < p->used; i++) {
        Chunk *c = p->ring[(p->first + i) % p->size];
        if (c->state == CHUNK_FILLED) {
            c->state = CHUNK_TAKEN;
            return c;
        }
    }
    return NULL;
}

static void serve(Pool *p, Marker *m)
{
    pthread_mutex_lock(&p->lock);
    for (;;) {
        Chunk *c = take(p);
        if (c) {
            pthread_mutex_unlock(&p->lock);
            bool whole = judge_chunk(m, p->batch, c);
            pthread_mutex_lock(&p->lock);
            c->state = whole ? CHUNK_DONE : CHUNK_STOPPED;
            pthread_cond_broadcast(&p->done);
        } else if (p->stop) {
            break;
        } else {
            pthread_cond_wait(&p->filled, &p->lock);
        }
    }
    pthread_mutex_unlock(&p->lock);
}

/* A thread that cannot have its marker leaves the work to the others; the calling thread is always there. */
static void *work(void *pool)
{
    Pool *p = pool;
    Marker *m = NULL;
    Mem mem;
    mem_init(&mem, 0);
    m = mem_alloc(&mem, sizeof *m);
    if (!m) {
        return NULL;
    }
    bool open = marker_open(m, &p->batch->lead->options);
    bool same = open && !memcmp(m->sum, p->batch->lead->sum, DIGEST_HEX);
    if (same) {
        serve(p, m);
    } else if (open) {
        pthread_mutex_lock(&p->lock);
        p->batch->changed = true;
        pthread_mutex_unlock(&p->lock);
    }
    marker_close(m);
    mem_free(&mem, m, sizeof *m);
    return NULL;
}

/* Only once there is work for them: a class of forty is done before a second session is open. */
static void start_threads(Pool *p)
{
    uint32_t wanted = p->batch->jobs > BATCH_JOBS_MOST ? BATCH_JOBS_MOST : p->batch->jobs;
    while (p->thread_count + 1 < wanted && pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0) {
        p->thread_count++;
    }
}

static void end_threads(Pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->filled);
    pthread_mutex_unlock(&p->lock);
    for (uint32_t i = 0; i < p->thread_count; i++) {
        pthread_join(p->threads[i], NULL);
    }
}

/* ---- reading ---- */

static bool read_one(Pool *p, Chunk *c)
{
    Batch *b = p->batch;
    uint32_t i = c->count;
    if (!copies_next(b->reader, &c->arena, &c->raws[i])) {
        b->failed = b->failed || c->arena.failed;
        return false;
    }
    if (c->raws[i].kind == COPY_NOTICE) {
        if (b->notice) {
            b->notice(b->data, &c->raws[i]);
        }
        return true;
    }
    b->counts.read++;
    if (!marker_prepare(b->lead, &c->arena, &c->raws[i], &c->prepared[i])) {
        give_up(c, i);
        c->prepared[i] = (Prepared){.raw = &c->raws[i]};
    }
    c->known[i] = b->looks && !b->full && c->raws[i].kind != COPY_REFUSED && b->book->edition &&
                  book_has(b->book, b->book->edition, c->prepared[i].sum);
    c->count++;
    return true;
}

/* False: there is nothing more to read. */
static bool fill(Pool *p, Chunk *c)
{
    bool more = true;
    c->count = 0;
    arena_clear(&c->arena);
    while (more && c->count < CHUNK_COPIES && c->mem.used < CHUNK_BYTES && !wants_stop(p->batch)) {
        more = read_one(p, c);
    }
    return more;
}

/* ---- recording ---- */

static void lose(Batch *b, const Chunk *c, uint32_t from)
{
    for (uint32_t i = from; i < c->count; i++) {
        if (!c->known[i]) {
            b->counts.lost++;
            buf_put(&b->lost, c->raws[i].candidate);
            buf_putc(&b->lost, '\n');
        }
    }
}

static Recorded record_one(Batch *b, const Chunk *c, uint32_t i)
{
    if (c->raws[i].kind == COPY_REFUSED) {
        return book_refuse(b->book, &c->prepared[i]);
    }
    return c->known[i] ? RECORD_KNOWN
                       : book_record(b->book, b->book->edition, &c->prepared[i], &c->marked[i], b->lead->options.ticked);
}

typedef struct Counted { /* of a transaction that is not committed yet */
    uint64_t recorded, known, refused;
} Counted;

static void count(Counted *n, const Chunk *c, uint32_t i, Recorded r)
{
    bool refused = c->raws[i].kind == COPY_REFUSED;
    n->refused += refused;
    n->recorded += !refused && r == RECORD_NEW;
    n->known += !refused && r == RECORD_KNOWN;
}

static void add_counts(Batch *b, const Counted *n)
{
    b->counts.recorded += n->recorded;
    b->counts.known += n->known;
    b->counts.refused += n->refused;
}

/* Chunks first .. first + n - 1 in one transaction. */
static bool record_together(Pool *p, uint32_t n)
{
    Batch *b = p->batch;
    Counted counted = {0};
    bool ok = db_begin(&b->book->db);
    for (uint32_t k = 0; ok && k < n; k++) {
        const Chunk *c = p->ring[(p->first + k) % p->size];
        for (uint32_t i = 0; ok && i < c->count; i++) {
            Recorded r = record_one(b, c, i);
            ok = r != RECORD_FAILED;
            count(&counted, c, i, r);
        }
    }
    ok = ok && db_commit(&b->book->db);
    if (ok) {
        add_counts(b, &counted);
    } else {
        db_rollback(&b->book->db);
    }
    return ok;
}

/* Where there is no room for many there may be some for a few. False: for none. */
static bool record_each(Batch *b, Chunk *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        Counted counted = {0};
        bool ok = db_begin(&b->book->db);
        Recorded r = ok ? record_one(b, c, i) : RECORD_FAILED;
        ok = r != RECORD_FAILED && db_commit(&b->book->db);
        if (!ok) {
            db_rollback(&b->book->db);
            lose(b, c, i);
            return false;
        }
        count(&counted, c, i, r);
        add_counts(b, &counted);
    }
    return true;
}

static void fail(Batch *b)
{
    if (!b->full) {
        b->full = true;
        book_failed(b->book);
    }
}

static void count_unrecorded(Batch *b, const Chunk *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        b->counts.refused += c->raws[i].kind == COPY_REFUSED;
        b->counts.recorded += c->raws[i].kind != COPY_REFUSED;
        if (b->notice && c->raws[i].note_count) {
            b->notice(b->data, &c->raws[i]);
        }
    }
}

static void record(Pool *p, uint32_t n)
{
    Batch *b = p->batch;
    bool together = b->book && !b->full && record_together(p, n);
    for (uint32_t k = 0; k < n && !together; k++) {
        Chunk *c = p->ring[(p->first + k) % p->size];
        if (!b->book) {
            count_unrecorded(b, c);
        } else if (b->full) {
            lose(b, c, 0);
        } else if (!record_each(b, c)) {
            fail(b);
        }
    }
    pthread_mutex_lock(&p->lock); /* threads that look for work read the ring */
    for (uint32_t k = 0; k < n; k++) {
        p->ring[(p->first + k) % p->size]->state = CHUNK_FREE;
    }
    p->first = (p->first + n) % p->size;
    p->used -= n;
    pthread_mutex_unlock(&p->lock);
    if (b->progress) {
        b->progress(b->data, b);
    }
}

/* ---- the ring ---- */

/* How many of the oldest chunks are done, up to a commit's worth. */
static uint32_t ready(const Pool *p)
{
    uint32_t n = 0;
    while (n < p->used && n < CHUNKS_A_COMMIT && p->ring[(p->first + n) % p->size]->state == CHUNK_DONE) {
        n++;
    }
    return n;
}

/* The calling thread judges what nobody has taken yet. Called with the lock. */
static void judge_mine(Pool *p, Chunk *c)
{
    c->state = CHUNK_TAKEN;
    pthread_mutex_unlock(&p->lock);
    bool whole = judge_chunk(p->batch->lead, p->batch, c);
    pthread_mutex_lock(&p->lock);
    c->state = whole ? CHUNK_DONE : CHUNK_STOPPED;
}

/* Waits until the oldest chunks are done, a commit's worth. How many are; 0: stopped. */
static uint32_t wait_oldest(Pool *p)
{
    pthread_mutex_lock(&p->lock);
    for (uint32_t i = 0; i < p->used && i < CHUNKS_A_COMMIT && !wants_stop(p->batch); i++) {
        Chunk *c = p->ring[(p->first + i) % p->size];
        while (c->state == CHUNK_TAKEN) {
            pthread_cond_wait(&p->done, &p->lock);
        }
        if (c->state == CHUNK_FILLED) {
            judge_mine(p, c);
        }
    }
    uint32_t n = ready(p);
    pthread_mutex_unlock(&p->lock);
    return n;
}

static void hand_over(Pool *p, Chunk *c)
{
    pthread_mutex_lock(&p->lock);
    c->state = CHUNK_FILLED;
    p->used++;
    pthread_cond_signal(&p->filled);
    pthread_mutex_unlock(&p->lock);
}

/* The oldest chunks; all: all of them. */
static void empty_ring(Pool *p, bool all)
{
    bool more = true;
    while (more && p->used && !wants_stop(p->batch)) {
        uint32_t n = wait_oldest(p);
        if (n) {
            record(p, n);
        }
        more = all && n;
    }
}

static void run(Pool *p)
{
    Batch *b = p->batch;
    bool more = true;
    uint32_t filled = 0;
    while (more && !wants_stop(b)) {
        if (p->used == p->size) {
            empty_ring(p, false);
            continue;
        }
        Chunk *c = p->ring[(p->first + p->used) % p->size];
        more = fill(p, c);
        if (c->count) {
            hand_over(p, c);
        }
        if (more && ++filled == 2 && b->jobs > 1) {
            start_threads(p);
        }
    }
    empty_ring(p, true);
    b->interrupted = wants_stop(b);
}

static Chunk *chunk_new(Mem *mem)
{
    Chunk *c = mem_zalloc(mem, 1, sizeof *c);
    if (c) {
        mem_init(&c->mem, mem->limit);
        arena_init(&c->arena, &c->mem);
    }
    return c;
}

static void chunk_free(Mem *mem, Chunk *c)
{
    if (c) {
        arena_free(&c->arena);
        mem_free(mem, c, sizeof *c);
    }
}

static bool pool_open(Pool *p, Mem *mem)
{
    bool ok = true;
    p->ring = mem_zalloc(mem, p->size, sizeof(Chunk *));
    for (uint32_t i = 0; p->ring && i < p->size; i++) {
        p->ring[i] = chunk_new(mem);
        ok = ok && p->ring[i];
    }
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->filled, NULL);
    pthread_cond_init(&p->done, NULL);
    return p->ring && ok;
}

static void pool_close(Pool *p, Mem *mem)
{
    end_threads(p);
    for (uint32_t i = 0; p->ring && i < p->size; i++) {
        chunk_free(mem, p->ring[i]);
    }
    mem_free(mem, p->ring, p->size * sizeof(Chunk *));
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->filled);
    pthread_cond_destroy(&p->done);
}

bool batch_run(Batch *b)
{
    Mem *mem = &b->lead->session.mem;
    uint32_t jobs = b->jobs > 1 ? (b->jobs > BATCH_JOBS_MOST ? BATCH_JOBS_MOST : b->jobs) : 1;
    Pool p = {.batch = b, .size = CHUNKS_A_COMMIT + jobs * CHUNKS_A_JOB};
    buf_init(&b->lost, mem);
    b->looks = b->book && book_holds_copies(b->book);
    bool ok = pool_open(&p, mem);
    if (ok) {
        run(&p);
    }
    if (!ok || b->failed) {
        diag0(&b->lead->session.diags, D_OUT_OF_MEMORY, (Span){0});
    }
    pool_close(&p, mem);
    if (b->changed) {
        diag(&b->lead->session.diags, D_MARK_CHANGED, (Span){0}, str_from(b->lead->options.path));
    }
    return ok && !b->failed && !b->full && !b->changed;
}

void batch_free(Batch *b) { buf_free(&b->lost); }
