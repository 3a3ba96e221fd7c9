/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one table, in the order of DiagId. */
#include "diag/catalogue.h"

static const Message catalogue_messages[D_COUNT] = {
#define DIAG(id, code, severity, en, fr, fix_en, fix_fr) {code, severity, {en, fr}, {fix_en, fix_fr}},
#include "diag/diag.def"
#undef DIAG
};

const Message *catalogue_get(DiagId id)
{
    return &catalogue_messages[id < D_COUNT ? id : D_BUG];
}
