"""The nightly evaluation of all badges for 100,000 people."""

from __future__ import annotations

from django.db import connection

from core import clock
from pathways.badges import services as badges
from pathways.models import Award, Badge, CompletedSession, Progress
from tests.bench.results import record
from tests.bench.timing import seconds

PEOPLE, SESSIONS = 100_000, 10
BOUND = 60
PERSON = "md5('bench badges ' || n)::uuid"
PEOPLE_ROWS = f"""
INSERT INTO accounts_user (id, email, password, display_name, timezone, zone_is_chosen, declined_zones, hour_format, is_active,
    avatar, wants_mail, wants_reminders, wants_notifications, created_at, changed_at)
SELECT {PERSON}, 'badges-' || n || '@clients.test', '!', 'Person ' || n, (ARRAY['Europe/London', 'America/New_York',
    'Asia/Tokyo', 'Australia/Sydney'])[1 + n %% 4], false, ARRAY[]::varchar[], '24', true, '', false, false, false, now(), now()
FROM generate_series(1, %(people)s) AS n
"""
SESSION_ROWS = f"""
INSERT INTO pathways_completedsession (booking, client_id, builder_id, pathway_id, starts_at, minutes)
SELECT md5('bench badges ' || n || ' ' || k)::uuid, {PERSON},
    builders.ids[1 + (n * 7 + k) %% cardinality(builders.ids)], paths.ids[1 + (n + k) %% (cardinality(paths.ids) + 1)],
    now() - make_interval(days => 1 + (n * 13 + k * 17) %% 300, hours => n %% 24), 30 + 10 * (k %% 5)
FROM generate_series(1, %(people)s) AS n CROSS JOIN generate_series(1, %(sessions)s) AS k,
    (SELECT array_agg(builder_id) AS ids FROM scheduling_schedule) AS builders,
    (SELECT array_agg(id) AS ids FROM pathways_pathway) AS paths
"""
SKILL_ROWS = f"""
INSERT INTO pathways_progress (id, client_id, skill_id, status, completed_at, created_at, changed_at)
SELECT md5('bench badges ' || n || skill.id::text)::uuid, {PERSON}, skill.id, 'COMPLETED',
    now() - make_interval(days => (n + skill.rank::int) %% 300), now(), now()
FROM generate_series(1, %(people)s) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS rank FROM pathways_skill) AS skill ON (n + skill.rank) %% 4 = 0
"""
ANSWER_ROWS = """
INSERT INTO pathways_answeredrequest (request, builder_id, asked_at, answered_at)
SELECT booking, builder_id, starts_at - interval '20 days',
    starts_at - interval '20 days' + make_interval(mins => 5 + (extract(epoch FROM starts_at)::bigint / 60 %% 70)::int)
FROM pathways_completedsession WHERE builder_id IS NOT NULL ON CONFLICT DO NOTHING
"""


def everything() -> None:
    with connection.cursor() as cursor:
        for statement in (PEOPLE_ROWS, SESSION_ROWS, SKILL_ROWS, ANSWER_ROWS):
            cursor.execute(statement, {"people": PEOPLE, "sessions": SESSIONS})
        cursor.execute("ANALYZE")
    facts = CompletedSession.objects.count() + Progress.objects.count()
    now, chosen = clock.now(), Badge.objects.filter(is_active=True)
    due = badges.due_awards(chosen, now)
    Award.objects.bulk_create(
        (Award(badge=award.badge, client_id=award.person, level=award.level, awarded_at=now) for award in due),
        batch_size=5_000, ignore_conflicts=True,
    )  # fmt: skip
    taken = seconds(lambda: badges.award_everybody(now))
    figure = record(f"all badges of {PEOPLE:,} people, nightly", taken, BOUND, "s")
    print(f"achievements: {chosen.count()} badges, {facts:,} facts, {len(due):,} awards before the night: {figure}")
