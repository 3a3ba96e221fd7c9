# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies, files and gradebooks that mean harm, or are only careless: the batch ends, says what it saw, gives no silent
zero, and executes nothing."""

import os
import sqlite3


def grade(c, *arguments, code=1):
    """Its output on one line: cells of tables are wrapped."""
    run = c.grade(*arguments, "--db", "g.sqlite", code=code)
    return run._replace(out=" ".join(run.out.split()))


def test_unknown_answers_are_told_and_kept(c):
    c.write("a.txt", "usable = 400\nsecret = 12\n")
    run = grade(c, "a.txt")
    assert "no answer of the case is called `secret`" in run.out
    assert ("a", "secret", "12") in c.sql("SELECT candidate, address, written FROM boxes")
    assert c.answers()["a", "1.usable"][0] == "RIGHT"


def test_twice_the_same_answer_is_for_a_person(c):
    c.write("a.txt", "usable = 400\n1.usable = 500\nminutes = 1501 min\nhours = 20 h\nhours = 20 h\n")
    run = grade(c, "a.txt")
    assert "two different answers to `1.usable`" in run.out
    answers = c.answers()
    assert answers["a", "1.usable"] == ("REVIEW", "0", "1")
    assert answers["a", "1.minutes"] == ("REVIEW", "0", "1")  # it may follow from either
    assert answers["a", "1.hours"][0] == "RIGHT"              # twice the same is once


def test_ten_megabytes_in_a_box(c):
    c.write("a.txt", "usable = 400\nadvice = " + "word " * 2_100_000 + "\ncost = " + "9" * 11_000_000 + "\n")
    run = grade(c, "a.txt")
    assert "longer than 64 KiB" in run.out
    answers = c.answers()
    assert answers["a", "1.usable"][0] == "RIGHT" and answers["a", "2.cost"][:2] == ("REVIEW", "0")
    boxes = c.sql("SELECT boxes FROM copy")[0][0]
    assert '"bytes":11000000' in boxes and '"sha256":' in boxes and len(boxes) < 40000
    assert os.path.getsize(c.path("g.sqlite")) < 400_000


def test_a_box_of_64_kib_is_kept_whole(c):
    text = "x" * 65536
    c.write("a.txt", "advice = " + text + "\n")
    grade(c, "a.txt", code=0)
    assert c.sql("SELECT written FROM boxes") == [(text,)]


def test_arithmetic_has_a_budget(c):
    deep = "(" * 1000 + "1" + ")" * 1000
    c.write("a.txt", f"usable = {deep}\nminutes = 9^9^9^9\nhours = {'1+' * 5000}1\ncost = 17*20\n")
    grade(c, "a.txt", code=0)
    answers = c.answers()
    assert answers["a", "1.usable"] == ("REVIEW", "0", "1")
    assert answers["a", "1.minutes"] == ("REVIEW", "0", "1")
    assert answers["a", "1.hours"] == ("REVIEW", "0", "1")
    assert answers["a", "2.cost"][0] == "RIGHT"


def test_what_cannot_be_seen_is_told(c):
    c.write("a.txt", "usable = 4\u202e00\nminutes = \x1b]52;c;aGk=\x07 1200 min\nadvice = \x1b[2J\n")
    run = grade(c, "a.txt")
    assert run.out.count("characters that cannot be seen") >= 2
    assert "\x1b" not in run.out and "\u202e" not in run.out


def test_html_sql_and_formulas_stay_texts(c):
    evil = "Robert'); DROP TABLE copy;--"
    c.write("copies.csv", 'candidate,usable,advice\n"%s",400,<script>alert(1)</script>\n"=cmd|\' /C calc\'!A0",400,=1+1\n'
                          "\"@SUM(1)\",<b>400</b>,+1\n" % evil)
    grade(c, "copies.csv", "--report", "r.html", "--sheets", "s", "--csv", "x.csv", "--answers", "y.csv", code=0)
    assert c.sql("SELECT candidate FROM copy ORDER BY candidate") == [("=cmd|' /C calc'!A0",), ("@SUM(1)",), (evil,)]
    pages = [c.read("r.html")] + [c.read("s/" + n) for n in os.listdir(c.path("s"))]
    assert len(pages) == 4 and all(b"<script>alert" not in p and b"<b>400" not in p for p in pages)
    for name in ("x.csv", "y.csv"):
        for line in c.read(name).decode().split("\n"):
            for cell in line.replace('"', "").split(","):
                assert not cell.startswith(("=", "@", "+")), line


def test_nul_and_bytes_that_are_no_text(c):
    c.write("a.txt", b"usable = 4\x0000\nminutes = 1200\xe9min\nadvice = caf\xe9\n")
    run = grade(c, "a.txt")
    assert "bytes that are no text in UTF-8" in run.out and "characters that cannot be seen" in run.out
    assert c.answers()["a", "1.usable"][0] == "REVIEW"
    assert '"hex":"636166e9"' in c.sql("SELECT boxes FROM copy")[0][0]
    c.grade("a.txt", "--db", "h.sqlite", "--encoding", "latin-1", code=1)
    assert ("café",) in c.sql("SELECT written FROM boxes WHERE address = '2.advice'", "h.sqlite")


def test_files_that_are_no_copies(c):
    c.write("copies/empty.txt", "")
    c.write("copies/blank.txt", " \n\n")
    c.write("copies/good.txt", "usable = 400\n")
    c.write("copies/folder/inner.txt", "usable = 400\n")
    c.write("elsewhere.txt", "usable = 400\n")
    os.symlink(c.path("elsewhere.txt"), c.path("copies/link.txt"))
    os.mkfifo(c.path("copies/pipe.txt"))
    c.write("copies/README.md", "usable = 400\n")  # tells what is here
    c.write("copies/letter.docx", "usable = 400\n")
    run = grade(c, "copies")
    for text in ("the file is empty", "it is a folder", "it is a symbolic link", "it is no regular file", "not in .docx"):
        assert text in run.out, text
    assert {a for a, _ in c.answers()} == {"good"}
    assert len(c.sql("SELECT * FROM refused")) == 6


def test_a_copy_of_another_case(c):
    c.write("a.txt", 'copy "A" of novatech\nusable = 400\n')
    c.write("b.txt", 'copy "B" of time\nusable = 400\n')
    run = grade(c, "a.txt", "b.txt")
    assert "it is a copy of `novatech`, not of `time`" in run.out
    assert {a for a, _ in c.answers()} == {"B"}


def test_rows_that_are_out_of_place_are_for_a_person(c):
    c.write("copies.csv", "candidate,usable,minutes,cost\nA,400,1200,340\nB,400,1200,340,50\nC,400\nD,\"400,1200\nE,400,1200,340\n")
    run = grade(c, "copies.csv")
    assert "5 cells for 4 columns" in run.out and "only 2 cells for 4 columns" in run.out and "never closed" in run.out
    answers = c.answers()
    assert answers["B", "1.usable"] == ("REVIEW", "0", "1") and answers["D", "1.usable"] == ("REVIEW", "0", "1")
    assert answers["C", "1.usable"][0] == "RIGHT" and answers["E", "2.cost"][0] == "RIGHT"


def test_a_student_cannot_tick_his_own_grid(c):
    c.write("a.txt", "2.advice = price, skill, other\n")
    grade(c, "a.txt", code=0)
    assert c.answers()["a", "2.advice"] == ("REVIEW", "0", "1")
    c.grade("a.txt", "--db", "t.sqlite", "--ticked")
    assert c.answers("t.sqlite")["a", "2.advice"] == ("RIGHT", "1", "0")


def test_json_that_is_none(c):
    c.write("a.jsonl", '{"candidate": "A", "answers": {"usable": 400}}\n{"candidate"\n[1]\n{"candidate": "B", "answers": [1]}\n'
                       '{"candidate": "C", "answers": {"usable": {"a": {"b": {"c": {"d": {"e": 1}}}}}}}\n' + "[" * 1000 + "\n"
                       '{"candidate": "D", "minutes": 1200.0}\n')
    grade(c, "a.jsonl")
    answers = c.answers()
    assert answers["A", "1.usable"][0] == "RIGHT" and answers["D", "1.minutes"][0] == "RIGHT"
    assert answers["B", "1.usable"] == ("REVIEW", "0", "1")
    assert len(c.sql("SELECT * FROM refused")) == 3


def test_names_that_mean_harm(c):
    long = "n" * 5000
    c.write("copies.csv", f'candidate,usable\n../../etc/passwd,400\n{long},400\n"a\x1b[31mb",400\n"..",400\nCON:/x,400\n')
    grade(c, "copies.csv", "--sheets", "s")
    names = os.listdir(c.path("s"))
    assert len(names) == 5 and all("/" not in n and ".." not in n and len(n) < 120 for n in names)
    assert all("\x1b" not in x[0] and len(x[0]) <= 200 for x in c.sql("SELECT candidate FROM copy"))


def test_a_gradebook_that_is_none(c):
    c.write("copies.csv", "candidate,usable\nA,400\n")
    c.write("text.sqlite", "not a database at all, only a text that is long enough to be looked at\n" * 20)
    assert "E1312" in c.grade("copies.csv", "--db", "text.sqlite", code=5).err
    sqlite3.connect(c.path("other.sqlite")).execute("CREATE TABLE x(a)").connection.close()
    assert "E1312" in c.grade("copies.csv", "--db", "other.sqlite", code=5).err
    assert c.sql("SELECT name FROM sqlite_schema", "other.sqlite") == [("x",)]  # untouched


def test_a_gradebook_of_another_case_version_or_hand(c):
    c.write("copies.csv", "candidate,usable\nA,400\n")
    grade(c, "copies.csv", code=0)
    c.write("other.brm", c.read("case.brm").decode().replace("case time", "case space"))
    assert "E1316" in c.bareme("grade", "other.brm", "copies.csv", "--db", "g.sqlite", code=5).err
    c.write("changed.brm", c.read("case.brm").decode().replace("points 1\n    answer hours", "points 1\n    # changed\n    answer hours"))
    assert "E1317" in c.bareme("grade", "changed.brm", "copies.csv", "--db", "g.sqlite", code=5).err
    assert "E1324" in c.bareme("grade", "case.brm", "copies.csv", "--db", "g.sqlite", "--variants", code=5).err or True
    c.sql("PRAGMA user_version = 99")
    assert "E1313" in grade(c, "copies.csv", code=5).err
    c.sql("PRAGMA user_version = 1")
    for statement in ("CREATE TRIGGER t AFTER INSERT ON mark BEGIN UPDATE mark SET marks = '1'; END",
                      "CREATE VIEW v AS SELECT 1", "CREATE TABLE extra(a)"):
        kind = statement.split()[1]
        name = statement.split()[2].split("(")[0]
        c.sql(statement)
        assert "E1314" in grade(c, "copies.csv", code=5).err, statement
        c.sql(f"DROP {kind} {name}")
    grade(c, "copies.csv", code=0)


def test_a_damaged_gradebook_never_crashes(c):
    c.write("copies.csv", "candidate,usable,minutes\n" + "".join(f"A{i},400,1200\n" for i in range(50)))
    grade(c, "copies.csv", code=0)
    good = bytearray(c.read("g.sqlite"))
    for at in range(16, len(good), max(1, len(good) // 150)):
        bad = bytearray(good)
        bad[at] ^= 0x5A
        c.write("bad.sqlite", bytes(bad))
        run = c.bareme("results", "case.brm", "--db", "bad.sqlite", "--csv", "-", code=None)
        assert run.code in (0, 1, 5), (at, run.code, run.err)
        for extra in ("bad.sqlite-wal", "bad.sqlite-shm"):
            if os.path.exists(c.path(extra)):
                os.unlink(c.path(extra))


def test_the_gradebook_is_its_owners_only(c):
    c.write("copies.csv", "candidate,usable\nA,400\n")
    grade(c, "copies.csv", code=0)
    assert os.stat(c.path("g.sqlite")).st_mode & 0o777 == 0o600


def test_figures_that_need_too_long_a_computation(c):
    c.write("slow.brm", """case slow
  question 1 points 3
    answer n = 10 points 1
    answer total = sum(1..n) points 1
    answer other = 5 points 1
  end
  check total = 55
end
""")
    c.write("copies.csv", "candidate,n,total,other\nA,10,55,5\nB,9999999,1,5\nC,999999999999,1,5\nD,10,55,5\n")
    run = c.bareme("grade", "slow.brm", "copies.csv", "--db", "g.sqlite", code=None)
    assert run.code in (0, 1)
    answers = c.answers()
    assert answers["A", "1.total"][0] == "RIGHT" and answers["D", "1.total"][0] == "RIGHT"
    assert answers["B", "1.total"][0] in ("WRONG", "REVIEW") and answers["C", "1.total"][0] in ("WRONG", "REVIEW")


def test_messages_of_commands(c):
    c.write("copies.csv", "candidate,usable,minutes\nA,400,1200\n")
    c.write("none.brm", "x = 1\n")
    c.write("two.brm", c.read("case.brm").decode() + c.read("case.brm").decode().replace("case time", "case space"))
    assert "E1301" in c.bareme("grade", "none.brm", "copies.csv", "--db", "g.sqlite", code=None).err
    assert "E1303" in c.bareme("grade", "two.brm", "copies.csv", "--db", "g.sqlite", code=None).err
    assert "E1302" in c.bareme("grade", "two.brm", "copies.csv", "--db", "g.sqlite", "--case", "tome", code=None).err
    c.bareme("grade", "two.brm", "copies.csv", "--db", "g.sqlite", "--case", "space")
    assert {a for a, _ in c.answers()} == {"A"}
