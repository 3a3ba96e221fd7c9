# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that would be more than text on a page that is not careful: the usual ways into HTML, attributes, URLs, style
sheets, SVG and Markdown, and characters that are not what they seem."""

MARKUP = [
    "<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script src=//evil.example/x.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<img src=x onerror='alert(1)'", "<img/src=x/onerror=alert(1)>",
    "<img src=\"https://evil.example/x.png\">", "<svg onload=alert(1)>", "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "</svg><script>alert(1)</script>", "</text></svg><img src=x onerror=alert(1)>", "<svg><style>*{fill:red}</style>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">", "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<object data=javascript:alert(1)>", "<embed src=//evil.example>",
    "<body onload=alert(1)>", "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>", "<video><source onerror=alert(1)>", "<audio src=x onerror=alert(1)>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<style>@import 'https://evil.example/x.css'</style>",
    "<style>body{background:url(https://evil.example/x)}</style>", "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=https://evil.example/>", "<form action=https://evil.example><input type=submit>",
    "<a href=javascript:alert(1)>x</a>", "<a href=\"jav&#x09;ascript:alert(1)\">x</a>", "<template><img src=x></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>", "<?xml version=\"1.0\"?><x/>", "<!DOCTYPE html><html>", "<x onclick=alert(1)>",
    "<b>bold</b> <i>it</i>", "<", ">", "&", "<<<<>>>>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;b&#62;", "&#x3c;b>",
    "&amp;amp;", "&nbsp;&copy;&euro;", "&NotAnEntity;", "&#0;&#xD800;&#x110000;",
]

ATTRIBUTES = [
    "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "\"><script>alert(1)</script>", "'><script>alert(1)</script>",
    "\" style=\"position:fixed;inset:0", "` onclick=alert(1) `", "\" autofocus onfocus=alert(1) x=\"", "x\" id=\"c1-t",
    "\"/><image href=\"https://evil.example/x.png\"/>", "a\\\" b=\\\"c", "=\"\"", "' --", "x)\" fill=\"url(//evil.example)",
]

URLS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "javascript&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>", "data:image/svg+xml,<svg onload=alert(1)>", "vbscript:msgbox(1)",
    "file:///etc/passwd", "//evil.example/x", "https://evil.example/\"onmouseover=\"alert(1)", "https://evil.example/'x",
    "https://evil.example/<script>alert(1)</script>", "http://evil.example/?a=1&b=2#c", "mailto:a@b.example?subject=x\"y",
    "blob:https://evil.example/x", "view-source:https://x", "url(https://evil.example/x.png)",
]

TEXTS = [
    "[x](javascript:alert(1))", "[x](https://ok.example \"onclick=alert(1)\")", "![x](https://evil.example/x.png)",
    "![x](x \"\\\"onerror=alert(1)\")", "<https://evil.example/>", "[x]: javascript:alert(1)", "`<b>`", "**<b>**",
    "| <b> | `|` |", "# <script>alert(1)</script>", "{{constructor.constructor('alert(1)')()}}", "${alert(1)}",
    "%3Cscript%3Ealert(1)%3C/script%3E", "\\u003cscript\\u003ealert(1)", "＜script＞alert(1)＜/script＞",
    "\u202ecod.exe", "a\u2066b\u2069c", "\ufeffBOM", "\x1b[31mred\x1b[0m", "\x1b]52;c;ZXZpbA==\x07", "a\x00b".replace("\x00", "\x01"),
    "line\u2028separator", "e\u0301\u0301\u0301 👩‍💻 שלום", "1\u202f600,00\u00a0€", "two\nlines", "w" * 300, "é" * 200,
    "'; DROP TABLE copies; --", "=HYPERLINK(\"https://evil.example\")", "%s%n", "../../etc/passwd",
]

ALL = MARKUP + ATTRIBUTES + URLS + TEXTS
