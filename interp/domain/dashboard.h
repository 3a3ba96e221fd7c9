/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dashboards: the indicators of a table, by the values of a key and of a period. A dashboard is a Matrix whose axes are
   the key, the period (each only if there is one), the indicator and the field; the fields it shows come first. */
#ifndef BAREME_DOMAIN_DASHBOARD_H
#define BAREME_DOMAIN_DASHBOARD_H

#include "domain/indicator.h"

typedef struct DashboardSource {
    Value key_name, keys;       /* Text and its column, or none */
    Value period_name, periods; /* the same */
    Value indicators;           /* list: indicator, its column, the columns of both sides of its formula or none */
    Value shown;                /* list of field names in English; empty: the usual ones */
    Value summary;              /* more of them */
    Value title;                /* Text or none */
} DashboardSource;

/* False: a fault is set. Values made on the way are protected here. */
bool dashboard_make(Vm *vm, const DashboardSource *source, Value *out);

#endif
