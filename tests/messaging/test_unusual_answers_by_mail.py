"""Tests of answers by mail in unusual forms: damaged, too large, too deep, and with odd headers or names of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import User
from messaging.mail_answers.services import Outcome, take_in
from tests.emails import text_of
from tests.messaging.cast import PDF
from tests.messaging.conftest import Pair
from tests.messaging.letters import answer, refusal

pytestmark = pytest.mark.django_db


def test_a_mail_that_was_too_large_to_be_read_is_refused(
    ada: User, pair: Pair, address: str, mail_folder: Path
) -> None:
    headers = answer(ada.email, address).as_bytes().partition(b"\n\n")[0]

    assert take_in(headers, is_cut=True) == Outcome.REFUSED
    assert "at most 25 MB" in text_of(refusal(mail_folder))


def nested(ada: User, address: str, levels: int, lines: int) -> bytes:
    """Returns a mail whose text is inside of many multiparts."""
    head = f"From: {ada.email}\nTo: {address}\nMessage-ID: <{levels}@people.test>\n"
    opened = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(levels))
    return f"{head}{opened}\nYes.\n".encode() + b"\n" * lines


@pytest.mark.parametrize("extra", [(300, 400_000), (1, 30_000)], ids=["deep", "many"])
def test_a_mail_that_takes_long_to_read_is_refused_before_it_is_parsed(
    extra: tuple[int, int], ada: User, pair: Pair, address: str, mail_folder: Path
) -> None:
    levels, lines = extra
    raw = nested(ada, address, levels, lines)
    letter = raw if levels > 1 else raw + b"--b0\n\n" * lines

    assert take_in(letter) == Outcome.REFUSED
    assert "Your mail has too many parts" in text_of(refusal(mail_folder))


def test_a_mail_within_several_others_is_read(ada: User, pair: Pair, address: str) -> None:
    assert take_in(nested(ada, address, 20, 1_000)) == Outcome.SENT


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe", b"Content-Type: multipart/mixed\n\n--", b"From: @@@\nTo: ,,<>;\n\n"]
)
def test_damaged_mails_are_nothing(damage: bytes) -> None:
    assert take_in(damage) == Outcome.UNKNOWN


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Type: text/plain; charset=nonsense\n",
        b"Content-Type: multipart/mixed\n",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n",
        b"Date: nonsense\nReferences: <<<<\nContent-Disposition: ;;;\n",
        b"Content-Type: text/plain; " + b"x=y; " * 50_000 + b"\n",
        b"Subject: =?utf-8?b?////?=\nCc: \xff\xfe <a@b>, =?x?=\n",
    ],
)
def test_an_answer_with_odd_headers_is_taken_in_or_refused(headers: bytes, ada: User, pair: Pair, address: str) -> None:
    raw = headers + f"From: {ada.email}\nTo: {address}\nMessage-ID: <a@b>\n\nYes.\n".encode()

    assert take_in(raw) in (Outcome.SENT, Outcome.REFUSED)


@pytest.mark.parametrize("name", ["..", "/", "plans/"])
def test_a_file_whose_name_is_none_is_refused_like_others(
    name: str, ada: User, pair: Pair, address: str, mail_folder: Path
) -> None:
    letter = answer(ada.email, address)
    letter.add_attachment(PDF, maintype="application", subtype="pdf", filename=name)

    assert take_in(letter.as_bytes()) == Outcome.REFUSED
    assert "We do not accept files of this type" in text_of(refusal(mail_folder))
