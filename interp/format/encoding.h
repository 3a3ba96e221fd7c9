/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files as text, piece by piece, whatever their encoding: what comes out is UTF-8.

   A byte order mark decides over what was declared. Bytes that are no text in their encoding stay as they are when it
   is UTF-8 (the reader sees and tells them), and become U+FFFD in the others. Nothing is guessed from the bytes, unless
   `guess` is set: then the first byte that is no UTF-8 makes the rest Windows-1252 (`guessed`), if all before it was
   ASCII; else it is `odd`, and stays as it is. */
#ifndef BAREME_FORMAT_ENCODING_H
#define BAREME_FORMAT_ENCODING_H

#include "base/io.h"

typedef enum Encoding {
#define ENCODING(id, names) ENC_##id,
#include "format/encoding.def"
#undef ENCODING
    ENC_COUNT
} Encoding;

/* Whatever its case and signs: UTF-8, utf8, Windows-1252. ENC_COUNT: none is called so. */
Encoding encoding_named(Str name);

typedef struct TextStream {
    Io *io;
    int handle;
    bool open, ended;
    int error;          /* errno of the read that failed; the stream has ended */
    Encoding encoding;  /* as declared, then as the mark says */
    bool begun;         /* the mark has been looked at */
    bool guess, guessed, odd;
    bool wide;          /* some character was not ASCII (looked at for `guess` only) */
    uint64_t odd_line;  /* where the first odd byte stands */
    uint64_t size, got; /* bytes: of the file, 0 unknown; read so far */
    uint32_t surrogate; /* UTF-16: the first half of a pair */
    unsigned char held[4];
    uint32_t held_count; /* bytes of a unit that is not complete */
    Buf text;           /* what has been read and decoded */
    size_t at;          /* of it, used already */
    uint64_t lines;     /* line ends used so far */
    bool passing;       /* the rest of the line given out last is to be passed over */
} TextStream;

/* An errno. The stream is closed by text_close, also after an error. */
int text_open(TextStream *s, Io *io, Mem *mem, const char *path, bool plain, Encoding declared);
/* The same of a file that is open; text_close closes it. */
void text_begin(TextStream *s, Io *io, Mem *mem, int handle, uint64_t size, Encoding declared);
void text_close(TextStream *s);
#define TEXT_BEHIND 64 /* bytes behind the rest that may be read: zeros, or what is used already */
/* What is decoded and not used yet; valid until the next text_more. */
static inline Str text_rest(const TextStream *s)
{
    return (Str){s->text.n ? s->text.p + s->at : "", s->text.n - s->at};
}
/* Reads more behind it. False: there is no more, or error, or memory (text.failed). */
bool text_more(TextStream *s);
/* n bytes of the rest are done with. */
void text_use(TextStream *s, size_t n);
/* The same where they are so many lines. */
static inline void text_use_lines(TextStream *s, size_t n, uint64_t lines)
{
    s->at += n;
    s->lines += lines;
}
/* Uses everything up to the next line end, and that. */
void text_pass_line(TextStream *s);
/* The next line, without its end, valid until the next call; at most `max` bytes of it, the rest of a longer one is
   passed over (*cut). False: there is none. */
bool text_line(TextStream *s, size_t max, Str *line, bool *cut);

#endif
