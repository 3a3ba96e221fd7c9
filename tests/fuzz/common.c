/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words come from the tables of the language, so that a new keyword is tried as soon as it exists. */
#include "fuzz.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

void fuzz_fail(const char *what, Str a, Str b)
{
    fprintf(stderr, "fuzz: %s\n---- one\n%.*s\n---- the other\n%.*s\n", what, (int)a.n, a.p ? a.p : "", (int)b.n,
            b.p ? b.p : "");
    abort();
}

static const Str words[] = {
#define WORD(id, cls, en, fr) {(en), sizeof(en) - 1}, {(fr), sizeof(fr) - 1},
#include "syntax/lexicon.def"
#undef WORD
    STR("language en\n"), STR("langue fr\n"), STR("\nend\n"), STR("\nfin\n"), STR("\n  "), STR(" with { "),
    STR(" = "), STR(":= "), STR("..."), STR(".."), STR("->"), STR("<>"), STR("<="), STR("~="), STR("≈"),
    STR("\"\"\""), STR("« "), STR(" »"), STR("{x:2}"), STR("{x:exact}"), STR("{"), STR("}"), STR("[1, 2]"),
    STR("[1 ; 2]"), STR("(((((((("), STR("[[[[[[[["), STR("- - - -"), STR("^99"), STR("^20000"), STR("1/0"),
    STR("0.1"), STR("0,1"), STR("1 000 000"), STR("99999999999999999999"), STR("12.5 %"), STR("17 €/h"), STR("3 min"),
    STR("21 h 20 min"), STR("2 ans 9 mois"), STR("k€"), STR("m²"), STR("€/(h·m²)"), STR("@2023-02-29"),
    STR("@2023-05-12"), STR("2.3.x"), STR("print(x)"), STR("round("), STR("sum("), STR("sqrt("), STR("solve("),
    STR("judge("), STR("`if`"), STR("##"), STR("# "), STR(";"), STR("\t"), STR("\xC2\xA0"), STR("\xE2\x80\xAF"),
    STR("\xEF\xBB\xBF"), STR("\r\n"), STR("\xE2\x80\xAE"), STR("é"), STR("e\xCC\x81"), STR("\xF0\x9F\x98\x80"),
};

Str fuzz_word(size_t i)
{
    /* A keyword of several spellings holds NULs: the first one is enough. */
    return i < sizeof words / sizeof *words ? str_from(words[i].p) : (Str){NULL, 0};
}
