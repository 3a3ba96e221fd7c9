# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads that take a while: what a terminal shows of them, and what is left when one is interrupted or killed."""

import os
import signal
import time

from harness.repl import Terminal

# Accents that stand apart from their letters are put together cell by cell: a file of moderate size takes its time.
NAME = "e\u0301" * 20
ROW = f"1234,5;{NAME};{NAME};{NAME};{NAME}\n"
ROWS = 300_000


def long_file(c):
    if not os.path.exists(c.path("long.csv")):
        c.write("long.csv", "amount;a;b;c;d\n" + ROW * ROWS)


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
    long_file(c)
    c.write("s.brm", f'print(count(read_csv("long.csv")) = {ROWS})\n')
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
    long_file(c)
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


def new_database(c):
    for name in ("a.sqlite", "a.sqlite-journal"):
        if os.path.exists(c.path(name)):
            os.remove(c.path(name))
    c.sql("create table sales (amount, name, place integer primary key)", "a.sqlite")
    c.sql("create index by_name on sales(name, amount)", "a.sqlite")
    c.sql("insert into sales values (1, 'before', NULL)", "a.sqlite")


def heed_interrupts():
    """In the child: what runs in the background of a shell would not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ends_within_the_load(c, sign):
    """False: it was too quick for us."""
    new_database(c)
    process = c.start("run", "--allow-db=a.sqlite", "load.brm", preexec_fn=heed_interrupts)
    while process.poll() is None and not os.path.exists(c.path("a.sqlite-journal")):
        time.sleep(0.001)
    process.send_signal(sign)
    return process.wait(60) == -sign


def test_killed_while_loading_into_a_database(c):
    long_file(c)
    c.write("load.brm", 't = read_csv("long.csv")\ndb = open_db("a.sqlite")\n'
                        'exec(db, "insert into sales(amount, name) values (:amount, :a)", t)\n')
    for sign in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
        assert any(ends_within_the_load(c, sign) for _ in range(20))
        assert c.sql("select count(*) from sales", "a.sqlite") == [(1,)]
        assert c.sql("pragma integrity_check", "a.sqlite") == [("ok",)]
    c.bareme("run", "--allow-db=a.sqlite", "load.brm")
    assert c.sql("select count(*) from sales", "a.sqlite") == [(ROWS + 1,)]
