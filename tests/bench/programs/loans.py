from decimal import ROUND_HALF_UP, Decimal as D

CENT = D("0.01")


def cents(x):
    return x.quantize(CENT, ROUND_HALF_UP)


def interests(amount, rate):
    payment = cents(amount * rate / (1 - 1 / (1 + rate) ** 240))
    balance, total = amount, D(0)
    for month in range(240):
        interest = cents(balance * rate)
        balance -= payment - interest
        total += interest
    return total


def work(n):
    return sum(interests(D(100000) + 50 * k, D("0.003")) for k in range(1, n + 1))


print(work(1000))
