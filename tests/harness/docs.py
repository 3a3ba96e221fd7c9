# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents: every block of code of README.md and doc/**/*.md is run, so that none can lie.

    ```bareme                  must run without an error; `bareme file=case.brm` also stays there as case.brm
    ```bareme-error            must fail
    ```text output             right after one of these: what it prints (for an error, its messages)
    ```console                 the lines `$ bareme …` are run, and must print what follows them
    ```dialogue                lines typed after a prompt, and what the screen shows; those of a document are one session,
                               played where the first stands (`dialogue fr`: in French)
    ```text file=copies.csv    stands there as copies.csv
    ```bareme no-run           a form, not a script: only shown

All blocks of a document share a folder, in which examples/ and the files that stand beside the document are
found. `[...]` stands for any lines, or any part of a line."""

import collections
import os
import re

from . import cli, repl
from .common import diff, failed, find, passed, read, same_text, strange_end, write

Block = collections.namedtuple("Block", "line indent words body")
FENCE = re.compile(r"^(\s*)(```+|~~~+)\s*(.*)$")


def blocks_of(text):
    """The fenced blocks in order: number of the line, indentation, words after the fence, text without it."""
    blocks, opened = [], None
    for number, line in enumerate(text.split("\n"), 1):
        found = FENCE.match(line)
        if opened is None and found:
            opened = (number, found.group(1), found.group(2), found.group(3).split(), [])
        elif opened and found and found.group(2).startswith(opened[2]) and not found.group(3):
            blocks.append(Block(opened[0], opened[1], opened[3], "".join(b + "\n" for b in opened[4])))
            opened = None
        elif opened:
            opened[4].append(line[len(opened[1]):] if line.startswith(opened[1]) else line)
    return blocks


def file_name(block):
    for word in block.words[1:]:
        if word.startswith("file="):
            return word[5:]
    return "example.brm"


def output_after(blocks, i):
    """The block that holds the output of block i, or None."""
    following = blocks[i + 1] if i + 1 < len(blocks) else None
    return following if following and following.words == ["text", "output"] else None


def replaced(text, block, body):
    """The document where a block has another body."""
    lines = text.split("\n")
    new = [(block.indent + line).rstrip() for line in body.rstrip("\n").split("\n")]
    lines[block.line:block.line + block.body.count("\n")] = new
    return "\n".join(lines)


def run_script(context, name, folder, block, output):
    """One block of the language; its outcome, and what its output block should hold if that differs."""
    must_fail = block.words[0] == "bareme-error"
    file = os.path.basename(file_name(block))
    target = os.path.join(folder, file)
    if os.path.islink(target):  # an example of that name: it is hidden, never written through
        os.unlink(target)
    write(target, block.body)
    run = context.run([context.bareme, "run", file], folder)
    problems = [strange_end(run)]
    if must_fail and run.code == 0:
        problems.append("it should fail, and does not")
    if not must_fail and run.code != 0:
        problems.append(f"exit code {run.code}\n{run.err[-2000:]}")
    got = run.out + run.err if must_fail else run.out
    problems = [p for p in problems if p]
    if output and not same_text(output.body, got):
        difference = diff(output.body, got)
        if context.accept and not problems:
            return passed(name, "accepted\n" + difference), got
        problems.append(difference)
    return (failed(name, "\n".join(problems)) if problems else passed(name)), None


def run_console(context, name, folder, block):
    """The commands of one block that call the interpreter (the others are for people): outcomes, and its new body."""
    outcomes, lines, changed = [], [], False
    for step in cli.parse(block.body)[1]:
        lines.append(f"$ {step.command}")
        shown = step.text().rstrip("\n")
        if re.match(r"bareme( |$)", step.command):
            run = cli.run_step(context, step, folder)
            if run.code in (1, 3, 4, 5) and step.code == 0:  # a document shows failures without their code
                step.code = run.code
            problem = cli.problem(step, run)
            test = f"{name} $ {step.command}"
            if problem and context.accept and run.code == step.code:
                outcomes.append(passed(test, "accepted\n" + problem))
                shown, changed = run.out.rstrip("\n"), True
            else:
                outcomes.append(failed(test, problem) if problem else passed(test))
        lines += [shown] if shown else []
    return outcomes, "\n".join(lines) if changed else None


def run_dialogue(context, name, folder, blocks):
    """All of them, in one session."""
    if repl.lacks():
        return []
    mine = [b for b in blocks if b.words[:1] == ["dialogue"]]
    lines = [line for b in mine for line in b.body.rstrip("\n").split("\n")]
    problems = repl.play(context, folder, {"lang": "fr" if "fr" in mine[0].words else "en"}, lines)
    return [failed(name, problems) if problems else passed(name)]


def run_block(context, path, folder, blocks, i):
    """The outcomes of one block; what to write in which block where --accept asks for it."""
    block = blocks[i]
    name = f"{context.relative(path)}:{block.line}"
    if not block.words or "no-run" in block.words:
        return [], None
    if block.words[0] in ("bareme", "bareme-error"):
        output = output_after(blocks, i)
        outcome, body = run_script(context, name, folder, block, output)
        return [outcome], (output, body) if body is not None else None
    if block.words[0] == "dialogue" and not any(b.words[:1] == ["dialogue"] for b in blocks[:i]):
        return run_dialogue(context, name, folder, blocks), None
    if block.words[0] == "console" and repl.lacks() and any(b.words[:1] == ["dialogue"] for b in blocks[:i]):
        return [], None  # what the dialogue saved is not there
    if block.words[0] == "console":
        outcomes, body = run_console(context, name, folder, block)
        return outcomes, (block, body) if body is not None else None
    if any(word.startswith("file=") for word in block.words):
        write(os.path.join(folder, file_name(block)), block.body)
    return [], None


def prepare(context, path):
    folder = context.folder()
    for source in (os.path.dirname(path), context.srcdir):
        for entry in ("examples", "stdlib", "doc") if source == context.srcdir else os.listdir(source):
            target = os.path.join(folder, entry)
            if os.path.exists(os.path.join(source, entry)) and not os.path.lexists(target):
                if source == context.srcdir or os.path.splitext(entry)[1] in (".brm", ".csv", ".json", ".db"):
                    os.symlink(os.path.join(source, entry), target)
    return folder


def run_blocks(context, path, folder, wanted=lambda block: True):
    """All blocks of a document, or those that are wanted, in that folder."""
    text = read(path)
    blocks = blocks_of(text)
    done = [run_block(context, path, folder, blocks, i) for i in range(len(blocks)) if wanted(blocks[i])]
    changes = [change for _, change in done if change]
    for block, body in reversed(changes):  # from the last one, so that the numbers of the lines hold
        text = replaced(text, block, body)
    if changes:
        write(path, text)
    return [outcome for outcomes, _ in done for outcome in outcomes]


def run_document(context, path):
    return run_blocks(context, path, prepare(context, path))


def collect(context):
    readme = os.path.join(context.srcdir, "README.md")
    for path in [readme] * os.path.exists(readme) + find(os.path.join(context.srcdir, "doc"), ".md"):
        yield context.relative(path), lambda path=path: run_document(context, path)
