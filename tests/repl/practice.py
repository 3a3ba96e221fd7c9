# SPDX-License-Identifier: GPL-3.0-or-later
"""Practice at a terminal, key by key: answers, hints, leaving, going on."""

import os
import shutil

from harness.keys import CTRL_C, CTRL_D


def prepare(d):
    shutil.copy(os.path.join(d.context.srcdir, "tests", "cli", "practice.d", "calls.brm"), d.path("calls.brm"))


def test_an_answer_is_judged_at_once(d):
    prepare(d)
    d.start("calls.brm", command="practice")
    assert "known mistake" in d.line("500")
    assert "records, unusable records" in d.line(":hint")
    assert "How: files" in d.line(":h")
    assert "= 400" in d.line(":explain")
    assert "Right" in d.line("400")


def test_left_and_gone_on_with(d):
    prepare(d)
    d.start("calls.brm", command="practice")
    d.line("400")
    d.line("2")
    d.keys("20 calls" + CTRL_C)
    d.line("")
    assert d.end() == 0
    with open(d.path("calls.copy"), encoding="utf-8") as file:
        assert file.read() == 'copy "practice" of calls\n1.usable = 400\n'
    d.start("calls.brm", command="practice")
    assert "Answered before: 1 of 5" in d.shown() and "Which one do you use" in d.shown()


def test_in_french(d):
    prepare(d)
    d.start("calls.brm", command="practice", lang="fr")
    assert "une autre réponse" in d.line("12").lower()
    d.keys(CTRL_D)
    d.sees("Répondu : 1 sur")
