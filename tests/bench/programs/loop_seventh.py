from decimal import Decimal as D


def work(n):
    s = D(0)
    for i in range(1, n + 1):
        s += D(i) / 7
    return s


print(work(5000000))
