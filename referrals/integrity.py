"""The integrity check of rewards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import connection

from core.money import from_minor_units

DIFFERENT = """
WITH posted AS (
    SELECT entry.provider_id AS key, account.currency, sum(leg.credit - leg.debit) AS minor_units
    FROM payments_ledgerentry entry
    JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
    JOIN payments_ledgeraccount account ON account.id = leg.account_id AND account.kind = 'client_credit'
    WHERE entry.kind IN ('reward', 'reward_taken_back')
    GROUP BY entry.provider_id, account.currency
)
SELECT coalesce('reward:' || reward.id, posted.key), coalesce(reward.currency, posted.currency),
       coalesce(reward.amount - reward.amount_taken_back, 0), coalesce(posted.minor_units, 0)
FROM referrals_reward reward
FULL JOIN posted ON posted.key = 'reward:' || reward.id AND posted.currency = reward.currency
ORDER BY 1
"""


def rewards_that_differ(now: datetime) -> Iterable[str]:
    """Returns rewards that the ledger does not have, or with another sum, and entries of the ledger without a reward."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT)
        rows = cursor.fetchall()
    for key, currency, amount, units in rows:
        if from_minor_units(int(units), currency).amount != Decimal(amount):
            yield f"{key}: {amount} {currency} was given, and the ledger has {units} minor units"
