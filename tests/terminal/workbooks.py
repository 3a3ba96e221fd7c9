# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal is no place for a workbook."""

from harness.repl import Terminal


def test_a_workbook_is_not_written_on_a_terminal(c):
    t = Terminal(c.context, [c.context.bareme, "report", "case.brm", "--xlsx"], c.folder)
    while t.read_some(5.0):
        pass
    code, shown = t.process.wait(20), t.shown.decode()
    assert code and "E1573: a spreadsheet is not written on a terminal" in shown and "`-o report.xlsx`" in shown, (code, shown)
