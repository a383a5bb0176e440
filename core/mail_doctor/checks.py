"""The checks of `manage.py mail_doctor`: each returns what it found and, where something is wrong, what to do."""

from __future__ import annotations

import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from core.mail_log.services import describe_error

# Where mail providers and mail servers usually keep the key; the real name is in the header DKIM-Signature, after s=.
SELECTORS = ("default", "mail", "dkim", "google", "selector1", "selector2", "k1", "s1", "s2", "mx", "pm", "resend")
BIG_INCLUDES = 10  # queries that SPF may cost a receiver
COSTLY = re.compile(r"(?:^|\s)[+?~-]?(?:include:|a(?:[:/\s]|$)|mx(?:[:/\s]|$)|ptr|exists:|redirect=)", re.IGNORECASE)


class MailVerdict(Enum):
    GOOD = "good"
    LOOK = "look"  # works, but could be better, or cannot be known from here
    BAD = "bad"


@dataclass(frozen=True)
class Diagnosis:
    """What a check found. `advice` says what to do."""

    verdict: MailVerdict
    text: str
    advice: str = ""


class Names(Protocol):
    """What the checks ask DNS for."""

    def texts(self, name: str) -> list[str]: ...

    def mail_servers(self, domain: str) -> list[str]: ...

    def addresses(self, host: str) -> list[str]: ...

    def names_of(self, address: str) -> list[str]: ...


def sender_domain() -> str:
    """Returns the domain of the address that mail comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()


def connection() -> Diagnosis:
    """Opens a connection to the mail server, and signs in if a name is set."""
    where = _mail_server()
    try:
        opened = get_connection(fail_silently=False)
        opened.open()
        opened.close()
    except Exception as error:  # noqa: BLE001  (each package raises its own)
        return Diagnosis(MailVerdict.BAD, f"{where} cannot be reached: {describe_error(error)}", _advice_on(error))
    return Diagnosis(MailVerdict.GOOD, f"{where} answers and accepts us.")


def sending(address: str) -> Diagnosis:
    """Sends a test email, past the outbox and the log."""
    email = EmailMessage(
        "Test from Waymark",
        f"This is a test from {settings.SITE_URL}. If you can read it, mail leaves Waymark and arrives.",
        to=[address],
    )
    try:
        email.send()
    except Exception as error:  # noqa: BLE001  (each package raises its own)
        return Diagnosis(MailVerdict.BAD, f"The test email was not taken: {describe_error(error)}", _advice_on(error))
    return Diagnosis(
        MailVerdict.GOOD,
        f"The test email to {address} was taken.",
        "Look whether it arrives, and not among spam. Its header Authentication-Results says what the other side thinks.",
    )


def mail_exchangers(names: Names, domain: str) -> Diagnosis:
    """Checks that answers and bounces can come back to the sender's domain."""
    servers = names.mail_servers(domain)
    if servers:
        return Diagnosis(MailVerdict.GOOD, f"Mail to {domain} is taken by {', '.join(servers)}.")
    return Diagnosis(
        MailVerdict.BAD,
        f"{domain} has no MX record, so that answers and bounces cannot come back.",
        f"Add an MX record for {domain} at your DNS provider, or use a sender whose domain takes mail.",
    )


def spf(names: Names, domain: str) -> Diagnosis:
    """Checks which servers may send mail for the domain."""
    records = [text for text in names.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    example = f'"v=spf1 include:YOUR-PROVIDER ~all" as a TXT record of {domain}'
    if not records:
        return Diagnosis(
            MailVerdict.BAD, f"{domain} has no SPF record.", f"Add {example}; your mail provider names its part."
        )
    if len(records) > 1:
        return Diagnosis(
            MailVerdict.BAD, f"{domain} has {len(records)} SPF records, so that none counts.", "Join them into one."
        )
    record = records[0]
    if re.search(r"(?:^|\s)\+?all\b", record):
        return Diagnosis(MailVerdict.BAD, f'SPF allows everybody: "{record}".', 'End it with "~all" instead.')
    if len(COSTLY.findall(record)) > BIG_INCLUDES:
        return Diagnosis(
            MailVerdict.BAD, f'SPF asks for too much: "{record}".', f"It may cost {BIG_INCLUDES} queries at most."
        )
    if not re.search(r"[~-]all\b|redirect=", record):
        return Diagnosis(
            MailVerdict.LOOK, f'SPF does not say what to do with other servers: "{record}".', 'End it with "~all".'
        )
    return Diagnosis(
        MailVerdict.GOOD, f'SPF: "{record}".', f"Check that it covers {_mail_server()}, or the servers behind it."
    )


def dkim(names: Names, domain: str, selector: str) -> Diagnosis:
    """Looks for the key that signs mail of the domain, under the selector or those that are common."""
    for name in [selector] if selector else SELECTORS:
        for text in names.texts(f"{name}._domainkey.{domain}"):
            if re.search(r"(?:^|;)\s*p=\s*;?\s*$|(?:^|;)\s*p=\s*;", text):
                return Diagnosis(MailVerdict.BAD, f'The DKIM key "{name}" was withdrawn.', "Publish a new key.")
            if "p=" in text:
                return Diagnosis(MailVerdict.GOOD, f'DKIM: {domain} has the key "{name}".')
    if selector:
        return Diagnosis(
            MailVerdict.BAD,
            f'{domain} has no DKIM key named "{selector}".',
            f"Add the TXT record {selector}._domainkey.{domain} that your mail provider shows.",
        )
    return Diagnosis(
        MailVerdict.LOOK,
        f"{domain} has no DKIM key under a common name.",
        "Find its name in the header DKIM-Signature of an email, after s=, and run this again with --selector NAME. "
        "If there is no such header, switch DKIM on at your mail provider and publish the key that it shows.",
    )


def dmarc(names: Names, domain: str) -> Diagnosis:
    """Checks what receivers are told to do with mail that is not really from the domain."""
    parts = domain.split(".")
    for at in range(max(1, len(parts) - 1)):
        name = ".".join(parts[at:])
        records = [text for text in names.texts(f"_dmarc.{name}") if text.lower().startswith("v=dmarc1")]
        if not records:
            continue
        record = records[0]
        policy = re.search(r"[;\s]p=(\w+)", record, re.IGNORECASE)
        if policy is None:
            return Diagnosis(MailVerdict.BAD, f'DMARC has no policy: "{record}".', 'Add "p=none" or stricter.')
        if policy[1].lower() == "none":
            return Diagnosis(
                MailVerdict.LOOK,
                f'DMARC only watches: "{record}".',
                'Once the reports show that all your mail passes, change it to "p=quarantine".',
            )
        return Diagnosis(MailVerdict.GOOD, f'DMARC: "{record}".')
    return Diagnosis(
        MailVerdict.BAD,
        f"{domain} has no DMARC record. Large mail providers refuse or hide mail without one.",
        f'Add "v=DMARC1; p=none; rua=mailto:postmaster@{domain}" as a TXT record of _dmarc.{domain}.',
    )


def reverse_name(names: Names) -> Diagnosis:
    """Checks that the mail server's address has a name, which leads back to the address."""
    host = settings.EMAIL_HOST
    addresses = [host] if _is_address(host) else names.addresses(host)
    if not addresses:
        return Diagnosis(MailVerdict.BAD, f"{host} has no address in DNS.", "Correct the host in EMAIL_URL.")
    for address in addresses:
        if not ipaddress.ip_address(address).is_global:
            continue
        host_names = names.names_of(address)
        if not any(address in names.addresses(name) for name in host_names):
            return Diagnosis(
                MailVerdict.LOOK,
                f"{address} ({host}) has no name that leads back to it.",
                "If this server sends mail to the world itself, let the provider of the address set its reverse name (PTR).",
            )
    return Diagnosis(
        MailVerdict.GOOD, f"The address of {host} has a name that leads back to it, or is in your own network."
    )


def all_of(names: Names, selector: str) -> Iterator[Callable[[], Diagnosis]]:
    """Yields the checks that ask DNS."""
    domain = sender_domain()
    yield lambda: mail_exchangers(names, domain)
    yield lambda: spf(names, domain)
    yield lambda: dkim(names, domain, selector)
    yield lambda: dmarc(names, domain)
    if not settings.MAIL_PROVIDER:
        yield lambda: reverse_name(names)


def _mail_server() -> str:
    if settings.MAIL_PROVIDER:
        return f"the mail provider {settings.MAIL_PROVIDER}"
    return f"the mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


ADVICE: tuple[tuple[type[Exception], str], ...] = (
    (
        smtplib.SMTPAuthenticationError,
        "Correct the name and the password in EMAIL_URL. In a URL, / @ : and # in them are written as %2F %40 %3A %23.",
    ),
    (
        smtplib.SMTPSenderRefused,
        "The mail server does not let us send as DEFAULT_FROM_EMAIL. Use an address of your own domain there.",
    ),
    (
        smtplib.SMTPRecipientsRefused,
        "The server refuses this recipient: its answer says why. Try an address at another provider too.",
    ),
    (ssl.SSLError, "Try the other way to encrypt in EMAIL_URL: smtps:// for port 465, smtp+tls:// for port 587."),
    (socket.gaierror, "Correct the host in EMAIL_URL: no name server knows it."),
    (TimeoutError, "Nothing answers: many hosting companies block port 25. Use port 587 or 465 of your mail provider."),
    (
        ConnectionRefusedError,
        "The host is there, but nothing listens at this port. Correct the port in EMAIL_URL.",
    ),
)


def _advice_on(error: Exception) -> str:
    """Returns what to do about an error of the mail server."""
    matching = (advice for kind, advice in ADVICE if isinstance(error, kind))
    return next(matching, "Its answer says why. Look in the settings of your mail provider for what they mean.")
