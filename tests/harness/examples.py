# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples: where NAME.brm has a NAME.out, a NAME.check.out or a NAME.report.md beside it, `bareme NAME.brm`,
`bareme check NAME.brm` or `bareme report NAME.brm --format markdown` must print exactly that, and end with 0. It is run
in its folder, where its data stands.

A class of copies is a folder `copies` beside a script. The commands in its README are run, in order, in a copy of the
folder; what they print must be what follows them there, and every file of `copies/expected` must be as they write it."""

import os
import shutil

from . import docs
from .common import Outcome, diff, failed, find, passed, plain, read, same_text, strange_end, write

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


def class_folder(context, readme):
    """The copies, and the case one folder above, somewhere else."""
    source = os.path.dirname(readme)
    case = os.path.dirname(source)
    target = os.path.join(context.folder(), os.path.basename(case))
    shutil.copytree(case, target, ignore=shutil.ignore_patterns("expected", "*.out"))
    return os.path.join(target, os.path.basename(source))


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, _, names in os.walk(folder) for name in names)


def compare_file(context, name, expected, got):
    if not os.path.exists(got):
        return failed(name, "it is not written")
    text = plain(read(got))
    if os.path.exists(expected) and plain(read(expected)) == text:
        return passed(name)
    difference = diff(plain(read(expected)) if os.path.exists(expected) else "", text)
    if context.accept:
        os.makedirs(os.path.dirname(expected), exist_ok=True)
        shutil.copyfile(got, expected)
        return passed(name, "accepted\n" + difference)
    return failed(name, difference)


def compare_files(context, folder, expected, inputs):
    """Files that the commands wrote, and the gradebook aside, are those that are expected."""
    written = [f for f in files_below(folder) if f not in inputs and ".sqlite" not in f]
    wanted = files_below(expected) if os.path.isdir(expected) else []
    for name in wanted:
        if context.accept and name not in written:
            os.unlink(os.path.join(expected, name))
    for name in sorted(set(written) | (set() if context.accept else set(wanted))):
        path = os.path.join(expected, name)
        yield compare_file(context, context.relative(path), path, os.path.join(folder, name))


def run_class(context, readme):
    folder = class_folder(context, readme)
    inputs = files_below(folder)
    outcomes = docs.run_blocks(context, readme, folder, lambda block: block.words == ["console"])
    return outcomes + list(compare_files(context, folder, os.path.join(os.path.dirname(readme), "expected"), inputs))


def collect(context):
    for path in find(os.path.join(context.srcdir, "examples"), ".brm"):
        for ending, arguments in WAYS:
            if os.path.exists(os.path.splitext(path)[0] + ending):
                yield context.relative(path), lambda p=path, e=ending, a=arguments: run_example(context, p, e, a)
    for path in find(os.path.join(context.srcdir, "examples"), "README.md"):
        if os.path.basename(os.path.dirname(path)) == "copies":
            yield context.relative(path), lambda p=path: run_class(context, p)
