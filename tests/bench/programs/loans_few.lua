local floor = math.floor
local function cents(x) return floor(x * 100 + 0.5) / 100 end

local function interests(amount, rate)
  local payment = cents(amount * rate / (1 - 1 / (1 + rate) ^ 240))
  local balance, total = amount, 0.0
  for month = 1, 240 do
    local interest = cents(balance * rate)
    balance = balance - (payment - interest)
    total = total + interest
  end
  return total
end

local function work(n)
  local all = 0.0
  for k = 1, n do
    all = all + interests(100000.0 + 50.0 * k, 0.003)
  end
  return all
end
print(string.format("%.2f", work(20)))
