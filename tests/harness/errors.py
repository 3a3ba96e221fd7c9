# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors and warnings of interp/diag/diag.def that no test names: each is a failure, so that no message is written which
nobody has seen, or which nothing can raise. A test names a message by its code: `# expect error E0312 at 4:7`, a transcript, a unit test."""

import os
import re

from .common import failed, find, passed, read

CODE = re.compile(r"\b[EWN]\d{4}\b")
LINE = re.compile(r'^DIAG\((\w+),\s*"([EWN]\d{4})"', re.MULTILINE)


def declared(context):
    """[(code, name)] in the order of the catalogue."""
    text = read(os.path.join(context.srcdir, "interp", "diag", "diag.def"))
    return [(code, name) for name, code in LINE.findall(text)]


def named(context):
    """Codes that stand in a test; unit tests also name messages by their constant, D_NAME."""
    codes, constants = set(), set()
    root = os.path.join(context.srcdir, "tests")
    for ending in (".brm", ".txt", ".py", ".c", ".out"):
        for path in find(root, ending):
            text = read(path)
            codes.update(CODE.findall(text))
            constants.update(re.findall(r"\bD_(\w+)", text))
    for path in find(os.path.join(context.srcdir, "doc"), ".md"):
        codes.update(CODE.findall(read(path)))
    return codes, constants


def doubles(items):
    seen = {}
    for code, name in items:
        seen.setdefault(code, []).append(name)
    return [f"{code}: {', '.join(names)}" for code, names in seen.items() if len(names) > 1]


def report(context):
    items = declared(context)
    codes, constants = named(context)
    items = [(code, name) for code, name in items if code[0] in "EW"]
    missing = [f"{code} {name}" for code, name in items if code not in codes and name not in constants]
    lacking = f"{len(missing)} of {len(items)} messages are named by no test: {', '.join(missing)}"
    outcomes = [failed("messages named by a test", lacking) if missing else passed("messages named by a test")]
    twice = doubles(declared(context))
    outcomes.append(failed("a code is used once", "\n".join(twice)) if twice else passed("a code is used once"))
    return outcomes


def collect(context):
    yield "interp/diag/diag.def", lambda: report(context)
