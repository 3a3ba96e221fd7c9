-- SPDX-License-Identifier: GPL-3.0-or-later
local names, places, count = {}, {}, 0
for i = 1, 2000000 do names[i] = "k" .. i % 1000000 end
for _, name in ipairs(names) do
  if not places[name] then
    count = count + 1
    places[name] = count
  end
end
print(count)
