"""The evidence as a PDF document of limited size."""

from __future__ import annotations

from collections.abc import Iterable

from payments.disputes.evidence import Section

LARGEST = 2 * 1024 * 1024  # of the document; the files of the builder share the 5 MB that the bank takes
LONGEST_LINE = 4_000
MOST_CHARACTERS = 300_000
CUT = "The rest is left out, because the bank limits the length of the document."


def write(title: str, facts: Iterable[tuple[str, str]], sections: Iterable[Section]) -> bytes:
    """Returns the document, which is at most LARGEST bytes: the last lines are left out if there are too many."""
    known, most = list(sections), MOST_CHARACTERS
    facts = list(facts)
    while True:
        content = _written(title, facts, _shortened(known, most))
        if len(content) <= LARGEST or not most:
            return content
        most //= 2


def _shortened(sections: list[Section], most: int) -> list[Section]:
    """Returns the sections with at most so many characters, with a sentence where something was left out."""
    result: list[Section] = []
    for section in sections:
        lines: list[str] = []
        for line in section.lines:
            most -= len(line)
            if most < 0:
                return [*result, Section(section.title, (*lines, CUT))]
            lines.append(line)
        result.append(Section(section.title, tuple(lines)))
    return result


def _written(title: str, facts: list[tuple[str, str]], sections: list[Section]) -> bytes:
    from payments.pdf import PdfDocument  # its libraries would take a tenth of the start of every process

    document = PdfDocument("Evidence")
    document.heading(title, 18)
    for name, value in facts:
        document.text(f"{name}: {value}")
    for section in sections:
        document.heading(section.title, 13)
        for line in section.lines:
            document.text(line[:LONGEST_LINE])
    return document.content()
