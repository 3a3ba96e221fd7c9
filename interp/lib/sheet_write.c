/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of a text as a spreadsheet: they become a document first, as in a report, so that a figure is written as it is
   shown everywhere else. */
#include "data/table.h"
#include "lib/file.h"
#include "report/writer.h"
#include "report/xlsx.h"

static bool fail_data(const Args *a, Str name, Value v)
{
    Buf given;
    buf_init(&given, a->vm->mem);
    vm_describe(a->vm, &given, v);
    const Str texts[] = {library_builtin_name(a->id, a->vm->lang), name, buf_str(&given)};
    vm_fail(a->vm, D_XLSX_DATA, texts, 3);
    buf_free(&given);
    return false;
}

static Str title_of(Value v)
{
    const Text *title = v.tag == T_TABLE ? ((const Table *)v.ptr)->title : NULL;
    return title ? (Str){title->bytes, title->n} : STR("");
}

static bool compose(const Args *a, Writer *w, Value data)
{
    if (data.tag != T_RECORD) {
        return writer_table(w, NULL, title_of(data), data) || args_fail(a, D_XLSX_DATA, 1, data);
    }
    const Record *r = data.ptr;
    for (uint32_t i = 0; i < r->n; i++) {
        Str name = {r->fields[i].name->bytes, r->fields[i].name->n};
        if (!writer_table(w, NULL, name, r->fields[i].value)) {
            return fail_data(a, name, r->fields[i].value);
        }
    }
    return r->n > 0 || args_fail(a, D_XLSX_DATA, 1, data);
}

static bool fail_xlsx(const Args *a, const OutsideFile *f, const SheetError *e)
{
    if (e->err == SHEET_NO_LIBRARY || e->err == SHEET_UNWRITTEN) {
        const Str texts[] = {f->given, str_from(e->text)};
        return vm_fail(a->vm, e->err == SHEET_UNWRITTEN ? D_XLSX_UNWRITTEN : D_SHEET_NO_LIBRARY, texts, 2);
    }
    return vm_fail_memory(a->vm);
}

static bool write_doc(const Args *a, const OutsideFile *f, const Doc *d)
{
    Buf bytes;
    SheetError e;
    buf_init(&bytes, a->vm->mem);
    bool ok = doc_ok(d) ? doc_xlsx(&bytes, d, &e) == SHEET_OK || fail_xlsx(a, f, &e) : vm_fail_memory(a->vm);
    ok = ok && (!bytes.failed || vm_fail_memory(a->vm)) && file_write(a, f, buf_str(&bytes));
    buf_free(&bytes);
    return ok;
}

BUILTIN_FUNCTION(write_sheet)
{
    Doc d;
    OutsideFile f;
    ShowStyle style = show_style(a->vm->lang);
    Writer w = {.doc = &d, .graph = ((const Library *)a->vm->library)->graph, .style = &style};
    *out = value_none();
    doc_init(&d, a->vm->mem, a->vm->lang);
    bool ok = file_find(a, 0, PERMIT_WRITE, &f) && compose(a, &w, a->v[1]) && write_doc(a, &f, &d);
    outside_forget(&f);
    doc_free(&d);
    return ok;
}
