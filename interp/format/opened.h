/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Libraries of the system that few runs need: opened when they are first used, so that no other run pays for them.

   The functions wanted stand in a .def, FUNCTION(name) each; a struct declares one pointer a function, named and typed
   as in the library's header:
     typedef struct ZipLibrary {
     #define FUNCTION(name) __typeof__(name) *name;
     #include "format/zip.def"
     } ZipLibrary;
   A library once open stays open until the process ends. */
#ifndef BAREME_FORMAT_OPENED_H
#define BAREME_FORMAT_OPENED_H

#include <stdbool.h>
#include <stddef.h>

/* Fills functions[0 .. n - 1] from their names. False: the library is not there, or lacks one of them; *missing is then
   the name of what is missing. */
bool opened_library(const char *file, const char *const *names, void **functions, size_t n, const char **missing);

#endif
