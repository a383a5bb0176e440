"""A private PostgreSQL and Valkey for the demo and the tests, on machines that have neither.

A small supervisor (`python -m config.embedded`) runs them as long as any process has a lease: a shared file lock, which
the kernel releases however that process ends. Two commands that start at once share one supervisor. Servers that are
killed are started again.

Only `manage.py` and the tests take leases. The settings only read the addresses.
"""

from config.embedded.leases import Lease, ServersFailed, delete_data, embedded_lease, lease
from config.embedded.paths import Instance

__all__ = ["Instance", "Lease", "ServersFailed", "delete_data", "embedded_lease", "lease"]
