/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader of JSON that keeps what was written: a number stays the text that stands there, since no binary float may
   come near it. One value after the other, without a tree; depth and nothing else is bounded, the text being in
   memory already.

     JsonReader r;
     json_read(&r, text, &arena);
     while (json_next(&r, &token)) …      OBJECT, then KEY and a value …, END

   After the end, r.error is NULL or says what is wrong (in English: it is a detail of a message), at r.at. */
#ifndef BAREME_FORMAT_JSON_READ_H
#define BAREME_FORMAT_JSON_READ_H

#include "base/arena.h"

#define JSON_READ_DEPTH 64

typedef enum JsonKind { JSON_OBJECT, JSON_ARRAY, JSON_END, JSON_KEY, JSON_TEXT, JSON_NUMBER, JSON_TRUTH, JSON_NULL } JsonKind;

typedef struct JsonToken {
    JsonKind kind;
    Str text;       /* KEY, TEXT: its characters; NUMBER, TRUTH: as written */
    uint32_t depth; /* of what it stands in; of END: of what it ends */
} JsonToken;

typedef struct JsonReader {
    Str text;
    size_t at;
    Arena *arena; /* of texts that hold escapes */
    uint32_t depth;
    bool object[JSON_READ_DEPTH]; /* by level */
    bool first[JSON_READ_DEPTH];  /* nothing read in it yet */
    bool begun, after_key, done;
    const char *error;
} JsonReader;

void json_read(JsonReader *r, Str text, Arena *arena);
/* False: at the end of the one value, or an error. */
bool json_next(JsonReader *r, JsonToken *out);
/* Passes over the value that comes next. False: error. */
bool json_pass(JsonReader *r);

#endif
