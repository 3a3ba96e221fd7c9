# SPDX-License-Identifier: GPL-3.0-or-later
import loans  # noqa: F401  the same figures: Python has no table to make
