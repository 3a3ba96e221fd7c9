# SPDX-License-Identifier: GPL-3.0-or-later
from decimal import ROUND_HALF_UP, Decimal as D

CENT = D("0.01")


def cents(x):
    return x.quantize(CENT, ROUND_HALF_UP)


def loan_table(capital, rate, periods):
    payment = cents(capital * rate / (1 - 1 / (1 + rate) ** periods))
    rows, balance = [], capital
    for period in range(1, periods + 1):
        interest = cents(balance * rate)
        repaid = balance if period == periods else payment - interest
        rows.append({"period": period, "due": balance, "interest": interest, "repayment": repaid,
                     "payment": interest + repaid, "balance": balance - repaid})
        balance -= repaid
    return rows


def work(n):
    return sum(sum(row["interest"] for row in loan_table(D(100000) + 50 * k, D("0.003"), 240)) for k in range(1, n + 1))


print(work(1000))
