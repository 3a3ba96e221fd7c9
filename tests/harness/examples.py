# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples: where NAME.brm has a NAME.out, a NAME.check.out or a NAME.report.md beside it, `bareme NAME.brm`,
`bareme check NAME.brm` or `bareme report NAME.brm --format markdown` must print exactly that, and end with 0. It is run
in its folder, where its data stands."""

import os

from .common import Outcome, diff, find, read, same_text, strange_end, write

WAYS = [(".out", []), (".check.out", ["check"]), (".report.md", ["report", "--format", "markdown"])]


def run_example(context, path, ending, arguments):
    folder, file = os.path.split(path)
    out_file = os.path.splitext(path)[0] + ending
    run = context.run([context.bareme, *arguments, file], folder)
    problems, note = [strange_end(run)], ""
    if not same_text(read(out_file), run.out):
        difference = diff(read(out_file), run.out)
        if context.accept:
            write(out_file, run.out)
            note = "accepted\n" + difference
        else:
            problems.append(difference)
    if run.code != 0:
        problems.append(f"exit code {run.code} instead of 0\n{run.err[-2000:]}")
    problems = [p for p in problems if p]
    return [Outcome(context.relative(out_file), not problems, "\n".join(problems) or note)]


def collect(context):
    for path in find(os.path.join(context.srcdir, "examples"), ".brm"):
        for ending, arguments in WAYS:
            if os.path.exists(os.path.splitext(path)[0] + ending):
                yield context.relative(path), lambda p=path, e=ending, a=arguments: run_example(context, p, e, a)
