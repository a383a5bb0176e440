"""The pause of the outbox after a restore, so that nothing is sent which was already sent after the backup was made."""

from __future__ import annotations

from django.db import transaction

from core.models import OutboxMessage, OutboxPause


def pause(reason: str) -> None:
    """Pauses the outbox; a pause that there is goes on."""
    OutboxPause.objects.get_or_create(defaults={"reason": reason[:200]})


def is_paused() -> bool:
    """Whether nothing may be delivered."""
    return OutboxPause.objects.exists()


@transaction.atomic
def release(*, drop: bool) -> int:
    """Ends the pause, and returns how many messages were given up: with `drop`, those that waited when it began."""
    dropped = 0
    if drop:
        began = OutboxPause.objects.values("since")[:1]
        waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, created_at__lt=began)
        dropped = waiting.update(state=OutboxMessage.State.DEAD, last_error="Not sent, since the site was restored")
    OutboxPause.objects.all().delete()
    return dropped
