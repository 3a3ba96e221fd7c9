# SPDX-License-Identifier: GPL-3.0-or-later
"""A subject for each candidate: what is printed is what is marked, whatever else is in the class."""

import json
import os
import random
import unicodedata

CASE = """case calls "Calls"
  text "A file of {contacts} prospects."
  given
    contacts = 500   "prospects"  vary 400..600 step 50
      such that meetings is whole
    booked   = 5 %   "booked"     vary [4 %, 5 %, 10 %]
    call     = 3 min "one call"   vary 2 min..4 min step 30 s
  end
  question 1 "Calls" points 4
    answer meetings = contacts * booked    "Meetings"  points 1  official 25
    answer time = contacts * call to min   "Time"      points 1
    answer hours = ceil(time to h)         "Hours"     points 1
    answer cost = hours * 17 €/h           "Cost"      points 1
  end
end
"""


def drawn(c, names):
    c.write("case.brm", CASE)
    c.write("roll.txt", "\n".join(names))
    page = json.loads(c.bareme("variant", "case.brm", "--candidates", "roll.txt", "--format", "json").out)
    rows = find_rows(page)
    number = lambda text: float(text.split()[0])
    return {r[0]: (number(r[1]), number(r[2]) / 100, number(r[3])) for r in rows}


def find_rows(node):
    """The rows of the one table of a document, as texts."""
    if isinstance(node, dict) and node.get("kind") == "table":
        return [[cell.get("text", "") for cell in row["children"]] for row in node["children"]]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return next((found for child in children if (found := find_rows(child))), None)


def answers(contacts, booked, call):
    minutes = contacts * call
    hours = -(-minutes // 60)
    return contacts * booked, minutes, hours, hours * 17


def write_copies(c, subjects, order=None):
    rows = []
    for name, (contacts, booked, call) in subjects.items():
        meetings, minutes, hours, cost = answers(contacts, booked, call)
        rows.append(f"{name},{meetings:g},{minutes:g} min,{hours:g} h,{cost:g} €\n")
    if order:
        random.Random(order).shuffle(rows)
    c.write("copies.csv", "candidate,meetings,time,hours,cost\n" + "".join(rows))


def names(count):
    return [f"A-{i:03}" for i in range(count)]


def test_marked_by_the_subject_that_was_printed(c):
    subjects = drawn(c, names(60))
    assert len(set(subjects.values())) > 20
    assert all(contacts * booked == int(contacts * booked) for contacts, booked, _ in subjects.values())
    write_copies(c, subjects)
    c.grade("copies.csv", "--db", "g.sqlite", "--variants")
    assert set(c.sql("SELECT status, count(*) FROM answers GROUP BY status")) == {("RIGHT", 240)}


def test_order_and_threads_change_nothing(c):
    subjects = drawn(c, names(60))
    seen = []
    for i, jobs in enumerate(("1", "2", "4")):
        write_copies(c, subjects, order=i)
        book = f"v{i}.sqlite"
        c.grade("copies.csv", "--db", book, "--variants", "--jobs", jobs)
        c.bareme("results", "case.brm", "--db", book, "--variants", "--csv", "x.csv", "--answers", "y.csv")
        seen.append((c.read("x.csv"), c.read("y.csv"), c.sql("SELECT candidate, draws FROM result JOIN copy USING(copy) ORDER BY 1", book)))
    assert seen[0] == seen[1] == seen[2]


def test_an_error_is_carried_in_his_own_subject(c):
    contacts, _, call = drawn(c, ["A-1"])["A-1"]
    minutes = contacts * (call + 1)
    hours = -(-minutes // 60)
    c.write("copies.csv", f"candidate,time,hours,cost\nA-1,{minutes:g} min,{hours:g} h,{hours * 17:g} €\n")
    c.grade("copies.csv", "--db", "g.sqlite", "--variants")
    marked = {a: s for (_, a), (s, _, _) in c.answers().items()}
    assert marked["1.time"] == "WRONG" and marked["1.cost"] in ("CARRIED", "RIGHT"), marked
    assert marked["1.hours"] in ("CARRIED", "RIGHT"), marked


def test_a_name_typed_otherwise_has_the_same_subject(c):
    decomposed = unicodedata.normalize("NFD", "Zoé")
    subjects = drawn(c, ["Zoé", decomposed, "zoe", "ZOÉ "])
    assert len(subjects) >= 3 and len(set(subjects.values())) == 1


def test_each_sheet_tells_the_data_of_its_subject(c):
    subjects = drawn(c, ["A-1"])
    write_copies(c, subjects)
    c.grade("copies.csv", "--db", "g.sqlite", "--variants", "--sheets", "s", "--format", "md")
    sheet = c.read("s/" + os.listdir(c.path("s"))[0]).decode()
    assert f"prospects: {subjects['A-1'][0]:g}" in sheet, sheet


def test_one_gradebook_has_variants_or_not(c):
    write_copies(c, drawn(c, ["A-1"]))
    c.grade("copies.csv", "--db", "g.sqlite", "--variants")
    assert "E1324" in c.grade("copies.csv", "--db", "g.sqlite", code=5).err
    c.grade("copies.csv", "--db", "h.sqlite", code=None)
    assert "E1326" in c.grade("copies.csv", "--db", "h.sqlite", "--variants", code=5).err


def test_a_candidate_whom_no_draw_suits_is_for_a_person(c):
    c.write("case.brm", CASE.replace("meetings is whole", "contacts > 1000"))
    c.write("copies.csv", "candidate,meetings\nA-1,25\n")
    run = c.grade("copies.csv", "--db", "g.sqlite", "--variants", code=1)
    assert c.answers()[("A-1", "1.meetings")][0] == "REVIEW", run.out


def test_regrade_keeps_each_subject(c):
    subjects = drawn(c, names(20))
    write_copies(c, subjects)
    c.grade("copies.csv", "--db", "g.sqlite", "--variants")
    c.write("case.brm", CASE.replace("17 €/h", "18 €/h"))
    run = c.bareme("regrade", "case.brm", "--db", "g.sqlite", "--variants", code=None)
    assert "A-000" in run.out, run.out
    c.bareme("regrade", "case.brm", "--db", "g.sqlite", "--variants", "--apply", code=None)
    statuses = dict(c.sql("SELECT status, count(*) FROM answers WHERE address = '1.cost' GROUP BY status"))
    others = dict(c.sql("SELECT status, count(*) FROM answers WHERE address <> '1.cost' GROUP BY status"))
    assert others == {"RIGHT": 60} and "RIGHT" not in statuses, (statuses, others)
