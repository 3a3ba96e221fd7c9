# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogue, key by key: tests/repl/*.py. Each function test_… of such a file is a test; it is given a Dialogue
and fails by an assertion.

    def test_tab_completes_a_name(d):
        d.start()
        d.line("price = 3")
        d.keys("pri" + TAB)
        d.sees("price")
"""

import importlib.util
import os
import re
import time

from .common import failed, find, passed
from .repl import Terminal, lacks, screen  # noqa: F401 (tests/run asks for lacks)

TAB, CTRL_A, CTRL_C, CTRL_D, UP = "\t", "\x01", "\x03", "\x04", "\x1b[A"


class Dialogue:
    """One `bareme repl` on a terminal; start() may be called again after end()."""

    def __init__(self, context):
        self.context = context
        self.folder = context.folder()
        self.env = {"BAREME_HISTORY": os.path.join(self.folder, "history")}
        self.terminal = None
        self.mark = 0

    def start(self, *arguments, lang="en", command="repl"):
        outer = self.context.environment
        proxy = type("Context", (), {"environment": lambda _: {**outer(), **self.env},
                                     "timeout": self.context.timeout})()
        argv = [self.context.bareme, command, "--lang", lang, *arguments]
        self.terminal = Terminal(proxy, argv, self.folder)
        self.mark = 0
        self.prompt()

    def prompt(self):
        """Waits for the next prompt."""
        assert self.terminal.wait_prompt(self.mark), "no prompt:\n" + self.shown()
        self.mark = len(self.terminal.shown)

    def shown(self):
        return screen(self.terminal.shown)

    def since(self):
        """What came since the last prompt."""
        return screen(self.terminal.shown[self.mark:])

    def keys(self, text):
        os.write(self.terminal.master, text.encode())

    def line(self, text):
        """Types a line and waits for the prompt after it: what it printed."""
        self.keys(text + "\n")
        start = self.mark
        self.prompt()
        return screen(self.terminal.shown[start:])

    def sees(self, text, seconds=10):
        """Waits until the text has come since the last prompt."""
        limit = time.monotonic() + seconds
        while text not in self.since() and time.monotonic() < limit:
            self.terminal.read_some(0.1)
        assert text in self.since(), f"{text!r} does not come; there is:\n{self.since()}"

    def end(self):
        """Ctrl-D: the exit code."""
        code = self.terminal.close()
        self.terminal = None
        return code

    def path(self, name):
        return os.path.join(self.folder, name)


def run_function(context, name, function):
    dialogue = Dialogue(context)
    try:
        function(dialogue)
    except AssertionError as error:
        return failed(name, str(error) or "assertion failed")
    finally:
        if dialogue.terminal:
            dialogue.end()
    return passed(name)


def run_file(context, path):
    spec = importlib.util.spec_from_file_location(re.sub(r"\W", "_", path), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [(n, f) for n, f in vars(module).items() if n.startswith("test_") and callable(f)]
    return [run_function(context, f"{context.relative(path)}: {n}", f) for n, f in tests]


def collect(context):
    for path in find(os.path.join(context.srcdir, "tests", "repl"), ".py"):
        yield context.relative(path), lambda path=path: run_file(context, path)
