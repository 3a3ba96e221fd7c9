# SPDX-License-Identifier: GPL-3.0-or-later
"""Every allocation fails once: `bareme --fail-alloc N FILE` for N = 1, 2, 3… until the run no longer notices.
Each run must end as if nothing had happened, or with exit code 4 and E0701; never with a crash or a leak (which
the sanitizers tell). tests/alloc/scripts.txt lists the scripts. All N are tried with --thorough; otherwise the
first ones and a sample of the others, always the same, within --alloc-seconds for all scripts together."""

import glob
import os
import random
import time

from .common import failed, passed, read, strange_end

FIRST, PROBES, MOST = 12, 10, 1 << 16


def scripts(context):
    listed = read(os.path.join(context.srcdir, "tests", "alloc", "scripts.txt"))
    patterns = [line.split("#")[0].strip() for line in listed.splitlines()]
    for pattern in filter(None, patterns):
        yield from sorted(glob.glob(os.path.join(context.srcdir, pattern)))


class Sweep:
    def __init__(self, context, path):
        self.context = context
        self.folder, self.file = os.path.split(path)
        self.usual = context.run([context.bareme, self.file], self.folder)
        self.problems = []
        self.tried = {}

    def fails(self, n):
        """Does the run notice that allocation n failed? Remembers what is wrong with how it ends."""
        if n not in self.tried:
            run = self.context.run([self.context.bareme, "--fail-alloc", str(n), self.file], self.folder)
            noticed = run.code == 4 and "E0701" in run.err
            # Some failures are harmless: a cache that does not grow, an optional file.
            same = run.code == self.usual.code and run.out == self.usual.out
            problem = strange_end(run)
            if not problem and not noticed and not same:
                problem = f"exit code {run.code}\n{run.out[-300:]}{run.err[-1000:]}"
            if problem:
                self.problems.append(f"allocation {n}: {problem}")
            self.tried[n] = not (same and run.err == self.usual.err)
        return self.tried[n]

    def last(self):
        """About the last allocation whose failure is noticed. Hundreds in a row may be harmless (an index that is
        made again), so it is sought from the far end, by stretches half as long each time."""
        high = MOST
        while high > 64 and not any(self.fails(high // 2 + high * i // 2 // PROBES) for i in range(PROBES)):
            high //= 2
        return high

    def numbers(self, thorough):
        last = self.last()
        if thorough:
            return range(1, last + 1)
        others = list(range(FIRST + 1, last + 1))
        random.Random(self.file).shuffle(others)
        return list(range(1, FIRST + 1)) + others


def run_sweep(context, path, seconds):
    name = context.relative(path)
    start = time.monotonic()
    sweep = Sweep(context, path)
    for n in sweep.numbers(context.thorough):
        if len(sweep.problems) >= 3 or (not context.thorough and time.monotonic() - start > seconds):
            break
        sweep.fails(n)
    return [failed(name, "\n".join(sweep.problems[:3]))] if sweep.problems else [passed(name)]


def collect(context):
    paths = list(scripts(context))
    for path in paths:
        # The jobs run side by side.
        seconds = context.alloc_seconds * context.jobs / max(1, len(paths))
        yield "alloc " + context.relative(path), lambda path=path, seconds=seconds: run_sweep(context, path, seconds)
