"""The SQL in docs/databases.md that puts the audit into partitions: run on a database, with Waymark on top of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from config.embedded.paths import PROJECT
from core import audit_chain, direct
from core.models import AuditEntry
from tests.factories.core import AuditEntryFactory

BLOCK = re.compile(r"^```sql\n(.+?)^```$", re.MULTILINE | re.DOTALL)
PARTITIONS = "SELECT tableoid::regclass::text, count(*) FROM core_auditentry GROUP BY 1 ORDER BY 1"


def id_at(year: int, month: int) -> UUID:
    """Returns the smallest id of a month."""
    milliseconds = int(datetime(year, month, 1, tzinfo=UTC).timestamp() * 1000)
    return UUID(f"{milliseconds:012x}{'0' * 20}")


@pytest.mark.slow
def test_the_audit_works_in_partitions_made_by_the_sql_of_the_documentation(committed: None) -> None:
    blocks = BLOCK.findall((PROJECT / "docs" / "databases.md").read_text())
    assert str(id_at(2027, 1)) in blocks[0]
    earlier = AuditEntryFactory.create(id=id_at(2026, 1))

    with direct.connect(autocommit=True) as server:
        for block in blocks:
            server.execute(block.encode())

    later = [AuditEntryFactory.create(id=id_at(*month)) for month in ((2027, 1), (2031, 1))]
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        assert cursor.fetchall() == [
            ("core_auditentry_2027_01", 1), ("core_auditentry_before", 1), ("core_auditentry_rest", 1),
        ]  # fmt: skip
    assert list(AuditEntry.objects.all()) == [*reversed(later), earlier]
    assert list(AuditEntry.objects.filter(subject=earlier.subject, pk=earlier.pk)) == [earlier]
    audit_chain.seal_new()
    with pytest.raises(DatabaseError):
        AuditEntry.objects.filter(pk=later[0].pk).delete()
