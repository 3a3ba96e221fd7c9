# SPDX-License-Identifier: GPL-3.0-or-later
"""Unit tests in C: the programs of cmocka named tests/unit/test_*, counted test by test."""

import os
import re

from .common import failed, passed

RESULT = re.compile(r"^(ok|not ok) \d+ - (.*)$")


def outcomes_of(name, text):
    """One outcome a line of TAP; the remarks that stand before a failure are its details."""
    outcomes, remarks = [], []
    for line in text.splitlines():
        found = RESULT.match(line)
        if not found:
            remarks.append(line)
            continue
        test = f"{name}: {found.group(2)}"
        outcomes.append(passed(test) if found.group(1) == "ok" else failed(test, "\n".join(remarks[-30:])))
        remarks = []
    return outcomes


def run_program(context, name):
    path = os.path.join(context.build, name)
    run = context.run(["env", "CMOCKA_MESSAGE_OUTPUT=TAP", path], context.folder(), merge=True)
    outcomes = outcomes_of(name, run.out)
    bad = sum(not o.ok for o in outcomes)
    if not outcomes or (run.code != 0 and bad == 0):
        outcomes.append(failed(name, f"ended with {run.code}\n{run.out[-4000:]}"))
    return outcomes


def collect(context):
    for name in context.units:
        if os.path.basename(name).startswith("test_"):
            yield name, lambda name=name: run_program(context, name)
