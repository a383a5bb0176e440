"""The command `waymark`, which runs Waymark from a wheel as `make` and `manage.py` do from a checkout.

A wheel has the project's own packages, such as `core`, in its folder `project`, so that none of these common names are
installed beside those of other software.
"""
