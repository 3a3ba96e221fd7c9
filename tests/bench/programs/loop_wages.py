from decimal import Decimal as D


def work(n):
    s = D(0)
    wage = D(17)
    for i in range(1, n + 1):
        s += wage * i / 60
    return s


print(work(5000000))
