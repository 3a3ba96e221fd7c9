from decimal import Decimal as D


def work(n):
    s = D(0)
    cent = D("0.01")
    for i in range(1, n + 1):
        s += i * cent
    return s


print(work(5000000))
