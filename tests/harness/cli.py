# SPDX-License-Identifier: GPL-3.0-or-later
"""Command lines: tests/cli/*.txt, transcripts of a shell.

    # What this shows (comments stand before the first command only).
    $ bareme -e "1 + 1"
    2
    $ bareme nothing.brm
    bareme: error E0801: there is no file named nothing.brm
    [...]
    ? 5

The lines after a command are both its outputs, `? N` its exit code (0 if nothing is said), `[...]` any lines or
any part of a line. Empty lines before the next command do not count. The commands run one after the other in a
folder of their own, into which NAME.d is copied."""

import os

from .common import copy_fixtures, diff, failed, find, passed, read, same_text, write


class Step:
    def __init__(self, command):
        self.command = command
        self.output = []
        self.code = 0

    def text(self):
        return "\n".join(self.output)


def parse(text):
    """The comments at the head, and the steps."""
    head, steps = [], []
    for line in text.split("\n"):
        if line.startswith("$ "):
            steps.append(Step(line[2:]))
        elif not steps:
            head.append(line)
        elif line.startswith("? "):
            steps[-1].code = int(line[2:])
        else:
            steps[-1].output.append(line)
    return head, steps


def run_step(context, step, folder):
    return context.run(["sh", "-c", step.command], folder, merge=True)


def problem(step, run):
    """What is wrong with one step, or an empty text."""
    text = "" if same_text(step.text(), run.out) else diff(step.text(), run.out) + "\n"
    if run.code != step.code:
        text += f"exit code {run.code} instead of {step.code}\n{run.err}"
    return f"$ {step.command}\n{text}" if text else ""


def accepted(head, done):
    """The transcript as it would now be written."""
    text = "\n".join(head).rstrip("\n")
    for step, run in done:
        keep = same_text(step.text(), run.out)
        output = (step.text() if keep else run.out).rstrip("\n")
        text += ("\n" if text else "") + f"$ {step.command}\n" + (output + "\n" if output else "")
        text += f"? {run.code}\n" if run.code else ""
    return text


def run_transcript(context, path):
    name = context.relative(path)
    head, steps = parse(read(path))
    folder = context.folder()
    copy_fixtures(path, folder)
    done = [(step, run_step(context, step, folder)) for step in steps]
    problems = "".join(problem(step, run) for step, run in done)
    if problems and context.accept:
        write(path, accepted(head, done))
        return [passed(name, "accepted\n" + problems)]
    if not steps:
        problems = "there is no command in it"
    return [failed(name, problems) if problems else passed(name)]


def collect(context):
    for path in find(os.path.join(context.srcdir, "tests", "cli"), ".txt"):
        yield context.relative(path), lambda path=path: run_transcript(context, path)
