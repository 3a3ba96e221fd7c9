local function work(n)
  local s = 0.0
  for i = 1, n do
    s = s + i / 7
  end
  return s
end
print(string.format("%.6f", work(5000000)))
