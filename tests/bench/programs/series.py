# SPDX-License-Identifier: GPL-3.0-or-later
import statistics
from decimal import Decimal as D

x = [D(7919 * i % 100003) / 100 for i in range(1, 1000001)]
y = [D(31 * i % 9973 + 7919 * i % 100003) / 100 for i in range(1, 1000001)]
mx, my = statistics.mean(x), statistics.mean(y)
slope = sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)
print(f"{mx + statistics.median(x) + statistics.pstdev(x) + slope + my - slope * mx:.6f}")
