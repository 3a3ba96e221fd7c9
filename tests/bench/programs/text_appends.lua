-- SPDX-License-Identifier: GPL-3.0-or-later
local pieces = {}
for i = 1, 1000000 do pieces[i] = "line " .. i % 1000 .. "; " end
print(#table.concat(pieces))
