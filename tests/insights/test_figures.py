"""Each figure equals a query in plain SQL, written apart from it, on random data across a change of the clocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from accounts.models import Place, User
from bookings.models import Booking
from coaching.models import SessionType
from coaching.offer_kinds import KINDS
from insights import rollups
from insights.definitions import COMPARED, FIGURES, OPERATORS_ONLY
from insights.figures import Totals, read
from insights.models import DailyFigureRun
from insights.periods import Period, between
from insights.scopes import InsightScope
from insights.summary import median, summary_of
from tests.bookings.cast import shop
from tests.cast import make_builder_person
from tests.factories.accounts import PlaceFactory
from tests.insights.cast import days, random_history

pytestmark = pytest.mark.django_db
BERLIN = "Europe/Berlin"
MARCH = between(*days((3, 1), (3, 31)), BERLIN)
MINE = "builder_id = %(builder)s AND payment_due_at IS NULL AND proof_due_at IS NULL"
STARTS = f"FROM bookings_booking WHERE {MINE} AND starts_at >= %(start)s AND starts_at < %(end)s"
LIVE = "state IN ('CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'DISPUTED')"
OFF = "state = 'CANCELLED' AND confirmed_at IS NOT NULL"
ATTEMPTS = (
    "FROM bookings_bookingattempt WHERE builder_id = %(builder)s AND started_at >= %(start)s AND started_at < %(end)s"
)

# The same figures as in insights.definitions, each as a whole query of key and number.
PLAIN = {
    "sessions": f"SELECT '', count(*) {STARTS} AND {LIVE}",
    "completed": f"SELECT '', count(*) {STARTS} AND state = 'COMPLETED'",
    "cancelled": f"SELECT '', count(*) {STARTS} AND {OFF}",
    "no_shows": f"""SELECT '', count(*) {STARTS} AND no_show_by = 'client'
        AND (contested_at IS NULL OR upheld_at IS NOT NULL)""",
    "minutes": f"SELECT '', sum(extract(epoch FROM ends_at - starts_at)) / 60 {STARTS} AND state = 'COMPLETED'",
    "booked": f"""SELECT '', sum(extract(epoch FROM ends_at - starts_at)) / 60 {STARTS}
        AND state IN ('IN_PROGRESS', 'COMPLETED', 'DISPUTED') AND (starts_at AT TIME ZONE %(zone)s)::date
        IN (SELECT date FROM scheduling_offeredday WHERE builder_id = %(builder)s)""",
    "offered": """SELECT '', sum(minutes) FROM scheduling_offeredday
        WHERE builder_id = %(builder)s AND date BETWEEN %(first)s AND %(last)s""",
    "value": f"SELECT currency, sum(total) {STARTS} AND state = 'COMPLETED' AND total > 0 GROUP BY 1",
    "paid": f"SELECT currency, count(*) {STARTS} AND state = 'COMPLETED' AND total > 0 GROUP BY 1",
    "income": f"""SELECT currency, sum(amount) FROM (
        SELECT currency, total AS amount {STARTS} AND state = 'COMPLETED' UNION ALL
        SELECT currency, cancel_fee {STARTS} AND state = 'CANCELLED') AS earned GROUP BY 1 HAVING sum(amount) > 0""",
    "notice": f"""SELECT extract(day FROM starts_at - created_at)::int::text, count(*) {STARTS} AND {LIVE} GROUP BY 1""",
    "stars": f"""SELECT r.rating::text, count(*) FROM bookings_review r WHERE r.side = 'client' AND r.hidden_at IS NULL
        AND r.published_at >= %(start)s AND r.published_at < %(end)s
        AND r.booking_id IN (SELECT id FROM bookings_booking WHERE {MINE} AND state = 'COMPLETED') GROUP BY 1""",
    "hours": f"""SELECT extract(dow FROM (starts_at AT TIME ZONE %(zone)s) - interval '1 day')::int || ' ' ||
        to_char(starts_at AT TIME ZONE %(zone)s, 'FMHH24'), count(*) {STARTS} AND {LIVE} GROUP BY 1""",
    "lengths": f"""SELECT (extract(epoch FROM ends_at - starts_at) / 60)::int::text, count(*) {STARTS} AND {LIVE}
        GROUP BY 1""",
    "origins": f"SELECT concat(came_by, ' ', lower(utm_source)), count(*) {STARTS} AND {LIVE} GROUP BY 1",
    "causes": f"SELECT concat(cancelled_by, ' ', cancel_cause), count(*) {STARTS} AND {OFF} GROUP BY 1",
    "steps": f"""SELECT session_type_id || ' started', count(*) {ATTEMPTS} GROUP BY 1
        UNION ALL SELECT session_type_id || ' details', count(*) {ATTEMPTS}
            AND coalesce(details_at, completed_at) IS NOT NULL GROUP BY 1
        UNION ALL SELECT session_type_id || ' completed', count(completed_at) {ATTEMPTS} GROUP BY 1""",
    "refusals": f"SELECT reason, count(*) {ATTEMPTS} AND failed_at IS NOT NULL AND completed_at IS NULL GROUP BY 1",
    "unmet": """SELECT kind || ' ' || service, sum(count) FROM core_demandevent
        WHERE builder_id = %(builder)s AND day BETWEEN %(first)s AND %(last)s GROUP BY 1""",
    "by_pathway": f"""SELECT concat(slug, ' count'), count(*) {STARTS.replace('WHERE', 'LEFT JOIN pathways_pathway p ON p.id = pathway_id WHERE')}
            AND state <> 'CANCELLED' GROUP BY 1
        UNION ALL SELECT concat(slug, ' completed'), count(*) {STARTS.replace('WHERE', 'LEFT JOIN pathways_pathway p ON p.id = pathway_id WHERE')}
            AND state = 'COMPLETED' GROUP BY 1
        UNION ALL SELECT concat(slug, ' ', currency), sum(total) {STARTS.replace('WHERE', 'LEFT JOIN pathways_pathway p ON p.id = pathway_id WHERE')}
            AND state = 'COMPLETED' AND total > 0 GROUP BY 1""",
    "answers": f"""SELECT minutes::text, count(*) FROM (
        SELECT CASE WHEN m > 60 THEN m - m %% 15 ELSE m END AS minutes FROM (
            SELECT floor(extract(epoch FROM min(answer.at) - asked.at) / 60)::int AS m FROM bookings_bookingevent asked
            JOIN bookings_bookingevent answer ON answer.booking_id = asked.booking_id AND answer.side = 'builder'
                AND answer.verb IN ('confirm', 'decline')
            WHERE asked.verb = 'request' AND asked.after = 'PENDING' AND asked.at >= %(start)s AND asked.at < %(end)s
                AND asked.booking_id IN (SELECT id FROM bookings_booking WHERE {MINE}) GROUP BY asked.id) AS waits) AS waits
        GROUP BY 1""",
}  # fmt: skip
CLIENTS = f"""SELECT count(DISTINCT client_id) {STARTS} AND state = 'COMPLETED'"""
NEW_CLIENTS = f"""SELECT count(*) FROM (SELECT client_id, min(starts_at) AS first FROM bookings_booking
    WHERE {MINE} AND state = 'COMPLETED' GROUP BY 1) AS firsts WHERE first >= %(start)s AND first < %(end)s"""


@pytest.fixture
def hour(ada: User) -> SessionType:
    ada.timezone = BERLIN
    ada.save()
    return shop(ada)


def plain(query: str, period: Period, builder: User) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "builder": builder.pk, "start": period.start_at, "end": period.end_at, "first": period.first,
                "last": period.last, "zone": period.zone,
            },
        )  # fmt: skip
        return list(cursor.fetchall())


def exact(rows: Any) -> dict[str, Decimal]:
    return {key: Decimal(number) for key, number in rows if number}


def check_against_sql(totals: Totals, builder: User, names: Iterable[str] = PLAIN) -> None:
    period = totals.period
    for name in names:
        assert exact(totals.of(name).items()) == exact(plain(PLAIN[name], period, builder)), name
    assert totals.clients == plain(CLIENTS, period, builder)[0][0]
    assert totals.new_clients == plain(NEW_CLIENTS, period, builder)[0][0]


def test_every_figure_but_that_of_clients_has_a_query_here() -> None:
    assert PLAIN.keys() == FIGURES.keys() - {"clients"} - OPERATORS_ONLY


@pytest.mark.parametrize("seed", range(2))
def test_every_figure_equals_plain_sql_in_both_periods(hour: SessionType, seed: int) -> None:
    random_history(hour, seed)
    random_history(shop(make_builder_person("Another Builder")), seed + 100, count=5)

    comparison = read(InsightScope(BERLIN, hour.builder_id), MARCH)

    assert comparison.previous is not None
    assert (comparison.previous.period.first.month, comparison.previous.period.days) == (2, 28)
    assert comparison.current.total("sessions") > 5
    check_against_sql(comparison.current, hour.builder)
    check_against_sql(comparison.previous, hour.builder, COMPARED - {"clients"})


def test_the_period_before_has_only_what_is_compared(hour: SessionType) -> None:
    random_history(hour, 4)
    random_history(shop(make_builder_person("Another Builder")), 104)

    own = read(InsightScope(BERLIN, hour.builder_id), MARCH).previous
    whole = read(InsightScope("UTC"), MARCH).previous
    rollups.add_up(datetime(2026, 6, 1, 0, 20, tzinfo=UTC))
    summed = read(InsightScope("UTC"), MARCH).previous

    for totals in (own, whole, summed):
        assert totals
        assert totals.total("sessions") > 0
        assert set(totals.sums) <= COMPARED


def test_what_is_shown_over_time_adds_up_to_the_figure(hour: SessionType) -> None:
    random_history(hour, 7)

    for period in (MARCH, between(*days((2, 1), (4, 20)), BERLIN), between(*days((1, 1), (9, 30)), BERLIN)):
        comparison = read(InsightScope(BERLIN, hour.builder_id), period)
        totals, previous = comparison.current, comparison.previous
        assert previous
        for name in ("completed", "cancelled", "booked", "offered", "income"):
            assert sum(totals.over_time(name)) == totals.total(name), (name, period.step)
            assert sum(comparison.before(name) or ()) == previous.total(name), (name, period.step)


def test_the_summary_divides_what_was_added_up(hour: SessionType) -> None:
    random_history(hour, 3)
    totals = read(InsightScope(BERLIN, hour.builder_id), MARCH).current

    summary = summary_of(totals)

    average = f"SELECT currency, round(avg(total), 2) {STARTS} AND state = 'COMPLETED' AND total > 0 GROUP BY 1"
    assert {code: amount for code, amount in summary.average_value.items() if code != "JPY"} == {
        code: amount for code, amount in plain(average, MARCH, hour.builder) if code != "JPY"
    }
    middle = """SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY n::int) FROM unnest(%(numbers)s::text[]) AS n"""
    numbers = [key for key, amount in totals.of("answers").items() for _ in range(int(amount))]
    with connection.cursor() as cursor:
        cursor.execute(middle, {"numbers": numbers})
        assert cursor.fetchone() == (summary.answer_minutes,)
    assert summary.utilisation == pytest.approx(float(totals.total("booked") / totals.total("offered")), abs=1e-4)
    assert summary.returning_clients + summary.new_clients == totals.clients


def test_nothing_and_one_session_have_their_figures(hour: SessionType) -> None:
    nothing = summary_of(read(InsightScope(BERLIN, hour.builder_id), MARCH).current)

    assert (nothing.sessions, nothing.rating, nothing.utilisation, nothing.income) == (0, None, None, {})
    assert median({}) is None
    assert median({"7": Decimal(1)}) == 7


def test_a_session_at_midnight_belongs_to_the_day_of_the_builders_clock(hour: SessionType) -> None:
    random_history(hour, 1, count=1)
    booking = hour.bookings.get()
    zone = ZoneInfo(BERLIN)
    type(booking).objects.update(state="COMPLETED", confirmed_at=booking.starts_at, completed_at=booking.starts_at,
        cancelled_at=None, cancelled_by="", answer_by=None, payment_due_at=None)  # fmt: skip

    for day, hours in ((28, 24), (29, 23)):  # the clocks go forward on the 29th
        period = between(*days((3, day), (3, day)), BERLIN)
        assert period.end_at - period.start_at == timedelta(hours=hours)
        for start, count in (
            (datetime(2026, 3, day, tzinfo=zone), 1),
            (datetime(2026, 3, day, 23, 59, tzinfo=zone), 1),
            (datetime(2026, 3, day + 1, tzinfo=zone), 0),
        ):
            type(booking).objects.update(starts_at=start, ends_at=start + timedelta(hours=1))
            totals = read(
                InsightScope(BERLIN, hour.builder_id), period, compares=False, names=["completed", "hours"]
            ).current
            assert totals.total("completed") == count, start
            assert list(totals.of("hours")) == ([f"{start.weekday()} {start.hour}"] if count else [])


def test_a_session_type_and_a_pathway_narrow_it_down(hour: SessionType) -> None:
    random_history(hour, 5)
    other = shop(make_builder_person("Bo Other"))

    assert (
        read(InsightScope(BERLIN, hour.builder_id, other.pk), MARCH, names=["sessions"]).current.total("sessions") == 0
    )
    whole = read(InsightScope(BERLIN, hour.builder_id, hour.pk), MARCH, names=["sessions", "by_pathway"]).current
    assert whole.total("sessions") > 0
    pathway = hour.bookings.exclude(pathway=None).values_list("pathway", flat=True).first()
    part = read(InsightScope(BERLIN, hour.builder_id, None, pathway), MARCH, names=["by_pathway"]).current
    assert 0 < part.total("by_pathway") < whole.total("by_pathway")


@pytest.mark.parametrize("is_platform", [False, True], ids=["a builder", "the whole place"])
def test_each_kind_of_session_equals_plain_sql_and_the_kinds_add_up(ada: User, is_platform: bool) -> None:
    zone, period = ("UTC", between(*days((3, 1), (3, 31)), "UTC")) if is_platform else (BERLIN, MARCH)
    builder = None if is_platform else ada.pk
    types = {}
    for seed, offer_kind in enumerate(KINDS):
        types[offer_kind.slug] = session_type = offer_kind.session_type(ada)
        session_type.save()
        random_history(session_type, seed, count=16)
        Booking.objects.filter(session_type=session_type).update(is_remote=offer_kind.slug != "in-person")
    if is_platform:
        User.objects.filter(pk=ada.pk).update(timezone="UTC")
        rollups.add_up(datetime(2026, 3, 20, 0, 20, tzinfo=UTC))

    totals = {kind: read(InsightScope(zone, builder, kind=kind), period).current for kind in types}
    whole = read(InsightScope(zone, builder), period).current

    for kind, session_type in types.items():
        of_type = f"payment_due_at IS NULL AND session_type_id = '{session_type.pk}'"
        queries = {name: query.replace("payment_due_at IS NULL", of_type) for name, query in PLAIN.items()}
        for name, query in queries.items():
            if is_platform and name == "unmet":
                continue  # also of searches, which are of no builder
            assert exact(totals[kind].of(name).items()) == exact(plain(query, period, ada)), (kind, name)
    for name in ("sessions", "completed", "income", "hours", "notice", "stars", "causes"):
        assert sum(part.total(name) for part in totals.values()) == whole.total(name), name
    assert {kind for kind, part in totals.items() if part.total("sessions")} == set(types)


def test_towns_and_services_of_the_whole_place_equal_plain_sql(hour: SessionType) -> None:
    hour.service_id = "mixing"
    hour.save()
    random_history(hour, 13)
    berlin = Place.objects.filter(name="Berlin").first() or PlaceFactory.create(name="Berlin")
    User.objects.filter(pk=hour.builder_id).update(place=berlin)

    totals = read(InsightScope("UTC"), between(MARCH.first, MARCH.last, "UTC")).current

    count = Booking.objects.filter(
        starts_at__gte=totals.period.start_at, starts_at__lt=totals.period.end_at, payment_due_at=None,
        state__in=["CONFIRMED", "IN_PROGRESS", "COMPLETED", "DISPUTED"],
    ).count()  # fmt: skip
    assert totals.of("towns") == {"Berlin": count}
    assert totals.of("services") == {"mixing": count}
    assert count > 0


def test_the_whole_place_is_the_same_with_and_without_the_sums_of_each_day(hour: SessionType) -> None:
    random_history(hour, 11)
    random_history(shop(make_builder_person("Bo Other")), 12)
    period = between(*days((3, 5), (4, 3)), "UTC")
    live = read(InsightScope("UTC"), period)

    rollups.add_up(datetime(2026, 3, 25, 0, 20, tzinfo=UTC))
    mixed = read(InsightScope("UTC"), period)
    rollups.add_up(datetime(2026, 6, 1, 0, 20, tzinfo=UTC))
    rollups.add_up(datetime(2026, 6, 1, 0, 20, tzinfo=UTC))
    summed = read(InsightScope("UTC"), period)

    assert DailyFigureRun.objects.count() == 1
    assert live.previous
    assert mixed.previous
    assert summed.previous
    for name in FIGURES:
        for totals, other in ((live.current, mixed.current), (live.current, summed.current),
                              (live.previous, mixed.previous), (live.previous, summed.previous)):  # fmt: skip
            assert exact(totals.of(name).items()) == exact(other.of(name).items()), name
    assert live.current.clients == summed.current.clients > 0
    assert live.current.over_time("completed") == summed.current.over_time("completed")
