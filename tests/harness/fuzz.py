# SPDX-License-Identifier: GPL-3.0-or-later
"""A short run of each fuzzer: the programs tests/fuzz/fuzz_*, on damaged scripts of this tree, a few hundred inputs each
(--fuzz-seconds). What made one fail is kept in the build folder, as fuzz-NAME.input; `fuzz_NAME FILE` tries it again."""

import glob
import os

from .common import failed, passed, strange_end

INPUTS_A_SECOND = 300  # what a slow machine does under sanitizers


def is_driven_by_clang(path):
    """libFuzzer's own driver takes other options: long sessions are the affair of tests/fuzz/run."""
    with open(path, "rb") as file:
        return b"max_total_time" in file.read()


def seeds(context, kind):
    """Files of its own, tests/fuzz/*/*-KIND.*, else all scripts."""
    own = glob.glob(os.path.join(context.srcdir, "tests", "fuzz", "*", f"*-{kind}.*"))
    return sorted(own) or [os.path.join(context.srcdir, f) for f in ("tests", "examples", "stdlib")]


def run_fuzzer(context, name):
    path = os.path.join(context.build, name)
    if is_driven_by_clang(path):
        return []
    keep = os.path.join(context.build, os.path.basename(name).replace("_", "-") + ".input")
    folders = seeds(context, os.path.basename(name)[len("fuzz_"):])
    # Counted in inputs, not in time, so that a run says the same on any machine.
    runs = str(INPUTS_A_SECOND * context.fuzz_seconds)
    run = context.run([path, "--seconds", "90", "--runs", runs, "--keep", keep, *folders], context.folder())
    if run.code == 0 and not strange_end(run):
        return [passed(name)]
    return [failed(name, f"exit code {run.code}; the input is {keep}\n{run.out}{run.err[-3000:]}")]


def collect(context):
    for name in context.units:
        if os.path.basename(name).startswith("fuzz_"):
            yield name, lambda name=name: run_fuzzer(context, name)
