# SPDX-License-Identifier: GPL-3.0-or-later
"""Native functions (`extern`): the C library, libm, and a library of ours, tests/native/shop.h."""

import os
import shutil

LIBRARY = "./libshop.so"


def shop(c, lines, script, code=0):
    shutil.copy(os.path.join(c.context.build, "tests/native/libshop.so"), c.path("libshop.so"))
    return run(c, LIBRARY, lines, script, code)


def run(c, library, lines, script, code=0, allow=True):
    body = "".join(f"  {line}\n" for line in lines)
    c.write("s.brm", f'extern "{library}"\n{body}end\n{script}\n')
    return c.bareme("run", *(["--allow-ffi", library] if allow else []), "s.brm", code=code)


def fails(c, lines, script, *parts):
    got = shop(c, lines, script, code=3)
    for part in parts:
        assert part in got.err, f"{part!r} is not in\n{got.err}"
    return got


def test_libm_and_units(c):
    got = run(c, "libm.so.6", ["fn cbrt(x: double) double", "fn side = cbrt(volume: double m³) double m",
                               "fn hypot(x: double km, y: double km) double km", "fn frexp(x: double, exponent: out int) double"],
              "cbrt(27)\nedge = side(8 m³)\nedge\nhypot(3000 m, 4 km)\nfrexp(x: 8)\ncbrt(1/8) + 1/2\nside(8 h)", code=3)
    assert got.out.splitlines() == ["3", "2 m", "5 km", "{result: 0.5, exponent: 4}", "1"], got.out
    assert "E0409" in got.err or "m³" in got.err, got.err


def test_qsort_with_a_callback(c):
    lines = ["fn qsort(items: inout buffer of int32, count: size, width: size, order: callback(a: ref int32, b: ref int32) int)"]
    got = run(c, "libc.so.6", lines, "qsort([3, 1, 2, -7], 4, 4, (a, b) -> a - b)\nfn down(a, b) = b - a\nqsort([1, 2, 3], 3, 4, down)")
    assert got.out == "[-7, 1, 2, 3]\n[3, 2, 1]\n", got.out
    got = run(c, "libc.so.6", lines, 'try\n  qsort([3, 1, 2], 3, 4, (a, b) -> 1 / (a - a))\nrecover e\n  print("caught")\nend\n'
              "qsort([2, 1], 2, 4, (a, b) -> a - b)\nqsort([2, 1], 2, 4, (a, b) -> \"x\")", code=3)
    assert got.out == "caught\n[1, 2]\n", got.out
    assert "E1589" in got.err, got.err


WIDTHS = [("int8", -2**7, 2**7 - 1), ("int16", -2**15, 2**15 - 1), ("int32", -2**31, 2**31 - 1), ("int64", -2**63, 2**63 - 1),
          ("uint8", 0, 2**8 - 1), ("uint16", 0, 2**16 - 1), ("uint32", 0, 2**32 - 1), ("uint64", 0, 2**64 - 1)]


def test_whole_numbers_of_every_width(c):
    lines = [f"fn next_{t}(n: {t}) {t}" for t, _, _ in WIDTHS]
    script = "\n".join(f"print(next_{t}({low}) - {low}, {high} - next_{t}({high} - 1))" for t, low, high in WIDTHS)
    assert shop(c, lines, script).out == "1 0\n" * 8
    for t, low, high in WIDTHS:
        for n in (low - 1, high + 1, "1/2"):
            fails(c, [f"fn next_{t}(n: {t}) {t}"], f"next_{t}({n})", "E1590", f"`{t}`")


def test_real_numbers_and_truths(c):
    lines = ["fn half_float(x: float) float", "fn half_double(x: double) double", "fn negation(b: bool) bool",
             "fn not_a_number() double"]
    got = shop(c, lines, "half_float(3)\nhalf_double(1/4)\nhalf_double(20 %)\nnegation(true)\nnegation(1 = 2)")
    assert got.out.splitlines() == ["1.5", "0.125", "0.1", "false", "true"], got.out
    fails(c, lines, "half_float(10^39)", "E1590")
    fails(c, lines, "half_double(10^400)", "E1590")
    fails(c, lines, "not_a_number()", "E1596")
    fails(c, lines, 'half_double("1")', "E1589", "`x`", "“1”")
    fails(c, lines, "half_double(3 h)", "E1591", "x: double h")
    fails(c, lines, "negation(1)", "E1589")
    fails(c, lines, "half_double()", "x")
    fails(c, lines, "half_double(1, 2)", "half_double")


def test_texts(c):
    lines = ["fn length_of(t: text) size", "fn constant_text(which: int) text", "fn shout(t: text) text released by forget"]
    got = shop(c, lines, 'length_of("été")\nlength_of(not given)\nconstant_text(0)\nconstant_text(1)\nshout("hé")')
    assert got.out.splitlines() == ["5", "0", "constante", "not given", "hé!"], got.out
    fails(c, lines, "constant_text(2)", "E1597")
    fails(c, lines, "length_of(12)", "E1589")


SHOP = ["fn shop_open(name: text) pointer shop released by shop_close", "fn shop_name(s: pointer shop) text",
        "fn shop_close(s: pointer shop) int", "fn shops_open() int"]


def test_pointers_are_opaque_owned_and_released(c):
    got = shop(c, SHOP, 's = shop_open("Lina")\n', code=3)
    assert "E0" in got.err  # a formula may not open anything
    got = shop(c, SHOP, 'var s := shop_open("Lina")\nvar t := shop_open("Ben")\nprint(s, shop_name(s), shops_open())\n'
               "print(shop_close(s), shops_open())\ntry\n  print(shop_name(s))\nrecover e\n  print(e)\nend\nprint(shop_name(t))")
    out = got.out.splitlines()
    assert out[0] == "pointer shop Lina 2" and out[1] == "1 1" and "released" in out[2] and out[3] == "Ben", got.out
    fails(c, SHOP, 'var s := shop_open("a")\nshop_close(s)\nshop_close(s)', "E1595")
    fails(c, SHOP + ["fn other = shop_name(s: pointer book) text"], 'var s := shop_open("a")\nother(s)', "E1594", "`book`", "`shop`")
    fails(c, SHOP, "shop_name(12)", "E1589")
    fails(c, SHOP, 'var s := shop_open("a")\ns.address', "address")


def test_errno(c):
    lines = ["fn shop_open(name: text) pointer shop or errno released by shop_close",
             "fn divide(a: int, b: int, quotient: out int, rest: out int) int or errno",
             "fn divided = divide(a: int, b: int, quotient: out int, rest: out int) int with errno"]
    got = shop(c, lines, "print(divide(17, 5))\nprint(divided(1, 0))")
    assert got.out.splitlines() == ["{result: 0, quotient: 3, rest: 2}", "{result: -1, quotient: 0, rest: 0, errno: 33}"], got.out
    fails(c, lines, "divide(1, 0)", "E1598", "errno 33")
    fails(c, lines, "shop_open(not given)", "E1598", "errno 22")


STRUCTS = ["struct point(x: double, y: double)", "struct line(kind: int32, from: point, to: point)",
           "fn middle(l: line) point", "fn line_between(a: point, b: point, kind: int32) line",
           "fn shift(p: inout point, by: double)"]


def test_structs_by_value(c):
    got = shop(c, STRUCTS, "a = {x: 0, y: 1}\nb = {x: 4, y: 3}\nmiddle({kind: 1, from: a, to: b})\n"
               "line_between(a, b, -5)\nprint(shift(a, 10))\nmiddle(line_between(a, b, 0)).x")
    assert got.out.splitlines() == ["{x: 2, y: 2}", "{kind: -5, from: {x: 0, y: 1}, to: {x: 4, y: 3}}", "{x: 10, y: 11}", "2"], got.out
    fails(c, STRUCTS, "middle({kind: 1, from: {x: 1}, to: {x: 1, y: 1}})", "E1593", "`y`")
    fails(c, STRUCTS, "shift({x: 1, y: 1, z: 1}, 1)", "E1593")
    fails(c, STRUCTS, "shift(3, 1)", "E1589", "point")


def test_buffers(c):
    lines = ["fn total(items: buffer of int32, count: size) int64", "fn squares(items: out buffer of int32, count: size)",
             "fn reverse(bytes: inout buffer of uint8, count: size)"]
    got = shop(c, lines, 'total([1, 2, 3], 3)\nprint(squares(4, 4))\nprint(reverse([1, 2, 3], 3), reverse("abc", 3))\ntotal([], 0)')
    assert got.out.splitlines() == ["6", "[0, 1, 4, 9]", "[3, 2, 1] [99, 98, 97]", "0"], got.out
    fails(c, lines, "total([1, 3000000000], 2)", "E1590")
    fails(c, lines, "total(3, 1)", "E1589")
    fails(c, lines, "squares([1], 1)", "E1600")
    fails(c, lines, "squares(10^9, 1)", "E1600")
    fails(c, lines, "squares(-1, 1)", "E1600")


def test_callbacks(c):
    lines = ["struct point(x: double, y: double)", "fn apply(f: callback(x: double) double, x: double) double",
             "fn each(items: buffer of int32, count: size, f: callback(item: int32, at: ref point) bool) int",
             "fn keep(f: callback(n: int) int)", "fn call_kept(n: int) int"]
    got = shop(c, lines, "print(apply(x -> 2 * x, 21))\nprint(apply(x -> apply(y -> y + 1, x) * 10, 1))\n"
               "var seen := []\nfn see(i, at)\n  seen := seen + [at]\n  return i < 3\nend\n"
               "print(each([1, 2, 3, 4], 4, see), seen)\nprint(apply(sqrt, 9))")
    assert got.out.splitlines() == ["42", "20", "2 [not given, {x: 1, y: 0}, {x: 2, y: 0}]", "3"], got.out
    fails(c, lines, "apply(x -> 1 / 0, 1)", "E0401")
    fails(c, lines, "apply(3, 1)", "E1589", "callback")
    fails(c, lines, "apply((a, b) -> a, 1)", "b")
    fails(c, lines, "keep(n -> n + 1)\ncall_kept(1)", "E1599")
    deep = "fn deep(n) = if n = 0 then 0 else apply(x -> deep(n - 1), 0)\nprint(deep(20))\n"
    assert shop(c, lines, deep).out == "0\n"
    got = shop(c, lines, deep.replace("20", "5000"), code=None)
    assert got.code == 4 and "E0722" in got.err, got.err


def test_variadic_functions(c):
    lines = ["fn sum = sum_of(kinds: text, ..., a: int, b: double)", "fn none = sum_of(kinds: text, ...) double",
             "fn sum_it = sum_of(kinds: text, ..., a: int, b: double) double"]
    got = shop(c, lines, 'print(sum_it("id", 2, 1/2), none(""))')
    assert got.out == "2.5 0\n", got.out
    fails(c, ["fn sum_it = sum_of(kinds: text, ..., b: float) double"], 'print(sum_it("d", 2))', "E1583")


def test_what_is_not_there(c):
    fails(c, ["fn nothing_so_called(x: int) int"], "nothing_so_called(1)", "E1588", "nothing_so_called")
    fails(c, ["fn shop_open(n: text) pointer released by nobody"], 'shop_open("a")', "E1588", "nobody")
    got = run(c, "libnothing-so-called.so.9", ["fn f(x: int) int"], "f(1)", code=3)
    assert "E1587" in got.err, got.err
    c.write("libtext.so", "this is no library")
    assert "E1587" in run(c, "./libtext.so", ["fn f(x: int) int"], "f(1)", code=3).err
    assert run(c, "libnothing-so-called.so.9", ["fn f(x: int) int"], "print(1)").out == "1\n"  # opened when it is needed


def test_permission(c):
    got = run(c, "libm.so.6", ["fn cbrt(x: double) double"], "cbrt(8)", code=3, allow=False)
    assert "E1504" in got.err and "--allow-ffi=libm.so.6" in got.err, got.err
    c.write("s.brm", 'extern "libm.so.6"\n  fn cbrt(x: double) double\nend\ncbrt(8)\n')
    assert "E1504" in c.bareme("run", "--allow-ffi", "libc.so.6", "s.brm", code=3).err


def test_declarations_are_checked(c):
    for line, code in (("fn f(x: dubble) int", "E1582"), ("fn f(x: int", "E1581"), ("fn f(x int)", "E1581"), ("fn (x: int)", "E1581"),
                       ("fn f(x: int) int or", "E1581"), ("fn f(x: int, x: int)", "E1585"), ("fn f(x: double zork) int", "E1584"),
                       ("fn f(x: buffer int)", "E1581"), ("fn f() buffer of int", "E1583"), ("fn f() int released by g", "E1583"),
                       ("fn f(x: buffer of callback())", "E1583"), ("fn f(x: unknown_struct)", "E1582"), ("hello", "E1580"),
                       ("fn f(g: out callback())", "E1583"), ("struct s(t: text)", "E1583"), ("struct s()", "E1581"),
                       ("fn f(g: callback(x: buffer of int) int)", "E1583"), ("fn f(x: int) int int", "E1584")):
        got = run(c, "libm.so.6", [line], "print(1)", code=3)
        assert code in got.err, f"{line}: {got.err}"
    nested = "buffer of ref " * 40
    assert run(c, "libm.so.6", [f"fn f(x: {nested}int)"], "", code=None).code in (3, 4)
