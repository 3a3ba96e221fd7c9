# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads that take a while: what is left when one is killed. What a terminal shows of them: tests/terminal/loads.py."""

import os
import signal
import time

from harness.classes import SLOW_ROWS


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
    c.write_slow_csv("long.csv")
    c.write("load.brm", 't = read_csv("long.csv")\ndb = open_db("a.sqlite")\n'
                        'exec(db, "insert into sales(amount, name) values (:amount, :a)", t)\n')
    for sign in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
        assert any(ends_within_the_load(c, sign) for _ in range(20))
        assert c.sql("select count(*) from sales", "a.sqlite") == [(1,)]
        assert c.sql("pragma integrity_check", "a.sqlite") == [("ok",)]
    c.bareme("run", "--allow-db=a.sqlite", "load.brm")
    assert c.sql("select count(*) from sales", "a.sqlite") == [(SLOW_ROWS + 1,)]
