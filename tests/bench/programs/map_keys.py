# SPDX-License-Identifier: GPL-3.0-or-later
names = [f"k{i % 1000000}" for i in range(1, 2000001)]
places = {}
for name in names:
    places.setdefault(name, len(places))
print(len(places))
