"""A year's documents of one seller as a ZIP file, which is sent while it is being written."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain

from core.csv_export import cell
from payments.invoices import pdf, xml
from payments.invoices.documents import document_of
from payments.invoices.models import Invoice

HEADER = (
    "Number", "Kind", "Issued on", "Buyer", "Buyer's country", "Buyer's VAT number", "Order", "Currency", "Net", "VAT", "Total",
    "Corrects",
)  # fmt: skip


class _Pipe(io.RawIOBase):
    """Keeps what was written until it is taken, so that no more than one document is in memory."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: object) -> int:
        content = bytes(part)  # type: ignore[call-overload]  # whatever has bytes, as zipfile passes it
        self._parts.append(content)
        return len(content)

    def taken(self) -> bytes:
        content = b"".join(self._parts)
        self._parts.clear()
        return content


def zipped(invoices: Iterable[Invoice]) -> Iterator[bytes]:
    """Yields the ZIP file in parts: a table, then each document as PDF and, where the standard allows it, XML."""
    rows = list(invoices)
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in chain([("invoices.csv", _table(rows))], _files(rows)):
            archive.writestr(_entry(name), content)
            yield pipe.taken()
    yield pipe.taken()


def _files(rows: Iterable[Invoice]) -> Iterator[tuple[str, bytes]]:
    for invoice in rows:
        yield f"{invoice.number}.pdf", pdf.write(invoice)
        if xml.is_possible(invoice):
            yield f"{invoice.number}.xml", xml.write(invoice)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry


def _table(rows: Iterable[Invoice]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows([cell(value) for value in table_row(invoice)] for invoice in rows)
    return f"\ufeff{text.getvalue()}".encode()


def table_row(invoice: Invoice) -> list[object]:
    """Returns one document as a row under HEADER. Credit notes have negative sums, so that columns add up."""
    document, sign = document_of(invoice), -1 if invoice.is_credit_note else 1
    sums = [sign * invoice.money(name).amount for name in ("net", "tax", "gross")]
    return [
        invoice.number, invoice.get_kind_display(), invoice.issued_on.isoformat(), document.buyer.name,
        document.buyer.country, document.buyer.vat_number, document.reference, invoice.currency, *sums,
        document.corrects,
    ]  # fmt: skip
