# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of tests. Each module has collect(context): (path, function returning a list of Outcome)."""
