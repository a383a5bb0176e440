"""Figures and charts for builders and operators: what happened in a period, beside the period before, and what to change.

It reads the other apps' tables and owns only the daily sums of the whole place. It never changes what it counts, and no
app imports it.
"""
