local function work(n)
  local s = 0.0
  for i = 1, n do
    s = s + 17 * i / 60
  end
  return s
end
print(string.format("%.6f", work(5000000)))
