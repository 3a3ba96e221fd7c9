-- 300 formulas under 2000 overrides of the 290th: only ten depend on it.
local floor = math.floor
local function cents(x) return floor(x * 100 + 0.5) / 100 end

local v, f = { [0] = 1000.0 }, {}
for k = 1, 300 do
  local j = k - 1
  f[k] = function() return cents(v[j] * 1.01 + 0.05) end
end
local function evaluate(from)
  for k = from + 1, 300 do v[k] = f[k]() end
  return v[300]
end

evaluate(0)
local total = 0.0
for x = 1, 2000 do
  v[290] = x + 0.0
  total = total + evaluate(290)
end
print(string.format("%.2f", cents(total)))
