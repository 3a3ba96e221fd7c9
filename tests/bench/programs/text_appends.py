# SPDX-License-Identifier: GPL-3.0-or-later
pieces = []
for i in range(1, 1000001):
    pieces.append(f"line {i % 1000}; ")
print(len("".join(pieces)))
