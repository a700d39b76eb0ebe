"""Reminders: the month's, the second look, the warning before six months, and those a secretary asks for.

They go only to those who still have something open, and stop when it is done.
"""
