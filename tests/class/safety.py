# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is lost and nothing is doubled: batches that are killed, stopped, run again, on a full disk, in another order,
on several threads."""

import os
import random
import resource
import signal
import subprocess
import time

FEW, MANY = 400, 2000
KILLS, KILLS_THOROUGH = 12, 200


def copies(count, seed=1):
    draw = random.Random(seed)
    rows = []
    for i in range(count):
        usable, minutes, hours, cost = "400", "1200 min", "20 h", "340 €"
        kind = draw.randrange(6)
        if kind == 1:
            usable = str(draw.randrange(300, 500))
            minutes = f"{3 * int(usable)} min"
        elif kind == 2:
            hours, cost = "25 h", "425 €"
        elif kind == 3:
            cost = ""
        elif kind == 4:
            usable = "beaucoup"
        rows.append(f'S{i:05},"{usable}",{minutes},{hours},{cost}\n')
    return "candidate,usable,minutes,hours,cost\n", rows


def write_copies(c, count, shuffled=False):
    head, rows = copies(count)
    if shuffled:
        random.Random(7).shuffle(rows)
    c.write("copies.csv", head + "".join(rows))


def exports(c, book):
    c.bareme("results", "case.brm", "--db", book, "--csv", "x.csv", "--answers", "y.csv", "--report", "r.md", code=None)
    return c.read("x.csv"), c.read("y.csv"), c.read("r.md")


def test_running_twice_changes_nothing(c):
    write_copies(c, FEW)
    c.grade("copies.csv", "--db", "g.sqlite")
    before = exports(c, "g.sqlite")
    rows = c.sql("SELECT count(*) FROM mark")
    c.grade("copies.csv", "--db", "g.sqlite")
    assert exports(c, "g.sqlite") == before and c.sql("SELECT count(*) FROM mark") == rows


def test_any_order_and_any_number_of_threads(c):
    write_copies(c, FEW)
    c.grade("copies.csv", "--db", "one.sqlite", "--jobs", "1")
    expected = exports(c, "one.sqlite")
    for jobs in ("2", "5"):
        c.grade("copies.csv", "--db", f"j{jobs}.sqlite", "--jobs", jobs)
        assert exports(c, f"j{jobs}.sqlite") == expected
    write_copies(c, FEW, shuffled=True)
    c.grade("copies.csv", "--db", "shuffled.sqlite", "--jobs", "3")
    now = exports(c, "shuffled.sqlite")
    assert now[0] == expected[0] and now[1] == expected[1]


def test_columns_in_another_order_are_the_same_copies(c):
    c.write("a.csv", "candidate,usable,hours\nA,400,20 h\n")
    c.write("b.csv", "1.hours;candidate;1.usable\n20 h;A;400\n")
    c.write("c.jsonl", '{"candidate": "A", "answers": {"hours": "20 h", "usable": "400"}}\n')
    c.grade("a.csv", "--db", "g.sqlite")
    c.grade("b.csv", "c.jsonl", "--db", "g.sqlite")
    assert c.sql("SELECT count(*) FROM copy") == [(1,)]


def test_killed_at_any_instant(c):
    write_copies(c, MANY)
    c.grade("copies.csv", "--db", "whole.sqlite")
    expected = exports(c, "whole.sqlite")
    start = time.monotonic()
    c.grade("copies.csv", "--db", "timed.sqlite", "--jobs", "2")
    seconds = time.monotonic() - start
    draw = random.Random(3)
    killed = 0
    kills = KILLS_THOROUGH if c.context.thorough else KILLS
    for i in range(kills):
        book = f"k{i}.sqlite"
        process = c.start("grade", "case.brm", "copies.csv", "--db", book, "--jobs", str(1 + i % 2))
        time.sleep(draw.random() * seconds * 1.1)
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        c.grade("copies.csv", "--db", book, "--resume", code=None)
        assert exports(c, book) == expected, f"after kill {i}"
        assert c.sql("PRAGMA integrity_check", book) == [("ok",)]
        os.unlink(c.path(book))
    assert killed >= kills / 4


def test_resume_remembers_its_copies(c):
    write_copies(c, FEW)
    c.grade("copies.csv", "--db", "g.sqlite")
    assert "E1325" in c.grade("--db", "g.sqlite", "--resume", code=5).err
    c.sql("UPDATE run SET finished = 0")
    c.grade("--db", "g.sqlite", "--resume")
    assert c.sql("SELECT count(*) FROM copy") == [(FEW,)]


def test_resume_reads_copies_as_they_were_read(c):
    c.write("copies.csv", "Eleve;usable;2.advice\nZo\xe9;400;price\n".encode("latin-1"))
    c.grade("copies.csv", "--db", "g.sqlite", "--encoding", "latin-1", "--id", "Eleve", "--ticked")
    before = exports(c, "g.sqlite")
    c.sql("UPDATE run SET finished = 0")
    c.grade("--db", "g.sqlite", "--resume")
    assert c.sql("SELECT candidate FROM copy") == [("Zoé",)] and exports(c, "g.sqlite") == before


def test_an_interrupt_ends_cleanly(c):
    head, rows = copies(3 * MANY)
    c.write("copies.csv", head + "".join(rows))
    start = time.monotonic()
    c.grade("copies.csv", "--db", "whole.sqlite", "--jobs", "1")
    seconds = time.monotonic() - start
    expected = exports(c, "whole.sqlite")
    draw = random.Random(5)
    stopped = 0
    for i in range(KILLS_THOROUGH if c.context.thorough else KILLS):
        book = f"i{i}.sqlite"
        process = c.start("grade", "case.brm", "copies.csv", "--db", book, "--jobs", str(1 + i % 2))
        time.sleep(draw.random() * seconds)
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=20)
        assert code in (0, 4, -2), code
        stopped += code != 0
        # What is recorded already is what an undisturbed run records.
        c.grade("copies.csv", "--db", book, "--resume", code=0)
        assert exports(c, book) == expected, f"after interrupt {i}"
        os.unlink(c.path(book))
    assert stopped


def limited(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def test_a_full_disk_loses_nothing_that_was_recorded(c):
    write_copies(c, FEW)
    c.grade("copies.csv", "--db", "whole.sqlite")
    expected = exports(c, "whole.sqlite")
    named = 0
    for size in (60_000, 150_000, 300_000):
        book = f"full{size}.sqlite"
        process = subprocess.run([c.context.bareme, "grade", "case.brm", "copies.csv", "--db", book], cwd=c.folder,
                                 env=c.context.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 preexec_fn=limited(size), check=False)
        told = process.stderr.decode()
        if process.returncode == 0:
            continue
        assert process.returncode == 5, (size, process.returncode, told)
        recorded = {r[0] for r in c.sql("SELECT candidate FROM copy JOIN result USING(copy)", book)} if "E1323" in told else set()
        lost = {f"S{i:05}" for i in range(FEW) if f"S{i:05}" in told}
        if "E1323" in told:
            assert recorded | lost == {f"S{i:05}" for i in range(FEW)} and not recorded & lost
            named += len(lost)
        c.grade("copies.csv", "--db", book, "--resume", code=0)
        assert exports(c, book) == expected
    assert named, "no size cut the batch short"


def test_two_batches_at_once_on_one_gradebook(c):
    head, rows = copies(FEW)
    c.write("a.csv", head + "".join(rows[:FEW // 2]))
    c.write("b.csv", head + "".join(rows[FEW // 2:]))
    c.write("first.csv", head + rows[0])
    c.grade("first.csv", "--db", "g.sqlite")
    processes = [c.start("grade", "case.brm", name, "--db", "g.sqlite") for name in ("a.csv", "b.csv")]
    assert [p.wait() for p in processes] == [0, 0]
    assert c.sql("SELECT count(*) FROM copy") == [(FEW,)]
