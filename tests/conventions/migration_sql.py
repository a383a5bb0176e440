"""Reads the SQL of a migration for statements that hold a lock for long, or that the former release cannot live with."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Tables that every request or every booking needs, or that have many rows.
HOT = frozenset({
    "account_emailaddress", "accounts_apitoken", "accounts_notification", "accounts_user", "bookings_answer", "bookings_booking",
    "bookings_bookingevent", "bookings_guest", "core_auditentry", "core_demandevent", "core_maillogentry", "core_outboxmessage",
    "django_session", "marketplace_builderlisting", "messaging_message", "messaging_participant", "payments_ledgerentry",
    "payments_ledgerleg", "payments_payment", "scheduling_reservation", "scheduling_seat",
})  # fmt: skip
TABLE = r'(?:ONLY )?(?:"?public"?\.)?"?(?P<table>\w+)"?'
ALTER = rf"ALTER TABLE (?:IF EXISTS )?{TABLE} "
ON_HOT_TABLES = {
    rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).* ON {TABLE}": "an index is built while nobody can write: use AddIndexConcurrently",
    rf"{ALTER}.*\bALTER COLUMN \S+ TYPE\b": "the type of a column changes, which writes the table anew: add a second column",
    rf"{ALTER}.*\bSET NOT NULL\b": "the whole table is read under a lock: add a CHECK … NOT VALID and validate it first",
    rf"{ALTER}.*\bADD CONSTRAINT (?!.*NOT VALID).*\b(?:CHECK|FOREIGN KEY)\b": "the whole table is read under a lock: add it NOT VALID, validate it later",
    rf"{ALTER}.*\bADD CONSTRAINT (?!.*USING INDEX).*\b(?:UNIQUE|EXCLUDE|PRIMARY KEY)\b": "an index is built under a lock: build it concurrently first",
    rf"{ALTER}.*\bADD COLUMN .*\bDEFAULT [^,;]*(?:random|clock_timestamp|nextval|uuid)\w*\(": "the default differs from row to row, which writes the table anew",
    rf"{ALTER}.*\bADD COLUMN .*\bGENERATED\b": "the column is computed for each row, which writes the table anew",
    rf"UPDATE {TABLE} SET ": "every row is written in one transaction: do it in batches, from a periodic job",
    rf"(?:CLUSTER|VACUUM FULL) {TABLE}": "the table is written anew under a lock",
    rf"LOCK TABLE {TABLE}": "the table is locked",
}  # fmt: skip
ON_EVERY_TABLE = {
    rf"{ALTER}.*\bDROP DEFAULT\b": "the former release does not fill this column: use db_default",
    rf"{ALTER}.*\bRENAME\b": "the former release does not know the new name: add, copy, remove in a later release",
}


def faults(statements: Sequence[str]) -> list[str]:
    """Returns a sentence for each statement that is not allowed. Tables that the same migration creates are not looked at."""
    lines = [re.sub(r"\s+", " ", line).strip() for line in statements if not line.lstrip().startswith("--")]
    new = {match[1] for line in lines if (match := re.match(r'CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?', line))}
    sentences = []
    for line in lines:
        for rules, tables in ((ON_HOT_TABLES, HOT), (ON_EVERY_TABLE, None)):
            for pattern, reason in rules.items():
                match = re.search(pattern, line, re.IGNORECASE)
                if match and match["table"] not in new and (tables is None or match["table"] in tables):
                    sentences.append(f"{reason}: {line[:160]}")
    return sentences
