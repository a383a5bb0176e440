"""The documents: links lead somewhere, commands and pages exist, the README leads to every page, tables are up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.core.management import get_commands
from django.urls import Resolver404, resolve

from config.embedded.paths import PROJECT
from core import table_reference

DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
# A command of manage.py, of `waymark` or of make, at the beginning of code or of a line of it.
MANAGE = re.compile(r"(?:manage\.py|waymark manage) (?!-)([a-z][a-z_]+)")
WAYMARK = re.compile(r"(?:^|[`$ ])waymark ([a-z]+)\b", re.MULTILINE)
MAKE = re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE)
# The path of a page in code, such as `/dashboard/share/`; `<slug>` and the like stand for a part that differs.
PAGE = re.compile(r"^/[\w<>/.{}-]*/$")
ANY_PART = ("00000000-0000-0000-0000-000000000001", "word", "1", "WM-222222")
HISTORY = ("CHANGELOG.md",)  # names what there was at its time
ELSEWHERE = frozenset({"/api/v2/", "/google/", "/microsoft/"})  # of a later version, and of the stand-ins of the demo


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(PROJECT)) for path in paths]


@cache
def text_of(name: str) -> str:
    return (PROJECT / name).read_text()


def code_in(name: str) -> Iterator[str]:
    for match in CODE.finditer(text_of(name)):
        yield match[0]


def anchors_of(path: Path) -> set[str]:
    """Returns the anchors of the headings of a document, as GitHub makes them."""
    titles = HEADING.findall(path.read_text())
    return {re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).strip().replace(" ", "-") for title in titles}


def links_in(name: str) -> Iterator[tuple[Path, str]]:
    """Yields the file and the anchor of each link to a file of the project."""
    without_code = CODE.sub("", text_of(name))
    for address in LINK.findall(without_code):
        if "://" not in address and not address.startswith("mailto:"):
            path, _, anchor = address.partition("#")
            here = PROJECT / name
            yield ((here.parent / path).resolve() if path else here), anchor


def test_links_in_the_documents_lead_somewhere() -> None:
    dead = []
    for name in names(DOCUMENTS):
        for path, anchor in links_in(name):
            if not path.exists():
                dead.append(f"{name}: {path.name}")
            elif anchor and path.suffix == ".md" and anchor not in anchors_of(path):
                dead.append(f"{name}: {path.name}#{anchor}")

    assert dead == []


def test_the_readme_leads_to_every_page() -> None:
    reached: set[Path] = set()
    waiting = [PROJECT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        for path, _ in links_in(str(page.relative_to(PROJECT))):
            if path.is_dir():
                waiting += path.glob("*.md")
            elif path.suffix == ".md":
                waiting.append(path)

    assert names([path for path in DOCUMENTS if path not in reached]) == []


def test_commands_in_the_documents_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    known = {
        MANAGE: set(get_commands()),
        WAYMARK: set(re.findall(r'^        "(\w+)":', text_of("waymark/command.py"), re.MULTILINE)),
        MAKE: set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)),
    }
    stale = [
        f"{name}: {command}"
        for name in names(DOCUMENTS)
        if name not in HISTORY
        for code in code_in(name)
        for pattern, commands in known.items()
        for command in pattern.findall(code.strip("`"))
        if command not in commands
    ]

    assert known[WAYMARK] >= {"demo", "serve", "backup"}
    assert stale == []


def test_pages_in_the_documents_exist() -> None:
    unknown = []
    for name in names(DOCUMENTS):
        for code in code_in(name) if name not in HISTORY else ():
            path = code.strip("`")
            if PAGE.match(path) and path not in ELSEWHERE and not any(is_page(path, part) for part in ANY_PART):
                unknown.append(f"{name}: {path}")

    assert unknown == []


def is_page(path: str, part: str) -> bool:
    try:
        match = resolve(re.sub(r"<[^>]+>|\{[^}]+\}", part, path))
    except Resolver404:
        return False
    return match.view_name != "api_unknown"


def test_every_model_says_what_its_rows_are() -> None:
    models = [model for config in table_reference.own_apps() for model in table_reference.models_of(config)]

    assert [model for model in models if not table_reference.words_of(model)] == []


def test_the_reference_of_tables_is_up_to_date() -> None:
    assert text_of("docs/tables.md") == table_reference.reference()
