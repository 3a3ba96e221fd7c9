/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How: one walk along argv, driven by the table of options; then what does not go together is told. */
#include "cli/options.h"

#include <stdlib.h> /* getenv */
#include <string.h>

#include "base/limits.h"
#include "format/encoding.h"

typedef struct Reader {
    Options *o;
    int argc, at;
    char *const *argv;
    Mem *mem;
    Diags *diags;
    bool rest_is_files; /* after -- */
    bool implied;       /* no command was named */
    bool failed;
} Reader;

static const Span nowhere = {0};

static void refuse(Reader *r, DiagId id, Str a, Str b)
{
    diag(r->diags, id, nowhere, a, b);
    r->failed = true;
}

/* ---- values ---- */

/* Decimal digits only. */
static bool read_number(Str s, uint64_t max, uint64_t *out)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';
        if (digit > 9 || n > (max - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return s.n > 0;
}

/* 500000, 64k, 64M, 2G; a final B or o changes nothing. */
static bool read_size(Str s, size_t *out)
{
    uint64_t n;
    unsigned shift = 0;
    if (s.n && strchr("Bo", s.p[s.n - 1]))
        s.n--;
    if (s.n) {
        const char *unit = strchr("kKmMgG", s.p[s.n - 1]);
        shift = unit && *unit ? (strchr("kK", *unit) ? 10u : strchr("mM", *unit) ? 20u : 30u) : 0u;
        s.n -= shift ? 1 : 0;
    }
    if (!read_number(s, SIZE_MAX >> shift, &n) || !n)
        return false;
    *out = (size_t)n << shift;
    return true;
}

static bool read_lang(Str s, Lang *out)
{
    *out = str_eq(s, STR("fr")) ? LANG_FR : LANG_EN;
    return *out == LANG_FR || str_eq(s, STR("en"));
}

static bool read_color(Str s, ColorMode *out)
{
    *out = str_eq(s, STR("always")) ? COLOR_ALWAYS : str_eq(s, STR("never")) ? COLOR_NEVER : COLOR_AUTO;
    return *out != COLOR_AUTO || str_eq(s, STR("auto"));
}

static bool read_failure(Options *o, Str s)
{
    o->fail_alloc_on = str_ends(s, STR("+"));
    return read_number(str_sub(s, 0, s.n - (o->fail_alloc_on ? 1 : 0)), UINT64_MAX, &o->fail_alloc);
}

static void add(Texts *list, const char *text)
{
    list->items[list->count++] = text;
}

static bool take_number(Str s, uint64_t max, uint64_t *out)
{
    return read_number(s, max, out) && *out;
}

static bool take_part(Options *o, unsigned part)
{
    o->parts |= part;
    return part != 0;
}

static bool take_place(Options *o, PermitKind kind, const char *value)
{
    if (value)
        add(&o->allow[kind], value);
    else
        o->allow_all[kind] = true;
    return !value || *value;
}

/* Without a file, it only says in which form. */
static bool take_workbook(Options *o, const char *value)
{
    o->values[OPTION_XLSX] = value;
    o->form = value ? o->form : FORM_XLSX;
    return !value || *value;
}

/* False: the value makes no sense for this option. value NULL: it was left out, as it may. */
static bool take_value(Reader *r, OptionId id, const char *value)
{
    Options *o = r->o;
    Str s = str_from(value ? value : "");
    uint64_t n = 0;
    switch (id) {
    case OPTION_EVAL: add(&o->exprs, value); return true;
    case OPTION_WITH: add(&o->withs, value); return true;
    case OPTION_SCENARIO: o->scenario = value; return s.n > 0;
    case OPTION_DIGITS:
        if (!read_number(s, LIMIT_DECIMALS, &n) || !n)
            return false;
        o->digits = (int)n;
        return true;
    case OPTION_PART: return take_part(o, part_find(r->mem, s));
    case OPTION_FORM: return (o->form = form_find(r->mem, s)) != FORM_COUNT;
    case OPTION_XLSX: return take_workbook(o, value);
    case OPTION_ALLOW_READ: return take_place(o, PERMIT_READ, value);
    case OPTION_ALLOW_WRITE: return take_place(o, PERMIT_WRITE, value);
    case OPTION_ALLOW_DB: return take_place(o, PERMIT_DATABASE, value);
    case OPTION_ALLOW_FFI: return take_place(o, PERMIT_FFI, value);
    case OPTION_OUTPUT: o->output = value; return s.n > 0;
    case OPTION_LANG: return o->lang_given = read_lang(s, &o->lang);
    case OPTION_COLOR: return read_color(s, &o->color);
    case OPTION_STEPS: return take_number(s, UINT64_MAX, &o->steps);
    case OPTION_MEMORY: return read_size(s, &o->memory);
    case OPTION_FAIL_ALLOC: return read_failure(o, s);
    case OPTION_JOBS:
    case OPTION_DRAWS:
        if (!read_number(s, 1000000, &n) || !n)
            return false;
        *(id == OPTION_JOBS ? &o->jobs : &o->draws) = (uint32_t)n;
        return true;
    case OPTION_ENCODING: o->values[id] = value; return encoding_named(s) != ENC_COUNT;
    case OPTION_NOTATION: o->values[id] = value; return str_eq(s, STR("fr")) || str_eq(s, STR("en"));
    default: o->values[id] = value; return s.n > 0;
    }
}

static void take_switch(Options *o, OptionId id)
{
    o->json |= id == OPTION_JSON;
    o->json_diagnostics |= id == OPTION_JSON_DIAGNOSTICS;
    o->quiet |= id == OPTION_QUIET;
    o->large |= id == OPTION_LARGE;
    o->forms |= id == OPTION_FORMS;
    o->help |= id == OPTION_HELP;
    o->version |= id == OPTION_VERSION;
}

/* ---- the walk ---- */

static void refuse_value(Reader *r, OptionId id, Str shown, Str value)
{
    Buf choices;
    if (id == OPTION_ENCODING) {
        refuse(r, D_ENCODING_UNKNOWN, value, STR(""));
        return;
    }
    buf_init(&choices, r->mem);
    option_choices(&choices, id, r->o->lang);
    Diag *d = diag(r->diags, D_OPTION_BAD_VALUE, nowhere, shown, value);
    if (d && choices.n)
        note(r->diags, d, D_OPTION_CHOICES, nowhere, buf_str(&choices));
    buf_free(&choices);
    r->failed = true;
}

static void take_option(Reader *r, OptionId id, Str shown, const char *value)
{
    r->o->given |= UINT64_C(1) << id;
    bool wants = option_info(id)->value[LANG_EN].n > 0, may = str_starts(option_info(id)->value[LANG_EN], STR("["));
    if (wants && !may && !value && r->at < r->argc)
        value = r->argv[r->at++];
    if (!wants && value)
        refuse(r, D_OPTION_NO_VALUE, shown, STR(""));
    else if (!wants)
        take_switch(r->o, id);
    else if (!value && !may)
        refuse(r, D_OPTION_WANTS_VALUE, shown, option_info(id)->value[r->o->lang]);
    else if (!take_value(r, id, value))
        refuse_value(r, id, shown, str_from(value ? value : ""));
}

/* --name, --name=value */
static void read_long(Reader *r, const char *arg)
{
    const char *equals = strchr(arg, '=');
    Str shown = equals ? (Str){arg, (size_t)(equals - arg)} : str_from(arg);
    OptionId id = option_find(str_sub(shown, 2, shown.n));
    if (id == OPTION_COUNT)
        refuse(r, D_OPTION_UNKNOWN, shown, STR(""));
    else
        take_option(r, id, shown, equals ? equals + 1 : NULL);
}

/* -e EXPR, -eEXPR, -h */
static void read_letter(Reader *r, const char *arg)
{
    OptionId id = option_find_letter(arg[1]);
    Str shown = str_sub(str_from(arg), 0, 2);
    if (id == OPTION_COUNT)
        refuse(r, D_OPTION_UNKNOWN, str_from(arg), STR(""));
    else
        take_option(r, id, shown, arg[2] ? arg + 2 : NULL);
}

static void read_file(Reader *r, const char *arg)
{
    Options *o = r->o;
    bool first = o->command == COMMAND_COUNT && !o->files.count && !r->rest_is_files;
    CommandId named = first ? command_find(r->mem, str_from(arg)) : COMMAND_COUNT;
    if (named != COMMAND_COUNT)
        o->command = named;
    else
        add(&o->files, arg);
}

static void read_argument(Reader *r)
{
    const char *arg = r->argv[r->at++];
    if (r->rest_is_files || arg[0] != '-' || !arg[1])
        read_file(r, arg);
    else if (!strcmp(arg, "--"))
        r->rest_is_files = true;
    else if (arg[1] == '-')
        read_long(r, arg);
    else
        read_letter(r, arg);
}

/* ---- what goes together ---- */

static void settle_command(Reader *r)
{
    Options *o = r->o;
    r->implied = o->command == COMMAND_COUNT;
    if (o->command == COMMAND_COUNT && o->exprs.count)
        o->command = COMMAND_EVAL;
    else if (o->command == COMMAND_COUNT && o->files.count)
        o->command = COMMAND_RUN;
}

static void check_options(Reader *r)
{
    const Options *o = r->o;
    if (o->command == COMMAND_COUNT || o->help || o->version)
        return;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const OptionInfo *info = option_info((OptionId)i);
        if ((o->given >> i & 1u) && !(info->commands >> o->command & 1u))
            refuse(r, D_OPTION_OTHER_COMMAND, info->name, command_info(o->command)->name[o->lang]);
    }
}

/* What is written comes from the gradebook, and there is none. */
static void check_dry_run(Reader *r)
{
    static const OptionId written[] = {OPTION_SHEETS, OPTION_REPORT, OPTION_CSV, OPTION_ANSWERS};
    for (size_t i = 0; options_has(r->o, OPTION_DRY_RUN) && i < sizeof written / sizeof *written; i++)
        if (options_has(r->o, written[i]))
            refuse(r, D_OPTIONS_APART, option_info(OPTION_DRY_RUN)->name, option_info(written[i])->name);
}

/* What works on a gradebook, or for one candidate, must be told which. */
static bool command_lacks_option(const Options *o)
{
    unsigned books = FOR_MARK | FOR_REGRADE | FOR_RESULTS;
    bool resumes = options_has(o, OPTION_RESUME), grades = o->command == COMMAND_GRADE;
    bool needs_book = (books >> o->command & 1u) || (grades && resumes);
    return (needs_book && !options_has(o, OPTION_DB)) || (grades && o->files.count < 2 && !resumes) ||
           (o->command == COMMAND_VARIANT && options_has(o, OPTION_CANDIDATE) == options_has(o, OPTION_CANDIDATES));
}

static void check_files(Reader *r)
{
    static const struct {
        size_t least, most;
    } wanted[COMMAND_COUNT] = {
        [COMMAND_RUN] = {0, 1},          [COMMAND_EVAL] = {0, 1},       [COMMAND_CHECK] = {1, 1},
        [COMMAND_REPORT] = {1, 1},       [COMMAND_EXPLAIN] = {2, SIZE_MAX}, [COMMAND_REPL] = {0, 1},
        [COMMAND_HELP] = {0, 1},         [COMMAND_MANUAL] = {0, 1},     [COMMAND_COMPLETION] = {1, 1},
        [COMMAND_GRADE] = {1, SIZE_MAX}, [COMMAND_MARK] = {1, 1},       [COMMAND_REGRADE] = {1, 1},
        [COMMAND_RESULTS] = {1, 1},      [COMMAND_VARIANT] = {1, 1},      [COMMAND_STRESS] = {1, 1},
        [COMMAND_PRACTICE] = {1, 2},
        [COMMAND_DOC] = {0, SIZE_MAX},
    };
    const Options *o = r->o;
    if (o->command == COMMAND_COUNT || o->help || o->version)
        return;
    const CommandInfo *info = command_info(o->command);
    if (o->files.count < wanted[o->command].least || (o->command == COMMAND_EVAL && !o->exprs.count))
        refuse(r, D_COMMAND_LACKS, info->name[o->lang], info->arguments[o->lang]);
    else if (command_lacks_option(o))
        refuse(r, D_COMMAND_LACKS, info->name[o->lang], info->arguments[o->lang]);
    else if (o->command == COMMAND_RUN && r->implied && o->files.count > 1 && !strpbrk(o->files.items[0], "./"))
        refuse(r, D_COMMAND_UNKNOWN, str_from(o->files.items[0]), STR("")); /* bareme chek case.brm */
    else if (o->files.count > wanted[o->command].most)
        refuse(r, D_COMMAND_EXTRA, info->name[o->lang], str_from(o->files.items[wanted[o->command].most]));
}

/* The form of a report: as asked, else by the name of its file, else text; of sheets: pages. */
static void settle_form(Reader *r)
{
    Options *o = r->o;
    bool sheets = o->command == COMMAND_GRADE || o->command == COMMAND_RESULTS;
    if (sheets && o->form == FORM_COUNT)
        o->form = FORM_HTML;
    if (sheets && o->form != FORM_HTML && o->form != FORM_MARKDOWN)
        refuse(r, D_SHEET_FORM, STR("--format"), STR(""));
    if (o->form != FORM_COUNT || options_has(o, OPTION_CANDIDATES)) /* then the output is a folder */
        return;
    o->form = o->output ? form_of_file(r->mem, str_from(o->output)) : FORM_TEXT;
    if (o->form == FORM_COUNT)
        refuse(r, D_REPORT_FORM, str_from(o->output), STR(""));
}

/* ---- in and out ---- */

static bool make_room(Options *o, size_t room, Mem *mem)
{
    o->room = room;
    o->exprs.items = mem_zalloc(mem, room, sizeof *o->exprs.items);
    o->withs.items = mem_zalloc(mem, room, sizeof *o->withs.items);
    o->files.items = mem_zalloc(mem, room, sizeof *o->files.items);
    bool ok = o->exprs.items && o->withs.items && o->files.items;
    for (int k = 0; k < PERMIT_COUNT && ok; k++)
        ok = (o->allow[k].items = mem_zalloc(mem, room, sizeof *o->allow[k].items)) != NULL;
    return ok;
}

/* Messages about the line itself follow --lang wherever it stands. */
static void settle_lang(Options *o, int argc, char *const *argv)
{
    for (int i = 1; i < argc; i++) {
        Str s = str_from(argv[i]);
        Lang lang = LANG_EN;
        bool next = str_eq(s, STR("--lang")) && i + 1 < argc && read_lang(str_from(argv[i + 1]), &lang);
        bool glued = str_starts(s, STR("--lang=")) && read_lang(str_sub(s, 7, s.n), &lang);
        if (next || glued)
            o->lang = lang;
    }
}

bool options_read(Options *o, int argc, char *const *argv, Mem *mem, Diags *diags)
{
    *o = (Options){.command = COMMAND_COUNT, .digits = NO_DIGITS, .form = FORM_COUNT, .lang = options_environment_lang()};
    settle_lang(o, argc, argv);
    Reader r = {.o = o, .argc = argc, .at = 1, .argv = argv, .mem = mem, .diags = diags};
    if (!make_room(o, (size_t)argc + 1, mem)) {
        diag0(diags, D_OUT_OF_MEMORY, nowhere);
        return false;
    }
    while (r.at < argc && !r.failed)
        read_argument(&r);
    settle_command(&r);
    if (!r.failed)
        check_options(&r);
    if (!r.failed)
        check_dry_run(&r);
    if (!r.failed)
        check_files(&r);
    if (!r.failed)
        settle_form(&r);
    return !r.failed;
}

void options_free(Options *o, Mem *mem)
{
    mem_free(mem, o->exprs.items, o->room * sizeof *o->exprs.items);
    mem_free(mem, o->withs.items, o->room * sizeof *o->withs.items);
    mem_free(mem, o->files.items, o->room * sizeof *o->files.items);
    for (int k = 0; k < PERMIT_COUNT; k++)
        mem_free(mem, o->allow[k].items, o->room * sizeof *o->allow[k].items);
}

Lang options_environment_lang(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return !strncmp(value, "fr", 2) ? LANG_FR : LANG_EN;
    }
    return LANG_EN;
}
