# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes of copies: tests/class/*.py. Each function test_… of such a file is a test; it is given a Class, a folder of
its own where commands run, and fails by an assertion.

    def test_an_empty_file_is_told(c):
        c.write("copies/a.txt", "")
        run = c.bareme("grade", "case.brm", "copies", "--db", "g.sqlite", code=1)
        assert "the file is empty" in run.out
"""

import importlib.util
import os
import re
import sqlite3
import subprocess

from .common import failed, find, passed, plain

CASE = """case time "Time and cost"
  exam "Example" points 5 scaled to 20
  given
    files = 500    "files"
    lost  = 20 %   "lost files"
    call  = 3 min  "one call"
    wage  = 17 €/h "wage"
  end
  question 1 "Time" points 3
    answer usable = files * (1 - lost)     "Usable files"  points 1
    answer minutes = usable * call to min  "Minutes"       points 1
    answer hours = ceil(minutes to h)      "Hours"         points 1
    mistake "forgot the lost files" with lost = 0 % award 50 %
  end
  question 2 "Cost" points 2
    answer cost = wage * hours  "Cost"    points 1
    open advice "Advise" points 1
      expect at least 1 of
        price "the price" hints "cost"
        skill "the skill" hints "experience"
      end
      accept other
    end
  end
  check cost = 340 €
end
"""


# Accents that stand apart from their letters are put together cell by cell: a file of moderate size takes its time.
SLOW_NAME = "e\u0301" * 20
SLOW_ROW = f"1234,5;{SLOW_NAME};{SLOW_NAME};{SLOW_NAME};{SLOW_NAME}\n"
SLOW_ROWS = 300_000


class Class:
    def __init__(self, context):
        self.context = context
        self.folder = context.folder()
        self.write("case.brm", CASE)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        with open(self.path(name), "wb") as file:
            file.write(data)

    def write_slow_csv(self, name):
        self.write(name, "amount;a;b;c;d\n" + SLOW_ROW * SLOW_ROWS)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def bareme(self, *arguments, code=0, stdin=""):
        """Runs it; outputs with ordinary blanks. code None: any."""
        run = self.context.run([self.context.bareme, *arguments], self.folder, stdin)
        run = run._replace(out=plain(run.out), err=plain(run.err))
        assert code is None or run.code == code, f"exit code {run.code} instead of {code}\n{run.out}\n{run.err}"
        return run

    def start(self, *arguments, **options):
        """A process that goes on by itself."""
        return subprocess.Popen([self.context.bareme, *arguments], cwd=self.folder, env=self.context.environment(),
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

    def grade(self, *arguments, code=0):
        return self.bareme("grade", "case.brm", *arguments, code=code)

    def answers(self, book="g.sqlite"):
        """{(candidate, address): (status, marks, pending)} of the edition that counts."""
        rows = self.sql("SELECT candidate, address, status, marks, pending FROM answers", book)
        return {(c, a): (s, m, p) for c, a, s, m, p in rows}

    def sql(self, query, book="g.sqlite"):
        connection = sqlite3.connect(self.path(book))
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.commit()
            connection.close()


def run_function(context, name, function):
    try:
        function(Class(context))
    except AssertionError as error:
        return failed(name, str(error) or "assertion failed")
    return passed(name)


def run_test(context, name, function):
    return [run_function(context, name, function)]


def functions(path):
    spec = importlib.util.spec_from_file_location(re.sub(r"\W", "_", path), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [(n, f) for n, f in vars(module).items() if n.startswith("test_") and callable(f)]


def collect_in(context, folder):
    for path in find(os.path.join(context.srcdir, "tests", folder), ".py"):
        for name, function in functions(path):
            full = f"{context.relative(path)}: {name}"
            yield full, lambda full=full, function=function: run_test(context, full, function)


def collect(context):
    return collect_in(context, "class")
