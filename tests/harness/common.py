# SPDX-License-Identifier: GPL-3.0-or-later
"""What all kinds share: running a command in a clean environment, comparing texts, finding files."""

import collections
import difflib
import os
import re
import shutil
import signal
import subprocess
import tempfile

Outcome = collections.namedtuple("Outcome", "name ok details")
Run = collections.namedtuple("Run", "code out err")

# A line of expected output that stands for any number of lines; inside a line, for any text.
ANYTHING = "[...]"


def passed(name, details=""):
    return Outcome(name, True, details)


def failed(name, details):
    return Outcome(name, False, details)


class Context:
    """Where things are, and the environment of every command."""

    def __init__(self, srcdir, scratch, args):
        self.srcdir = srcdir
        self.scratch = scratch
        self.build = os.path.abspath(args.build_dir)
        self.bareme = os.path.abspath(args.bareme)
        self.units = args.units.split()
        self.accept = args.accept
        self.quick = args.quick
        self.timeout = args.timeout
        self.thorough = args.thorough
        self.jobs = max(1, args.jobs)
        self.alloc_seconds = args.alloc_seconds
        self.fuzz_seconds = args.fuzz_seconds
        twin = os.path.join(self.build, "bareme-twin")
        self.twin = twin if os.access(twin, os.X_OK) else None
        self.bin = os.path.join(scratch, "bin")
        self.home = os.path.join(scratch, "home")
        os.mkdir(self.bin)
        os.mkdir(self.home)
        os.symlink(self.bareme, os.path.join(self.bin, "bareme"))

    def relative(self, path):
        return os.path.relpath(path, self.srcdir)

    def folder(self):
        """A new folder, gone when the tests end."""
        return tempfile.mkdtemp(dir=self.scratch)

    def environment(self):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith(("LC_", "LANG", "BAREME_")) and k not in ("NO_COLOR", "CLICOLOR", "INPUTRC")}
        env.update(HOME=self.home, LC_ALL="C.UTF-8", TERM="dumb", COLUMNS="100", TZ="UTC",
                   PATH=self.bin + os.pathsep + env.get("PATH", os.defpath),
                   BAREME_STDLIB=os.path.join(self.srcdir, "stdlib"))
        return env

    def run(self, argv, cwd, stdin="", merge=False):
        """Runs argv to its end; merge puts both outputs in one, in order. The code is -N for signal N."""
        process = subprocess.Popen(argv, cwd=cwd, env=self.environment(), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT if merge else subprocess.PIPE,
                                   start_new_session=True)
        try:
            out, err = process.communicate(stdin.encode(), timeout=self.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            err = (err or b"") + f"\n[stopped after {self.timeout:g} s]".encode()
        return Run(process.returncode, decode(out), decode(err or b""))


def decode(data):
    return data.decode("utf-8", errors="backslashreplace")


def plain(text):
    """French spaces equal a space: they cannot be told apart in an editor."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\r\n", "\n")


def lines_of(text):
    return [line.rstrip() for line in plain(text).split("\n")]


def without_blank_end(lines):
    lines = list(lines)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def line_matches(expected, actual):
    if ANYTHING not in expected:
        return expected == actual
    pattern = ".*".join(re.escape(part) for part in expected.split(ANYTHING))
    return re.fullmatch(pattern, actual) is not None


def lines_match(expected, actual):
    if not expected:
        return not actual
    if expected[0] == ANYTHING:
        return any(lines_match(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and line_matches(expected[0], actual[0]) and lines_match(expected[1:], actual[1:])


def same_text(expected, actual):
    """Equal but for trailing blanks and final empty lines; ANYTHING matches anything."""
    expected, actual = without_blank_end(lines_of(expected)), without_blank_end(lines_of(actual))
    if not any(ANYTHING in line for line in expected):
        return expected == actual
    return lines_match(expected, actual)


def diff(expected, actual):
    lines = difflib.unified_diff(without_blank_end(lines_of(expected)), without_blank_end(lines_of(actual)),
                                 "expected", "got", lineterm="", n=2)
    return "\n".join(list(lines)[:80])


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)


def find(root, ending, skip=()):
    """Paths under root, sorted; `skip` are names of folders; folders named *.d hold fixtures of another test."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in skip and not f.endswith(".d") and not f.startswith("."))
        found += [os.path.join(folder, f) for f in sorted(files) if f.endswith(ending)]
    return found


def copy_fixtures(test_path, to):
    """NAME.d beside NAME.txt is copied into the folder where the test runs."""
    source = os.path.splitext(test_path)[0] + ".d"
    if os.path.isdir(source):
        shutil.copytree(source, to, dirs_exist_ok=True)


def strange_end(run):
    """A crash is told even where the exit code was not asked for."""
    if run.code < 0:
        return f"killed by signal {-run.code}\n{run.err[-2000:]}"
    if run.code == 70 or "Sanitizer" in run.err or "runtime error:" in run.err:
        return f"the interpreter failed (exit code {run.code})\n{run.err[-4000:]}"
    return ""
