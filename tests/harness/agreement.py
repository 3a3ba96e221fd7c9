# SPDX-License-Identifier: GPL-3.0-or-later
"""The library compared with Python, call by call: tests/agreement/run, which by hand also asks LibreOffice Calc."""

import os
import sys

from .common import failed, passed


def run_calls(context):
    tool = os.path.join(context.srcdir, "tests", "agreement", "run")
    run = context.run([sys.executable, tool, "--bareme", context.bareme, "--calc", ""], context.srcdir, merge=True)
    return [passed("tests/agreement/run") if run.code == 0 else failed("tests/agreement/run", run.out)]


def collect(context):
    yield "tests/agreement/run", lambda: run_calls(context)
