/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that try to be more than text: markup of every kind, what terminals obey, what readers do not see. */
#ifndef BAREME_TESTS_HOSTILE_H
#define BAREME_TESTS_HOSTILE_H

#include <stddef.h>

static const char *const hostile_texts[] = {
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "<!-- --><b>x</b><!--",
    "]]><svg onload=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)' autofocus='",
    "\"></a><iframe src=//evil.example>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "https://evil.example/\"onclick=\"alert(1)",
    "http://evil.example/<script>",
    "mailto:a@b.example?subject=\"><script>",
    "&lt;b&gt; &amp;amp; &#60;i&#62; &copy; &Tab;",
    "<style>*{display:none}</style>",
    "<a href='x' style='position:fixed'>",
    "url(https://evil.example/x)",
    "]]>&#x0;<![CDATA[",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "**strong** *em* _em_ `code` ~~del~~",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "> quote",
    "```\nfence",
    "~~~\nfence",
    "---",
    "===",
    "title\n===",
    "title\n---",
    "    four blanks",
    "| a | b |\n|---|---|\n| c | d |",
    "a | b `|` c \\| d",
    "[link](https://evil.example)",
    "![image](https://evil.example/x.png)",
    "[ref]\n\n[ref]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example www.evil.example a@evil.example",
    "[^1] [ ] [x] :::note",
    "a\\\nb\\",
    "\\\\ \\* \\` \\",
    "two\n\nparagraphs\n\n",
    "Wow!",
    "($x$) $$y$$ \\(z\\)",
    "\x1b[31mred\x1b[0m \x1b]52;c;ZXZpbA==\x07 \x1b]0;title\x07",
    "\x9b"
    "31m",
    "over\rwritten\b\b\b\v\f\x7f",
    "\xe2\x80\xae"
    "txt.exe \xe2\x80\x8f \xe2\x81\xa6x\xe2\x81\xa9",
    "\xef\xbb\xbf bom \xe2\x80\xa8 line \xe2\x80\xa9 paragraph",
    "not UTF-8: \xff\xfe \xc3\x28 \xed\xa0\x80",
    "e\xcc\x81\xcc\x81\xcc\x81 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
    "\xc2\xa0\xe2\x80\xaf"
    "1\xe2\x80\xaf"
    "600,00\xc2\xa0€\xc2\xa0",
    "%s %n %d",
    "'; DROP TABLE copies; --",
    "=cmd|' /C calc'!A0",
    "   ",
    "\t",
    "\n",
    "",
};

enum { HOSTILE_TEXTS = sizeof hostile_texts / sizeof *hostile_texts };

#endif
