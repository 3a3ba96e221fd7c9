/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What other sources of lib/ need of tables. */
#ifndef BAREME_LIB_TABLE_H
#define BAREME_LIB_TABLE_H

#include "data/table.h"
#include "lib/args.h"

/* A table without a key of its own is read by its first column where that is one of texts that differ. False: fault. */
bool table_usual_key(const Args *a, Table *t);
/* The fault of what should be the list of a column. */
bool table_fail_column(const Args *a, Str name, Value v);

#endif
