"""A private PostgreSQL and Valkey for machines that have neither.

They belong to a small supervisor (`python -m config.embedded`), which lives exactly as long as
somebody holds a lease: a shared file lock that the kernel drops when its holder dies, however it
dies. Two commands that start at once share one supervisor; whatever was killed is brought back.

Only `manage.py` and the tests call `lease()`. Settings merely ask for the addresses.
"""

from config.embedded.leases import Lease, ServersFailed, embedded_lease, forget, lease
from config.embedded.paths import Instance

__all__ = ["Instance", "Lease", "ServersFailed", "embedded_lease", "forget", "lease"]
