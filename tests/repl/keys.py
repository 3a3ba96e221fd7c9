# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of the dialogue: completion, interruption, history."""

import os

from harness.keys import CTRL_C, TAB, UP


def test_tab_completes_a_name(d):
    d.start()
    d.line("price = 3")
    d.keys("pric" + TAB)
    d.sees("price")
    assert "3" in d.line("")


def test_tab_completes_without_accents(d):
    d.start(lang="fr")
    d.line("clôture = 3")
    d.keys("2 * clot" + TAB)
    d.sees("clôture")
    assert "6" in d.line("")


def test_tab_completes_a_unit_after_a_number(d):
    d.start()
    d.keys("3 minu" + TAB)
    d.sees("minute")
    d.line(CTRL_C)


def test_tab_completes_a_command_and_a_file(d):
    with open(d.path("bananas.brm"), "w", encoding="utf-8") as file:
        file.write("x = 12\n")
    d.start()
    d.keys(":loa" + TAB)
    d.sees(":load ")
    d.keys("bana" + TAB)
    d.sees("bananas.brm")
    d.line("")
    assert "12" in d.line("x")


def test_tab_completes_a_member_of_a_scenario(d):
    d.start()
    d.line("price = 3")
    d.line("scenario cheap")
    d.line("with price = 2")
    d.line("end")
    d.keys("cheap.pri" + TAB)
    d.sees("cheap.price")
    assert "2" in d.line("")


def test_tab_leaves_room_for_a_dot_after_a_scenario(d):
    d.start()
    d.line("price = 10 €")
    d.line("income = price * 2")
    d.line("scenario clearance with price = 8 €\nend")
    d.keys("clea" + TAB + ".inc" + TAB)
    d.sees("clearance.income")
    assert "16.00 €" in d.line("").replace("\u00a0", " ").replace("\u202f", "")


def test_ctrl_c_clears_the_line(d):
    d.start()
    d.keys("1 + garbage")
    d.sees("garbage")
    d.keys(CTRL_C)
    d.prompt()
    assert "4" in d.line("2 + 2")
    assert d.end() == 0


def test_ctrl_c_leaves_an_open_block(d):
    d.start()
    d.line("fn f(x)")
    d.line("return x")
    d.keys(CTRL_C)
    d.prompt()
    assert "4" in d.line("2 + 2")


def test_ctrl_c_stops_a_computation(d):
    d.start()
    d.line("fn long()\n  var n := 0\n  while true\n    n := n + 1\n  end\n  return n")
    d.line("end")
    d.keys("long()\n")
    d.sees("long()")
    d.terminal.read_some(0.3)
    d.keys(CTRL_C)
    d.prompt()
    assert "E0724" in d.shown()
    assert "4" in d.line("2 + 2")
    assert d.end() == 0


def test_ctrl_c_right_after_enter_is_not_lost(d):
    d.start()
    d.line("fn long()\n  var n := 0\n  while true\n    n := n + 1\n  end\n  return n")
    d.line("end")
    for _ in range(40):
        d.keys("long()\n")
        d.sees("long()\n")
        d.keys(CTRL_C)
        d.prompt()
    assert d.shown().count("E0724") == 40
    assert d.end() == 0


def test_errors_of_a_dialogue_are_no_exit_code(d):
    d.start()
    assert "E0801" in d.line(":load absent.brm")
    assert "E0401" in d.line("1 / 0")
    assert d.end() == 0


def test_history_outlives_the_session(d):
    d.start()
    d.line("1234 + 1")
    assert d.end() == 0
    assert os.stat(d.path("history")).st_mode & 0o777 == 0o600
    d.start()
    d.keys(UP)
    d.sees("1234 + 1")
    assert "1235" in d.line("").replace("\u202f", "").replace(" ", "")


def test_history_can_be_refused(d):
    d.env["BAREME_HISTORY"] = ""
    d.start()
    d.line("1 + 1")
    assert d.end() == 0
    assert not os.path.exists(d.path("history"))


def test_history_has_a_home(d):
    del d.env["BAREME_HISTORY"]
    d.env["XDG_STATE_HOME"] = d.path("state")
    d.start()
    d.line("1 + 1")
    assert d.end() == 0
    assert os.path.exists(d.path("state/bareme/history"))


def test_a_block_is_one_entry_of_the_history(d):
    d.start()
    d.line("fn twice(x)")
    d.line("2 * x")
    d.line("end")
    assert d.end() == 0
    d.start()
    d.keys(UP)
    d.sees("end")
    d.line("")
    assert "8" in d.line("twice(4)")


def test_control_characters_are_escaped(d):
    with open(d.path("red.brm"), "w", encoding="utf-8") as file:
        file.write('x = "\x1b[31mred"\n')
    d.start()
    shown = d.line(":load red.brm")
    assert "\\x1b[31mred" in shown
    assert b"\x1b[31m" not in d.terminal.shown


def write(d, name, text):
    with open(d.path(name), "w", encoding="utf-8") as file:
        file.write(text)


def test_reload_reads_the_files_again(d):
    write(d, "prices.brm", "price = 10 €\n")
    d.start()
    d.line(":load prices.brm")
    d.line("total = price * 2")
    write(d, "prices.brm", "price = 15 €\n")
    d.line(":reload")
    assert "30.00 €" in d.line("total").replace("\u00a0", " ")


def test_loading_a_file_again_replaces_it(d):
    write(d, "case.brm", 'case c "C"\n  given\n    x = 1\n  end\nend\n')
    d.start("case.brm")
    assert "1" in d.line("x")
    write(d, "case.brm", 'case c "C"\n  given\n    x = 2\n  end\nend\n')
    d.line(":load case.brm")
    assert "\n2\n" in d.line("x")


def test_a_module_with_an_error_can_be_corrected(d):
    write(d, "helper.brm", "fn double(x) = 2 * y\n")
    d.start()
    assert "E030" in d.line("use helper")
    write(d, "helper.brm", "fn double(x) = 2 * x\n")
    d.line("use helper")
    assert "8" in d.line("helper.double(4)")


def test_a_file_with_an_error_leaves_the_session_intact(d):
    write(d, "bad.brm", "x = 2\ny = nothing_here\n")
    d.start()
    d.line("x = 1")
    assert "E0301" in d.line(":load bad.brm")
    assert "\n1\n" in d.line("x")
    assert "E030" in d.line("y")


def test_the_program_alone_opens_the_dialogue(d):
    d.start()
    assert "Barème" in d.shown()
    assert d.end() == 0
