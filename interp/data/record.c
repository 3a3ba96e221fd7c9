/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: records are short, so that fields are looked for one after the other. */
#include "data/table.h"

#include "base/limits.h"

Record *record_new(Heap *h, uint32_t n)
{
    if (n > LIMIT_RECORD_FIELDS)
        return NULL;
    Record *r = (Record *)heap_new(h, O_RECORD, sizeof *r + n * sizeof *r->fields);
    if (!r)
        return NULL;
    r->n = n;
    r->table = NULL;
    for (uint32_t i = 0; i < n; i++)
        r->fields[i].value = value_none();
    return r;
}

/* The field that goes by another name in the other language. */
static bool find_other(const Record *r, Str name, uint32_t *index)
{
    for (uint32_t i = 0; r->table && i < r->n && i < r->table->n; i++) {
        const Text *t = r->table->columns[i].other;
        if (t && str_eq((Str){t->bytes, t->n}, name)) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool record_find(Value record, Str name, uint32_t *index)
{
    const Record *r = record.ptr;
    for (uint32_t i = 0; i < r->n; i++) {
        const Text *t = r->fields[i].name;
        if (t && str_eq((Str){t->bytes, t->n}, name)) {
            *index = i;
            return true;
        }
    }
    return find_other(r, name, index);
}

bool record_get(Value record, Str name, Value *out)
{
    uint32_t i;
    if (!record_find(record, name, &i))
        return false;
    *out = ((const Record *)record.ptr)->fields[i].value;
    return true;
}

bool record_set_field(Heap *h, Record *r, uint32_t i, Str name, Value value)
{
    Value text;
    if (!text_new(h, name, &text))
        return false;
    r->fields[i].name = text.ptr;
    r->fields[i].value = value;
    return true;
}
