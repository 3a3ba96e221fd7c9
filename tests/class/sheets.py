# SPDX-License-Identifier: GPL-3.0-or-later
"""Spreadsheets read: what stands in them, and files that are damaged, or mean harm."""

import io
import os
import resource
import subprocess
import zipfile

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

STYLES = """<styleSheet xmlns="%s"><numFmts>
<numFmt numFmtId="164" formatCode="#,##0.00\\ &quot;€&quot;;[Red]\\-#,##0.00\\ &quot;€&quot;"/>
<numFmt numFmtId="165" formatCode="dd/mm/yyyy"/><numFmt numFmtId="166" formatCode="[h]:mm"/>
<numFmt numFmtId="167" formatCode="#,##0,\\ [$k€-40C]"/><numFmt numFmtId="168" formatCode="0.0&quot; kg&quot;"/>
</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>
<xf numFmtId="167"/><xf numFmtId="168"/><xf numFmtId="1"/></cellXfs></styleSheet>""" % MAIN
PERCENT, EUROS, DAY, HOURS, THOUSANDS, WEIGHT, WHOLE = 1, 2, 3, 4, 5, 6, 7


def relation(number, kind, target):
    return f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def relations(*all_of_them):
    return f'<Relationships xmlns="{RELATIONS}">{"".join(all_of_them)}</Relationships>'


def archive(parts, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return out.getvalue()


def xlsx_parts(*sheets, texts="", before=""):
    """Sheets are (name, rows as XML)."""
    names = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, (name, _) in enumerate(sheets, 1))
    parts = {
        "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            *(relation(i, "worksheet", f"worksheets/sheet{i}.xml") for i, _ in enumerate(sheets, 1)),
            relation(98, "sharedStrings", "sharedStrings.xml"), relation(99, "styles", "/xl/styles.xml")),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/styles.xml": STYLES,
    }
    for i, (_, rows) in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return parts


def text(place, content):
    return f'<c r="{place}" t="inlineStr"><is><t>{content}</t></is></c>'


def number(place, content, style=0):
    return f'<c r="{place}" s="{style}"><v>{content}</v></c>'


def row(r, *cells):
    return f'<row r="{r}">{"".join(cells)}</row>'


def xlsx(*rows, **more):
    return archive(xlsx_parts(("One", "".join(rows)), **more))


def ods(table, before=""):
    names = "".join(f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{u}:1.0"' for p, u in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle")))
    return archive({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f'<office:document-content{names}>{before}<office:body><office:spreadsheet>'
                       f'<table:table table:name="One">{table}</table:table>'
                       '</office:spreadsheet></office:body></office:document-content>'})


def ods_text(content, more=""):
    return f'<table:table-cell office:value-type="string"{more}><text:p>{content}</text:p></table:table-cell>'


def ods_number(content, more=""):
    return f'<table:table-cell office:value-type="float" office:value="{content}"{more}/>'


def run(c, name, data, script, code=0):
    c.write(name, data)
    c.write("s.brm", script)
    return c.bareme("run", "--memory", "600M", "s.brm", code=code)


def says(c, data, *parts, name="a.xlsx", arguments="", code=3):
    """The reading fails, and the message holds these parts."""
    got = run(c, name, data, f'count(read_sheet("{name}"{arguments}))\n', code=code)
    for part in parts:
        assert part in got.err, f"{part!r} is not in\n{got.err}"
    return got


TITLES = row(1, text("A1", "Name"), text("B1", "Calls"))


def test_kinds_of_values(c):
    data = xlsx(
        row(1, text("A1", "Name"), text("B1", "Rate"), text("C1", "Price"), text("D1", "Start"), text("E1", "Time"),
            text("F1", "Open"), text("G1", "Turnover"), text("H1", "Weight"), text("I1", "Sold (k€)")),
        row(3, text("A3", "Ana"), number("B3", "0.26666666666666666", PERCENT), number("C3", "40.1", EUROS),
            number("D3", "45058", DAY), number("E3", "0.35416666666666669", HOURS), '<c r="F3" t="b"><v>1</v></c>',
            number("G3", "12500", THOUSANDS), number("H3", "1.2E-2", WEIGHT), number("I3", "12.5")),
        row(4, text("A4", "Bob"), number("B4", "4.0000000000000001E-2", PERCENT), number("C4", "-0.30000000000000004", EUROS),
            number("D4", "59", DAY), number("E4", "1.25", HOURS), '<c r="F4" t="b"><v>0</v></c>',
            number("I4", "9007199254740991")))
    got = run(c, "a.xlsx", data, 't = read_sheet("a.xlsx")\nt.Rate\nt.Price\nt.Start\nt.Time\nt.Open\nt.Turnover\n'
              't.Weight\nt.Sold\nt["Ana"].Rate = 26.6666666666667 %\nt["Bob"].Price = -0.3 €\ncount(t)\n')
    assert got.out.splitlines() == [
        "[26.67 %, 4 %]", "[40.10 €, -0.30 €]", "[2023-05-12, 1900-02-28]", "[8.5 h, 30 h]", "[true, false]",
        "[12.5 k€, not given]", "[0.012 kg, not given]", "[12.5 k€, 9 007 199 254 740 991 k€]", "true", "true", "2"], got.out


def test_values_as_shown(c):
    data = xlsx(TITLES, row(2, text("A2", "a"), number("B2", "1279.5", WHOLE)), row(3, text("A3", "b"), number("B3", "0.125")))
    got = run(c, "a.xlsx", data, 'read_sheet("a.xlsx").Calls\nread_sheet("a.xlsx", shown: true).Calls\n')
    assert got.out == "[1279.5, 0.125]\n[1280, 0.125]\n", got.out


def test_shared_texts_and_formulas(c):
    texts = "<si><t>Name</t></si><si><r><t>Ca</t></r><r><t>lls</t></r><rPh><t>x</t></rPh></si><si><t>é</t></si>"
    cells = [
        row(1, '<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><v>1</v></c>'),
        row(2, '<c r="A2" t="s"><v>2</v></c>', '<c r="B2"><f>1+1</f><v>2</v></c>'),
        row(3, '<c r="A3" t="str"><f>A2</f><v>f</v></c>', '<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
        row(4, text("A4", "g"), '<c r="B4"><f>1+2</f></c>')]
    got = run(c, "a.xlsx", xlsx(*cells, texts=texts),
              't = read_sheet("a.xlsx")\nt.Name\nt.Calls\nsum(t.Calls)\n')
    assert got.out.splitlines() == ['["é", "f", "g"]', "[2, unreadable, unreadable]", "unreadable"], got.out


def test_days_since_1904(c):
    data = xlsx(TITLES, row(2, text("A2", "a"), number("B2", "1", DAY)), before='<workbookPr date1904="1"/>')
    assert run(c, "a.xlsx", data, 'read_sheet("a.xlsx").Calls\n').out == "[1904-01-02]\n"


def test_times_of_day_are_told(c):
    """A date is a day: the time of day is left out, and told; as texts it is kept."""
    data = xlsx(TITLES, row(2, text("A2", "a"), number("B2", "45058", DAY)),
                row(3, text("A3", "b"), number("B3", "45058.354166666664", DAY)),
                row(4, text("A4", "c"), number("B4", "45058.99999999999", DAY)),
                row(5, text("A5", "d"), number("B5", "45058.35424768518", DAY)))
    got = run(c, "a.xlsx", data, 'read_sheet("a.xlsx").Calls\n')
    assert got.out == "[2023-05-12, 2023-05-12, 2023-05-13, 2023-05-12]\n", got.out
    assert "W1551" in got.err and "2 were left out, the first in B3" in got.err and 'texts: ["Calls"]' in got.err, got.err
    got = run(c, "a.xlsx", data, 'read_sheet("a.xlsx", texts: ["Calls"]).Calls\n')
    assert got.out == '["2023-05-12", "2023-05-12 08:30", "2023-05-13", "2023-05-12 08:30:07"]\n' and not got.err, got.out
    cells = "".join(f'<table:table-row><table:table-cell office:value-type="date" office:date-value="{d}"/></table:table-row>'
                    for d in ("2023-05-12", "2023-05-12T08:30:00", "2023-05-12T00:00:00", "2023-05-12T23:59:59.5", "2023-05-12T99"))
    data = ods(f"<table:table-row>{ods_text('Day')}</table:table-row>{cells}")
    got = run(c, "a.ods", data, 'read_sheet("a.ods", texts: ["Day"]).Day\ncount(read_sheet("a.ods"))\n')
    assert got.out.splitlines() == [
        '["2023-05-12", "2023-05-12 08:30", "2023-05-12", "2023-05-12 23:59:59", "2023-05-12"]', "5"], got.out
    assert "W1551" in got.err and "the first in A3" in got.err, got.err


def test_sheet_by_name_and_number(c):
    parts = archive(xlsx_parts(("One", TITLES), ("Équipe", row(1, text("C1", "n")) + row(2, number("C2", "7")))))
    got = run(c, "a.xlsx", parts, 'read_sheet("a.xlsx", "Équipe").n\nread_sheet("a.xlsx", 2).n\ncount(read_sheet("a.xlsx"))\n')
    assert got.out == "[7]\n[7]\n0\n"
    says(c, parts, "E1561", "no sheet called Two", "it has: One, Équipe", arguments=', "Two"')
    says(c, parts, "E0", arguments=", 3")


def test_area(c):
    data = xlsx(row(1, text("A1", "A note, not a table")), row(3, text("B3", "n"), text("D3", "beside")),
                row(4, number("B4", "1")), row(5, number("B5", "2")), row(9, number("B9", "3")))
    got = run(c, "a.xlsx", data, 'read_sheet("a.xlsx", area: "B3:B5").n\nread_sheet("a.xlsx", area: "b3:d9").n\n')
    assert got.out == "[1, 2]\n[1, 2, 3]\n"
    says(c, data, "E1564", "B3")
    for wrong in ("B5:B3", "B3", "3B:4", "A0:A1", "ZZZZ1:ZZZZ2"):
        says(c, data, "E1562", arguments=f', area: "{wrong}"')
    says(c, data, "E1563", arguments=', area: "F20:G30"')


def test_titles(c):
    says(c, xlsx(row(1, text("A1", "n"), text("B1", "n"))), "E1566", "`n`", "B1")
    says(c, xlsx(row(1, text("A1", "???"))), "E1565", "A1")
    got = run(c, "a.xlsx", xlsx(row(1, text("A1", "Prix de vente (€)"), number("B1", "2024"), text("C1", "Nom (client)"))),
              'columns(read_sheet("a.xlsx"))\n')
    assert got.out == '["Prix_de_vente", "_2024", "Nom_client"]\n', got.out


def test_one_column_one_kind(c):
    data = xlsx(TITLES, row(2, text("A2", "a"), number("B2", "7")), row(3, text("A3", "b"), text("B3", "n.c.")))
    says(c, data, "E1567", "B3", "n.c.", "`Calls`", 'texts: ["Calls"]')
    got = run(c, "a.xlsx", data, 'read_sheet("a.xlsx", texts: ["Calls"]).Calls\n')
    assert got.out == '["7", "n.c."]\n'
    says(c, data, "E1006", "Call`", arguments=', texts: ["Call"]')
    data = xlsx(row(1, text("A1", "Price (€)")), row(2, number("A2", "3", WEIGHT)))
    says(c, data, "E1567", "A2", "kg")


def test_ods_values(c):
    titles = "".join(ods_text(t) for t in ("Name", "Rate", "Price", "Start", "Time", "Open"))
    values = (ods_text("A<text:s text:c=\"2\"/>b") + '<table:table-cell office:value-type="percentage" office:value="0.04"/>'
              '<table:table-cell office:value-type="currency" office:currency="EUR" office:value="12.5"/>'
              '<table:table-cell office:value-type="date" office:date-value="2024-02-29"/>'
              '<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/>'
              '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>')
    data = ods(f"<table:table-row>{titles}</table:table-row><table:table-row>{values}</table:table-row>")
    got = run(c, "a.ods", data, 't = read_sheet("a.ods")\nt.Name\nt.Rate\nt.Price\nt.Start\nt.Time\nt.Open\n')
    assert got.out.splitlines() == ['["A  b"]', "[4 %]", "[12.50 €]", "[2024-02-29]", "[8.5 h]", "[true]"], got.out


def test_ods_formats(c):
    styles = ('<office:automatic-styles><number:number-style style:name="N1"><number:number number:decimal-places="0" '
              'number:display-factor="1000"/><number:text> k€</number:text></number:number-style>'
              '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/></office:automatic-styles>')
    table = ('<table:table-column table:default-cell-style-name="ce1"/>'
             f'<table:table-row>{ods_text("Sold")}</table:table-row><table:table-row>{ods_number(12500)}</table:table-row>')
    got = run(c, "a.ods", ods(table, styles), 'read_sheet("a.ods").Sold\nread_sheet("a.ods", shown: true).Sold\n')
    assert got.out == "[12.5 k€]\n[13 k€]\n", got.out


def test_ods_notes_are_no_part_of_a_cell(c):
    note = "<office:annotation><text:p>a note</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{note}<text:p>one</text:p><text:p>two</text:p></table:table-cell>'
    data = ods(f"<table:table-row>{ods_text('Name')}</table:table-row><table:table-row>{cell}</table:table-row>")
    assert run(c, "a.ods", data, 'read_sheet("a.ods").Name\n').out == '["one\\ntwo"]\n'


def test_ods_billions_of_empty_cells(c):
    empty = '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    full = f"<table:table-row>{ods_text('n')}</table:table-row>" + \
           f'<table:table-row table:number-rows-repeated="3">{ods_number(1)}<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    got = run(c, "a.ods", ods(empty.replace("1000000000", "1000") + full + empty + empty), 'read_sheet("a.ods").n\n')
    assert got.out == "[1, 1, 1]\n"


def test_ods_a_full_cell_repeated_beyond_reason(c):
    titles = f"<table:table-row>{ods_text('n')}{ods_text('m')}</table:table-row>"
    repeated = '<table:table-row table:number-rows-repeated="{0}">' + ods_number(1) + "</table:table-row>"
    says(c, ods(titles + repeated.format(1048577)), "E1559", "rows, 1048576", name="a.ods", code=4)
    wide = ods("<table:table-row>" + ods_text("n", ' table:number-columns-repeated="16000"') + "</table:table-row>")
    says(c, wide, "E1566", name="a.ods")
    says(c, ods("<table:table-row>" + ods_text("n", ' table:number-columns-repeated="99999"') + "</table:table-row>"),
         "E1555", name="a.ods")
    many = "".join(ods_text(f"n{i}") for i in range(5000))
    says(c, ods(f"<table:table-row>{many}</table:table-row>" + repeated.format(100000)), "E1559", "cells of a table",
         name="a.ods", code=4)


def test_xlsx_rows_far_apart(c):
    data = xlsx(TITLES, row(1048576, text("A1048576", "last")))
    assert run(c, "a.xlsx", data, 'read_sheet("a.xlsx").Name\n').out == '["last"]\n'
    says(c, xlsx(TITLES, row(1048577, text("A1048577", "beyond"))), "E1555")
    says(c, xlsx(TITLES, row(3, text("A3", "a")), row(2, text("A2", "b"))), "E1555")
    says(c, xlsx(row(1, text("B1", "a"), text("A1", "b"))), "E1555")


def small_and_fast(c, data, *parts, name="a.xlsx", code=4):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    says(c, data, *parts, name=name, code=code)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5, "it took long"


def test_zip_bomb(c):
    parts = xlsx_parts(("One", TITLES))
    parts["xl/worksheets/sheet1.xml"] = "<worksheet>" + " " * 300_000_000 + "</worksheet>"
    data = archive(parts)
    assert len(data) < 500_000
    small_and_fast(c, data, "E1559", "times its size, once inflated, 200 at most")


def test_a_cell_of_100_megabytes(c):
    data = archive(xlsx_parts(("One", row(1, text("A1", "x" * 100_000_000)))), zipfile.ZIP_STORED)[:0]
    says(c, data, "E1551")
    noise = "".join(chr(97 + (i * i * 31 + i // 7) % 26) for i in range(1 << 20)) * 3
    small_and_fast(c, archive(xlsx_parts(("One", row(1, text("A1", noise))))), "E1559", "bytes of one cell")


def test_entities_are_refused(c):
    laugh = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>"
    parts = xlsx_parts(("One", TITLES))
    parts["xl/worksheets/sheet1.xml"] = laugh + "<worksheet>&j;</worksheet>"
    says(c, archive(parts), "E1558", "xl/worksheets/sheet1.xml")
    parts["xl/worksheets/sheet1.xml"] = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
    assert "root" not in says(c, archive(parts), "E1558").err


def test_a_tag_without_end_and_elements_without_bottom(c):
    parts = xlsx_parts(("One", TITLES))
    noise = "".join(f' a{i}="{i * i}"' for i in range(200_000))
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet><row{noise}/></worksheet>"
    says(c, archive(parts), "E1559", "bytes of one tag", code=4)
    parts["xl/worksheets/sheet1.xml"] = "<worksheet>" + "<a>" * 100_000
    says(c, archive(parts), "E1559", "elements inside one another", code=4)


def test_too_many_parts(c):
    parts = xlsx_parts(("One", TITLES))
    parts.update({f"x{i}": "" for i in range(1000)})
    says(c, archive(parts), "E1559", "parts of the archive", code=4)


def test_no_spreadsheet(c):
    says(c, b"Name;Calls\nAna;59\n", "E1551")
    says(c, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "E1552")
    says(c, archive({"readme.txt": "hello"}), "E1553")
    says(c, archive({"_rels/.rels": relations()}), "E1553")
    says(c, b"", "E1551")
    assert "E0801" in run(c, "a.xlsx", b"", 'read_sheet("b.xlsx")\n', code=5).err


def test_parts_missing(c):
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
        parts = xlsx_parts(("One", TITLES))
        del parts[name]
        says(c, archive(parts), "E1556", name)


def test_xml_that_is_none(c):
    parts = xlsx_parts(("One", TITLES + "<row>"))
    says(c, archive(parts), "E1557", "line 1 of xl/worksheets/sheet1.xml")
    says(c, xlsx(row(1, '<c r="A1" t="s"><v>7</v></c>')), "E1555")
    says(c, xlsx(row(1, number("A1", "one"))), "E1555")
    says(c, xlsx(row(1, number("A1", "1e999999"))), "E1555")


def test_every_cut_and_many_damages_end_cleanly(c):
    data = xlsx(TITLES, row(2, text("A2", "a"), number("B2", "7")))
    c.write("s.brm", "\n".join(f'try\n  count(read_sheet("d{i}.xlsx"))\nrecover e\nend' for i in range(60)))
    for i in range(60):
        cut = data[:len(data) * i // 60] if i % 2 else bytearray(data)
        if not i % 2:
            at = len(data) * i // 60
            cut[at:at + 3] = bytes((b ^ 0x5A) & 0xFF for b in cut[at:at + 3])
        c.write(f"d{i}.xlsx", bytes(cut))
    c.bareme("run", "s.brm")


def test_encrypted_entry(c):
    data = bytearray(xlsx(TITLES))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    says(c, bytes(data), "E155")


def test_reading_needs_permission(c):
    c.write("sub/s.brm", 'read_sheet("../a.xlsx")\n')
    c.write("a.xlsx", xlsx(TITLES))
    assert "--allow-read" in c.bareme("run", "sub/s.brm", code=3).err
    assert c.bareme("run", "--allow-read", "sub/s.brm").code == 0


# ---- written ----

FORMULAS = ["=1+2", "+1", "-1+2", "@SUM(A1)", "=cmd|' /C calc'!A0", "\\t=1", "\\n=1", "＝1+2", '=HYPERLINK(\\"http://x\\")', "|x"]


def cells_of(c, name, sheet=1):
    with zipfile.ZipFile(c.path(name)) as file:
        return file.read(f"xl/worksheets/sheet{sheet}.xml").decode(), file.read("xl/styles.xml").decode()


def write(c, script, code=0):
    c.write("s.brm", script)
    return c.bareme("run", "--allow-write", "s.brm", code=code)


TEAM = """table team "Team"
  | agent | price     | rate   | start       | calls |
  | Ana   | 40.1 €    | 26.7 % | @2023-05-12 | 59    |
  | Bob   | 1234.56 € | 4 %    | @2024-01-01 | 1.25  |
  | Zoé   |           |        |             | 7     |
end
"""


def test_what_is_written_reads_back(c):
    shown = "print({0}.price, {0}.rate, {0}.start, {0}.calls, {0}.agent, columns({0}))\n"
    got = write(c, TEAM + 'write_sheet("a.xlsx", team)\nback = read_sheet("a.xlsx")\n' + shown.format("team") + shown.format("back"))
    one, other = got.out.splitlines()
    assert one == other, got.out
    cells, styles = cells_of(c, "a.xlsx")
    assert "<v>40.1</v>" in cells and "<v>0.267</v>" in cells and "<v>45058</v>" in cells
    for code in ("#,##0.00&quot; €&quot;", "0.0%", "yyyy-mm-dd"):
        assert code in styles, styles


def test_texts_are_never_formulas(c):
    items = ", ".join(f'"{f}"' for f in FORMULAS)
    got = write(c, f't = table({{name: [{items}]}})\nwrite_sheet("a.xlsx", t)\nread_sheet("a.xlsx").name = t.name\n')
    assert got.out == "true\n", got.out
    cells, _ = cells_of(c, "a.xlsx")
    assert "<f" not in cells and cells.count('t="s"') == len(FORMULAS) + 1


def test_one_sheet_a_table(c):
    long = "a_name_that_is_much_longer_than_a_sheet_may_be_called"
    write(c, TEAM + f'write_sheet("a.xlsx", {{équipe: team, Équipe: team, {long}: keyed([1 kg], ["x"]), rows: [{{a: 1}}]}})\n')
    with zipfile.ZipFile(c.path("a.xlsx")) as file:
        book = file.read("xl/workbook.xml").decode()
    for name in ("équipe", "Équipe (2)", long[:31], "rows"):
        assert f'name="{name}"' in book, book


def test_what_is_no_table_is_not_written(c):
    for data in ("12", "[1, 2]", "{}", "{a: 12}"):
        assert "E1574" in write(c, f'write_sheet("a.xlsx", {data})\n', code=3).err
    assert "--allow-write" in c.bareme("run", "s.brm", code=3).err
    assert not os.path.exists(c.path("a.xlsx"))


def test_a_folder_for_temporary_files_that_is_not_there(c):
    c.write("s.brm", TEAM + 'write_sheet("a.xlsx", team)\n')
    run = subprocess.run([c.context.bareme, "run", "--allow-write", "s.brm"], cwd=c.folder, capture_output=True, text=True,
                         env={**c.context.environment(), "TMPDIR": "/nowhere"})
    assert run.returncode == 3 and "E1572" in run.stderr, run.stderr


def test_report_as_a_spreadsheet(c):
    c.bareme("report", "case.brm", "-o", "a.xlsx")
    cells, styles = cells_of(c, "a.xlsx")
    assert "<f" not in cells
    with zipfile.ZipFile(c.path("a.xlsx")) as file:
        texts = file.read("xl/sharedStrings.xml").decode()
        sheets = [n for n in file.namelist() if n.startswith("xl/worksheets/")]
    assert "Usable files" in texts and len(sheets) > 1
    assert "#,##0.00&quot; €&quot;" in styles or "€" in styles
    c.write("empty.brm", 'case e "Nothing"\nend\n')
    assert "E1571" in c.bareme("report", "empty.brm", "-o", "b.xlsx", code=None).err
