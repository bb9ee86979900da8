"""Checks scheduling's books after any run: one function for each invariant, in plain SQL.

Nothing here relies on an index, a constraint or a function that decides a booking: a guard that
was dropped is what is looked for.
"""
