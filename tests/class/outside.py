# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and databases where the world is against it: an old kernel, a damaged database, one that another program holds,
a load that is killed."""

import ctypes
import os
import random
import signal
import sqlite3
import struct
import subprocess
import time

# ---- a kernel without openat2 ----

OPENAT2, ENOSYS = 437, 38


def without_openat2():
    """A filter of system calls, for the process to come: openat2 is not there."""
    allow, refuse = 0x7FFF0000, 0x00050000 | ENOSYS
    steps = [(0x20, 0, 0, 0), (0x15, 0, 1, OPENAT2), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *s) for s in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        os._exit(99)


def old(c, *arguments):
    run = subprocess.run([c.context.bareme, *arguments], cwd=c.folder, env=c.context.environment(), stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=without_openat2, check=False)
    assert run.returncode != 99, "no filter of system calls can be had"
    return run.stdout.decode() + run.stderr.decode()


def test_paths_on_a_kernel_without_openat2(c):
    c.write("secret.txt", "outside")
    c.write("in/note.txt", "inside")
    c.write("in/deep/er/note.txt", "deep")
    os.symlink("../secret.txt", c.path("in/out.txt"))
    os.symlink("..", c.path("in/up"))
    os.symlink("note.txt", c.path("in/good.txt"))
    os.mkfifo(c.path("in/pipe"))
    for name, expected in (("note.txt", "inside"), ("deep/er/note.txt", "deep"), ("deep/../note.txt", "inside"),
                           ("./deep//er/./note.txt", "deep"), ("../secret.txt", "E1502"), ("deep/../../secret.txt", "E1502"),
                           ("out.txt", "E1506"), ("up/secret.txt", "E1506"), ("up/in/note.txt", "E1506"),
                           ("good.txt", "E1506"),  # no link at all, for safety's sake
                           ("none.txt", "E0801"), ("note.txt/x", "E0801"), ("deep", "E0803"), ("pipe", "E1507"),
                           ("n" * 300, "E0804")):
        c.write("in/s.brm", f'print(read_text("{name}"))\n')
        assert expected in old(c, "in/s.brm"), (name, old(c, "in/s.brm"))
    assert "outside" not in old(c, "in/s.brm")


def test_writing_on_a_kernel_without_openat2(c):
    c.write("secret.txt", "outside")
    c.write("in/deep/x", "")
    os.symlink("../secret.txt", c.path("in/out.txt"))
    os.symlink("..", c.path("in/up"))
    for name, expected in (("a.txt", ""), ("deep/a.txt", ""), ("out.txt", "E1506"), ("up/secret.txt", "E1506"),
                           ("../secret.txt", "E1503"), ("none/a.txt", "E0801"), ("deep", "E0803")):
        c.write("in/s.brm", f'write_text("{name}", "made")\n')
        told = old(c, "--allow-write=in", "in/s.brm")
        assert expected in told and bool(expected) == bool(told), (name, told)
    assert c.read("in/a.txt") == c.read("in/deep/a.txt") == b"made" and c.read("secret.txt") == b"outside"


def test_databases_on_a_kernel_without_openat2(c):
    c.write("in/deep/x", "")
    os.symlink("../other.db", c.path("in/out.db"))
    sqlite3.connect(c.path("other.db")).execute("create table t(a)")
    c.write("in/s.brm", 'd = open_db("deep/s.db")\nexec(d, "create table t (a)")\nexec(d, "insert into t values (7)")\n')
    assert old(c, "--allow-db=in/deep/s.db", "in/s.brm").splitlines() == ["0", "1"]
    c.write("in/r.brm", 'print(query(open_db("deep/s.db"), "select a from t").a)\n')
    assert old(c, "in/r.brm") == "[7]\n"
    c.write("in/r.brm", 'print(query(open_db("out.db"), "select a from t").a)\n')
    assert "E1506" in old(c, "in/r.brm")


# ---- damage ----

def database(c, name="s.db", rows=800):
    connection = sqlite3.connect(c.path(name))
    connection.execute("create table sales (agent text, amount numeric, note text)")
    connection.executemany("insert into sales values (?, ?, ?)", [(f"A{i % 7}", i / 4, "x" * (i % 90)) for i in range(rows)])
    connection.execute("create index by_agent on sales(agent, amount)")
    connection.execute("create view totals as select agent, sum(amount) as total from sales group by agent")
    connection.commit()
    connection.close()


def test_a_damaged_database_gives_a_clear_error(c):
    """Bytes changed at many places: figures, or an error of databases; never a crash, never a fault of our own."""
    database(c)
    whole = c.read("s.db")
    c.write("r.brm", 'd = open_db("s.db")\nprint(query(d, "select * from totals order by agent").total)\n'
                     'print(count(query(d, "select * from sales where agent = \'A3\' order by amount")))\n'
                     'print(count(query(d, "select length(note) as n from sales")))\n')
    draw = random.Random(2023)
    refused = 0
    for n in range(160):
        data = bytearray(whole)
        if n < 100:  # the header, and every page's own
            data[n if n < 64 else (n - 64) * 4096 % len(data) + n % 8] ^= 1 << n % 8
        else:
            for _ in range(1 + n % 30):
                data[draw.randrange(len(data))] = draw.randrange(256)
        c.write("s.db", bytes(data[:draw.randrange(len(data))] if n % 10 == 9 else data))
        run = c.bareme("--steps", "3000000", "r.brm", code=None)
        assert run.code in (0, 3, 4), (n, run.code, run.err)
        if run.code:
            refused += 1
            assert any(code in run.err for code in ("E1671", "E1672", "E1675", "E1651", "E1660", "E1663", "E0510", "E07", "E05")), run.err
            assert "E09" not in run.err
    assert refused > 40, refused


# ---- another program ----

def test_a_database_that_another_program_holds(c):
    database(c)
    c.write("r.brm", 'print(query(open_db("s.db"), "select count(*) as n from sales").n)\n')
    c.write("w.brm", 'd = open_db("s.db")\nexec(d, "insert into sales values (1, 2, 3)")\n')
    holder = sqlite3.connect(c.path("s.db"), isolation_level=None)
    holder.execute("begin exclusive")
    assert "E1673" in c.bareme("r.brm", code=3).err
    assert "E1673" in c.bareme("--allow-db", "w.brm", code=3).err
    holder.execute("commit")
    holder.execute("begin immediate")  # it may be read, not changed
    assert c.bareme("r.brm").out == "[800]\n"
    assert "E1673" in c.bareme("--allow-db", "w.brm", code=3).err
    holder.execute("rollback")
    assert c.bareme("--allow-db", "w.brm").out == "1\n"


# ---- a load that is killed ----

def test_a_load_that_is_killed_leaves_nothing(c):
    c.write("w.brm", 'd = open_db("s.db")\n'
                     'exec(d, "create table if not exists t (n integer, text text)")\n'
                     'rows = table({n: [i for i in 1..60000], text: ["line {i}" for i in 1..60000]})\n'
                     'print("begun")\n'
                     'exec(d, "insert into t values (:n, :text)", rows)\n'
                     'print_to("done.txt", "done")\n')
    counts = set()
    for n in range(12):
        for name in ("s.db", "s.db-journal", "done.txt"):
            if os.path.exists(c.path(name)):
                os.unlink(c.path(name))
        run = c.start("--allow-db", "--allow-write", "w.brm")
        end = time.monotonic() + 20
        while not os.path.exists(c.path("s.db-journal")) and run.poll() is None and time.monotonic() < end:
            time.sleep(0.0005)
        time.sleep(0.008 * n)
        run.send_signal(signal.SIGKILL if n % 2 else signal.SIGINT)
        run.wait()
        if os.path.exists(c.path("s.db")):
            there = [name for name, in c.sql("select name from sqlite_schema", "s.db")]
            count = c.sql("select count(*) from t", "s.db")[0][0] if there else 0
            assert count in (0, 60000), count
            assert c.sql("pragma integrity_check", "s.db") == [("ok",)]
            assert count == 60000 or not os.path.exists(c.path("done.txt"))
            counts.add(count)
    assert 0 in counts, counts
