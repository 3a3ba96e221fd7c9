# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits met by scripts too large to be kept: tests/limit/generated.py makes them. Each must end with one of the
codes it names, or run; never crash, even on a small C stack. (Limits met by a small script are golden
scripts in the same folder.)"""

import importlib.util
import json
import os

from .common import failed, passed, strange_end, write

# A stack in KiB: what the system would refuse anyway, and what AddressSanitizer needs for the same depth.
STACK, STACK_SANITIZED = 256, 2048


def cases(context):
    path = os.path.join(context.srcdir, "tests", "limit", "generated.py")
    spec = importlib.util.spec_from_file_location("generated", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.cases(context.thorough)


def is_sanitized(context):
    with open(context.bareme, "rb") as file:
        return b"__asan_init" in file.read()


def codes_of(err):
    try:
        return [d["code"] for d in json.loads(err)] if err.strip() else []
    except (ValueError, KeyError, TypeError):
        return None


def problem(case, run):
    """What is wrong with how it ended, or an empty text."""
    strange = strange_end(run)
    if strange:
        return strange
    codes = codes_of(run.err)
    if codes is None:
        return "what stands on stderr is not a list of diagnostics:\n" + run.err[-1000:]
    if not case.codes:
        return "" if run.code == 0 else f"it should run: exit code {run.code}, {codes[:5]}"
    if run.code not in ((3, 4) if case.exit is None else (case.exit,)):
        return f"exit code {run.code} instead of {case.exit}, {codes[:5]}"
    return "" if any(c.startswith(tuple(case.codes)) for c in codes) else f"{codes[:5]} instead of {case.codes}"


def run_case(context, case):
    folder = context.folder()
    for file, text in case.files().items():
        write(os.path.join(folder, file), text)
    stack = STACK_SANITIZED if is_sanitized(context) else STACK
    run = context.run(["sh", "-c", f'ulimit -s {stack}; exec "$@"', "sh", context.bareme, "--json-diagnostics",
                       *case.options, "main.brm"], folder)
    name = "tests/limit/generated.py: " + case.name
    wrong = problem(case, run)
    return [failed(name, wrong) if wrong else passed(name)]


def collect(context):
    for case in cases(context):
        yield "tests/limit/generated.py: " + case.name, lambda case=case: run_case(context, case)
