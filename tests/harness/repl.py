# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogue: tests/repl/*.txt, what stands on the screen of a terminal.

    # lang: fr                 options of the head: lang, args
    > 3 min + 20 s
    3.3333 min
    > if true then
    … 1 else 2
    1

Lines that begin with a prompt are typed, each once the prompt has come; the rest must be what is shown.
What comes before the first prompt (a greeting) is compared only if the transcript has it."""

import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import termios
import time

from .common import copy_fixtures, decode, diff, failed, find, passed, read, same_text

PROMPTS = ("> ", "… ")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x07")
HEAD = re.compile(r"#\s*(lang|args)\s*:\s*(.*)$")


def take_terminal():
    """In the child: the terminal is its own, so that Ctrl-C reaches it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A child on a pseudo-terminal wide enough that no line is broken."""

    def __init__(self, context, argv, folder):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 250, 0, 0))
        environment = context.environment()
        environment.pop("COLUMNS")
        self.process = subprocess.Popen(argv, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True, preexec_fn=take_terminal)
        os.close(slave)
        self.master = master
        self.shown = b""
        self.limit = time.monotonic() + context.timeout

    def read_some(self, seconds):
        """False at the end of the session or when nothing came."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # Linux: the other side is closed
            data = b""
        self.shown += data
        return bool(data)

    def at_prompt(self):
        return screen(self.shown).endswith(PROMPTS)

    def wait_prompt(self, since):
        """Reads until a prompt stands at the end of what came after `since`."""
        while time.monotonic() < self.limit:
            if len(self.shown) > since and self.at_prompt() and not self.read_some(0.02):
                return True
            if not self.read_some(1.0) and self.process.poll() is not None:
                return False
        return False

    def type(self, line):
        os.write(self.master, line.encode() + b"\n")

    def close(self):
        """End of input, then what is still to come."""
        try:
            os.write(self.master, b"\x04")
        except OSError:
            pass
        while time.monotonic() < self.limit and self.read_some(2.0):
            pass
        try:
            return self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait()
        finally:
            os.close(self.master)


def screen(data):
    """What a person would see: without escapes, returns or erased characters."""
    text = ESCAPES.sub("", decode(data)).replace("\r\n", "\n").replace("\r", "")
    while "\b" in text:
        shorter = re.sub("[^\n\b]\b", "", text)
        text = shorter if shorter != text else text.replace("\b", "")
    return text


def parse(text):
    """Options, and the lines that should be on the screen."""
    options, lines = {}, text.rstrip("\n").split("\n")
    while lines and lines[0].startswith("#"):
        found = HEAD.match(lines.pop(0))
        if found:
            options[found.group(1)] = found.group(2).strip()
    return options, lines


def is_prompt(line):
    return line.startswith(PROMPTS) or line in ("…", ">")


def from_first_prompt(lines):
    for i, line in enumerate(lines):
        if is_prompt(line):
            return lines[i:]
    return lines


def shown_lines(data, expected):
    """The lines to compare: the last prompt, where the input ended, is not in the transcript."""
    lines = screen(data).rstrip().split("\n")
    if expected and is_prompt(expected[0]):
        lines = from_first_prompt(lines)
    if lines and lines[-1].strip() in (">", "> ^D", ">^D"):
        lines.pop()
    return lines


def play(context, folder, options, expected):
    """Types what follows prompts; what differs on the screen, or an empty text."""
    argv = [context.bareme, "repl", "--lang", options.get("lang", "en"), *shlex.split(options.get("args", ""))]
    terminal = Terminal(context, argv, folder)
    seen = 0
    for line in expected:
        if not is_prompt(line):
            continue
        if not terminal.wait_prompt(seen):
            break
        seen = len(terminal.shown)
        terminal.type(line[2:])
    terminal.wait_prompt(seen)
    code = terminal.close()
    shown = "\n".join(shown_lines(terminal.shown, expected))
    problems = "" if same_text("\n".join(expected), shown) else diff("\n".join(expected), shown)
    if code != 0:
        problems += f"\nexit code {code} instead of 0"
    return problems


def run_session(context, path):
    name = context.relative(path)
    options, expected = parse(read(path))
    folder = context.folder()
    copy_fixtures(path, folder)
    problems = play(context, folder, options, expected)
    return [failed(name, problems) if problems else passed(name)]


def lacks():
    """What the machine lacks for these tests, or an empty text."""
    try:
        ends = pty.openpty()
    except OSError as error:
        return f"no terminal can be opened ({error.strerror or error}); in a chroot, mount devpts on /dev/pts"
    for end in ends:
        os.close(end)
    return ""


def collect(context):
    for path in find(os.path.join(context.srcdir, "tests", "repl"), ".txt"):
        yield context.relative(path), lambda path=path: run_session(context, path)
