# SPDX-License-Identifier: GPL-3.0-or-later
"""A fraction of the job: each answer against one value, within a tolerance; a row an answer in SQLite. No reading of
units, no working, no carried error, no message, no other notation than the comma. Usage: marking.py CSV DATABASE"""

import csv
import sqlite3
import sys
from decimal import Decimal, InvalidOperation

KEY = {"brut": "10000", "remises": "500", "net": "9500", "achats": "5600", "marge": "3900", "taux_de_marge": "69.642857",
       "taux_de_marque": "41.052632", "taxe": "1900", "ttc": "11400", "unitaire": "28.5", "salaires": "1350", "charges": "2550",
       "résultat": "1350", "seuil": "6211.538462", "articles": "262", "transformation": "8", "panier": "23.75",
       "par_jour": "380", "passage": "200", "part": "14.210526"}
TOLERANCE = Decimal("0.005")


def value(text):
    try:
        return Decimal(text.rstrip(" €%h").replace(",", "."))
    except InvalidOperation:
        return None


def main():
    keys = {name: Decimal(number) for name, number in KEY.items()}
    book = sqlite3.connect(sys.argv[2])
    book.execute("PRAGMA journal_mode = WAL")
    book.execute("CREATE TABLE mark(copy TEXT, answer TEXT, written TEXT, status TEXT, marks INTEGER)")
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        for count, row in enumerate(csv.DictReader(file, delimiter=";"), 1):
            rows = []
            for name, key in keys.items():
                got = value(row[name])
                right = got is not None and abs(got - key) <= TOLERANCE
                rows.append((row["candidat"], name, row[name], "right" if right else "wrong", int(right)))
            book.executemany("INSERT INTO mark VALUES(?,?,?,?,?)", rows)
            if count % 512 == 0:
                book.commit()
    book.commit()
    print(count)


main()
