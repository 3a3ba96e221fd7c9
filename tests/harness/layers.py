# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that the sources keep: tools/check-layers, one outcome a rule."""

import os
import sys

from .common import failed, passed


def run_rules(context):
    tool = os.path.join(context.srcdir, "tools", "check-layers")
    run = context.run([sys.executable, tool], context.srcdir, merge=True)
    outcomes, details = [], []
    for line in run.out.splitlines():
        if line.startswith("ok "):
            outcomes.append(passed(line[3:]))
        elif line.startswith("not ok "):
            outcomes.append(failed(line[7:], "\n".join(details)))
        else:
            details.append(line)
            continue
        details = []
    return outcomes or [failed("tools/check-layers", run.out)]


def collect(context):
    yield "tools/check-layers", lambda: run_rules(context)
