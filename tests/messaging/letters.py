"""Mails as mail programs send them in answer to the mail about unread messages."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from messaging.mail_answers.quotes import ANSWER_ABOVE
from messaging.models import Participant
from tests.emails import delivered, read
from tests.messaging.cast import deliver_unread, say

QUOTE = f"\n\nOn Fri, 27 Nov 2026 at 10:00, Waymark <hello@waymark.invalid> wrote:\n> {ANSWER_ABOVE}\n>\n> Hello Ada\n"


def answer(sender: str, to: str, text: str = "Yes, ten is fine.", **headers: str) -> EmailMessage:
    """Returns an answer with the mail quoted below it. Headers have `_` for `-` in their names."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, "Re: New message"
    letter["Message-ID"] = make_msgid(domain="people.test")
    for name, value in headers.items():
        del letter[name.replace("_", "-")]
        letter[name.replace("_", "-")] = value
    letter.set_content(text + QUOTE)
    return letter


def reply_address(mine: Participant, theirs: Participant, mail_folder: Path, text: str = "Is ten fine?") -> str:
    """Sends a message, delivers the mail about it, and returns the address to which that mail is answered."""
    say(mine, text)
    deliver_unread(theirs)
    return str(read(mail_folder)[-1]["Reply-To"])


def refusal(mail_folder: Path) -> Any:
    """Returns the last mail, which says why an answer was not sent."""
    letter = delivered(mail_folder)[-1]
    assert letter["Subject"] == "Your reply was not sent"
    return letter
