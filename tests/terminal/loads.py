# SPDX-License-Identifier: GPL-3.0-or-later
"""What a terminal shows of loads that take a while, and what it is left with when one is interrupted."""

import os
import time

from harness.classes import SLOW_ROWS
from harness.repl import Terminal


def terminal(c, *arguments):
    return Terminal(c.context, [c.context.bareme, *arguments], c.folder)


def wait_for(t, text, since=0):
    while text not in t.shown[since:]:
        assert time.monotonic() < t.limit and (t.read_some(1.0) or t.process.poll() is None), t.shown[-500:]


def wait_end(t):
    while t.read_some(5.0):
        pass
    return t.process.wait(20)


def test_a_long_load_is_shown_on_a_terminal_only(c):
    c.write_slow_csv("long.csv")
    c.write("s.brm", f'print(count(read_csv("long.csv")) = {SLOW_ROWS})\n')
    got = c.bareme("s.brm")
    assert (got.out, got.err) == ("true\n", "")
    t = terminal(c, "--lang", "fr", "s.brm")
    assert wait_end(t) == 0
    last = t.shown.split(b"\r\x1b[K")
    assert last[-1] == b"vrai\r\n", last[-3:]
    assert last[1].startswith(b"[") and b"long.csv, lignes : " in last[1] and b"/s" in last[1] and b", reste " in last[1], last[1]


def test_a_short_load_shows_nothing(c):
    c.write("a.csv", "n\n1\n2\n")
    c.write("s.brm", 'print(count(read_csv("a.csv")))\n')
    t = terminal(c, "s.brm")
    assert wait_end(t) == 0 and t.shown == b"2\r\n"


def test_a_load_interrupted_leaves_the_dialogue_as_it_was(c):
    c.write_slow_csv("long.csv")
    t = terminal(c, "repl", "--lang", "en", "--allow-read")
    wait_for(t, b"> ")
    os.write(t.master, b't = read_csv("long.csv")\n')
    wait_for(t, b"rows: ")
    since = len(t.shown)
    os.write(t.master, b"\x03")
    wait_for(t, b"> ", since)
    assert b"\r\x1b[K" in t.shown[since:] and b"stopped, as you asked" in t.shown[since:], t.shown[since:]
    os.write(t.master, b"1 + 1\n:quit\n")
    assert wait_end(t) == 0 and b"\r\n2\r\n" in t.shown
