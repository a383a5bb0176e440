"""Templates are read by people: short lines, and tags that stand in one line. djangofmt sees to the rest."""

from __future__ import annotations

import re

from config.embedded.paths import PROJECT

FOLDER = PROJECT / "templates"
PAGES = sorted(FOLDER.rglob("*.html"))
MAILS = sorted(FOLDER.rglob("*.txt"))
LONGEST = 120
DRAWING = re.compile(r'\s(?:d|points)="[^"]*"')  # the data of an SVG path cannot be broken where a reader would
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}")
SUMMARY = re.compile(r'_error_summary\.html"(?: with form=(\w+))? %\}')
BRACKETS = ("{%", "%}", "{{", "}}", "{#", "#}")


def test_lines_are_short() -> None:
    long_lines = [
        f"{path.relative_to(FOLDER)}:{number} has {len(line)} characters"
        for path in PAGES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(DRAWING.sub("", line)) > LONGEST
    ]

    assert long_lines == []


def test_a_tag_stands_in_one_line() -> None:
    """Django shows a tag that goes on in the next line as text."""
    broken_tags = [
        f"{path.relative_to(FOLDER)}:{number}: {line.strip()}"
        for path in [*PAGES, *MAILS]
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if any(bracket in TAG.sub("", line) for bracket in BRACKETS)
    ]

    assert broken_tags == []


def test_the_errors_of_a_form_are_listed_once() -> None:
    """A form that is rendered as a whole lists its errors itself."""
    texts = {path.relative_to(FOLDER): path.read_text() for path in PAGES}
    doubled = [
        f"{path}: {form or 'form'}"
        for path, text in texts.items()
        for form in SUMMARY.findall(text)
        if f"{{{{ {form or 'form'} }}}}" in text
    ]

    assert doubled == []


def test_no_two_stylesheets_style_one_class() -> None:
    """Two components of one name would each get the rules of the other, since every page loads all of them."""
    files: dict[str, set[str]] = {}
    for path in (PROJECT / "static" / "css").glob("*.css"):
        for name in re.findall(r"^ {2}\.([a-z][\w-]*) \{", path.read_text(), re.MULTILINE):
            files.setdefault(name, set()).add(path.name)

    assert {name: names for name, names in files.items() if len(names) > 1} == {}
