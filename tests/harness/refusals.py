# SPDX-License-Identifier: GPL-3.0-or-later
"""What the functions of the library refuse. Each function of a chapter is called as in one of its examples, with one
argument replaced by what it must not be: 5 for 5 %, a text for a number, a number below its bound, 2.5 where whole
numbers are wanted, another currency, an empty list, a list with an item that is not given, is a text or is beyond its
bound, a probability above one, dates in the wrong order. Which of them apply is read from what the parameter says of
itself. Each call must end in a diagnostic that has a code and names the argument; a figure would be a wrong one.

Data that is not given is no mistake: it makes the result not given, or its absence is told."""

import collections
import functools
import glob
import os
import re
import unicodedata

from .common import failed, passed, read, write

NUMBERS = ("taux", "nombre", "entier", "montant", "part", "probabilité", "durée")


# ---- reading the chapters ----

def split(text, separator=";"):
    """At the separators that stand in no bracket and no text."""
    parts, depth, quoted, part = [], 0, 0, ""
    for c in text:
        quoted += (c == "«") - (c == "»")
        if not quoted:
            depth += (c in "([{") - (c in ")]}")
        if c == separator and not depth and not quoted:
            parts.append(part.strip())
            part = ""
        else:
            part += c
    return parts + [part.strip()] if part.strip() else parts


def closing(text, at):
    """The place of the bracket that closes the one before `at`."""
    depth = 1
    while depth:
        depth += (text[at] in "([{") - (text[at] in ")]}")
        at += 1
    return at - 1


Parameter = collections.namedtuple("Parameter", "name kind default rest")


def parameter(text):
    """Of `n: entier >= 1 = 5`, `...valeurs: nombre`."""
    found = re.match(r"(\.\.\.)?(\w+)(?::\s*(.*?))?(?:\s*(?<![<>])=\s(.*))?$", text)
    return Parameter(found.group(2), found.group(3) or "", found.group(4) or "", bool(found.group(1)))


def plain(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()


def arguments(example, name, parameters):
    """By parameter, those of the call of the function in an example; None: it is not called there."""
    at = re.search(r"(?<!\w)" + re.escape(plain(name)) + r"\(", plain(example))
    if not at:
        return None
    found, place = {}, 0
    names = [p.name for p in parameters]
    for a in split(example[at.end():closing(example, at.end())]):
        named = re.match(r"(\w+)\s?:\s+(.*)$", a)
        if named and named.group(1) in names:
            found[named.group(1)] = named.group(2)
            continue
        p = parameters[place]
        if p.rest:
            found[p.name] = found.get(p.name, []) + [a]
        else:
            found[p.name] = a
            place += 1
    return {p: "[" + " ; ".join(v) + "]" if isinstance(v, list) and len(v) != 1 else v[0] if isinstance(v, list) else v
            for p, v in found.items()}


@functools.lru_cache(maxsize=None)
def functions(context):
    """[(name, parameters, the arguments of the example that has most of them)]"""
    found = []
    for path in sorted(glob.glob(os.path.join(context.srcdir, "stdlib", "*.brm"))):
        text = read(path)
        for f in re.finditer(r"((?:^##.*\n)+)^fonction (\w+)\(", text, re.M):
            parameters = [parameter(p) for p in split(text[f.end():closing(text, f.end())])]
            calls = [arguments(e, f.group(2), parameters) for e, result in
                     re.findall(r"^## >>> (.*)\n## (.*)", f.group(1), re.M) if not result.startswith("erreur")]
            calls = sorted((c for c in calls if c), key=len)
            if calls:
                found.append((f.group(2), parameters, calls[-1]))
    return found


# ---- what a parameter must refuse ----

def is_zero(argument):
    return not re.search(r"[1-9]", argument)


def dollars(argument):
    return argument.replace("k€", "$").replace("€", "$")


def with_item(items, at, item):
    return "[" + " ; ".join(items[:at] + [item] + items[at + 1:]) + "]"


def bad_items(kind, argument):
    items = split(argument[1:-1]) if argument.startswith("[") and not argument.startswith("[[") else []
    if len(items) < 2 or not kind.startswith("liste de"):
        return
    yield "an item not given", with_item(items, 1, "non fourni")
    yield "an item of another kind", with_item(items, 1, "3" if "textes" in kind else "« abc »")
    if "€" in items[-1] and "(" not in argument and not is_zero(items[-1]):
        yield "two currencies", with_item(items, len(items) - 1, dollars(items[-1]))
    if re.search("de (probabilités|parts)", kind):
        yield "an item above one", with_item(items, 0, "1,5")
    if "de taux" in kind:
        yield "a rate without %", with_item(items, 0, "5")
    if re.search(r"de (nombres|montants|durées|entiers) >=? 0", kind) and not is_zero(items[0]):
        yield "an item below zero", with_item(items, 0, f"-({items[0]})")


def bad_values(kind, argument, rest):
    base = kind.split()[0] if kind else ""
    if rest and kind:
        base, kind = "liste", "liste de " + kind.replace("nombre", "nombres", 1)
    if base in ("taux", "part"):
        yield "a rate without %", "5"
    if base in NUMBERS or base == "date":
        yield "a text", "« abc »"
    if base in NUMBERS and re.search(r">=? [01]\b", kind) and not is_zero(argument):
        yield "below its bound", f"-({argument})"
    if base == "entier":
        yield "a fraction", "2,5"
    if base in ("probabilité", "part"):
        yield "above one", "1,5"
        yield "below zero", "-0,2"
    if base == "date" and re.search(r">=? \w", kind):
        yield "dates reversed", "@1900-01-01"
    if base == "liste":
        yield "an empty list", "[]"
        if not rest:
            yield "no list", "3"
        yield from bad_items(kind, argument)


def other_currency(parameters, kinds, p, call):
    """Another currency in one argument, where the parameters say that it is that of another one."""
    like = re.search(r"comme (\w+)", kinds[p])
    linked = [like.group(1)] if like else []
    linked += [q.name for q in parameters if f"comme {p}" in q.kind]
    amounts = [q for q in linked if "€" in call.get(q, "") and "(" not in call[q]]
    simple = "€" in call[p] and "(" not in call[p] and not is_zero(call[p]) and not call[p].startswith("[")
    return simple and any(not is_zero(call[q]) for q in amounts)


def written(name, call):
    return f"{name}({' ; '.join(f'{p}: {v}' for p, v in call.items())})"


def calls_of(name, parameters, call):
    """[(parameter, what is wrong, the call)]"""
    kinds = {p.name: p.kind for p in parameters}
    for p, kind, _, rest in parameters:
        if p not in call:
            continue
        bad = list(bad_values(kind, call[p], rest))
        if other_currency(parameters, kinds, p, call):
            bad.append(("another currency", dollars(call[p])))
        for what, value in bad:
            given = {**call, p: value}
            yield p, what, written(name, given)


# ---- running them ----

def answers(context, expressions):
    """For each expression its value, or the code and the message of its fault."""
    script = "langue fr\n" + "".join(
        f"essayer\n  v = {e}\n  afficher(« = {{v}} »)\nrattraper problème\n"
        "  afficher(« {problème.code} {problème.message} »)\nfin\n" for e in expressions)
    folder = context.folder()
    write(os.path.join(folder, "refused.brm"), script)
    run = context.run([context.bareme, "refused.brm"], folder)
    found = []
    for line in run.out.split("\n"):
        if re.match(r"= |[EW]\d{4} ", line):
            found.append(line)
    if run.code != 0 or len(found) != len(expressions):
        raise RuntimeError(f"{len(found)} answers to {len(expressions)} calls, exit code {run.code}\n{run.err[-2000:]}")
    return found


def check_function(context, name, parameters, call):
    asked = list(calls_of(name, parameters, call))
    if not asked:
        return []
    problems = []
    for (p, what, expression), answer in zip(asked, answers(context, [e for _, _, e in asked])):
        if answer.startswith("= "):
            problems.append(f"{what}: {expression}\n  gives {answer[2:]}")
        elif f"`{p}`" not in answer:
            problems.append(f"{what}: {expression}\n  does not name `{p}`: {answer}")
    title = f"refusals {name}"
    return [failed(title, "\n".join(problems)) if problems else passed(title)]


def check_absent(context, name, parameters, call):
    """A number, a date that is not given makes the result not given, unless the parameter foresees its absence."""
    plain_kinds = [p for p in parameters if p.name in call and not p.rest and (p.kind.split() or [""])[0] in NUMBERS + ("date",)]
    asked = [(p, written(name, {**call, p.name: "non fourni"})) for p in plain_kinds]
    problems = [f"{expression}\n  gives {answer[2:]}" for (p, expression), answer in zip(asked, answers(context, [e for _, e in asked]))
                if answer.startswith("= ") and answer != "= non fourni" and p.default != "non fourni"]
    title = f"refusals {name} (not given)"
    return [failed(title, "\n".join(problems)) if problems else passed(title)]


def collect(context):
    for name, parameters, call in functions(context):
        path = f"stdlib/{name}"
        yield path, lambda n=name, p=parameters, c=call: check_function(context, n, p, c)
        yield path, lambda n=name, p=parameters, c=call: check_absent(context, n, p, c)
