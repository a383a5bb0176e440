"""What the clock does with people's data."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts import exports
from core.jobs import periodic


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=20))
def remove_old_exports(now: datetime) -> None:
    exports.remove_expired(now)
