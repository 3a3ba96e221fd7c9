/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kinds of values are called in messages. */
#include "data/value.h"

#include "data/object.h"

static const char *const type_names[][2] = {
    [T_NUM] = {"a number", "un nombre"},
    [T_BIG] = {"a number", "un nombre"},
    [T_APPROX] = {"a number", "un nombre"},
    [T_NONE] = {"no value", "aucune valeur"},
    [T_TRUTH] = {"a truth", "une valeur de vérité"},
    [T_DATE] = {"a date", "une date"},
    [T_STATUS] = {"a missing value", "une valeur absente"},
    [T_LEVEL] = {"a level", "un niveau"},
    [T_SCENARIO] = {"a scenario", "un scénario"},
    [T_FORMULA] = {"a formula", "une formule"},
    [T_TEXT] = {"a text", "un texte"},
    [T_LIST] = {"a list", "une liste"},
    [T_RECORD] = {"a record", "un enregistrement"},
    [T_RANGE] = {"a range", "un intervalle"},
    [T_TABLE] = {"a table", "un tableau"},
    [T_MATRIX] = {"a keyed list", "une liste à clés"},
    [T_OBJECT] = {"an object", "un objet"},
    [T_FUNCTION] = {"a function", "une fonction"},
    [T_NATIVE] = {"a function", "une fonction"},
    [T_CELL] = {"a variable", "une variable"},
};

static const char *const status_names[][2] = {
    [STATUS_BLANK] = {"a blank", "une case vide"},
    [STATUS_UNREADABLE] = {"an unreadable value", "une valeur illisible"},
    [STATUS_NOT_GIVEN] = {"a value not given", "une valeur non fournie"},
};

_Static_assert(sizeof type_names / sizeof *type_names == T_TAG_COUNT, "every kind of value has its name");

const char *value_type_name(Value v, bool french)
{
    if (v.tag == T_STATUS)
        return status_names[v.den][french];
    if (v.tag == T_OBJECT)
        return french ? ((const Instance *)v.ptr)->type->name_fr : ((const Instance *)v.ptr)->type->name;
    return type_names[v.tag][french];
}
