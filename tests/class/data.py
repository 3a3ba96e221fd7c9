# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases that read files: only those that the command line allows, once, before the first copy; what was read is part of
the case. A copy gains nothing from it."""

import hashlib
import os
import sqlite3

CASE = """case sold "Sold"
  exam "Example" points 2
  question 1 "Sales" points 2
    sold = read_csv("data/sales.csv")
    answer total = sum(sold.amount) to €  "Total"  points 1
    answer best = max(sold.amount) to €   "Best"   points 1
      accept second(read_csv("data/other.csv").amount)
  end
end
fn second(list) = list[2]
"""
SALES = "day;amount (€)\n1;10\n2;25\n"
OTHER = "day;amount (€)\n1;7\n2;8\n"
COPIES = "candidate,total,best\nAna,35 €,25 €\nBob,35 €,8 €\nEve,10 €,9 €\n"


def prepare(c, case=CASE):
    c.write("case.brm", case)
    c.write("data/sales.csv", SALES)
    c.write("data/other.csv", OTHER)
    c.write("copies.csv", COPIES)


def grade(c, *arguments, code=0, book="g.sqlite"):
    return c.grade("copies.csv", "--db", book, "--allow-read=data", *arguments, code=code)


def statuses(c, book="g.sqlite"):
    return {key: (status.lower(), marks) for key, (status, marks, _) in c.answers(book).items()}


RIGHT = {("Ana", "1.total"): ("right", "1"), ("Ana", "1.best"): ("right", "1"), ("Bob", "1.total"): ("right", "1"),
         ("Bob", "1.best"): ("alternative", "1"), ("Eve", "1.total"): ("wrong", "0"), ("Eve", "1.best"): ("wrong", "0")}


def test_nothing_is_read_unless_allowed(c):
    prepare(c)
    told = c.grade("copies.csv", "--db", "g.sqlite", code=None)
    assert told.code != 0 and "E0540" in told.err and "--allow-read" in told.err, told.err
    told = c.grade("copies.csv", "--db", "h.sqlite", "--allow-read=nowhere/at/all", code=3)
    assert "E1509" in told.err
    c.write("elsewhere/x", "")
    told = c.grade("copies.csv", "--db", "i.sqlite", "--allow-read=elsewhere", code=None)
    assert told.code != 0 and "E1502" in told.err and "--allow-read=data" in told.err, told.err


def test_without_its_data_a_case_marks_nothing(c):
    prepare(c)
    c.write("data/sales.csv", "day;amount (€)\n1;10;3\n")
    told = grade(c, code=3)
    assert "E15" in told.err, told.err
    os.unlink(c.path("data/sales.csv"))
    assert "E0801" in grade(c, code=5).err
    os.mkdir(c.path("data/sales.csv"))
    assert "E0803" in grade(c, code=None).err
    assert not os.path.exists(c.path("g.sqlite")) or not c.sql("SELECT * FROM copy")


def test_what_is_allowed_is_read(c):
    prepare(c)
    grade(c)
    assert statuses(c) == RIGHT, statuses(c)
    for book, place in (("all.sqlite", "--allow-read"), ("file.sqlite", "--allow-read=.")):
        c.grade("copies.csv", "--db", book, place)
        assert statuses(c, book) == RIGHT
    for jobs in "1", "4":
        grade(c, "--jobs", jobs, book=f"jobs{jobs}.sqlite")
        assert statuses(c, f"jobs{jobs}.sqlite") == RIGHT


def test_nothing_but_reading_can_be_allowed(c):
    prepare(c)
    for option in "--allow-write", "--allow-db", "--allow-ffi=libm.so.6":
        assert "E0814" in grade(c, option, code=2).err
    for call, code in (('write_text("data/x.txt", "x")', "E0341"), ('open_db("data/x.db")', "E1676")):
        c.write("case.brm", CASE.replace('read_csv("data/sales.csv")', call))
        told = grade(c, code=None, book="w.sqlite")
        assert told.code != 0 and (code in told.err), told.err


def test_data_are_part_of_the_case(c):
    """Other data make another edition; the same data elsewhere do not."""
    prepare(c)
    grade(c)
    sums = c.sql("SELECT sum, case_sum FROM edition")
    kept = dict(c.sql("SELECT name, text FROM source WHERE name LIKE '%.csv'"))
    assert sorted(kept.values()) == sorted([SALES, OTHER]), kept
    c.write("data/sales.csv", SALES.replace("25", "26"))
    told = grade(c, code=None)
    assert told.code != 0 and "E13" in told.err, told.err
    told = c.bareme("regrade", "case.brm", "--db", "g.sqlite", "--allow-read=data", "--apply", code=None)
    assert len(c.sql("SELECT sum FROM edition")) == 2, told.err
    assert statuses(c)[("Ana", "1.total")] == ("wrong", "0")
    c.write("data/sales.csv", SALES)
    c.bareme("regrade", "case.brm", "--db", "g.sqlite", "--allow-read", "--apply", code=None)
    assert c.sql("SELECT sum, case_sum FROM edition ORDER BY edition LIMIT 1") == sums
    assert len(c.sql("SELECT sum FROM edition")) == 2 and statuses(c) == RIGHT


def test_results_and_marks_want_the_same_data(c):
    prepare(c)
    grade(c)
    assert "E0540" in c.bareme("results", "case.brm", "--db", "g.sqlite", code=None).err
    c.bareme("results", "case.brm", "--db", "g.sqlite", "--allow-read=data")
    c.bareme("mark", "case.brm", "--db", "g.sqlite", "--allow-read=data", "--by", "Ana", code=None)


def test_a_file_that_is_no_text_is_known_by_its_sum(c):
    prepare(c, CASE.replace("read_csv(\"data/other.csv\")", "read_csv(\"data/other.csv\", encoding: \"windows-1252\")"))
    other = OTHER.encode("cp1252").replace(b"day", b"dat\xe9")
    c.write("data/other.csv", other)
    grade(c)
    kept = dict(c.sql("SELECT name, text FROM source WHERE name LIKE '%other.csv'"))
    assert list(kept.values()) == ["sha256 " + hashlib.sha256(other).hexdigest()]


def test_a_copy_causes_nothing_to_be_read(c):
    """A file named by a figure of the copy: the key's own is read before the first copy, no other ever."""
    case = """case sold "Sold"
  exam "Example" points 2
  question 1 "Sales" points 2
    answer which = 1  "Which file"  points 1
    answer total = sum(read_csv("data/{which}.csv").amount)  "Total"  points 1
  end
end
"""
    c.write("case.brm", case)
    c.write("data/1.csv", SALES)
    c.write("data/2.csv", OTHER)
    c.write("copies.csv", "candidate,which,total\nAna,1,35 €\nBob,2,15 €\nEve,3,15 €\n")
    grade(c)
    found = statuses(c)
    assert found[("Ana", "1.total")] == ("right", "1")
    assert found[("Bob", "1.total")][1] == "0" and found[("Eve", "1.total")][1] == "0", found
    assert [n for n, in c.sql("SELECT name FROM source WHERE name LIKE '%2.csv'")] == []


def test_files_that_change_on_the_way_change_nothing(c):
    prepare(c)
    c.write("copies.csv", "candidate,total\n" + "".join(f"S{i},35 €\n" for i in range(4000)))
    batch = c.start("grade", "case.brm", "copies.csv", "--db", "g.sqlite", "--allow-read=data", "--jobs", "3")
    n = 0
    while batch.poll() is None:
        n += 1
        try:
            begun = c.sql("SELECT count(*) FROM mark")[0][0]
        except sqlite3.Error:
            begun = 0
        if begun:
            c.write("data/sales.csv", SALES.replace("25", str(n)))
    assert n and batch.returncode == 0
    assert c.sql("SELECT DISTINCT status FROM answers WHERE address = '1.total'") == [("RIGHT",)]


def test_a_database_that_statements_fill(c):
    """Statements are run before the first copy, and what they print is dropped."""
    c.write("case.brm", """db = open_db(":memory:")
exec(db, "create table sales (amount numeric)")
exec(db, "insert into sales values (?)", [35])
print("filled")
case sold "Sold"
  exam "Example" points 1
  question 1 "Sales" points 1
    answer total = query(db, "select sum(amount) as 't (€)' from sales").t[1] "Total" points 1
  end
end
""")
    c.write("copies.csv", "candidate,total\n" + "".join(f"S{i},{35 + i % 2} €\n" for i in range(300)))
    assert "E0540" in c.grade("copies.csv", "--db", "g.sqlite", code=3).err
    told = c.grade("copies.csv", "--db", "h.sqlite", "--allow-read=copies.csv", "--jobs", "3")
    assert "filled" not in told.out
    assert c.sql("SELECT status, count(*) FROM answers GROUP BY status ORDER BY status", "h.sqlite") == [("RIGHT", 150), ("WRONG", 150)]


def test_a_statement_that_fails_marks_nothing(c):
    prepare(c, CASE + 'print(1 / 0)\n')
    assert "E0401" in grade(c, code=3).err
