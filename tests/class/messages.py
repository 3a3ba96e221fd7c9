# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a case or a gradebook that cannot be used, each by its code."""

import os
import resource
import signal
import sqlite3
import subprocess
import threading
import time

ROW = "candidate,usable\nA,400\n"


def graded(c):
    c.write("copies.csv", ROW)
    c.grade("copies.csv", "--db", "g.sqlite")


def test_which_case(c):
    c.write("copies.csv", ROW)
    c.write("none.brm", "x = 1\n")
    assert "E1301" in c.bareme("grade", "none.brm", "copies.csv", code=3).err
    assert "E1302" in c.grade("copies.csv", "--case", "other", code=3).err
    c.write("two.brm", 'case a "A"\n question 1\n  answer x = 1\n end\nend\ncase b "B"\n question 1\n  answer y = 1\n end\nend\n')
    assert "E1303" in c.bareme("grade", "two.brm", "copies.csv", code=3).err
    c.bareme("grade", "two.brm", "copies.csv", "--case", "b", code=None)


def test_a_case_that_changes_on_the_way(c):
    c.write("copies.csv", "candidate,usable\n" + "".join(f"S{i},400\n" for i in range(5000)))
    text = c.read("case.brm")
    os.mkfifo(c.path("pipe.brm"))

    def feed():
        for content in (text, text + b"# changed\n"):
            with open(c.path("pipe.brm"), "wb") as pipe:
                pipe.write(content)
            time.sleep(0.3)  # until it has been read to its end

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    assert "E1304" in c.bareme("grade", "pipe.brm", "copies.csv", "--db", "g.sqlite", "--jobs", "2", code=3).err


def test_an_interrupt_is_told(c):
    process = subprocess.Popen([c.context.bareme, "grade", "case.brm", "-", "--db", "g.sqlite", "--jobs", "1"], cwd=c.folder,
                               env=c.context.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    rows = "".join(f"S{i},400\n" for i in range(20000))
    process.stdin.write(("candidate,usable\n" + rows).encode())
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    try:
        process.stdin.write(b"Z,400\n" * 20000)
    except BrokenPipeError:
        pass
    told = process.communicate()[1].decode()
    assert process.returncode == 4 and "E1306" in told, (process.returncode, told)


def test_a_gradebook_that_cannot_be_opened(c):
    c.write("copies.csv", ROW)
    assert "E1311" in c.grade("copies.csv", "--db", "nowhere/g.sqlite", code=5).err


def test_a_damaged_gradebook(c):
    graded(c)
    c.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(c.read("g.sqlite"))
    size = int.from_bytes(data[16:18], "big")
    for page in range(3, len(data) // size):
        data[page * size:page * size + 100] = b"\xff" * 100
    c.write("g.sqlite", bytes(data))
    assert "E1315" in c.bareme("results", "case.brm", "--db", "g.sqlite", code=5).err


def test_a_gradebook_that_another_program_writes(c):
    graded(c)
    other = sqlite3.connect(c.path("g.sqlite"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    c.write("copies.csv", ROW + "B,400\n")
    assert "E1318" in c.grade("copies.csv", "--db", "g.sqlite", code=5).err
    other.execute("ROLLBACK")
    other.close()


def small_files(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def test_a_disk_that_fails(c):
    c.write("copies.csv", "candidate,usable\n" + "".join(f"S{i},400\n" for i in range(3000)))
    for size in (512, 40000, 120000):
        run = subprocess.run([c.context.bareme, "grade", "case.brm", "copies.csv", "--db", f"f{size}.sqlite"], cwd=c.folder,
                             env=c.context.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             preexec_fn=small_files(size), check=False)
        assert run.returncode == 5, (size, run.returncode, run.stderr)
        assert "E1320" in run.stderr.decode(), run.stderr


def test_a_gradebook_that_may_not_be_written(c):
    graded(c)
    c.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(c.read("g.sqlite"))
    data[18] = 3  # written by a format that only lets read
    c.write("g.sqlite", bytes(data))
    c.write("copies.csv", ROW + "B,400\n")
    assert "E1321" in c.grade("copies.csv", "--db", "g.sqlite", code=5).err


def test_a_gradebook_without_copies(c):
    graded(c)
    c.sql("DELETE FROM applied")
    c.sql("DELETE FROM edition")
    assert "E1322" in c.bareme("results", "case.brm", "--db", "g.sqlite", code=5).err


def test_sheets_are_pages_or_texts(c):
    c.write("copies.csv", ROW)
    assert "E1329" in c.grade("copies.csv", "--sheets", "s", "--format", "json", code=2).err
