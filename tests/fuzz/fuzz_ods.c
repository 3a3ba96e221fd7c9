/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spreadsheets, ODS. */
#include "fuzz.h"
#include "package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_spreadsheet(data, size, "content.xml");
    return 0;
}
