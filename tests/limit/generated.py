# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts too large to be kept, each meeting one limit of interp/base/limits.h; tests/harness/limit.py runs them.

A case names the codes of which one must be reported (or how they begin: E07 is any limit) and the exit code; without
a code the script must run. Its files are made only when it runs."""

LIMIT = ("E0706", "E0707", "E0714", "E0712")


class Case:
    def __init__(self, name, script, codes=(), options=(), exit=4, more=None):
        self.name, self.script, self.codes, self.exit = name, script, codes, exit
        self.options, self.more = list(options), more or {}

    def files(self):
        texts = {"main.brm": self.script, **self.more}
        return {file: text() if callable(text) else text for file, text in texts.items()}


# ---- depth of the text: each construct many times inside itself, closed, then left open ----

EXPRESSIONS = [
    # name, what comes before, what stands inside, what comes after
    ("brackets", "(", "1", ")"),
    ("lists", "[", "1", "]"),
    ("records", "{a: ", "1", "}"),
    ("signs", "- ", "1", ""),
    ("not", "not ", "true", ""),
    ("if", "if true then ", "1", " else 2"),
    ("else", "if true then 1 else ", "1", ""),
    ("functions", "x -> ", "x", ""),
    ("functions of two arguments", "(a, b) -> ", "1", ""),
    ("calls inside calls", "abs(", "1", ")"),
    ("places inside places", "[1][", "1", "]"),
    ("powers", "2 ^ ", "2", ""),
    ("comprehensions", "[x for x in ", "[1]", "]"),
    ("texts inside texts", '"{', "1", '}"'),
    ("calls of calls", "", "abs", "(1)"),
    ("fields of fields", "", "r", ".a"),
    ("computed fields", "", "r", ".(1)"),
    ("places of places", "", "r", "[1]"),
    ("overrides of overrides", "", "r", " with { a = 1 }"),
    ("overrides inside overrides", "r with { a = ", "1", " }"),
    ("conversions", "", "1", " to min"),
    ("ranges", "", "1", "..2"),
    ("sums", "", "1", " + 1"),
    ("products", "2 * ", "1", ""),
    ("comparisons", "1 < ", "1", ""),
    ("and", "true and ", "true", ""),
    ("or", "false or ", "true", ""),
    ("choices", "choose\n else : ", "1", "\nend"),
    ("is whole", "", "1", " is whole"),
    ("units", "", "1 €", "/h/h"),
    ("units in brackets", "1 €/", "h", "/(h"),
    ("arguments by name", "f(a: ", "1", ")"),
]

STATEMENTS = [
    # name, the lines before, the lines that open one
    ("if", "", "if true\n"),
    ("else if", "", "if true\nprint(1)\nelse\n"),
    ("elif", "", "if true\nelif true\n"),
    ("for", "", "for i in 1..2\n"),
    ("while", "", "while true\n"),
    ("try", "", "try\nprint(1)\nrecover\n"),
    ("fn", "", "fn f()\n"),
    ("case", "", "case c\n"),
    ("question", "case c\n", "question 1\n"),
    ("scenario", "case c\n", "scenario s\n"),
    ("either", "case c\nquestion 1\n", "either\n"),
    ("given", "case c\n", "given\n"),
    ("open", "case c\nquestion 1\n", "open o\nexpect\n"),
]

# These cannot stand inside one another: the first that does is an error, and there is no depth to fear.
FLAT = {"texts inside texts", "units", "case", "question", "given", "open"}


def ends(name):
    """Codes and exit code."""
    return (("E01", "E02"), 3) if name in FLAT else (LIMIT, 4)


def expression(deep, before, middle, after, opening="print(", closing=")\n"):
    times = min(deep, (15 << 20) // len((before + after).encode()))  # a file has at most 16 MiB
    return lambda: opening + before * times + middle + after * times + closing


def statement(deep, before, opening, closing):
    return lambda: before + opening * (deep // 10) + "x = 1\n" + closing * (deep // 10) + closing


def depth_cases(deep):
    for name, before, middle, after in EXPRESSIONS:
        codes, code = ends(name)
        yield Case(f"depth: {name}", expression(deep, before, middle, after), codes, exit=code)
        yield Case(f"depth: {name}, in a formula", expression(deep, before, middle, after, "x = ", "\n"), codes, exit=code)
        if before and after:
            yield Case(f"depth: {name}, left open", expression(deep, before, "", ""), codes, exit=code)
    for name, before, opening in STATEMENTS:
        codes, code = ends(name)
        yield Case(f"depth: {name} statement", statement(deep, before, opening, "end\n"), codes, exit=code)
        yield Case(f"depth: {name} statement, left open", statement(deep, before, opening, ""), codes, exit=code)


# ---- depth of values ----

def grown(start, step, end, times=100_000):
    return f"var v := {start}\nvar w := {start}\nfor i in 1..{times}\n  v := {step}\nend\n" + \
           f"for i in 1..{times}\n  w := {step.replace('v', 'w')}\nend\n{end}\n"


VALUES = [
    Case("value: a deep list is shown", grown("[]", "[v]", "print(v)")),
    Case("value: a deep record is shown", grown("{a: 1}", "{a: v}", "print(v)")),
    Case("value: a deep list in a text", grown("[]", "[v]", 'print("{v}")')),
    Case("value: deep lists are compared", grown("[]", "[v]", "print(v = w)"), ("E0728",)),
    Case("value: deep records are compared", grown("{a: 1}", "{a: v}", "print(v = w)"), ("E0728",)),
    Case("value: a deep list is looked for", grown("[]", "[v]", "print(v in [w])"), ("E0728",)),
    Case("value: a deep list is kept and collected", grown("[]", "[v]", "print(count(v))", 300_000)),
    Case("value: a deep record is kept and collected", grown("{a: 1}", "{a: v}", "print(1)", 300_000)),
    Case("value: functions that keep functions",
         "fn keep(g) = x -> g(x) + 1\n" + grown("x -> x", "keep(v)", "print(1)")),
    Case("value: functions that keep functions, called",
         "fn keep(g) = x -> g(x) + 1\n" + grown("x -> x", "keep(v)", "print(v(1))"), ("E0720",)),
]

# ---- calls, formulas, overlays ----


def forwards(n):
    return "f0 = 1\n" + "".join(f"f{k} = f{k - 1} + 1\n" for k in range(1, n + 1)) + f"print(f{n})\n"


def backwards(n):
    return "".join(f"f{k} = f{k + 1} + 1\n" for k in range(n)) + f"f{n} = 1\nprint(f0)\n"


def overlays(n):
    """A function that evaluates itself under one override more."""
    return f"a = 1\nfn f(n) = if n = 0 then a else (f(n - 1) with {{ a = n }})\nprint(f({n}))\n"


def scenarios(n):
    lines = ["a = 1", "b = a * 2", "scenario s0 with a = 2", "end"]
    for k in range(1, n + 1):
        lines += [f"scenario s{k} of s{k - 1} with a = old + 1", "end"]
    return "\n".join(lines) + f"\nprint(s{n}.b)\n"


CALLS = [
    Case("calls: a function that never stops", "fn f(n) = f(n + 1) + 1\nprint(f(1))\n", ("E0720",)),
    Case("calls: two functions that never stop",
         "fn f(n) = g(n) + 1\nfn g(n) = f(n) + 1\nprint(f(1))\n", ("E0720",)),
    Case("calls: functions given to functions", "fn f(x) = map([x], f)\nprint(f(1))\n", ("E0722",)),
    Case("calls: recover does not catch a limit",
         "fn f(n)\n  try\n    return f(n + 1)\n  recover e\n    return 0\n  end\nend\nprint(f(1))\n", ("E0720",)),
    Case("formulas: 9 000 in a chain", lambda: backwards(9_000)),
    Case("formulas: 9 000 in a chain, in order", lambda: forwards(9_000)),
    Case("formulas: 50 000 in a chain", lambda: backwards(50_000), ("E0720",)),
    Case("formulas: a loop of 5 000", lambda: backwards(5_000).replace("f5000 = 1", "f5000 = f0"), ("E0517",), exit=3),
    Case("overlays: 60 inside one another", lambda: overlays(60)),
    Case("overlays: 500 inside one another", lambda: overlays(500), ("E0721",)),
    Case("scenarios: 300 that extend one another", lambda: scenarios(300)),
]

# ---- size of the text and of what it defines ----


def many(line, n):
    return lambda: "".join(line.format(k=k) + "\n" for k in range(n))


def modules(n):
    texts = {f"m{k}.brm": f"use m{k + 1}\nx{k} = 1\n" for k in range(1, n)}
    return {**texts, f"m{n}.brm": "y = 1\n"}


def one_list(n):
    return "print(count([" + ", ".join(str(k) for k in range(n)) + "]))\n"


SIZES = [
    Case("size: a file of 17 MiB", lambda: "# " + "x" * 100 + "\n" + ("# " + "y" * 98 + "\n") * 177_000, ("E0702",)),
    Case("size: a text of 2 MiB", lambda: 'print("' + "x" * (2 << 20) + '")\n', ("E0704",)),
    Case("size: a line of 1 MiB of comment", lambda: "# " + "x" * (1 << 20) + "\nprint(1)\n"),
    Case("size: a name of 300 letters", lambda: "x" * 300 + " = 1\n", ("E0703",)),
    Case("size: a name of 256 letters", lambda: "x" * 256 + " = 1\nprint(" + "x" * 256 + ")\n"),
    Case("size: a number of 1000 digits", lambda: "x = " + "9" * 1000 + "\nprint(x)\n"),
    Case("size: a number of 1001 digits", lambda: "x = " + "9" * 1001 + "\nprint(x)\n", ("E0705",)),
    Case("size: a number of 998 decimals", lambda: "x = 0." + "1" * 998 + "\nprint(x)\n"),
    Case("size: 1000 arguments", lambda: "print(" + ", ".join(["1"] * 1000) + ")\n", ("E0713",)),
    Case("size: 100 parameters", lambda: "fn f(" + ", ".join(f"p{k}" for k in range(100)) + ") = 1\nprint(1)\n",
         ("E0708",)),
    Case("size: a list of 5 000 literals", lambda: one_list(5_000)),
    Case("size: a list of 70 000 different literals", lambda: one_list(70_000), ("E0711",)),
    Case("size: a record of 10 001 fields",
         lambda: "r = {" + ", ".join(f"f{k}: {k}" for k in range(10_001)) + "}\nprint(r.f1)\n",
         ("E0712",)),
    Case("size: a million formulas, 100 000 in each of ten scenarios",
         lambda: "a = 1\n" + many("f{k} = a", 100_000)() + many("scenario s{k} with a = {k}\nend", 10)(), ("E0710",)),
    Case("size: 100 000 formulas", lambda: many("f{k} = {k}", 100_000)() + "print(f99999)\n"),
    Case("size: 5 000 mistakes in one file", many("x{k} = )", 5_000), ("E0201",), exit=3),
    Case("size: 5 000 unknown names", many("x{k} = y{k}", 5_000), ("E0302",), exit=3),
    Case("size: 5 000 lines that print", lambda: many("print({k})", 5_000)()),
    Case("size: a CSV of 10 000 001 rows", 'print(count(read_csv("rows.csv")))\n', ("E1529",), more={"rows.csv": lambda: "n\n" + "1\n" * 10_000_001}),
    Case("modules: 31 that use one another", "use m1\nprint(1)\n", more=modules(31)),
    Case("modules: 40 that use one another", "use m1\nprint(1)\n", ("E0322",), more=modules(40)),
    Case("units: 70 000 different ones",
         lambda: "unit " + ", ".join(f"u{k}x" for k in range(300)) + "\n" +
         "".join(f"x{i}_{j} = 1 u{i}x/u{j}x\n" for i in range(270) for j in range(270) if i != j) + "print(1)\n",
         ("E0409",)),
]


def cases(thorough):
    return [*depth_cases(1_000_000 if thorough else 100_000), *VALUES, *CALLS, *SIZES]
