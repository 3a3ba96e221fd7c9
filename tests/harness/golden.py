# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden scripts: every *.brm under tests/, with its expectations as comments.

    # expect: TEXT                       one more line of the standard output
    # expect error E0312 at 4:7          the diagnostics, exactly these (limits are errors too)
    # expect warning W0201 at 3:1
    # expect message: TEXT               a line of the messages holds TEXT
    # expect message fr: TEXT            the same with --lang fr (or en)
    # args: check --lang fr              what stands before the file; `run` if nothing is said
    # args: explain FILE hours           the same, with the place of the file
    # exit: 3                            0, or 3 if errors are expected, if nothing is said
    # stdin: TEXT                        one more line of the standard input
    # dialect: no                        no twin in the other dialect
    # fixture                            no test: another script uses it

In French: attendu : …, attendu erreur E0312 à 4:7, attendu avertissement …, attendu message : …, options : …,
sortie : …, entrée : …, dialecte : non. Without any `expect:`, a file NAME.out holds the whole output.

A script without `dialect: no` is run again as its twin, translated to the other dialect, and must give the
same output; and translated there and back it must be what it was."""

import json
import os
import re
import shlex
import shutil

from .common import Outcome, diff, failed, find, lines_of, passed, plain, read, same_text, strange_end, write

NO_GOLDEN = ("alloc", "fuzz", "bench", "cli", "repl", "unit", "harness", "fixtures", "browser")

WORDS = {"attendu": "expect", "erreur": "error", "avertissement": "warning", "options": "args", "sortie": "exit",
         "entrée": "stdin", "dialecte": "dialect"}
DIAGNOSTIC = re.compile(r"#\s*(?:expect|attendu)\s+(error|erreur|warning|avertissement)\s+([EW]\d{4})"
                        r"(?:\s+(?:at|à)\s+(?:([^\s:]+):)?(\d+):(\d+))?\s*$")
MESSAGE = re.compile(r"#\s*(?:expect|attendu)\s+message(?:\s+(en|fr))?\s*:\s?(.*)$")
SETTING = re.compile(r"#\s*(expect|attendu|args|options|exit|sortie|stdin|entrée|dialect|dialecte)\s*:(?: (.*)|\s*)$")
FIXTURE = re.compile(r"^#\s*fixture\s*$")


class Expectations:
    def __init__(self, text):
        self.lines, self.diagnostics, self.messages, self.stdin = [], [], [], []
        self.args, self.exit, self.dialect, self.fixture = ["run"], None, True, False
        for line in plain(text).split("\n"):
            self.read_line(line.rstrip("\r"))
        self.french = re.search(r"^\s*langue\s+fr\b", text, re.MULTILINE) is not None
        self.errors = [d for d in self.diagnostics if d[0] == "error"]
        if self.exit is None:
            self.exit = 3 if self.errors else 0

    def read_line(self, line):
        if found := DIAGNOSTIC.search(line):
            severity, code, file, row, column = found.groups()
            place = f"{file + ':' if file else ''}{row}:{column}" if row else "nowhere"
            self.diagnostics.append((WORDS.get(severity, severity), code, place))
        elif found := MESSAGE.search(line):
            self.messages.append((found.group(1), found.group(2).rstrip()))
        elif found := SETTING.search(line):
            self.set(WORDS.get(found.group(1), found.group(1)), (found.group(2) or "").rstrip())
        elif FIXTURE.search(line):
            self.fixture = True

    def set(self, key, value):
        if key == "expect":
            self.lines.append(value)
        elif key == "stdin":
            self.stdin.append(value)
        elif key == "args":
            self.args = shlex.split(value)
        elif key == "exit":
            self.exit = int(value)
        elif key == "dialect":
            self.dialect = value not in ("no", "non")

    def has_twin(self):
        """What cannot be read or parsed cannot be translated."""
        return self.dialect and not any(code[:3] in ("E01", "E02") for _, code, _ in self.diagnostics)


def command(context, expected, file, extra=()):
    # Expected lines are what the script itself prints; a whole report is compared with NAME.out.
    quiet = ["--quiet"] if expected.args == ["run"] and expected.lines else []
    place = expected.args.index("FILE") if "FILE" in expected.args else len(expected.args)
    return [context.bareme, *extra, *expected.args[:place], *quiet, file, *expected.args[place + 1:]]


def stdin_of(expected):
    return "".join(line + "\n" for line in expected.stdin)


def found_diagnostics(err, own_name):
    """[(severity, code, place)] from the JSON on stderr; raises ValueError if it is not JSON."""
    items = json.loads(err) if err.strip() else []
    found = []
    for item in items:
        if item["severity"] == "note":
            continue
        place = "nowhere"
        if item["line"]:
            file = os.path.basename(item["file"] or "")
            place = f"{file + ':' if file != own_name else ''}{item['line']}:{item['column']}"
        found.append(("warning" if item["severity"] == "warning" else "error", item["code"], place, item["message"]))
    return found


def show_diagnostic(d):
    return f"{d[0]} {d[1]} at {d[2]}" + (f": {d[3]}" if len(d) > 3 else "")


def compare_diagnostics(expected, found):
    """The differences as text, empty if none."""
    left = list(expected.diagnostics)
    problems = []
    for d in found:
        if d[:3] in left:
            left.remove(d[:3])
        else:
            problems.append("not expected: " + show_diagnostic(d))
    return "\n".join(problems + ["missing: " + show_diagnostic(d) for d in left])


def expected_output(expected, path):
    """The whole expected output and the file it stands in; None where the output is free."""
    out_file = os.path.splitext(path)[0] + ".out"
    if expected.lines:
        return "\n".join(expected.lines), None
    if os.path.exists(out_file):
        return read(out_file), out_file
    return None, out_file


def check_output(context, expected, path, run):
    """Problems with the standard output; rewrites NAME.out when asked to."""
    text, out_file = expected_output(expected, path)
    new = context.accept and run.out and not expected.diagnostics and not expected.messages
    if text is None and not new:
        return "", ""
    if text is not None and same_text(text, run.out):
        return "", ""
    difference = diff(text or "", run.out)
    if context.accept and out_file:
        write(out_file, run.out)
        return "", "accepted\n" + difference
    return difference, ""


def check_messages(context, expected, folder, file):
    problems = ""
    for lang in sorted({lang or "" for lang, _ in expected.messages}):
        options = ["--lang", lang] if lang else []
        run = context.run(command(context, expected, file, options), folder, stdin_of(expected))
        lines = lines_of(run.err)
        missing = [m for l, m in expected.messages if (l or "") == lang and not any(m in line for line in lines)]
        problems += "".join(f"no message holds: {m}\n" for m in missing) + (run.err if missing else "")
    return problems


def run_script(context, path, expected):
    """The script itself: one outcome."""
    folder, file = os.path.split(path)
    name = context.relative(path)
    run = context.run(command(context, expected, file, ["--json-diagnostics"]), folder, stdin_of(expected))
    problems = [strange_end(run)]
    try:
        problems.append(compare_diagnostics(expected, found_diagnostics(run.err, file)))
    except (ValueError, KeyError, TypeError):
        problems.append("what stands on stderr is not a list of diagnostics:\n" + run.err[-2000:])
    difference, note = check_output(context, expected, path, run)
    problems.append(difference)
    if run.code != expected.exit:
        problems.append(f"exit code {run.code} instead of {expected.exit}")
    problems.append(check_messages(context, expected, folder, file))
    problems = [p for p in problems if p]
    return Outcome(name, not problems, "\n".join(problems) or note)


# ---- twins ----

def neighbourhood(context, path):
    """A folder that looks like the script's, where another text can take the script's place."""
    folder = context.folder()
    source = os.path.dirname(path)
    for entry in os.listdir(source):
        origin, place = os.path.join(source, entry), os.path.join(folder, entry)
        if entry != os.path.basename(path) and os.path.isfile(origin) and not entry.endswith(".brm"):
            shutil.copy(origin, place)  # data: no link leads out of the folder of a script
        elif entry != os.path.basename(path):
            os.symlink(origin, place)
    return folder


def translate(context, dialect, folder, file):
    return context.run([context.twin, dialect, file], folder)


def compare_codes(expected, run, file):
    """Places differ from one dialect to the other; what is said does not."""
    try:
        found = sorted(d[1] for d in found_diagnostics(run.err, file))
    except (ValueError, KeyError, TypeError):
        return "what stands on stderr is not a list of diagnostics:\n" + run.err[-2000:]
    wanted = sorted(code for _, code, _ in expected.diagnostics)
    return "" if not wanted or found == wanted else f"diagnostics {found} instead of {wanted}"


def run_twin(context, path, expected):
    """The translated script gives the same output, the same codes of diagnostics and the same exit code."""
    name = context.relative(path) + " (twin)"
    own, other = ("fr", "en") if expected.french else ("en", "fr")
    file = os.path.basename(path)
    twin = translate(context, other, os.path.dirname(path), file)
    if twin.code != 0:
        return failed(name, f"cannot be translated (exit code {twin.code})\n{twin.err[-2000:]}")
    folder = neighbourhood(context, path)
    write(os.path.join(folder, file), twin.out)
    lang = [] if "--lang" in expected.args else ["--lang", own]
    run = context.run(command(context, expected, file, ["--json-diagnostics", *lang]), folder, stdin_of(expected))
    text, _ = expected_output(expected, path)
    problems = [strange_end(run)]
    if text is not None and not same_text(text, run.out):
        problems.append(diff(text, run.out))
    if run.code != expected.exit:
        problems.append(f"exit code {run.code} instead of {expected.exit}\n{run.err[-2000:]}")
    problems.append(compare_codes(expected, run, file))
    problems = [p for p in problems if p]
    return failed(name, "\n".join(problems) + "\n---- the twin ----\n" + twin.out) if problems else passed(name)


def run_round_trip(context, path, expected):
    """There and back from the printed form is the printed form."""
    name = context.relative(path) + " (round trip)"
    own, other = ("fr", "en") if expected.french else ("en", "fr")
    folder, file = neighbourhood(context, path), os.path.basename(path)
    texts, target = [], os.path.join(folder, file)
    write(target, read(path))
    for dialect in (own, other, own):
        step = translate(context, dialect, folder, file)
        if step.code != 0:
            return failed(name, f"cannot be printed in {dialect}: exit code {step.code}\n{step.err[-2000:]}")
        texts.append(step.out)
        write(target, step.out)
    return passed(name) if texts[0] == texts[2] else failed(name, diff(texts[0], texts[2]))


def run_golden(context, path):
    expected = Expectations(read(path))
    if expected.fixture:
        return []
    outcomes = [run_script(context, path, expected)]
    if context.twin and not context.quick and expected.has_twin():
        outcomes += [run_twin(context, path, expected), run_round_trip(context, path, expected)]
    return outcomes


def collect(context):
    for path in find(os.path.join(context.srcdir, "tests"), ".brm", NO_GOLDEN):
        yield context.relative(path), lambda path=path: run_golden(context, path)
