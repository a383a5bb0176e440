"""The document of a dispute's evidence: read back, in every alphabet, and never larger than the bank takes."""

from __future__ import annotations

import io
import random
import string

import pytest
from pypdf import PdfReader

from payments.disputes import document
from payments.disputes.evidence import LONGEST_TEXT, MOST_CHARACTERS, TEXTS, Section, cut
from payments.disputes.services import MOST_BYTES


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def last_page_of(content: bytes) -> str:
    """Returns the text of the last page. To read all pages of a long document takes as long as writing them."""
    return PdfReader(io.BytesIO(content)).pages[-1].extract_text()


def test_what_is_written_can_be_read() -> None:
    content = document.write(
        "Evidence for WM-7K2M9P",
        [("Amount", "75.00 EUR")],
        [Section("Messages", ("Zoë: See you at 10", "Łukasz: Yes"))],
    )

    text = text_of(content)
    for words in ("Evidence for WM-7K2M9P", "Amount: 75.00 EUR", "Messages", "Zoë: See you at 10", "Łukasz: Yes"):
        assert words in text


@pytest.mark.parametrize(
    "name",
    [
        "漢字太郎",
        "Ελένη",
        "Москва",
        "שלום",
        "مرحبا",
        "नमस्ते",
        "😀🇩🇪",
        "\x00\x07\ud800",
        "a" * 5000,
        "",
        "\U000e0001",
        "ﷺ",
    ],
)
def test_any_character_can_be_in_a_name(name: str) -> None:
    content = document.write(name, [("Name", name)], [Section(name, (name, "The end"))])

    assert "The end" in text_of(content)


def test_a_character_that_no_font_has_is_shown_by_its_number() -> None:
    content = document.write("Evidence", [], [Section("Names", ("\U0001fae8",))])

    assert "[U+1FAE8]" in text_of(content)


@pytest.mark.slow
def test_a_document_of_everything_that_people_can_write_stays_below_what_the_bank_takes() -> None:
    alphabets = (string.ascii_letters + "äöüßéèñçłøåæœ ", "ελληνικά ", "кириллица ")  # one to a line, as people write
    random.seed(7)
    lines = ["".join(random.choices(alphabets[number % 3], k=4_000)) for number in range(80)]

    content = document.write("Evidence", [], [Section("Messages", tuple(lines))])

    assert len(content) <= document.LARGEST
    assert document.LARGEST + MOST_BYTES <= 5 * 1024 * 1024
    assert document.CUT.split(",")[0] in last_page_of(content)


def test_texts_are_cut_to_what_stripe_takes_the_least_important_first() -> None:
    texts = cut(dict.fromkeys(TEXTS, "x" * 30_000) | {"unknown": "x"})

    assert set(texts) <= set(TEXTS)
    assert all(len(text) <= LONGEST_TEXT for text in texts.values())
    assert sum(len(text) for text in texts.values()) <= MOST_CHARACTERS
    assert len(texts["uncategorized_text"]) == LONGEST_TEXT
    assert cut({"customer_name": "  "}) == {}
