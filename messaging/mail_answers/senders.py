"""Decides whether a mail was really sent by the participant whose address it was sent to.

The token in the address proves that its sender has seen a mail to the participant, not that they are this participant:
mails are forwarded. So the sender has to be the participant's own address, and where the mail server checks senders
(`MAIL_ANSWERS_CHECKED_BY`), it has to say that this one is not forged.
"""

from __future__ import annotations

import re

from django.conf import settings

from messaging.mail_answers.parsing import IncomingMail

RESULT = re.compile(r"(?:^|;)\s*(dmarc|dkim|spf)\s*=\s*pass\b([^;]*)", re.IGNORECASE)
COMMENT = re.compile(r"\([^()]*\)")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')  # such as in an envelope sender, where its sender can write what they like
FROM_DOMAIN = re.compile(r"header\.from=(?:\S*@)?([\w.-]+)", re.IGNORECASE)
SIGNED_DOMAIN = re.compile(r"(?:header\.d=|header\.i=\S*@|smtp\.mailfrom=(?:\S*@)?)([\w.-]+)", re.IGNORECASE)


def is_sent_by(mail: IncomingMail, address: str) -> bool:
    """Whether the mail has this address as its only sender and, where senders are checked, was found to be genuine."""
    return bool(address) and mail.sender == address.lower() and is_genuine(mail)


def is_genuine(mail: IncomingMail) -> bool:
    """Whether our mail server has found that the mail comes from the domain of its sender; True where it does not check.

    Of several lines only the first with the name of our server counts: it adds its own at the top, and others may have been
    sent with the mail.
    """
    server = settings.MAIL_ANSWERS_CHECKED_BY.lower()
    if not server:
        return True
    domain = mail.sender.rpartition("@")[2]
    for line in mail.checks:
        name, _, results = COMMENT.sub("", QUOTED.sub("", line)).partition(";")
        if name.split()[:1] == [server] or name.strip().lower() == server:
            return any(_covers(method.lower(), values, domain) for method, values in RESULT.findall(results))
    return False


def _covers(method: str, values: str, domain: str) -> bool:
    """Whether a check that was passed is about the sender's domain, or one above it. DMARC need not name the domain."""
    pattern = FROM_DOMAIN if method == "dmarc" else SIGNED_DOMAIN
    names = [name.lower() for name in pattern.findall(values)]
    if method == "dmarc" and not names:
        return True
    return any(name == domain or (domain.endswith(f".{name}") and "." in name) for name in names)
