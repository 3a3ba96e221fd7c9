/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/forms.h"

#include "syntax/form.h"

static void put_clauses_in_a_line(Buf *out, BlockId b, Lang lang)
{
    Buf words, line;
    buf_init(&words, out->mem);
    buf_init(&line, out->mem);
    form_clauses(&words, b, lang);
    if (words.n) {
        Str clauses = buf_str(&words);
        diag_message(&line, D_FORM_CLAUSES, &clauses, lang);
        buf_puts(out, "  ");
        buf_put(out, buf_str(&line));
        buf_putc(out, '\n');
    }
    out->failed |= words.failed || line.failed;
    buf_free(&words);
    buf_free(&line);
}

static void put_clause(Buf *out, ClauseId c, Lang lang)
{
    const BlockInfo *owner = block_info(clause_info(c)->block);
    form_clause(out, c, lang);
    if (owner->word)
        buf_printf(out, "   (%s)", word_text(owner->word, lang));
    buf_putc(out, '\n');
}

bool forms_of(Buf *out, Str word, Lang lang)
{
    WordId w = word_find(word, lang);
    size_t before = out->n;
    for (int i = 0; w && i < B_COUNT; i++)
        if (block_info((BlockId)i)->word == w) {
            form_block(out, (BlockId)i, lang);
            buf_putc(out, '\n');
            put_clauses_in_a_line(out, (BlockId)i, lang);
        }
    for (int i = CL_FIRST; w && i < CL_COUNT; i++)
        if (clause_info((ClauseId)i)->word == w)
            put_clause(out, (ClauseId)i, lang);
    return out->n > before;
}

void forms_all(Buf *out, Lang lang)
{
    for (int b = B_CASE; b < B_COUNT; b++) {
        form_block(out, (BlockId)b, lang);
        buf_putc(out, '\n');
        for (int c = CL_FIRST; c < CL_COUNT; c++) {
            const ClauseInfo *clause = clause_info((ClauseId)c);
            if (clause->block != (BlockId)b)
                continue;
            buf_puts(out, "  ");
            form_clause(out, (ClauseId)c, lang);
            buf_puts(out, clause->many ? " *\n" : "\n");
        }
    }
}
