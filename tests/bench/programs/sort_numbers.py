# SPDX-License-Identifier: GPL-3.0-or-later
x = sorted([7919 * i % 1000003 / 100 for i in range(1, 1000001)])
print(f"{x[0] + x[499999] + x[999999]:.2f}")
