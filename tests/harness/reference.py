# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference of the library, as `bareme doc --json` gives it: every function of a chapter says all that it must, in
both languages, and every example is run.

A function of a chapter documents its formula (or says in a text why it has none), each parameter, what it refuses, its
source, and at least two examples. The worked example of each notion of the programme is one of them. An example shows what stands
below it, or ends in `erreur E1203`; its twin in the other dialect shows the same."""

import functools
import glob
import json
import os
import re

from .common import diff, failed, passed, read, same_text, strange_end, write

LEAST_EXAMPLES = 2
NOTIONS = r"notions? [A-J]\.\d+([,–] ?[A-J]\.\d+)*$"  # the same in both languages


@functools.lru_cache(maxsize=None)
def entries(context):
    run = context.run([context.bareme, "doc", "--json"], context.srcdir)
    if run.code != 0:
        raise RuntimeError(f"bareme doc --json ends with {run.code}\n{run.err[-2000:]}")
    return json.loads(run.out)


def of_chapters(context):
    return [e for e in entries(context) if not e["native"]]


# ---- what a function says ----

def parameters(signature):
    """[(name, optional)] of "capital, n = 5"."""
    found, depth, quoted, part = [], 0, False, ""
    for c in signature + ",":
        quoted ^= c == '"'
        depth += (c in "([{") - (c in ")]}")
        if c == "," and not depth and not quoted:
            if part.strip():
                name, _, default = part.partition("=")
                found.append((name.strip().removeprefix("..."), bool(default.strip())))
            part = ""
        else:
            part += c
    return found


def fields(entry, kind):
    return [f for f in entry["fields"] if f["kind"] == kind]


def lacking(entry):
    """What its documentation lacks, one text each."""
    french, english = parameters(entry["signature"]["fr"]), parameters(entry["signature"]["en"])
    if [o for _, o in french] != [o for _, o in english]:
        yield f"its parameters differ: ({entry['signature']['fr']}), in English ({entry['signature']['en']})"
    for language in ("fr", "en"):
        if not entry["summary"][language].strip():
            yield f"no summary in {language}"
    documented = [f["key"] for f in fields(entry, "parameter")]
    for name, _ in french:
        if name not in documented:
            yield f"nothing is said of its parameter {name}"
    for name in documented:
        if name not in [n for n, _ in french]:
            yield f"it has no parameter {name}"
    if not fields(entry, "formula") and len(fields(entry, "text")) < 2:
        yield "no formula"
    if not fields(entry, "source"):
        yield "no source"
    if len(fields(entry, "example")) < LEAST_EXAMPLES:
        yield f"fewer than {LEAST_EXAMPLES} examples"
    for f in entry["fields"]:
        if f["kind"] in ("parameter", "convention", "error") and f["text"]["fr"] == f["text"]["en"] and " " in f["text"]["fr"]:
            yield f"not in English: {f['key']}: {f['text']['fr'][:60]}"
        if f["kind"] == "source" and f["text"]["fr"] == f["text"]["en"] and not re.match(NOTIONS, f["text"]["fr"]):
            yield f"its source is not in English: {f['text']['fr']}"


@functools.lru_cache(maxsize=None)
def refusing(context):
    """Functions of the chapters that refuse something by themselves: `exiger` stands in their body."""
    found = set()
    for path in sorted(glob.glob(os.path.join(context.srcdir, "stdlib", "*.brm"))):
        for function in re.findall(r"^fonction .*?(?=^fonction |\Z)", read(path), re.M | re.S):
            body = re.sub(r"^#.*", "", function, flags=re.M)
            if "exiger(" in body:
                found.add(re.match(r"fonction (\w+)", function).group(1))
    return found


def check_entry(context, entry):
    name = f"doc {entry['name']['fr']}"
    problems = list(lacking(entry))
    if entry["name"]["fr"] in refusing(context) and not fields(entry, "error"):
        problems.append("it does not say what it refuses")
    return [failed(name, "\n".join(problems)) if problems else passed(name)]


def check_names(context):
    """No spelling belongs to two functions."""
    seen, problems = {}, []
    for entry in entries(context):
        others = [w.strip().lower() for f in fields(entry, "also") for w in f["text"]["fr"].split(",")]
        for name in {entry["name"]["fr"], entry["name"]["en"], *others}:
            if seen.setdefault(name, entry["name"]["en"]) != entry["name"]["en"]:
                problems.append(f"{name} is a name of both {seen[name]} and {entry['name']['en']}")
    return [failed("doc names", "\n".join(problems)) if problems else passed("doc names")]


# ---- examples ----

def run_text(context, text, folder, options):
    write(os.path.join(folder, "example.brm"), text)
    return context.run([context.bareme, *options, "run", "example.brm"], folder)


def compare(run, result):
    """What is wrong with it; nothing if it is as documented."""
    problem = strange_end(run)
    wanted = re.match(r"erreur ([EW]\d{4})$", result)
    if problem:
        return problem
    if wanted:
        return "" if wanted.group(1) in run.err else f"it should end in {wanted.group(1)}\n{run.out}{run.err[-1000:]}"
    if run.code != 0:
        return f"exit code {run.code}\n{run.err[-1000:]}"
    return "" if same_text(result, run.out) else diff(result, run.out)


def run_example(context, entry, number, example):
    name = f"doc {entry['name']['fr']} {number}"
    folder = context.folder()
    text = "langue fr\n" + example["text"]["fr"] + "\n"
    problem = compare(run_text(context, text, folder, []), example["result"])
    if problem or not context.twin:
        return [failed(name, example["text"]["fr"] + "\n" + problem) if problem else passed(name)]
    twin = context.run([context.twin, "en", "example.brm"], folder)
    if twin.code != 0:
        return [passed(name), failed(name + " (twin)", f"cannot be translated\n{twin.err[-1000:]}")]
    problem = compare(run_text(context, twin.out, folder, ["--lang", "fr"]), example["result"])
    return [passed(name), failed(name + " (twin)", twin.out + problem) if problem else passed(name + " (twin)")]


# ---- the notions of the programme ----

def worked_examples(context):
    """What each notion must show: tests/stdlib/worked-examples.txt."""
    text = read(os.path.join(context.srcdir, "tests", "stdlib", "worked-examples.txt"))
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    return [(notion, figures.split("; ")) for notion, figures in (line.split(": ", 1) for line in lines)]


def check_notion(context, notion, figures):
    """Its figures are among the results of functions that name it as their source."""
    name = f"notion {notion}"
    source = re.compile(re.escape(notion) + r"(?!\d)")
    taught = [e for e in of_chapters(context) if any(source.search(f["text"]["fr"]) for f in fields(e, "source"))]
    shown = "\n".join(re.sub("[ \u00a0\u202f]+", " ", f["result"]) for e in taught for f in fields(e, "example"))
    lacking = [f for f in figures if not re.search(rf"(?<![\w,]){re.escape(f)}(?!\w|,\d)", shown)]
    return [failed(name, "no example shows " + "; ".join(lacking)) if lacking else passed(name)]


def notions_of(entry):
    """A.1, A.2 of "notions A.1, A.2"; J.98 to J.101 of "notions J.98–J.101"."""
    source = " ".join(f["text"]["fr"] for f in fields(entry, "source"))
    for letter, first, last in re.findall(r"([A-J])\.(\d+)(?:–[A-J]\.(\d+))?", source):
        yield from (f"{letter}.{n}" for n in range(int(first), int(last or first) + 1))


def check_notions_page(context, path, language):
    """The page that lists the notions names, for each, the functions that have it as their source, and no other name."""
    text = read(os.path.join(context.srcdir, path))
    rows = {code: set(re.findall(r"`([^`]+)`", rest)) for code, rest in re.findall(r"^\| ([A-J]\.\d+) \|(.*)$", text, re.M)}
    known = {e["name"][language] for e in entries(context)}
    problems = [f"{code}: there is no function {name}" for code, names in rows.items() for name in sorted(names - known)]
    for entry in of_chapters(context):
        name = entry["name"][language]
        problems += [f"{code}: {name} is not named" for code in notions_of(entry) if name not in rows.get(code, set())]
    return [failed(path, "\n".join(problems)) if problems else passed(path)]


def collect(context):
    for path, language in (("doc/manuel/notions.md", "fr"), ("doc/manual/notions.md", "en")):
        yield path, lambda path=path, language=language: check_notions_page(context, path, language)
    for notion, figures in worked_examples(context):
        yield f"doc {notion}", lambda notion=notion, figures=figures: check_notion(context, notion, figures)
    yield "doc names", lambda: check_names(context)
    for entry in of_chapters(context):
        path = f"stdlib/{entry['name']['fr']}"
        yield path, lambda entry=entry: check_entry(context, entry)
        for number, example in enumerate(fields(entry, "example"), 1):
            yield path, lambda entry=entry, number=number, example=example: run_example(context, entry, number, example)
