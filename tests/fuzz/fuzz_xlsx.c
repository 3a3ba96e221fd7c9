/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spreadsheets, XLSX: damaged inside an archive that is sound, and the archive damaged. */
#include "fuzz.h"
#include "package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Mem mem;
    Buf archive;
    Str text = {(const char *)data, size};
    mem_init(&mem, 0);
    buf_init(&archive, &mem);
    fuzz_package(&archive, text, "xl/workbook.xml");
    fuzz_sheets(buf_str(&archive));
    if (size > 2 && !archive.failed) { /* one byte of it, and its end */
        size_t at = (size_t)(data[0] << 8 | data[1]) % archive.n;
        archive.p[at] = (char)(archive.p[at] ^ data[2]);
        fuzz_sheets(buf_str(&archive));
        fuzz_sheets(str_sub(buf_str(&archive), 0, at));
    }
    fuzz_sheets(text);
    buf_free(&archive);
    return 0;
}
