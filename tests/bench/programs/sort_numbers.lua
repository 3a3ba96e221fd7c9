-- SPDX-License-Identifier: GPL-3.0-or-later
local x = {}
for i = 1, 1000000 do x[i] = 7919 * i % 1000003 / 100 end
table.sort(x)
print(string.format("%.2f", x[1] + x[500000] + x[1000000]))
