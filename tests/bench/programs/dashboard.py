# The same with decimals.
from decimal import Decimal

n = 1000000
agent = [f"A{i % 50}" for i in range(1, n + 1)]
calls = [Decimal(i % 97) for i in range(1, n + 1)]
sales = [Decimal(i % 31) for i in range(1, n + 1)]
rows, c, s = {}, {}, {}
for a, x, y in zip(agent, calls, sales):
    rows[a] = rows.get(a, 0) + 1
    c[a] = c.get(a, 0) + x
    s[a] = s.get(a, 0) + y
team = {}
for a, k in rows.items():
    mc, ms, r = c[a] / k, s[a] / k, s[a] / c[a]
    team[a] = (mc, mc / 45, mc - 45, ms, ms / 16, ms - 16, r, r / Decimal("0.3"), r - Decimal("0.3"))
print(team["A7"][0], team["A7"][4] * 100, team["A7"][8] * 100)
