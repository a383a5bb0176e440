"""The admin of what the packages of operations keep."""

from operations.mail import admin as mail_admin  # noqa: F401  (registers itself)
