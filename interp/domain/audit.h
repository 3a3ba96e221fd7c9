/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside domain/: the parts of the audit. check.c runs checks and official figures, audit.c evaluates everything
   everywhere, lint.c and lint_round.c look at what is written. All report into CheckReport.findings. */
#ifndef BAREME_DOMAIN_AUDIT_H
#define BAREME_DOMAIN_AUDIT_H

#include "domain/check.h"

/* Faults of every formula in the base and in every scenario. */
void audit_formulas(CheckReport *r);
/* Branches: faults, equal values of what they share. Mistakes: faults, mistakes that change nothing. */
void audit_case(CheckReport *r, Key *k);
/* Givens never read, tolerated values that are the key, answers computed again, cases without any check. */
void lint_case(CheckReport *r, Key *k);
/* Roundings that depend on a unit which nothing fixes, in every formula. */
void lint_rounding(CheckReport *r);
/* Value as shown in the case's dialect, for a finding. */
void audit_show(CheckReport *r, Buf *out, Value v, Lang lang);
/* Takes the machine's fault, as its message alone. */
void audit_take_fault(Vm *vm, Buf *out);
/* The choice of first branches but `branch` of e (and what leads to e). NULL: memory, stopped. */
KeyChoice *audit_choice(Key *k, const Either *e, uint32_t branch);

/* The text holds errors: some formulas could not be read. */
bool audit_has_errors(const CheckReport *r);

#endif
