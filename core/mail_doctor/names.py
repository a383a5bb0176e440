"""Asks DNS, by dnspython, which the extra `mail` installs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import dns.exception
import dns.name
import dns.resolver
import dns.reversename

SECONDS = 5.0


class NoAnswer(Exception):
    """No name server has answered, so that nothing is known."""


@dataclass
class NameServers:
    """The name servers of this machine, or the one at `address`, such as 192.0.2.1 or 127.0.0.1:5353."""

    address: str = ""
    _resolver: dns.resolver.Resolver = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._resolver = dns.resolver.Resolver(configure=not self.address)
        self._resolver.lifetime = SECONDS
        if self.address:
            host, _, port = self.address.rpartition(":") if self.address.count(":") == 1 else (self.address, "", "")
            self._resolver.nameservers, self._resolver.port = [host], int(port or 53)

    def texts(self, name: str) -> list[str]:
        """Returns the TXT records of a name."""
        return [b"".join(row.strings).decode("utf-8", "replace") for row in self._ask(name, "TXT")]

    def mail_servers(self, domain: str) -> list[str]:
        """Returns the names of the servers that take mail for a domain, the preferred one first."""
        rows = sorted(self._ask(domain, "MX"), key=lambda row: row.preference)
        return [str(row.exchange).rstrip(".") for row in rows]

    def addresses(self, host: str) -> list[str]:
        """Returns the IP addresses of a host."""
        return [str(row.address) for kind in ("A", "AAAA") for row in self._ask(host, kind)]

    def names_of(self, address: str) -> list[str]:
        """Returns the names that an IP address has (PTR)."""
        return [str(row.target).rstrip(".") for row in self._ask(str(dns.reversename.from_address(address)), "PTR")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel):
            return []
        except dns.exception.DNSException as error:
            raise NoAnswer(f"{name} ({kind}): {error}") from error
