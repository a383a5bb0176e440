"""Tables that grow for ever, with synthetic rows of two years: the size of a row and of each index, how long inserts and
queries take, and the same in partitions of one month each.

`python -m tests.bench growth --rows 20000000` takes more than an hour and up to 8 GB. The rows are spread as on a site: in the order of
time, two events of a booking when it is made and two when it takes place, two weeks later. Partitions are by `id`, which
begins with the time: so the primary key and what refers to it stay as they are.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from django.db import connection

from tests.bench.timing import seconds

ROWS, BATCH = 20_000_000, 500_000
MONTHS = 24
FIRST = "timestamptz '2025-01-01'"
LOOKS = 200  # times that each query is run, for other values each time
# The text of a UUID of version 7 for the time `at`, and one that is the same for the same number.
UUID7 = "(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 19))::uuid"
PERSON = "md5('person' || (random() * 200000)::int)::uuid"


@dataclass(frozen=True)
class GrowingTable:
    """A table, its rows for the numbers of one batch, and the queries that pages and jobs run on it.

    `{n}` is a random number below the number of rows, `{at}` the time of that row.
    """

    name: str
    rows: str
    queries: dict[str, str]
    share: float = 1.0  # of ROWS


BOOKING = "md5('booking' || {k})::uuid"
EVENTS = GrowingTable(
    "bookings_bookingevent",
    f"""INSERT INTO {{table}} (id, at, verb, before, after, side, reason, starts_at, ends_at, sequence, fee, actor_id, booking_id)
    SELECT {UUID7}, at, (ARRAY['request', 'confirm', 'start', 'complete'])[n % 4 + 1],
        (ARRAY['', 'PENDING', 'CONFIRMED', 'IN_PROGRESS'])[n % 4 + 1],
        (ARRAY['PENDING', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED'])[n % 4 + 1], (ARRAY['client', 'builder'])[n % 2 + 1],
        CASE n % 20 WHEN 0 THEN 'Something came up at work, sorry about that.' ELSE '' END, at + interval '14 days',
        at + interval '14 days 1 hour', n % 4, 0, {PERSON},
        {BOOKING.replace("{k}", "(n / 4 - CASE WHEN n % 4 < 2 THEN 0 ELSE {delay} END)")} FROM numbers""",
    {
        "the history of a booking": f"SELECT * FROM {{table}} WHERE booking_id = {BOOKING.replace('{k}', '({n} / 4)')} ORDER BY at, id",
        "the last event of a person": "SELECT * FROM {table} WHERE actor_id = md5('person' || {n} %% 200000)::uuid ORDER BY at DESC LIMIT 20",
    },
)
AUDIT = GrowingTable(
    "core_auditentry",
    f"""INSERT INTO {{table}} (id, at, actor_id, action, subject, before, after, request_id)
    SELECT {UUID7}, at, {PERSON}, 'profile_changed', 'accounts.builderprofile:' || {PERSON},
        jsonb_build_object('headline', 'What was there before, number ' || n, 'city', 'Berlin', 'rate', n % 200),
        jsonb_build_object('headline', 'What is there now, with number ' || n, 'city', 'Leipzig', 'rate', n % 300, 'at', at),
        md5(n::text) FROM numbers""",
    {
        "the history of a subject": "SELECT * FROM {table} WHERE subject = 'accounts.builderprofile:' || md5('person' || {n} %% 200000)::uuid ORDER BY id DESC LIMIT 50",
        "the newest page of the admin": "SELECT * FROM {table} ORDER BY id DESC LIMIT 50",
        "one day": "SELECT count(*) FROM {table} WHERE at >= {at} AND at < {at} + interval '1 day'",
    },
    0.5,
)
OUTBOX = GrowingTable(
    "core_outboxmessage",
    """INSERT INTO {table} (id, event, channel, recipient, payload, state, attempts, due_at, delivered_at, last_error, created_at)
    SELECT """
    + UUID7
    + """, (ARRAY['booking:', 'reminder:', 'recount:', 'calendar:'])[n % 4 + 1] || md5('event' || n)::uuid,
        (ARRAY['mail', 'booking', 'free_times', 'calendar_copy'])[n % 4 + 1], md5('person' || n % 200000)::uuid::text,
        '{{}}', 'delivered', 1, at, at, '', at FROM numbers""",
    {
        "what is due": "SELECT * FROM {table} WHERE channel = 'mail' AND state = 'waiting' AND due_at <= now() ORDER BY due_at LIMIT 1",
        "whether an event was sent": "SELECT * FROM {table} WHERE event = 'booking:' || md5('event' || {n} / 4 * 4)::uuid AND channel = 'mail'",
    },
    0.5,
)  # fmt: skip


def fill(table: GrowingTable, name: str, rows: int) -> list[float]:
    """Inserts the rows in batches, and returns how many seconds each took."""
    took = []
    step = f"interval '{MONTHS} months' / {rows}"
    delay = rows // 4 * 14 // (MONTHS * 30)  # how many bookings are made in two weeks
    insert = table.rows.format(table=name, delay=delay)
    with connection.cursor() as cursor:
        for first in range(0, rows, BATCH):
            last = min(first + BATCH, rows)
            numbers = (
                f"WITH numbers AS (SELECT n, {FIRST} + n * {step} AS at FROM generate_series({first}, {last - 1}) n) "
            )
            with_numbers = insert.replace("INSERT INTO", f"{numbers} INSERT INTO", 1)
            took.append(seconds(lambda statement=with_numbers: cursor.execute(statement)))  # type: ignore[misc]  # mypy infers no type for a default
    return took


def create_alike(table: GrowingTable, name: str, *, monthly: bool) -> None:
    """Creates an empty table with the columns and indexes of the real one, whole or in partitions by month."""
    with connection.cursor() as cursor:
        if not monthly:
            cursor.execute(f"CREATE TABLE {name} (LIKE {table.name} INCLUDING ALL)")
            return
        cursor.execute(f"CREATE TABLE {name} (LIKE {table.name} INCLUDING DEFAULTS) PARTITION BY RANGE (id)")
        for month in range(MONTHS):
            cursor.execute(f"SELECT {_edge(month)}, {_edge(month + 1)}")
            first, end = cursor.fetchone()
            cursor.execute(f"CREATE TABLE {name}_{month} PARTITION OF {name} FOR VALUES FROM ('{first}') TO ('{end}')")
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table.name])
        for (definition,) in cursor.fetchall():
            is_key = "_pkey" in definition
            if "UNIQUE" in definition and not is_key:  # a unique index needs the column that partitions are by
                print(f"    not possible in partitions: {definition}")
                continue
            columns = definition[definition.index(" USING ") :]
            cursor.execute(f"CREATE {'UNIQUE ' if is_key else ''}INDEX ON {name} {columns}")


def _edge(month: int) -> str:
    """Returns an expression for the smallest id of a month."""
    at = f"({FIRST} + interval '{month} months')"
    return f"rpad(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0'), 32, '0')::uuid::text"


def report_sizes(name: str, rows: int) -> None:
    """Prints the bytes of a row in the table and in each of its indexes, with those of 100 million rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH parts AS (
                SELECT relid FROM pg_partition_tree(%s) WHERE isleaf
                UNION SELECT oid FROM pg_class WHERE oid = %s::regclass AND relkind = 'r')
            SELECT 'rows', sum(pg_relation_size(relid)) FROM parts
            UNION ALL
            SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', ''), sum(pg_relation_size(indexrelid))
            FROM pg_index JOIN parts ON indrelid = relid GROUP BY 1 ORDER BY 2 DESC
            """,
            [name, name],
        )
        sizes = cursor.fetchall()
    total = sum(size for _, size in sizes)
    for what, size in [*sizes, ("together", total)]:
        print(f"    {float(size) / rows:7.1f} bytes a row, {float(size) / rows / 10:6.1f} GB at 100 million: {what}")


def report_inserts(took: list[float]) -> None:
    fifth = max(1, len(took) // 5)
    first, last = (BATCH / statistics.median(part) for part in (took[:fifth], took[-fifth:]))
    print(f"    {first:,.0f} rows a second at the beginning, {last:,.0f} at the end, {sum(took):.0f} s together")


def report_queries(table: GrowingTable, name: str, rows: int) -> None:
    """Prints the median and p95 of each query, planned anew each time, as the site's are."""
    with connection.cursor() as cursor:
        for what, query in table.queries.items():
            took = []
            for look in range(LOOKS):
                number = look * (rows // LOOKS)
                at = f"({FIRST} + {number} * (interval '{MONTHS} months' / {rows}))"
                statement = query.format(table=name, n=number, at=at).replace("%%", "%")
                took.append(seconds(lambda text=statement: (cursor.execute(text), cursor.fetchall())) * 1000)  # type: ignore[misc]  # as above
            took.sort()
            print(f"    {statistics.median(took):.2f} ms, p95 {took[int(LOOKS * 0.95)]:.2f} ms: {what}")


def report_cleaning(name: str, *, monthly: bool) -> None:
    """Prints how long it takes to get rid of the first month, and to clean up after it."""
    with connection.cursor() as cursor:
        if monthly:
            took = seconds(lambda: cursor.execute(f"DROP TABLE {name}_0"))
            print(f"    {took:.2f} s to drop the first month")
            return
        deleting = seconds(lambda: cursor.execute(f"DELETE FROM {name} WHERE id < {_edge(1)}::uuid"))
        cleaning = seconds(lambda: cursor.execute(f"VACUUM {name}"))
        print(f"    {deleting:.1f} s to delete the first month, {cleaning:.1f} s to vacuum after it")


def measure(table: GrowingTable, rows: int, *, monthly: bool) -> None:
    name = f"growth_{table.name}"
    print(f"\n{table.name}, {rows:,} rows{f' in {MONTHS} partitions' if monthly else ''}", flush=True)
    create_alike(table, name, monthly=monthly)
    try:
        report_inserts(fill(table, name, rows))
        with connection.cursor() as cursor:
            took = seconds(lambda: cursor.execute(f"VACUUM ANALYZE {name}"))
            print(f"    {took:.0f} s to vacuum and analyse")
        report_sizes(name, rows)
        report_queries(table, name, rows)
        report_cleaning(name, monthly=monthly)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {name}")
            cursor.execute("CHECKPOINT")  # which gives the space of the files back


def everything(rows: int = ROWS) -> None:
    began = time.monotonic()
    for table in (EVENTS, OUTBOX, AUDIT):
        for monthly in (False, True):
            measure(table, int(rows * table.share), monthly=monthly)
    print(f"\nGrowth took {(time.monotonic() - began) / 60:.0f} minutes.")
