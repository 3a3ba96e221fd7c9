# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the chapters that spreadsheets have no functions for, with what Python's own fractions and statistics say."""

import math
import random
import statistics
from fractions import Fraction


def shown(values):
    return "[" + ", ".join(str(v) for v in values) + "]"


def exact(values):
    return [Fraction(str(v)) for v in values]


# ---- calls: (expression, what Python says) ----

def series(draw):
    count = draw.randint(3, 30)
    level = draw.choice([0, 1000, 10 ** 6])
    y = [round(level + draw.uniform(1, 100), 2) for _ in range(count)]
    x = [round(draw.uniform(0, 50), 1) for _ in range(count)]
    return x, y


def statistics_calls(draw):
    for _ in range(60):
        x, y = series(draw)
        fx, fy = exact(x), exact(y)
        mean_x, mean_y = sum(fx) / len(fx), sum(fy) / len(fy)
        slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(fx, fy)) / sum((a - mean_x) ** 2 for a in fx)
        yield f"mean({shown(y)})", mean_y
        yield f"median({shown(y)})", statistics.median(fy)
        yield f"standard_deviation({shown(y)})", statistics.pstdev(fy)
        yield f"standard_deviation({shown(y)}, sample: true)", statistics.stdev(fy)
        yield f'quantile({shown(y)}, 25 %, "inclusive")', statistics.quantiles(fy, n=4, method="inclusive")[0]
        yield f'quantile({shown(y)}, 75 %, "exclusive")', statistics.quantiles(fy, n=4, method="exclusive")[2]
        yield f"least_squares({shown(y)}, {shown(x)}).a", slope
        yield f"linear_forecast(12, {shown(y)}, {shown(x)})", mean_y + slope * (12 - mean_x)


def laws_calls(draw):
    normal = statistics.NormalDist(500, 40)
    for _ in range(60):
        x, share = round(draw.uniform(380, 620), 1), Fraction(draw.randint(1, 999), 1000)
        yield f"normal_probability(500, 40, at_most: {x})", normal.cdf(x)
        yield f"normal_threshold(500, 40, {float(share)})", normal.inv_cdf(float(share))
        n, p = draw.randint(1, 60), Fraction(draw.randint(1, 99), 100)
        mass = [math.comb(n, k) * p ** k * (1 - p) ** (n - k) for k in range(n + 1)]
        low = draw.randint(0, n)
        high = draw.randint(low, n)
        yield f"binomial_probability({n}, {float(p)}, at_least: {low}, at_most: {high})", sum(mass[low:high + 1])
        reached = next(k for k in range(n + 1) if sum(mass[:k + 1]) >= share)
        yield f"binomial_quantile({n}, {float(p)}, {float(share)})", reached
        rate = draw.randint(1, 80) / 4
        below = sum(math.exp(-rate) * rate ** k / math.factorial(k) for k in range(low))
        yield f"poisson_probability({rate}, at_least: {low})", 1 - below


def rate_of_return(investment, flows):
    low, high = -0.9, 5.0
    for _ in range(200):
        middle = (low + high) / 2
        value = sum(f / (1 + middle) ** (t + 1) for t, f in enumerate(flows)) - investment
        low, high = (middle, high) if value > 0 else (low, middle)
    return low


def investments_calls(draw):
    for _ in range(80):
        investment, count, rate = draw.randint(1000, 50000), draw.randint(2, 8), draw.randint(1, 15)
        flows = [draw.randint(investment // count // 2, investment // count * 2) for _ in range(count)]
        given = f"{investment} €, [" + ", ".join(f"{f} €" for f in flows) + "]"
        value = sum(f / (1 + Fraction(rate, 100)) ** (t + 1) for t, f in enumerate(flows)) - investment
        yield f"net_present_value({given}, {rate} %)", value
        yield f"profitability_index({given}, {rate} %)", 1 + value / investment
        yield f"internal_rate({given})", 100 * rate_of_return(investment, flows)


def network(draw):
    count = draw.randint(2, 9)
    durations = [draw.randint(0, 9) for _ in range(count)]
    before = [[k for k in range(i) if draw.random() < 0.35] for i in range(count)]
    after = [[k for k in range(count) if i in before[k]] for i in range(count)]
    start = [0] * count
    for i in range(count):
        start[i] = max([start[k] + durations[k] for k in before[i]] + [0])
    end = max(s + d for s, d in zip(start, durations))
    latest = [0] * count
    for i in reversed(range(count)):
        latest[i] = min([latest[k] for k in after[i]] + [end]) - durations[i]
    free = [min([start[k] for k in after[i]] + [end]) - start[i] - durations[i] for i in range(count)]
    return durations, before, start, latest, free


def scheduling_calls(draw):
    for _ in range(40):
        durations, before, start, latest, free = network(draw)
        order = draw.sample(range(len(durations)), len(durations))
        names = [chr(ord("A") + i) for i in range(len(durations))]
        listed = ", ".join(f'"{", ".join(names[k] for k in before[i])}"' for i in order)
        tasks = ", ".join(f'"{names[i]}"' for i in order)
        call = f"pert([{tasks}], {shown([durations[i] for i in order])}, [{listed}])"
        task = draw.randrange(len(order))
        place = order.index(task) + 1
        yield f"{call}.earliest_start[{place}]", start[task]
        yield f"{call}.total_float[{place}]", latest[task] - start[task]
        yield f"{call}.free_float[{place}]", free[task]


CHAPTERS = {"statistics": statistics_calls, "laws": laws_calls, "investments": investments_calls, "scheduling": scheduling_calls}


def calls():
    """(chapter, expression, what Python says), always the same."""
    for chapter, made in CHAPTERS.items():
        for expression, wanted in made(random.Random(chapter)):
            yield chapter, expression, Fraction(wanted) if isinstance(wanted, int) else wanted
