/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lexicon, the limits of the parser, allocation failures, what the REPL asks, names that a translation must
   protect. The grammar itself is tested by the scripts of tests/syntax. */
#include <setjmp.h> /* cmocka wants these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "num/context.h"
#include "syntax/lexer.h"
#include "syntax/printer.h"

/* ---- a bench: a parser with everything it needs ---- */

typedef struct Bench {
    Mem mem;
    Sources sources;
    Diags diags;
    NumCtx num;
    Arena arena;
    Buf out;
    LibraryNames library;
} Bench;

static void bench_open(Bench *b)
{
    memset(b, 0, sizeof *b);
    mem_init(&b->mem, 0);
    sources_init(&b->sources, &b->mem);
    diags_init(&b->diags, &b->mem);
    arena_init(&b->arena, &b->mem);
    buf_init(&b->out, &b->mem);
    assert_true(num_ctx_init(&b->num, &b->mem, NULL, NULL));
}

static void bench_close(Bench *b)
{
    buf_free(&b->out);
    arena_free(&b->arena);
    num_ctx_free(&b->num);
    diags_free(&b->diags);
    sources_free(&b->sources);
    assert_int_equal(b->mem.used, 0);
}

static Parsing bench_parsing(Bench *b)
{
    return (Parsing){.arena = &b->arena,
                     .diags = &b->diags,
                     .sources = &b->sources,
                     .num = &b->num,
                     .library = b->library,
                     .default_lang = LANG_EN};
}

static Node *bench_parse(Bench *b, Str text)
{
    Parsing p = bench_parsing(b);
    uint32_t source = sources_add(&b->sources, STR("t.brm"), text);
    return source ? parse_module(&p, source) : NULL;
}

static bool bench_has(const Bench *b, DiagId id)
{
    for (const Diag *d = b->diags.first; d; d = d->next)
        if (d->id == id)
            return true;
    return false;
}

/* The first diagnostic of a text. */
static void assert_first(Str text, DiagId id, uint32_t start)
{
    Bench b;
    bench_open(&b);
    bench_parse(&b, text);
    assert_non_null(b.diags.first);
    assert_string_equal(diag_code(b.diags.first->id), diag_code(id));
    assert_int_equal(b.diags.first->span.start, start);
    bench_close(&b);
}

/* A text of one piece, another repeated, and a last one. */
static Str repeated(Buf *b, const char *head, const char *item, size_t times, const char *tail)
{
    buf_puts(b, head);
    for (size_t i = 0; i < times; i++)
        buf_puts(b, item);
    buf_puts(b, tail);
    assert_false(b->failed);
    return buf_str(b);
}

/* ---- the lexicon ---- */

static void fold_into(Buf *b, Str s)
{
    buf_clear(b);
    utf8_fold(b, s);
}

static void no_two_keywords_differ_by_accents_alone(void **state)
{
    (void)state;
    Mem mem;
    Buf x, y;
    mem_init(&mem, 0);
    buf_init(&x, &mem);
    buf_init(&y, &mem);
    for (int lang = LANG_EN; lang <= LANG_FR; lang++) {
        for (int v = 1; v < W_COUNT; v++) {
            Str a;
            for (unsigned i = 0; (a = word_spelling((WordId)v, (Lang)lang, i)).p; i++) {
                fold_into(&x, a);
                for (int w = 1; w < W_COUNT; w++) {
                    Str b;
                    for (unsigned j = 0; (b = word_spelling((WordId)w, (Lang)lang, j)).p; j++) {
                        fold_into(&y, b);
                        if (str_eq(buf_str(&x), buf_str(&y)))
                            assert_true(str_eq(a, b));
                    }
                }
            }
        }
    }
    buf_free(&x);
    buf_free(&y);
}

static void few_words_are_reserved(void **state)
{
    (void)state;
    int count = 0;
    for (int w = 1; w < W_COUNT; w++)
        count += word_class((WordId)w) == WORD_RESERVED;
    assert_in_range(count, 20, 30);
}

static void a_keyword_may_lose_accents_never_gain_them(void **state)
{
    (void)state;
    assert_int_equal(word_match(STR("données"), 0, W_GIVEN, LANG_FR), 8);
    assert_int_equal(word_match(STR("donnees"), 0, W_GIVEN, LANG_FR), 7);
    assert_int_equal(word_match(STR("donne\u0301es"), 0, W_GIVEN, LANG_FR), 9);
    assert_int_equal(word_match(STR("donneés"), 0, W_GIVEN, LANG_FR), 0);
    assert_int_equal(word_match(STR("sûr"), 0, W_OVER, LANG_FR), 0);
    assert_int_equal(word_match(STR("Données"), 0, W_GIVEN, LANG_FR), 0);
    assert_int_equal(word_match(STR("donnéess"), 0, W_GIVEN, LANG_FR), 0);
}

static void the_longest_keyword_wins(void **state)
{
    (void)state;
    Str text = STR("arrondi  intermédiaire 2");
    assert_int_equal(word_match(text, 0, W_ROUNDED, LANG_FR), 7);
    assert_int_equal(word_at(text, 0, W_ROUNDED, LANG_FR), 0);
    assert_int_equal(word_at(text, 0, W_INTERMEDIATE_ROUNDING, LANG_FR), 23);
}

static void every_word_has_both_spellings(void **state)
{
    (void)state;
    for (int w = 1; w < W_COUNT; w++) {
        assert_true(w == W_NEAR || word_spelling((WordId)w, LANG_EN, 0).n > 0); /* within 1 €, à 1 € près */
        assert_true(word_spelling((WordId)w, LANG_FR, 0).n > 0);
        assert_string_equal(word_text((WordId)w, LANG_EN), word_text((WordId)w, LANG_EN));
        assert_int_equal(word_match(word_spelling((WordId)w, LANG_FR, 0), 0, (WordId)w, LANG_FR),
                         word_spelling((WordId)w, LANG_FR, 0).n);
    }
}

/* ---- bytes ---- */

static void a_text_is_utf8_without_zero_bytes(void **state)
{
    (void)state;
    assert_first(STR("x = \"caf\xE9\"\n"), D_LEX_UTF8, 8);
    assert_first(STR("x = 1\0\n"), D_LEX_NUL, 5);
    assert_first(STR("x = 1 \xEF\xBB\xBF\n"), D_LEX_UNSAFE, 6);
}

static void a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b);
    Node *m = bench_parse(&b, STR("\xEF\xBB\xBFx = 1\r\ny = 2\r\n"));
    assert_int_equal(m->count, 2);
    assert_int_equal(b.diags.errors, 0);
    bench_close(&b);
}

static void a_file_has_a_size(void **state)
{
    (void)state;
    Bench b;
    Buf text;
    bench_open(&b);
    buf_init(&text, &b.mem);
    buf_repeat(&text, ' ', LIMIT_SOURCE_BYTES + 1);
    bench_parse(&b, buf_str(&text));
    assert_true(bench_has(&b, D_SOURCE_TOO_LONG));
    buf_free(&text);
    bench_close(&b);
}

/* ---- limits: at the limit all is well, one further it is told ---- */

static void assert_limit(const char *head, const char *item, size_t times, const char *tail, bool reached, DiagId id)
{
    Bench b;
    Buf text;
    bench_open(&b);
    buf_init(&text, &b.mem);
    bench_parse(&b, repeated(&text, head, item, times, tail));
    if (bench_has(&b, id) != reached)
        fail_msg("%s%s... x %zu: %s", head, item, times, diag_code(id));
    if (reached)
        assert_int_equal(b.diags.limits, 1);
    buf_free(&text);
    bench_close(&b);
}

static void parentheses_nest_to_a_limit(void **state)
{
    (void)state;
    /* the module and the definition are two levels */
    assert_limit("x = ", "(", LIMIT_NESTING - 2, "1", false, D_SYN_NESTED);
    assert_limit("x = ", "(", LIMIT_NESTING - 1, "1", true, D_SYN_NESTED);
    assert_limit("x = ", "(", 1000000, "1", true, D_SYN_NESTED);
}

static void nothing_overflows_the_stack(void **state)
{
    (void)state;
    static const struct {
        const char *head, *item, *tail;
    } texts[] = {
        {"x = ", "[", "1\n"},
        {"x = ", "{a: ", "1\n"},
        {"x = ", "-", "1\n"},
        {"x = ", "not ", "true\n"},
        {"x = ", "f(", "1\n"},
        {"x = ", "x -> ", "1\n"},
        {"x = ", "2^", "1\n"},
        {"x = ", "a[", "1\n"},
        {"x = ", "if a then ", "1\n"},
        {"x = ", "if a then 1 else ", "1\n"},
        {"", "if a\n", "\n"},
        {"", "for i in a\n", "\n"},
        {"", "case\n", "\n"},
        {"x = ", "choose\na : ", "1\n"},
        {"x = ", "a with { b = ", "1\n"},
        {"x = ", "\"{", "1\n"},
        {"if a\n", "elif a\n", "end\n"},
        {"x = ", "a.(", "1\n"},
        {"", "fn f()\n", "\n"},
        {"case a\nquestion 1\n", "either\n", "\n"},
        {"x = ", "(a = ", "1\n"},
        {"", "try\n", "\n"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Bench b;
        Buf text;
        bench_open(&b);
        buf_init(&text, &b.mem);
        bench_parse(&b, repeated(&text, texts[i].head, texts[i].item, 100000, texts[i].tail));
        assert_true(b.diags.errors > 0);
        buf_free(&text);
        bench_close(&b);
    }
}

static void chains_are_bounded(void **state)
{
    (void)state;
    assert_limit("x = 1", "+1", LIMIT_HEIGHT - 1, "\n", false, D_SYN_CHAIN);
    assert_limit("x = 1", "+1", LIMIT_HEIGHT, "\n", true, D_SYN_CHAIN);
    assert_limit("x = a", ".a", 100000, "\n", true, D_SYN_CHAIN);
    assert_limit("x = a", "(1)", 100000, "\n", true, D_SYN_CHAIN);
    assert_limit("x = a", "[1]", 100000, "\n", true, D_SYN_CHAIN);
    assert_limit("x = 1", " to h", 100000, "\n", true, D_SYN_CHAIN);
    assert_limit("x = true", " and true", 100000, "\n", true, D_SYN_CHAIN);
    assert_limit("x = [0", ", 1", 10000, "]\n", false, D_SYN_CHAIN);
    assert_limit("x = 1", " < 1", 10000, "\n", false, D_SYN_CHAIN);
}

static void tokens_have_a_size(void **state)
{
    (void)state;
    assert_limit("", "a", LIMIT_NAME_BYTES, " = 1\n", false, D_LEX_NAME_LONG);
    assert_limit("", "a", LIMIT_NAME_BYTES + 1, " = 1\n", true, D_LEX_NAME_LONG);
    assert_limit("x = ", "1", LIMIT_LITERAL_DIGITS, "\n", false, D_LEX_NUMBER_LONG);
    assert_limit("x = ", "1", LIMIT_LITERAL_DIGITS + 1, "\n", true, D_LEX_NUMBER_LONG);
    assert_limit("x = \"", "a", LIMIT_TOKEN_BYTES, "\"\n", false, D_LEX_TEXT_LONG);
    assert_limit("x = \"", "a", LIMIT_TOKEN_BYTES + 1, "\"\n", true, D_LEX_TEXT_LONG);
    assert_limit("fn f(a", ", a", LIMIT_PARAMETERS - 1, ") = 1\n", false, D_SYN_PARAMETERS);
    assert_limit("fn f(a", ", a", LIMIT_PARAMETERS, ") = 1\n", true, D_SYN_PARAMETERS);
}

/* ---- notes ---- */

/* The whole text of the messages, with ordinary blanks for those of French typography. */
static void assert_rendered(Str text, const char *expected)
{
    Bench b;
    Buf shown;
    uint32_t cp;
    bench_open(&b);
    buf_init(&shown, &b.mem);
    bench_parse(&b, text);
    diags_render(&b.out, &b.sources, &b.diags, (DiagStyle){.lang = LANG_FR});
    for (size_t at = 0, n; (n = utf8_next(buf_str(&b.out), at, &cp)) != 0; at += n)
        utf8_put(&shown, cp == 0xA0 || cp == 0x202F ? ' ' : cp);
    assert_string_equal(buf_cstr(&shown), expected);
    buf_free(&shown);
    bench_close(&b);
}

static void notes_show_what_explains(void **state)
{
    (void)state;
    assert_rendered(STR("langue fr\ncas a\n  questoin 1\n  fin\nfin\n"),
                    "t.brm:3:3: erreur E0224 : aucune ligne ne commence par `questoin` ici\n"
                    "   3 |   questoin 1\n"
                    "     |   ^~~~~~~~\n"
                    "     note : vouliez-vous écrire `question` ?\n"); /* N0101 */
    assert_rendered(STR("langue fr\ncas a\n  question 1\n    x = 2\n  question 2\n  fin\nfin\n"),
                    "t.brm:5:3: erreur E0218 : `question` n'a pas été fermé avant `question`\n"
                    "   5 |   question 2\n"
                    "     |   ^~~~~~~~\n"
                    "     note : t.brm:3:3: `question` commence ici\n" /* N0102 */
                    "   3 |   question 1\n"
                    "     |   ^~~~~~~~\n"
                    "     à faire : ajouter `fin` au-dessus de cette ligne\n");
    assert_rendered(STR("langue fr\ncas a\n  question 1 points 1\n    points 2\n  fin\nfin\n"),
                    "t.brm:4:5: erreur E0236 : `points` est donné deux fois\n"
                    "   4 |     points 2\n"
                    "     |     ^~~~~~\n"
                    "     note : t.brm:3:14: `points` est déjà ici\n" /* N0103 */
                    "   3 |   question 1 points 1\n"
                    "     |              ^~~~~~\n"
                    "     à faire : n'en garder qu'un\n");
}

static void indentation_tells_which_block_is_open(void **state)
{
    (void)state;
    Bench b;
    bench_open(&b);
    bench_parse(&b,
                STR("case a\n  question 1\n    either \"x\"\n      y = 1\n    or \"z\"\n      y = 2\n  end\nend\n"));
    assert_int_equal(b.diags.errors, 1);
    assert_int_equal(b.diags.first->id, D_SYN_END_MISSING);
    assert_int_equal(b.diags.first->notes->span.start, 24); /* either */
    bench_close(&b);
}

/* ---- the REPL ---- */

static bool incomplete(const char *text)
{
    Bench b;
    bench_open(&b);
    Parsing p = bench_parsing(&b);
    bool result = parse_incomplete(&p, str_from(text));
    assert_int_equal(b.diags.errors, 0);
    bench_close(&b);
    return result;
}

static void an_open_text_is_incomplete(void **state)
{
    (void)state;
    assert_true(incomplete("case a"));
    assert_true(incomplete("case a\n  question 1 points 2\n"));
    assert_true(incomplete("x = [1,\n"));
    assert_true(incomplete("x = (1"));
    assert_true(incomplete("x = 1 +\n"));
    assert_true(incomplete("x = \"\"\"abc\n"));
    assert_true(incomplete("fn f(x)\n  y = x"));
    assert_true(incomplete("x = choose\n  a : 1\n"));
    assert_true(incomplete("if a > 1\n  f(1)\nelse\n"));
    assert_false(incomplete("x = 1"));
    assert_false(incomplete(""));
    assert_false(incomplete("x = \"abc"));
    assert_false(incomplete("x = )"));
    assert_false(incomplete("case a\n  3 +* 2\n"));
    assert_false(incomplete("print(\"{1 +}\")"));
    assert_false(incomplete("case a\nend\nend"));
}

/* ---- translation ---- */

/* A library of two functions: mean / moyenne(values / valeurs), end_of / fin. */
static Str fake_canonical(void *data, Str name, Lang lang)
{
    (void)data;
    if (str_eq(name, lang == LANG_FR ? STR("moyenne") : STR("mean")))
        return STR("mean");
    return (Str){NULL, 0};
}

static Str fake_localised(void *data, Str canonical, Lang lang)
{
    (void)data;
    return str_eq(canonical, STR("mean")) && lang == LANG_FR ? STR("moyenne") : canonical;
}

static Str fake_argument(void *data, Str function, Str argument, Lang from, Lang to)
{
    static const char *const names[] = {"values", "valeurs"};
    (void)data;
    (void)function;
    return str_eq(argument, str_from(names[from])) ? str_from(names[to]) : (Str){NULL, 0};
}

static void assert_translated(const char *text, Lang lang, const char *expected)
{
    Bench b;
    bench_open(&b);
    b.library = (LibraryNames){NULL, fake_canonical, fake_localised, fake_argument};
    Node *m = bench_parse(&b, str_from(text));
    assert_int_equal(b.diags.errors, 0);
    print_node(&b.out, m, lang, &b.library);
    assert_string_equal(buf_cstr(&b.out), expected);
    Node *again = bench_parse(&b, buf_str(&b.out));
    assert_int_equal(b.diags.errors, 0);
    again->op = m->op; /* the dialect is all that may differ */
    assert_true(node_equal(m, again, true));
    bench_close(&b);
}

static void names_of_the_library_are_translated(void **state)
{
    (void)state;
    assert_translated("x = mean(values: [1, 2])\n", LANG_FR, "langue fr\nx = moyenne(valeurs: [1 ; 2])\n");
    assert_translated("langue fr\nx = moyenne(valeurs: [1,5 ; 2])\n", LANG_EN, "x = mean(values: [1.5, 2])\n");
    assert_translated("x = solve(a = 1, for: b, in: 1..2 step 1)\n", LANG_FR,
                      "langue fr\nx = solve(a = 1 ; pour: b ; dans: 1..2 pas 1)\n");
}

static void names_of_the_author_are_protected(void **state)
{
    (void)state;
    /* reserved in the other dialect */
    assert_translated("fin = 1\nx = fin + 2\n", LANG_FR, "langue fr\n`fin` = 1\nx = `fin` + 2\n");
    assert_translated("langue fr\nend = 1\n", LANG_EN, "`end` = 1\n");
    assert_translated("x = r.fin\ny = {fin: 1}\nz = f(fin: 1)\n", LANG_FR,
                      "langue fr\nx = r.fin\ny = {fin: 1}\nz = f(`fin`: 1)\n");
    /* hidden by an author's name in the target */
    assert_translated("moyenne = 3\nx = mean([1]) + moyenne\n", LANG_FR,
                      "langue fr\nmoyenne = 3\nx = std.moyenne([1]) + moyenne\n");
    assert_translated("mean = 3\nx = std.mean([1]) + mean\n", LANG_FR,
                      "langue fr\nmean = 3\nx = moyenne([1]) + mean\n");
    /* unknown here, the library's there */
    assert_translated("x = moyenne + 1\n", LANG_FR, "langue fr\nx = `moyenne` + 1\n");
    /* keywords of a place */
    assert_translated("x = a with { b = old + ancien }\n", LANG_FR,
                      "langue fr\nx = a avec { b = ancien + `ancien` }\n");
    assert_translated("x = not `given`\ny = not given\n", LANG_EN, "x = not `given`\ny = not given\n");
    assert_translated("check a = 3 € within 1 €\n", LANG_FR, "langue fr\nvérifier a = 3 €  à 1 € près\n");
    assert_translated("langue fr\nvérifier a = 3 € à 1 €\n", LANG_EN, "check a = 3 €  within 1 €\n");
    assert_translated("scenario t of s with a = 3\nend\n", LANG_FR, "langue fr\nscénario t de s avec a = 3\nfin\n");
    assert_translated("x = not fourni\n", LANG_FR, "langue fr\nx = non `fourni`\n");
    assert_translated(
        "case c\n  question 1\n    open o points 1\n      expect\n        a \"a\"\n        indices \"b\"\n"
        "      end\n    end\n  end\nend\n",
        LANG_FR,
        "langue fr\ncas c\n  question 1\n    ouverte o points 1\n      attendus\n        a \"a\"\n"
        "        `indices` \"b\"\n      fin\n    fin\n  fin\nfin\n");
}

static void numbers_and_texts_are_translated(void **state)
{
    (void)state;
    assert_translated("x = 1234567.50 €\ny = 1234\nz = 0.5\n", LANG_FR,
                      "langue fr\nx = 1 234 567,50 €\ny = 1234\nz = 0,5\n");
    assert_translated("x = \"a {mean([1.5, 2]):2} b\"\n", LANG_FR, "langue fr\nx = \"a {moyenne([1,5 ; 2]):2} b\"\n");
    assert_translated("langue fr\nx = « a {si vrai alors 1 sinon 2} »\n", LANG_EN,
                      "x = « a {if true then 1 else 2} »\n");
    assert_translated("x = (3 m) ^ 2\ny = 3 m ^ 2\nz = a ^ 2\n", LANG_FR,
                      "langue fr\nx = (3 m)^2\ny = 3 m ^ 2\nz = a^2\n");
}

/* ---- memory ---- */

static const char *const memory_text =
    "langue fr\n# un\ncas c « C »\n  données\n    a = 1,5 €/h « b »  # deux\n  fin\n  question 1 points 2\n"
    "    soit « x »\n      réponse d = a * 2 h  points 1\n        accepter a car « é »\n    ou\n      d = [e + 1 pour "
    "e dans 1..3][1]\n"
    "    fin\n    erreur « f » avec a = 2, g = ancien\n    ouverte h « i {a:2} » points 1\n      attendus\n        j "
    "indices « k », « l »\n"
    "      fin\n      accepter autre\n    fin\n  fin\nfin\nfonction m(n : % = 1 %)\n  si n > 1\n    renvoyer `o`\n  "
    "fin\nfin\n"
    "p = choisir\n  vrai : x -> 2\n  sinon : {q: 1}\nfin\nr = (\n";

/* The text parsed and printed, with the n-th allocation refused. True: none was. */
static bool survives(uint64_t n, bool on)
{
    Mem mem;
    Sources sources;
    Diags diags;
    NumCtx num;
    Arena arena;
    Buf out;
    mem_init(&mem, 0);
    sources_init(&sources, &mem);
    diags_init(&diags, &mem);
    arena_init(&arena, &mem);
    buf_init(&out, &mem);
    assert_true(num_ctx_init(&num, &mem, NULL, NULL));
    uint32_t source = sources_add(&sources, STR("m.brm"), str_from(memory_text));
    Parsing p = {.arena = &arena,
                 .diags = &diags,
                 .sources = &sources,
                 .num = &num,
                 .default_lang = LANG_EN,
                 .library = {NULL, fake_canonical, fake_localised, fake_argument}};
    mem.fail_at = mem.calls + n;
    mem.fail_on = on;
    Node *m = parse_module(&p, source);
    if (m)
        print_node(&out, m, LANG_EN, &p.library);
    bool failed = mem.failed;
    if (!m)
        assert_true(diags.limits > 0);
    buf_free(&out);
    arena_free(&arena);
    num_ctx_free(&num);
    diags_free(&diags);
    sources_free(&sources);
    assert_int_equal(mem.used, 0);
    return !failed;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int on = 0; on < 2; on++) {
        uint64_t n = 1;
        while (!survives(n, on != 0))
            n++;
        assert_true(n > 10);
    }
}

/* ---- hostile texts: cut anywhere, they end with a message, never otherwise ---- */

static void a_text_may_be_cut_anywhere(void **state)
{
    (void)state;
    Str whole = str_from(memory_text);
    for (size_t n = 0; n < whole.n; n++) {
        Bench b;
        bench_open(&b);
        Node *m = bench_parse(&b, str_sub(whole, 0, n));
        print_node(&b.out, m, LANG_EN, NULL);
        bench_close(&b);
    }
}

static void bytes_may_be_missing_anywhere(void **state)
{
    (void)state;
    Str whole = str_from(memory_text);
    for (size_t n = 0; n < whole.n; n++) {
        Bench b;
        Buf text;
        bench_open(&b);
        buf_init(&text, &b.mem);
        buf_put(&text, str_sub(whole, 0, n));
        buf_put(&text, str_sub(whole, n + 3, whole.n));
        Node *m = bench_parse(&b, buf_str(&text));
        print_node(&b.out, m, LANG_FR, NULL);
        buf_free(&text);
        bench_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_keywords_differ_by_accents_alone),
        cmocka_unit_test(few_words_are_reserved),
        cmocka_unit_test(a_keyword_may_lose_accents_never_gain_them),
        cmocka_unit_test(the_longest_keyword_wins),
        cmocka_unit_test(every_word_has_both_spellings),
        cmocka_unit_test(a_text_is_utf8_without_zero_bytes),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(a_file_has_a_size),
        cmocka_unit_test(parentheses_nest_to_a_limit),
        cmocka_unit_test(nothing_overflows_the_stack),
        cmocka_unit_test(chains_are_bounded),
        cmocka_unit_test(tokens_have_a_size),
        cmocka_unit_test(notes_show_what_explains),
        cmocka_unit_test(indentation_tells_which_block_is_open),
        cmocka_unit_test(an_open_text_is_incomplete),
        cmocka_unit_test(names_of_the_library_are_translated),
        cmocka_unit_test(names_of_the_author_are_protected),
        cmocka_unit_test(numbers_and_texts_are_translated),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(a_text_may_be_cut_anywhere),
        cmocka_unit_test(bytes_may_be_missing_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
