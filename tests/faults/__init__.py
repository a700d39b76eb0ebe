"""Faults: the real bot on a real gateway and a real database, killed, frozen and cut off, and what is left of its work.

`make test-faults` runs all of it and prints a table; a short form is in `make test`.
"""
