/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample (html|large|markdown|json|terminal) [WIDTH]: the document of sample_doc.h on the standard output.
   sample odd [KIND]: a page of charts that strain their writer; only those of one kind, from 1.
   sample hostile: a page that holds each text of the standard input, separated by NUL, wherever a text may stand.
   A tool of the tests in a browser, and for looking at what a writer does. */
#include "base/io.h"
#include "report/html.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/terminal.h"

#include <stdlib.h>
#include <string.h>

#include "sample_doc.h"

static bool read_hostile(Doc *d, Io *io, Buf *in)
{
    if (io->read_file(io, "-", 1 << 20, in) != 0) {
        return false;
    }
    Str rest = buf_str(in);
    doc_title(d, STR("Hostile"));
    while (rest.n) {
        const char *end = memchr(rest.p, '\0', rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        sample_hostile(d, str_sub(rest, 0, n));
        rest = str_sub(rest, n + 1, rest.n);
    }
    return true;
}

/* ---- formats ---- */

static bool write_as(Buf *out, const Doc *d, const char *format, size_t width)
{
    if (strcmp(format, "html") == 0 || strcmp(format, "hostile") == 0 || strcmp(format, "odd") == 0) {
        html_write(out, d, &(HtmlStyle){.large = false});
    } else if (strcmp(format, "large") == 0) {
        html_write(out, d, &(HtmlStyle){.large = true});
    } else if (strcmp(format, "markdown") == 0) {
        doc_markdown(out, d);
    } else if (strcmp(format, "terminal") == 0 || strcmp(format, "colour") == 0) {
        doc_terminal(out, d, (TerminalStyle){.width = width, .color = *format == 'c'});
    } else if (strcmp(format, "json") == 0) {
        JsonWriter w;
        json_begin(&w, out, true);
        doc_json(&w, d);
        json_finish(&w);
    } else {
        return false;
    }
    return !out->failed;
}

int main(int argc, char **argv)
{
    Io *io = io_posix();
    Mem mem;
    Doc d;
    Buf in, out;
    const char *format = argc > 1 ? argv[1] : "";
    mem_init(&mem, 0);
    doc_init(&d, &mem, LANG_FR);
    buf_init(&in, &mem);
    buf_init(&out, &mem);
    size_t number = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 0;
    bool ok = true;
    if (strcmp(format, "hostile") == 0) {
        ok = read_hostile(&d, io, &in);
    } else if (strcmp(format, "odd") == 0) {
        sample_odd(&d, (unsigned)number);
    } else {
        sample_document(&d);
    }
    ok = ok && write_as(&out, &d, format, number);
    ok = ok && io->write(io, 1, buf_str(&out)) == 0;
    buf_free(&in);
    buf_free(&out);
    doc_free(&d);
    return ok ? 0 : 1;
}
