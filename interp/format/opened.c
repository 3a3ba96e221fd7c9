/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "format/opened.h"

#include <dlfcn.h>

bool opened_library(const char *file, const char *const *names, void **functions, size_t n, const char **missing)
{
    *missing = file;
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    if (!library)
        return false;
    for (size_t i = 0; i < n; i++) {
        functions[i] = dlsym(library, names[i]);
        *missing = names[i];
        if (!functions[i])
            return false;
    }
    *missing = NULL;
    return true;
}
