"""A factory for each model. Each makes a row that is valid by itself, with the rows that it needs.

The rows are made as they are, without the services that would mail, record and count. What depends on those is made by
the named people in `tests/cast.py` and the functions beside it, which build on the factories.
"""
