"""Tests that of a mail only what its sender has written is kept."""

from __future__ import annotations

import pytest

from messaging.mail_answers.parsing import read
from messaging.mail_answers.quotes import ANSWER_ABOVE, text_of_html, unflowed, written

GMAIL = (
    f"Yes, ten.\n\nOn Fri, 27 Nov 2026 at 10:00, Waymark <hello@waymark.invalid> wrote:\n\n> {ANSWER_ABOVE}\n> Hello"
)
WRAPPED = (
    "Yes, ten.\n\nOn Fri, 27 Nov 2026 at 10:00, Waymark via Somebody\n<hello@waymark.invalid> wrote:\n> Hello\n> you"
)
GERMAN = "Ja, zehn.\n\nAm 27.11.26 um 10:00 schrieb Waymark:\n> Hallo"
FRENCH = "Oui.\n\nLe ven. 27 nov. 2026 à 10:00, Waymark <hello@waymark.invalid> a écrit :\n\n> Bonjour"
OUTLOOK = f"Yes.\n\n________________________________\nFrom: Waymark <hello@waymark.invalid>\nSent: Friday\n\n{ANSWER_ABOVE}\nHi"
OUTLOOK_OTHER = (
    f"Ja.\n\nVon: Waymark <hello@waymark.invalid>\nGesendet: Freitag, 27. November 2026\n\n{ANSWER_ABOVE}\nHi"
)
ORIGINAL = "Yes.\n\n-----Original Message-----\nFrom: Waymark\n\nHello"
BELOW = "On Fri, 27 Nov 2026, Waymark <hello@waymark.invalid> wrote:\n> Is ten fine?\n\nYes.\n\n> And Ada?\n\nShe too."
SIGNED = "Yes.\n\n-- \nAda Moreno\nBuilder of boats"
PHONE = "Yes.\n\nSent from my iPhone"
COLON = "These are the times:\n\n10:00\n11:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GMAIL, "Yes, ten."),
        (WRAPPED, "Yes, ten."),
        (GERMAN, "Ja, zehn."),
        (FRENCH, "Oui."),
        (OUTLOOK, "Yes."),
        (OUTLOOK_OTHER, "Ja."),
        (ORIGINAL, "Yes."),
        (BELOW, "Yes.\n\nShe too."),
        (SIGNED, "Yes."),
        (PHONE, "Yes."),
        (COLON, COLON),
        ("> only a quote", ""),
        ("Come on 2026-11-27.\r\nBye", "Come on 2026-11-27.\nBye"),
    ],
)
def test_what_somebody_has_written_is_kept(text: str, expected: str) -> None:
    assert written(text) == expected


def test_html_becomes_lines_without_the_quoted_mail() -> None:
    html = (
        "<html><head><style>p { color: red }</style></head><body><div>Yes, <b>ten</b>.</div><div><br></div>"
        "<p>See&nbsp;you &lt;there&gt;</p><script>alert(1)</script>"
        '<div class="gmail_quote">On Friday Waymark wrote:<blockquote>Is ten fine?</blockquote></div></body></html>'
    )

    assert text_of_html(html).replace("\xa0", " ") == "Yes, ten.\n\nSee you <there>"


def test_lines_that_a_program_has_broken_are_joined() -> None:
    text = "A long line that goes \non here.\n\n Stuffed\n> a quote \nNew\n-- \nAda"

    assert unflowed(text, deletes_space=False) == (
        "A long line that goes on here.\n\nStuffed\n> a quote \nNew\n-- \nAda"
    )


def test_a_page_of_unclosed_elements_is_read_in_little_time() -> None:
    html = "<b>" * 150_000 + "Yes" + "</i>" * 10

    assert text_of_html(html) == "Yes"


@pytest.mark.parametrize("text", ["a\n>\n" * 12_000, "__________\n" * 5_000, "On 2026:\n>" * 5_000])
def test_a_mail_that_is_made_to_take_long_is_read(text: str) -> None:
    raw = b"From: a@b.test\nTo: " + b"<a@b.test>, " * 50_000 + b"\n\n" + text.encode()

    assert len(read(raw).text) <= len(text)


def test_a_mail_within_a_mail_is_no_text_of_its_own() -> None:
    raw = (
        b"From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n"
        b"From: c@d.test\n\nTheirs\n--x\nContent-Type: text/plain\n\nMine\n--x--\n"
    )

    assert read(raw).text == "Mine"


def test_of_a_very_long_text_the_beginning_is_read_before_its_lines_are_joined() -> None:
    letter = read(b"From: a@b.test\nContent-Type: text/plain; format=flowed\n\n" + b"a \n" * 400_000)

    assert letter.text == " ".join("a" * 16_667)
