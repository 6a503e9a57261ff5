"""The formulas of the scoring standards: each a plain function of expressions and numbers, knowing no scheme.

Values are fractions num / den; points are whole hundredths. A formula never sees a missing value: callers mask it.
"""
