"""Data of real-estate professionals, with the fields, lengths and lookups of the RESO Data Dictionary (Member resource).

A member is one record. It belongs to a person with an account, or to nobody yet if it was imported. Nothing here decides
what a person may do on Waymark: roles are in `accounts.roles`.
"""
