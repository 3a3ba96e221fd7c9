/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chapters of the standard library: texts in French, whose functions have English names in their documentation
   (doc.h). Everything here points into the text of the chapter, or is kept in the arena. */
#ifndef BAREME_LIB_CHAPTER_H
#define BAREME_LIB_CHAPTER_H

#include "base/arena.h"
#include "diag/diag.h"

typedef enum ChapterFile {
#define LIBRARY_FILE(id, ...) CHAPTER_FILE_##id,
#include "lib/chapter.def"
#undef LIBRARY_FILE
    CHAPTER_FILES
} ChapterFile;

typedef struct ChapterFunction { /* by Lang: what it is called in texts of that language */
    uint32_t chapter;
    Str name[2];       /* [LANG_FR]: as its chapter defines it */
    Str others;        /* other spellings, separated by commas */
    Str signature[2];  /* "capital, n = 5" */
    Str parameters;    /* "capital: montant; n: entier >= 1 = 5", as its chapter has them */
    Str summary[2];
    Str comment;       /* its documentation, as it stands above it */
} ChapterFunction;

/* False: stop. */
typedef bool (*ChapterVisit)(void *data, const ChapterFunction *f);

/* Calls visit for each documented function of a chapter, in order. False: stopped, or memory is out. */
bool chapter_scan(Arena *arena, Str text, uint32_t chapter, ChapterVisit visit, void *data);

/* Cuts the next of "capital: montant; n = [1 ; 2]" off. False: there is none. */
bool chapter_next_parameter(Str *rest, Str *out);

/* Its file without `.brm`, its title. */
Str chapter_file(uint32_t chapter);
Str chapter_title(uint32_t chapter, Lang lang);

#endif
