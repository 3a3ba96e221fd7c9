/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document as Markdown (CommonMark with pipe tables). Failure (memory) is `failed` of the Buf. */
#ifndef BAREME_REPORT_MARKDOWN_H
#define BAREME_REPORT_MARKDOWN_H

#include "report/doc.h"

void doc_markdown(Buf *out, const Doc *d);

#endif
