/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: libzip reads the archive from memory and checks each entry against its sum; expat is given pieces as they are
   inflated. Both allocate by themselves: what they hold is bounded by the limits of the header. */
#include "format/package.h"

#include <expat.h>
#include <string.h>
#include <zip.h>

#include "format/opened.h"

enum { PIECE = 1 << 15, RATIO_FREE = 1 << 20 };

typedef struct Libraries {
#define ZIP_FUNCTION(name) __typeof__(name) *name;
#include "format/package.def"
#define EXPAT_FUNCTION(name) __typeof__(name) *name;
#include "format/package.def"
} Libraries;

static const char *const zip_names[] = {
#define ZIP_FUNCTION(name) #name,
#include "format/package.def"
};
static const char *const expat_names[] = {
#define EXPAT_FUNCTION(name) #name,
#include "format/package.def"
};

enum { ZIP_COUNT = sizeof zip_names / sizeof *zip_names, EXPAT_COUNT = sizeof expat_names / sizeof *expat_names };

_Static_assert(sizeof(Libraries) == (ZIP_COUNT + EXPAT_COUNT) * sizeof(void *), "only pointers to functions");

struct Package {
    Mem *mem;
    Libraries lib;
    zip_t *zip;
    uint64_t size;     /* of the archive */
    uint64_t inflated; /* so far */
};

SheetErr sheet_fail(SheetError *e, SheetErr err, Str text, uint64_t line)
{
    if (e->err == SHEET_OK) {
        size_t n = text.n < sizeof e->text ? text.n : sizeof e->text - 1;
        while (n && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
            n--; /* never through a character */
        memcpy(e->text, text.n ? text.p : "", n);
        e->text[n] = '\0';
        e->line = line;
        e->err = err;
    }
    return e->err;
}

/* ---- the archive ---- */

static bool package_libraries(Libraries *lib, SheetError *error)
{
    void *functions[ZIP_COUNT + EXPAT_COUNT];
    const char *missing;
    if (!opened_library(BAREME_LIBZIP, zip_names, functions, ZIP_COUNT, &missing) ||
        !opened_library(BAREME_LIBEXPAT, expat_names, functions + ZIP_COUNT, EXPAT_COUNT, &missing)) {
        sheet_fail(error, SHEET_NO_LIBRARY, str_from(missing), 0);
        return false;
    }
    memcpy(lib, functions, sizeof functions);
    return true;
}

static SheetErr package_kind(Str bytes)
{
    if (str_starts(bytes, STR("\xD0\xCF\x11\xE0")))
        return SHEET_OLD;
    return str_starts(bytes, STR("PK")) ? SHEET_OK : SHEET_FOREIGN;
}

static bool package_zip(Package *p, Str bytes, SheetError *error)
{
    zip_error_t e = {0};
    zip_source_t *source = p->lib.zip_source_buffer_create(bytes.p, bytes.n, 0, &e);
    if (!source)
        return sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0) == SHEET_OK;
    p->zip = p->lib.zip_open_from_source(source, ZIP_RDONLY, &e);
    if (!p->zip) {
        p->lib.zip_source_free(source);
        return sheet_fail(error, e.zip_err == ZIP_ER_MEMORY ? SHEET_NO_MEMORY : SHEET_DAMAGED, STR(""), 0) == SHEET_OK;
    }
    return p->lib.zip_get_num_entries(p->zip, 0) <= (zip_int64_t)PACKAGE_ENTRIES ||
           sheet_fail(error, SHEET_TOO_BIG, STR("entries"), PACKAGE_ENTRIES) == SHEET_OK;
}

Package *package_open(Mem *mem, Str bytes, SheetError *error)
{
    SheetErr kind = package_kind(bytes);
    if (kind != SHEET_OK) {
        sheet_fail(error, kind, STR(""), 0);
        return NULL;
    }
    Package *p = mem_zalloc(mem, 1, sizeof *p);
    if (!p) {
        sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0);
        return NULL;
    }
    p->mem = mem;
    p->size = bytes.n;
    if (!package_libraries(&p->lib, error) || !package_zip(p, bytes, error)) {
        package_close(p);
        return NULL;
    }
    return p;
}

void package_close(Package *p)
{
    if (!p)
        return;
    if (p->zip)
        p->lib.zip_discard(p->zip);
    mem_free(p->mem, p, sizeof *p);
}

bool package_has(Package *p, const char *entry)
{
    return p->lib.zip_name_locate(p->zip, entry, 0) >= 0;
}

static zip_file_t *package_entry(Package *p, const char *entry, SheetError *error)
{
    zip_stat_t st = {0};
    zip_int64_t at = p->lib.zip_name_locate(p->zip, entry, 0);
    if (at < 0) {
        sheet_fail(error, SHEET_MISSING, str_from(entry), 0);
        return NULL;
    }
    if (p->lib.zip_stat_index(p->zip, (zip_uint64_t)at, 0, &st) == 0 && (st.valid & ZIP_STAT_ENCRYPTION_METHOD) &&
        st.encryption_method != ZIP_EM_NONE) {
        sheet_fail(error, SHEET_LOCKED, str_from(entry), 0);
        return NULL;
    }
    zip_file_t *f = p->lib.zip_fopen_index(p->zip, (zip_uint64_t)at, 0);
    if (!f)
        sheet_fail(error, SHEET_DAMAGED, str_from(entry), 0);
    return f;
}

/* The next piece into `into`; *got 0 at the end. */
static bool package_piece(Package *p, zip_file_t *f, const char *entry, void *into, size_t room, size_t *got,
                          SheetError *error)
{
    zip_int64_t n = p->lib.zip_fread(f, into, room);
    if (n < 0)
        return sheet_fail(error, SHEET_DAMAGED, str_from(entry), 0) == SHEET_OK;
    *got = (size_t)n;
    p->inflated += *got;
    if (p->inflated > PACKAGE_INFLATED)
        return sheet_fail(error, SHEET_TOO_BIG, STR("bytes"), PACKAGE_INFLATED) == SHEET_OK;
    if (p->inflated > RATIO_FREE && p->inflated - RATIO_FREE > p->size * PACKAGE_RATIO)
        return sheet_fail(error, SHEET_TOO_BIG, STR("ratio"), PACKAGE_RATIO) == SHEET_OK;
    return true;
}

/* ---- XML ---- */

typedef struct Parse {
    Package *package;
    XML_Parser expat;
    const XmlReader *reader;
    const char *entry;
    SheetError *error;
    uint32_t depth;
    bool stopped;
} Parse;

Str xml_local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return str_from(colon ? colon + 1 : name);
}

Str xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (str_eq(xml_local(attributes[0]), str_from(name)))
            return str_from(attributes[1]);
    return (Str){NULL, 0};
}

static void parse_stop(Parse *p, bool ok)
{
    if (ok || p->stopped)
        return;
    p->stopped = true;
    p->package->lib.XML_StopParser(p->expat, XML_FALSE);
}

/* After a stop expat may still give what it has at hand. */
static void XMLCALL parse_element(void *data, const XML_Char *name, const XML_Char **attributes)
{
    Parse *p = data;
    if (p->stopped)
        return;
    if (++p->depth > PACKAGE_DEPTH) {
        sheet_fail(p->error, SHEET_TOO_BIG, STR("depth"), PACKAGE_DEPTH);
        parse_stop(p, false);
        return;
    }
    parse_stop(p, p->reader->start(p->reader->data, xml_local(name), attributes));
}

static void XMLCALL parse_element_end(void *data, const XML_Char *name)
{
    Parse *p = data;
    if (p->stopped)
        return;
    p->depth--;
    parse_stop(p, p->reader->end(p->reader->data, xml_local(name)));
}

static void XMLCALL parse_text(void *data, const XML_Char *text, int n)
{
    Parse *p = data;
    if (!p->stopped)
        parse_stop(p, p->reader->text(p->reader->data, (Str){text, (size_t)n}));
}

static void XMLCALL parse_doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public,
                                  int internal)
{
    Parse *p = data;
    (void)name, (void)system, (void)public, (void)internal;
    sheet_fail(p->error, SHEET_ENTITIES, str_from(p->entry), 0);
    parse_stop(p, false);
}

static SheetErr parse_failed(Parse *p)
{
    const Libraries *lib = &p->package->lib;
    if (p->stopped)
        return sheet_fail(p->error, SHEET_STOPPED, STR(""), 0);
    if (lib->XML_GetErrorCode(p->expat) == XML_ERROR_NO_MEMORY)
        return sheet_fail(p->error, SHEET_NO_MEMORY, STR(""), 0);
    return sheet_fail(p->error, SHEET_XML, str_from(p->entry), lib->XML_GetCurrentLineNumber(p->expat));
}

static SheetErr parse_pieces(Parse *p, zip_file_t *f)
{
    const Libraries *lib = &p->package->lib;
    uint64_t given = 0;
    for (size_t got = 1; got;) {
        void *piece = lib->XML_GetBuffer(p->expat, PIECE);
        if (!piece)
            return sheet_fail(p->error, SHEET_NO_MEMORY, STR(""), 0);
        if (!package_piece(p->package, f, p->entry, piece, PIECE, &got, p->error))
            return p->error->err;
        given += got;
        if (lib->XML_ParseBuffer(p->expat, (int)got, got == 0) != XML_STATUS_OK)
            return parse_failed(p);
        XML_Index used = lib->XML_GetCurrentByteIndex(p->expat);
        if (got && used >= 0 && given - (uint64_t)used > PACKAGE_TAG + PIECE)
            return sheet_fail(p->error, SHEET_TOO_BIG, STR("tag"), PACKAGE_TAG);
    }
    return SHEET_OK;
}

SheetErr package_read(Package *package, const char *entry, const XmlReader *reader, SheetError *error)
{
    const Libraries *lib = &package->lib;
    Parse p = {.package = package, .reader = reader, .entry = entry, .error = error};
    zip_file_t *f = package_entry(package, entry, error);
    if (!f)
        return error->err;
    p.expat = lib->XML_ParserCreate(NULL);
    if (p.expat) {
        lib->XML_SetUserData(p.expat, &p);
        lib->XML_SetElementHandler(p.expat, parse_element, parse_element_end);
        lib->XML_SetCharacterDataHandler(p.expat, parse_text);
        lib->XML_SetStartDoctypeDeclHandler(p.expat, parse_doctype);
        parse_pieces(&p, f);
        lib->XML_ParserFree(p.expat);
    } else {
        sheet_fail(error, SHEET_NO_MEMORY, STR(""), 0);
    }
    lib->zip_fclose(f);
    return error->err;
}
