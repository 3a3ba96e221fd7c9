-- The same with floats: rows as three columns, sums by agent.
local n = 1000000
local agent, calls, sales = {}, {}, {}
for i = 1, n do
  agent[i] = "A" .. i % 50
  calls[i] = i % 97
  sales[i] = i % 31
end
local rows, c, s = {}, {}, {}
for i = 1, n do
  local a = agent[i]
  rows[a] = (rows[a] or 0) + 1
  c[a] = (c[a] or 0) + calls[i]
  s[a] = (s[a] or 0) + sales[i]
end
local team = {}
for a, k in pairs(rows) do
  local mc, ms, r = c[a] / k, s[a] / k, s[a] / c[a]
  team[a] = {mc, mc / 45, mc - 45, ms, ms / 16, ms - 16, r, r / 0.3, r - 0.3}
end
print(team.A7[1], team.A7[5] * 100, team.A7[9] * 100)
