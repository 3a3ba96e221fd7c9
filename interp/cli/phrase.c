/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/phrase.h"

static const Str phrases[P_COUNT][2] = {
#define PHRASE(id, en, fr) {{en, sizeof(en) - 1}, {fr, sizeof(fr) - 1}},
#include "cli/phrase.def"
#undef PHRASE
};

Str phrase(PhraseId id, Lang lang)
{
    return phrases[id][lang];
}

void phrase_fill(Buf *out, PhraseId id, Lang lang, const Str *args, size_t count)
{
    Str t = phrases[id][lang];
    size_t done = 0;
    for (size_t at = 0; at + 2 < t.n; at++) {
        size_t hole = (size_t)(unsigned char)t.p[at + 1] - '0';
        if (t.p[at] != '{' || t.p[at + 2] != '}' || hole >= count)
            continue;
        buf_put(out, str_sub(t, done, at));
        buf_put(out, args[hole]);
        done = at + 3;
        at += 2;
    }
    buf_put(out, str_sub(t, done, t.n));
}
