# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands show on a terminal: tests/terminal/*.py, written as tests/class/*.py are. The dialogue has its own kind."""

from . import classes, repl


def lacks():
    return repl.lacks()


def collect(context):
    return classes.collect_in(context, "terminal")
