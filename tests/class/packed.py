# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns read from a file, which stand in few bytes a value: whatever they hold, they give back exactly what was written.
The same file with every cell between quotes goes another way through the reader, cell by cell: both must agree."""

import random
from decimal import Decimal, localcontext


def numbers(r, digits, decimals, n):
    """Texts of n numbers, of up to so many digits before the mark and decimals behind it."""
    texts = []
    for _ in range(n):
        whole = str(r.randrange(10 ** r.randint(1, digits)))
        part = "".join(r.choice("0123456789") for _ in range(r.randint(0, decimals)))
        texts.append(r.choice(["", "", "-"]) + whole + ("." + part if part else ""))
    return texts


def total_of(texts):
    with localcontext() as context:
        context.prec = 100
        return f"{sum(Decimal(v) for v in texts if v):f}"


def dates(r, n):
    return [f"{r.randint(1890, 2090)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}" for _ in range(n)]


def texts(r, different, n):
    alphabet = "abcdeé'œ -0e\u0301"
    words = ["x" + "".join(r.choice(alphabet) for _ in range(r.choice([1, 3, 7, 8, 9, 20, 63, 64, 65, 90]))) + "z" for _ in range(different)]
    return [r.choice(words) for _ in range(n)]


def holes(r, cells, share):
    return ["" if r.random() < share else cell for cell in cells]


def write(c, name, columns, quoted):
    cell = '"{}"'.format if quoted else str
    rows = [",".join(columns)] + [",".join(cell(v) if v else v for v in row) for row in zip(*columns.values())]
    c.write(name, "\n".join(rows) + "\n")


def both_ways(c, columns, script=""):
    """What a script says of the table t, read from the plain file and from the quoted one."""
    outputs = []
    for name, quoted in (("plain.csv", False), ("quoted.csv", True)):
        write(c, name, columns, quoted)
        c.write("s.brm", f't = read_csv("{name}")\n' + (script or "print(t)\n"))
        outputs.append(c.bareme("s.brm").out)
    assert outputs[0] == outputs[1]
    return outputs[0]


def shown(columns):
    return "print(t)\n" + "".join(f"print(sum(t.{name}))\n" for name in columns)


def test_numbers_of_every_width(c):
    r = random.Random(1)
    for digits, decimals in ((1, 0), (2, 0), (3, 0), (5, 0), (5, 2), (9, 0), (10, 0), (8, 3), (12, 6), (18, 0), (19, 0), (17, 9), (25, 12)):
        columns = {"n": numbers(r, digits, decimals, 3000)}
        out = both_ways(c, columns, f"print(sum(t.n) = {total_of(columns['n'])})\nprint(t)\n")
        assert out.startswith("true\n"), (digits, decimals, out[:200])


def test_the_edges_of_each_width(c):
    edges = [m + d for b in (7, 8, 15, 16, 31, 32, 63) for m in (2 ** b, -2 ** b) for d in (-1, 0, 1)]
    for size in range(1, len(edges) + 1):
        cells = ["0"] * 1100 + [str(e) for e in edges[:size]] + ["", "5"]
        out = both_ways(c, {"n": cells, "m": cells[::-1]}, "print(sum(t.n))\nprint(sum(t.m))\nprint(last(t.n, 50))\n")
        total = sum(edges[:size]) + 5
        assert out.replace(" ", "").splitlines()[:2] == [str(total)] * 2, (size, out[:100])


def test_decimals_that_come_late(c):
    cells = ["7"] * 2500 + ["-1.5", "2.25", "", "0.125", "3.000000001", "5", "1000000000.5", "0.0000000000001"]
    out = both_ways(c, {"n": cells}, f"print(sum(t.n) = {total_of(cells)}, t.n[2506] = 1000000000.5, t.n[2507] = 0.0000000000001)\nprint(t.n)\n")
    assert out.startswith("true true true\n"), out


def test_units_of_the_header(c):
    """A percentage is a hundredth of what is written, a k€ a thousand times it; a denominator may be anything."""
    r = random.Random(5)
    n = 3000
    columns = {"rate (%)": numbers(r, 3, 2, n), "amount (k€)": holes(r, numbers(r, 6, 3, n), 0.1), "time (h)": numbers(r, 3, 1, n),
               "big (k€)": numbers(r, 16, 1, n)}
    both_ways(c, columns, "print(t)\nprint(sum(t.rate), sum(t.amount), sum(t.time), sum(t.big))\n"
                          f"print(sum(t.amount) = {total_of(columns['amount (k€)'])} * 1000 €)\n")
    parts = ["1/3", "0.5", "1/4000000000", "7", "-2.25", "1/7", "12345678.5", "3"] * 400
    both_ways(c, {"n: number": parts}, "print(t)\nprint(sum(t.n))\n")


def test_dates_and_texts_and_holes(c):
    r = random.Random(2)
    for different in (3, 200, 5000):
        n = 6000
        columns = {"d": holes(r, dates(r, n), 0.1), "s": texts(r, different, n), "n": holes(r, numbers(r, 6, 2, n), 0.2),
                   "b": [r.choice(["true", "false"]) for _ in range(n)]}
        both_ways(c, columns)


def test_groups_by_a_packed_column(c):
    r = random.Random(3)
    n = 5000
    columns = {"g": texts(r, 12, n), "k": holes(r, [str(r.randint(1, 3)) for _ in range(n)], 0.1), "n": numbers(r, 5, 2, n)}
    for keys in ("g", "k", "g, k"):
        both_ways(c, columns, f"a = group t by {keys} with rows = count(n), total = sum(n), most = max(n), half = median(n)\n"
                              f"some = t where n > 0\n"
                              f"b = group some by {keys} with total = sum(n), all = sum(n) / count(n)\nprint(a)\nprint(b)\n")


def test_a_column_that_gives_up_its_form(c):
    """A text among the last numbers, an amount of another unit, a date that is none: the whole column is read otherwise."""
    cells = [str(i) for i in range(3000)]
    for odd in (["n/a"] * 100, ["12 €"] * 100, ["1,5"] * 100):
        both_ways(c, {"n": cells + [v.replace(",", ";") for v in odd]}, "print(first(t.n, 3), last(t.n, 3))\nprint(count(t.n))\n")


def test_lists_of_packed_columns_are_lists(c):
    r = random.Random(4)
    n = 2000
    columns = {"s": texts(r, 50, n), "n": numbers(r, 4, 2, n)}
    both_ways(c, columns, "print(t.n[5], t.s[7], first(t.n, 2), last(t.s, 2))\nprint(count(t.n + [1]), count([1] + t.n), last(t.n + [1], 2))\n"
                          "print(sum(map(t.n, x -> x * 2)), max(t.n), min(t.n), mean(t.n))\nprint(sort(t.n)[1], reverse(t.s)[1])\n"
                          "print(count(filter(t.n, x -> x > 0)))\nprint(first(sort t by n), 3)\nprint(t.n = t.n, t.n[1] in t.n)\n"
                          "print(index_of(t.n, t.n[9]))\n")
