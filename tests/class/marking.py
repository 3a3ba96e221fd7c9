# SPDX-License-Identifier: GPL-3.0-or-later
"""What a class of copies is given: tables, ticks, grids, points taken off, the scale; then its figures and exports."""

import csv
import io
import json
import math
import os

TEAM = """framework demo
  competence C1 "Compute"
  competence C2 "Write"
end

grid style "Style" out of 2
  scale low 0, high 1
  criterion clear "It is clear"
  criterion short "It is short"
end

case team "The team"
  exam "Example" framework demo points 20 scaled to 10 to the nearest 0.5 marks by 0.25
  table people
    | agent | calls | deals |
    | Ana   | 40    | 10    |
    | Bob   | 50    | 5     |
  end
  table kinds
    | kind |
    | sum  |
    | each |
  end
  question 1 "Figures" points 11 competence C1
    answer cells = [r.deals / r.calls for r in people] by agent to %  "Rates"    points 1 per cell
    answer rows  = [[r.deals + r.calls, r.calls / r.deals] for r in people] by agent, kind  "Sums"  points 2 per row
    answer whole = [r.calls + 1 for r in people] by agent  "More"  points 1 all or nothing
    answer total = sum(people.calls)  "Total"  points data 1, method 1, result 1
    answer split = [1 * 10, 2 * 10] "List" points 1 split by cell
    malus 0.5 "no units"
  end
  question 2 "Words" points 9 competence C2
    open advice "Advise" points 2
      expect at least 2 of
        price "the price"
        skill "the skill"
      end
      accept other
    end
    open table "Information" points 4
      expect at least 1 per row
        |      | information | justification |
        | Site | old         | cost; reach   |
        | Shop | new         | nearness      |
      end
    end
    open manner "Manner" points 3 grid style
    end
  end
end
"""

COLUMNS = ("candidate;cells[Ana];cells[Bob];rows[Ana].sum;rows[Ana].each;rows[Bob].sum;rows[Bob].each;whole[Ana];"
           "whole[Bob];total;split[1];split[2];1.malus;advice;2.table;manner.clear;manner.short\n")
ALL = "{};25 %;10 %;50;4;55;10;41;51;90;10;20;{};{};{};{};{}\n"


def marks(c, rows, *options, code=0):
    c.write("team.brm", TEAM)
    c.write("copies.csv", COLUMNS + "".join(rows))
    c.bareme("grade", "team.brm", "copies.csv", "--db", "g.sqlite", *options, code=code)
    c.bareme("results", "team.brm", "--db", "g.sqlite", "--csv", "x.csv", "--answers", "y.csv", code=None)
    table = list(csv.DictReader(io.StringIO(c.read("x.csv").decode())))
    return {row["candidate"]: row for row in table}


def test_cells_rows_columns_in_copies(c):
    rows = marks(c, [ALL.format("A", "", "", "", "", ""), "B;25 %;11 %;50;5;55;10;41;52;90;10;21;;;;;\n"])
    assert rows["A"]["Q 1"] == "11" and rows["B"]["Q 1"] == "6.5", rows
    assert [rows["B"][k] for k in ("1.cells[Ana]", "1.cells[Bob]")] == ["1", "0"]
    assert [rows["B"][k] for k in ("1.rows[Ana].sum", "1.rows[Bob].sum", "1.rows[Bob].each")] == ["0", "1", "1"]
    assert [rows["B"][k] for k in ("1.whole[Ana]", "1.whole[Bob]", "1.split[1]")] == ["0", "0", "0.5"]


def test_parts_are_for_a_corrector_where_the_result_is_wrong(c):
    marks(c, ["A;;;;;;;;;91;;;;;;;\n"])
    assert c.answers()[("A", "1.total")] == ("REVIEW", "0", "2")


def test_a_corrector_ticks_in_the_copies(c):
    rows = marks(c, [ALL.format("A", "", "price, skill", "old, cost, new, nearness", "high", "high"),
                     ALL.format("B", "x", "price", "cost", "high", "low"),
                     ALL.format("C", "no", "other", "", "", "")], "--ticked", code=0)
    assert [rows[n]["2.advice"] for n in "ABC"] == ["2", "1", "1"]
    assert [rows[n]["2.table"] for n in "ABC"] == ["4", "2", "0"]
    assert [rows[n]["2.manner"] for n in "ABC"] == ["3", "1.5", "0"]
    assert [rows[n]["Q 1"] for n in "ABC"] == ["11", "10.5", "11"]
    assert [rows[n]["state"] for n in "ABC"] == ["settled", "settled", "provisional"]
    assert rows["C"]["pending"] == "7"


def test_without_ticked_words_stay_words(c):
    rows = marks(c, [ALL.format("A", "", "price, skill", "old", "", "")])
    assert rows["A"]["2.advice"] == "0" and rows["A"]["state"] == "provisional"
    assert c.answers()[("A", "2.advice")] == ("REVIEW", "0", "2")


def test_scale_and_rounding_once(c):
    rows = marks(c, [ALL.format("A", "x", "price, skill", "old, cost, new, nearness", "high", "low")], "--ticked")
    assert rows["A"]["total"] == "18" and rows["A"]["mark"] == "9", rows
    rows = marks(c, [ALL.format("B", "x", "price", "old, cost, new, nearness", "high", "low")], "--ticked")
    assert rows["B"]["total"] == "17" and rows["B"]["mark"] == "8.5", rows


def test_competences_of_each_copy(c):
    rows = marks(c, [ALL.format("A", "", "price, skill", "old, cost", "high", "high")], "--ticked")
    assert rows["A"]["C1"] == "11" and rows["A"]["C2"] == "7", rows


def write_class(c):
    """Twelve copies; the figures are those of (usable, cost), 1 right and 0 wrong."""
    pattern = [(1, 1), (1, 1), (1, 0), (1, 1), (0, 0), (0, 1), (1, 1), (0, 0), (1, 1), (1, 0), (0, 0), (1, 1)]
    rows = [f"S{i:02};{400 if u else 500};{1200 if u else 900 + i} min;20 h;{'340 €' if k else '3,40 €'}\n"
            for i, (u, k) in enumerate(pattern)]
    c.write("copies.csv", "candidate;usable;minutes;hours;cost\n" + "".join(rows))
    return pattern


def correlation(xs, ys):
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    sxy = sum((x - mx) * (y - my) for x, y in zip(xs, ys))
    return sxy / math.sqrt(sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys))


def test_success_and_discrimination_are_those_of_the_books(c):
    write_class(c)
    c.grade("copies.csv", "--db", "g.sqlite", "--report", "r.md")
    given = {}
    for candidate, address, marks_ in c.sql("SELECT candidate, address, marks FROM answers"):
        given.setdefault(candidate, {})[address] = number(marks_)
    lines = [line.split("|") for line in c.read("r.md").decode().replace("\u00a0", " ").split("\n") if line.startswith("| **")]
    table = {cells[1].strip().strip("*"): cells for cells in lines if len(cells) > 7}
    for address, title in (("1.usable", "1  Usable files"), ("1.minutes", "1  Minutes"), ("2.cost", "2  Cost")):
        xs = [copy[address] for copy in given.values()]
        rest = [sum(copy.values()) - copy[address] for copy in given.values()]
        success = f"{round(100 * sum(xs) / len(xs))} %"
        assert table[title][3].strip().strip("*") == success, (title, success, table[title])
        assert abs(float(table[title][4].strip().replace("−", "-")) - correlation(xs, rest)) < 0.0051, (title, table[title])


def number(text):
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


def test_wrong_values_are_grouped_by_what_explains_them(c):
    write_class(c)
    c.grade("copies.csv", "--db", "g.sqlite", "--report", "r.md")
    report = c.read("r.md").decode().replace("\u00a0", " ")
    section = report[report.index("## Most frequent wrong answers"):]
    assert "| **1  Usable files** | 500 | 4 | forgot the lost files |" in section, section
    assert "| **2  Cost** | 3.4 € | 5 | Your figure is 100 times too small. |" in section, section


def test_exports_for_a_french_spreadsheet(c):
    c.write("copies.csv", "candidate,second,usable\n=1+1,42,400\n@A,43,500\n")
    c.grade("copies.csv", "--db", "g.sqlite")
    c.bareme("results", "case.brm", "--db", "g.sqlite", "--csv", "x.csv", "--notation", "fr", "--names")
    text = c.read("x.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][:2] == ["candidate", "second"] or "second" in rows[0][1], rows[0]
    assert rows[1][0] == "'=1+1" and rows[2][0] == "'@A", rows
    assert "0,5" in rows[2] and "42" in rows[1], rows
    assert "42" not in c.bareme("results", "case.brm", "--db", "g.sqlite", "--csv", "-").out


def test_results_as_json(c):
    c.write("copies.csv", "candidate,usable\nA,400\nB,500\n")
    c.grade("copies.csv", "--db", "g.sqlite")
    data = json.loads(c.bareme("results", "case.brm", "--db", "g.sqlite", "--json").out)
    text = json.dumps(data)
    assert '"1.usable"' in text and "known mistake" in text.lower(), text[:800]


def test_an_appeal_can_be_answered_from_the_gradebook(c):
    manual = os.path.join(c.context.srcdir, "doc", "manual", "marking.md")
    with open(manual, encoding="utf-8") as file:
        query = file.read().split("```sql\n")[1].split("```")[0].replace("A-02", "A").replace("2.cost", "1.minutes")
    c.write("copies.csv", "candidate,usable,minutes\nA,450,1350 min\n")
    c.grade("copies.csv", "--db", "g.sqlite")
    address, text, expected, rules, status, rule, detail, marks_ = c.sql(query)[0]
    assert (address, status, rule, marks_) == ("1.minutes", "CARRIED", "CARRIED", "1") and "usable * call to min" in text
    assert expected.startswith("1") and "decimals" in rules and "1.usable" in detail, (expected, rules, detail)


def test_a_copy_as_json(c):
    c.write("one.json", '{"candidate": "A", "second": "8031", "answers": {"1.usable": "400", "1.hours": "20 h"}}')
    c.write("fr.jsonl", '{"candidat": "B", "réponses": {"1.usable": "400"}}\n')
    c.grade("one.json", "fr.jsonl", "--db", "g.sqlite", code=None)
    assert c.answers()[("A", "1.hours")][0] == "RIGHT" and c.answers()[("B", "1.usable")][0] == "RIGHT"


def recorded(c, book):
    return c.sql("SELECT candidate, address, marks FROM answers", book)


def test_columns_of_a_questionnaire(c):
    """An answer is called by its title, with or without its unit, or by a question that asks for nothing else."""
    c.write("case.brm", """case shop "The shop"
  question 1 "Sales" points 2
    answer turnover = 420 * 1.30 € "Turnover"  points 1
    answer mean = turnover / 26    "A day"     points 1
  end
  question 2 "Price without tax" points 1
    answer net = 1.30 € / 1.055 points 1
  end
end
""")
    c.write("copies.csv", "Candidate;Turnover (€);a  DAY;Question 2\nB1;546 €;21 €;1.23 €\n")
    c.grade("copies.csv", "--db", "a.sqlite")
    assert [row[1:] for row in recorded(c, "a.sqlite")] == [("1.turnover", "1"), ("1.mean", "1"), ("2.net", "1")]
    c.write("copies.csv", "Candidate;Turnover;1.mean;Price without tax\nB1;546 €;21 €;1.23 €\n")
    c.grade("copies.csv", "--db", "b.sqlite")
    assert recorded(c, "b.sqlite") == recorded(c, "a.sqlite")


def test_a_title_of_two_answers_names_none(c):
    c.write("case.brm", """case shop
  question 1 points 2
    answer a = 1 "Total" points 1
    answer b = 2 "Total" points 1
  end
end
""")
    c.write("copies.csv", "candidate;Total;Question 1\nB1;1;2\n")
    run = c.grade("copies.csv", "--db", "g.sqlite", code=1)
    assert "the column `Total` is no answer of the case" in run.err
    assert "no column is an answer of the case; a column is called by the address, the name or the title of its answer: " \
           "`1.a`, `1.b`" in run.err
