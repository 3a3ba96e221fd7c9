/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/deliver.h"

#include <string.h>

#include "report/html.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/terminal.h"
#include "report/xlsx.h"

static bool is_output(const char *path)
{
    return !path || !strcmp(path, "-");
}

bool deliver_bytes(Cli *cli, Session *s, const char *path, Str bytes)
{
    if (is_output(path))
        return session_write(s, bytes);
    int error = cli->io->write_file(cli->io, path, bytes);
    if (error)
        diag(&s->diags, cli_unwritten(error), (Span){0}, str_from(path), str_from(strerror(error)));
    return !error;
}

static void put_json(Buf *out, const Doc *d)
{
    JsonWriter w;
    json_begin(&w, out, true);
    doc_json(&w, d);
    json_finish(&w);
}

static void put_text(const Cli *cli, Buf *out, const Doc *d, bool file)
{
    int columns = file ? 0 : cli->io->columns(cli->io, 1);
    doc_terminal(out, d, (TerminalStyle){.width = columns > 0 ? (size_t)columns : 0, .color = !file && cli->color_out});
}

static bool put_xlsx(Session *s, Buf *out, const Doc *d)
{
    SheetError e;
    SheetErr err = doc_xlsx(out, d, &e);
    if (err == SHEET_MISSING)
        diag0(&s->diags, D_XLSX_NO_TABLE, (Span){0});
    else if (err == SHEET_NO_LIBRARY || err == SHEET_UNWRITTEN)
        diag(&s->diags, err == SHEET_UNWRITTEN ? D_XLSX_UNWRITTEN : D_SHEET_NO_LIBRARY, (Span){0}, STR(""), str_from(e.text));
    else if (err != SHEET_OK)
        out->failed = true;
    return err == SHEET_OK;
}

bool deliver_doc(Cli *cli, Session *s, const Doc *d, const char *path, ReportForm form)
{
    Buf b;
    buf_init(&b, &s->mem);
    if (form == FORM_XLSX && is_output(path) && cli->io->is_terminal(cli->io, 1)) {
        diag0(&s->diags, D_XLSX_TERMINAL, (Span){0});
        return false;
    }
    if (form == FORM_XLSX && doc_ok(d) && !put_xlsx(s, &b, d) && !b.failed) {
        buf_free(&b);
        return false;
    }
    if (doc_ok(d))
        switch (form) {
        case FORM_HTML: html_write(&b, d, &(HtmlStyle){.large = cli->options.large}); break;
        case FORM_MARKDOWN: doc_markdown(&b, d); break;
        case FORM_JSON: put_json(&b, d); break;
        case FORM_XLSX: break;
        default: put_text(cli, &b, d, !is_output(path)); break;
        }
    bool ok = doc_ok(d) && !b.failed ? deliver_bytes(cli, s, path, buf_str(&b)) : cli_no_memory(s);
    buf_free(&b);
    return ok;
}
