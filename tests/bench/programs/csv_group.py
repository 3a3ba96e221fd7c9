import csv
from decimal import Decimal

groups = {}
with open("sales.csv", newline="", encoding="utf-8") as file:
    rows = csv.reader(file)
    next(rows)
    for row in rows:
        g = groups.setdefault(row[1], [0, 0, Decimal(0)])
        g[0] += 1
        g[1] += int(row[3])
        g[2] += Decimal(row[4])
print(sum(g[2] for g in groups.values()))
for agent, (n, calls, revenue) in groups.items():
    print(agent, n, calls, revenue, revenue / calls)
