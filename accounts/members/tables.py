"""Members as rows of CSV files and as JSON, and reading the rows of a CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.members import rules
from accounts.members.lookups import folded
from accounts.members.rules import written
from accounts.models import Member
from core import audit
from core.characters import marked
from core.csv_export import FORMULA

HEADER = tuple(member_field.wire for member_field in rules.FIELDS)
MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
DELIMITERS = (",", ";", "\t", "|")
LINE_END = re.compile(r"[\r\n]")
NOT_UTF8 = "This file is not in UTF-8. In Excel, save it as “CSV UTF-8 (comma delimited)”."
_OTHER_NAMES = {"company": "company_name", "office": "office_name", "name": "full_name"}
_COLUMNS = {
    folded(name): member_field.name
    for member_field in rules.FIELDS
    for name in (member_field.wire, member_field.reso, member_field.label)
    if name
} | {folded(name): field_name for name, field_name in _OTHER_NAMES.items()}


@dataclass(frozen=True)
class RowError:
    """What is wrong in a row; row 1 is the header. `field` is the name of its column, or empty for the whole row."""

    row: int
    field: str
    why: str

    @property
    def column(self) -> str:
        return self.field or "the whole row"


class BadFile(ValueError):
    """A file of which no row can be read; the message is shown."""


@dataclass
class MemberTable:
    """The rows of a file as texts by field, with their numbers in a spreadsheet, and what cannot be read."""

    columns: list[str] = field(default_factory=list)  # names of fields
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # columns with other names
    size: int = 0  # how many rows the file has, also such as cannot be read


def row_of(member: Member) -> list[str]:
    return [written(getattr(member, name)) for name in rules.NAMES]


def record_download(*, by: Any, rows: int, form: str) -> None:
    """Writes into the audit that somebody has downloaded members."""
    audit.record_download(actor=by, subject=Member._meta.label_lower, rows=rows, form=form)


def as_json(member: Member) -> dict[str, Any]:
    """Returns the fields of a member by their names in the API."""
    values = {member_field.wire: getattr(member, member_field.name) for member_field in rules.FIELDS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def read_table(content: bytes) -> MemberTable:
    """Reads a CSV file. Raises BadFile if it is too large, has no header or is no text.

    The delimiter is the one that gives the most known columns. A byte order mark, also of UTF-16, is understood.
    """
    text = _decoded(content)
    head = LINE_END.split(text, maxsplit=1)[0]
    delimiter = max(DELIMITERS, key=lambda mark: len(_known(head.replace('"', "").split(mark))))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    table = MemberTable()
    try:
        header = next(lines, [])
        names = [_column(cell) for cell in header]
        _read_header(table, header, names)
        for number, cells in enumerate(lines, start=2):
            _read_row(table, number, cells, names)
    except csv.Error:
        raise BadFile(
            "This file cannot be read as a table: a quotation mark in it is not closed, or a cell is too long."
        ) from None
    return table


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise BadFile(f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Split it into several files.")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise BadFile(NOT_UTF8) from None
    if not text.strip():
        raise BadFile("This file is empty.")
    return text


def _column(cell: str) -> str:
    """Returns the name of the field that a column has, or an empty text for another column."""
    return _COLUMNS.get(folded(cell), "")


def _known(cells: Iterable[str]) -> set[str]:
    return {name for cell in cells if (name := _column(cell))}


def _read_header(table: MemberTable, header: list[str], names: list[str]) -> None:
    if "member_key" not in names:
        raise BadFile(f"The first line must name the columns, with memberKey among them: {', '.join(HEADER)}.")
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        columns = ", ".join(rules.BY_NAME[name].wire for name in repeated)
        raise BadFile(f"These columns are there more than once: {columns}.")
    table.columns = [name for name in names if name]
    table.ignored = [marked(cell.strip())[:80] for cell in header if cell.strip() and not _column(cell)]


def _read_row(table: MemberTable, number: int, cells: list[str], names: list[str]) -> None:
    if not any(cell.strip() for cell in cells):
        return
    if table.size >= MOST_ROWS:
        raise BadFile(f"This file has more than {MOST_ROWS:,} rows. Split it into several files.")
    table.size += 1
    if len(cells) != len(names):
        why = f"This row has {len(cells)} cells, and the header has {len(names)}. Put texts with a comma in quotation marks."
        table.errors.append(RowError(number, "", why))
        return
    texts = {name: _cell(cell) for name, cell in zip(names, cells, strict=True) if name}
    table.rows.append((number, texts))


def _cell(text: str) -> str:
    """Returns the text without the apostrophe that our own CSV files put before what a spreadsheet takes for a formula."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(FORMULA) else text
