/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library by name: functions written in C (builtin.def), the constants they take, and the functions of the chapters
   (chapter.def), which are written in the language. Every name exists in both languages and both are understood in
   either dialect; French ones also without their accents, and all of them in capitals, as in a spreadsheet.

   Nothing is built at start: names are indexed at the first look-up, chapters are looked through at the first name that
   is not a native's, and a Native is made of its declaration when it is first asked for. A Library owns them; they stay
   where they are as long as it lives. */
#ifndef BAREME_LIB_LIBRARY_H
#define BAREME_LIB_LIBRARY_H

#include "lib/chapter.h"
#include "lib/outside.h"
#include "model/graph.h"

typedef enum BuiltinId {
#define BUILTIN(id, ...) BUILTIN_##id,
#include "lib/builtin.def"
    BUILTIN_COUNT
} BuiltinId;

typedef struct Library {
    Mem *mem;
    Vm *vm;       /* NULL until library_bind: names can be found all the same */
    Graph *graph;
    Outside *outside;
    struct Foreign *foreign; /* native functions and what they gave; NULL: none were used */
    Arena arena;
    Map names;    /* every spelling -> entry */
    Map folded;   /* spellings without their accents, where that changes them */
    Map french;   /* spellings that mean something else in English -> entry */
    bool indexed;
    const Native *natives[BUILTIN_COUNT];
    /* Source of a chapter, read at first use; 0: it is not there. NULL: no chapter is. */
    uint32_t (*read)(void *data, Str file);
    void *read_data;
    const Sources *sources;
    bool scanned;
    uint32_t chapters[CHAPTER_FILES]; /* sources */
    ChapterFunction *functions;       /* of all chapters, in order */
    uint32_t function_count, function_cap;
} Library;

typedef struct LibraryDoc { /* what `?name` and the reference show; [LANG_EN], [LANG_FR] */
    Str name[2];
    Str signature[2];   /* "round(x, to = 0, mode = half_up)" without the name: "x, to = 0, mode = half_up" */
    bool function;      /* else a constant */
    Str chapter[2];
    Str summary[2];
    Str details[2];     /* may be empty */
    Str example, result;/* in English; may be empty */
    Str comment;        /* of a function of a chapter: all there is (doc.h) */
} LibraryDoc;

void library_init(Library *l, Mem *mem);
void library_free(Library *l);
/* From then on natives find the library (vm->library), the graph and the world. */
void library_bind(Library *l, Vm *vm, Graph *graph, Outside *outside);

LibraryTable library_table(Library *l);
LibraryNames library_names(Library *l);

/* NULL: no such function, or memory is out. */
const Native *library_native(Library *l, BuiltinId id);
Str library_builtin_name(BuiltinId id, Lang lang);

/* The doc of a function or constant, by any of its names as that language understands it. False: there is none. */
bool library_doc(Library *l, Str name, Lang lang, LibraryDoc *out);
/* All of them in order of chapter: index from 0; false: past the last. */
bool library_doc_at(Library *l, uint32_t index, LibraryDoc *out);

/* Cuts the next parameter off a signature: "'x" "&x" "...x" "x = text"; false: there is none. */
typedef struct SignatureParam {
    Str name;
    ParamKind kind;
    bool optional, variadic;
} SignatureParam;
bool signature_next(Str *rest, SignatureParam *out);

#endif
