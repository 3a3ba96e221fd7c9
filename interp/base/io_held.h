/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files as they were when they were first read: an Io over another one, which keeps the whole content of what is opened
   below a folder that was granted (open_in). Sealed, it opens nothing else: what follows finds the same bytes whatever
   happens to the files, and can cause no other to be read (ESTALE). Nothing is written below a folder, and no name is
   given away (EPERM); all else is the other Io's.

   A sealed one may be used by several threads at once; until then it is for one. */
#ifndef BAREME_BASE_IO_HELD_H
#define BAREME_BASE_IO_HELD_H

#include "base/digest.h"
#include "base/io.h"

typedef struct IoHeldFile {
    Str path;             /* absolute */
    Str bytes;
    char sum[DIGEST_HEX]; /* of the bytes */
} IoHeldFile;

typedef struct IoHeld {
    Io io;
    Io *below;
    Mem mem;              /* used under the lock alone */
    IoHeldFile *files;    /* in the order of their paths */
    uint32_t count, cap;
    bool sealed;
    struct IoHeldOpened *opened; /* what is being read, by handle; the lock */
} IoHeld;

/* False: memory. Always io_held_free. */
bool io_held_init(IoHeld *h, Io *below);
void io_held_free(IoHeld *h);
void io_held_seal(IoHeld *h);

#endif
