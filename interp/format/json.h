/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A streaming writer of JSON on a Buf. Numbers are written as the token given, so that an exact decimal stays
   as it is; texts are made valid UTF-8, and control or bidirectional characters are escaped, so that the output
   is safe on a terminal. The writer checks nothing but its own depth: the caller balances and names members.
   Failure (memory, depth) is `failed` of the Buf.

     json_begin(&w, out, true);
     json_object(&w);
     json_key(&w, STR("mark")); json_number(&w, STR("12.50"));
     json_end(&w);
     json_finish(&w); */
#ifndef BAREME_FORMAT_JSON_H
#define BAREME_FORMAT_JSON_H

#include "base/str.h"
#include "diag/diag.h"

#define JSON_DEPTH 256

typedef struct JsonWriter {
    Buf *out;
    uint32_t depth;
    bool pretty;              /* one member a line, two spaces a level */
    bool after_key;           /* the next value stands on the line of its key */
    char closing[JSON_DEPTH]; /* by level: what ends it */
    bool empty[JSON_DEPTH];   /* by level: nothing in it yet */
} JsonWriter;

void json_begin(JsonWriter *w, Buf *out, bool pretty);
void json_object(JsonWriter *w);
void json_array(JsonWriter *w);
void json_end(JsonWriter *w); /* ends the innermost object or array */
void json_key(JsonWriter *w, Str name);
void json_text(JsonWriter *w, Str s);
void json_number(JsonWriter *w, Str token); /* must be a JSON number already */
void json_int(JsonWriter *w, int64_t n);
void json_bool(JsonWriter *w, bool b);
void json_null(JsonWriter *w);
void json_finish(JsonWriter *w); /* ends what is open, and the line when pretty */

/* An array of objects: code, severity, message, fix (null if none), file, line, column, end_line, end_column
   (1-based, in code points, the end excluded; null without a place), notes (message and place of each). */
void diags_json(JsonWriter *w, const Sources *sources, const Diags *d, Lang lang);

#endif
