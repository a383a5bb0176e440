"""How many session types a builder's plan with Waymark lets them publish."""

from __future__ import annotations

from coaching.models import SessionType
from core.errors import Refused
from core.locks import lock_until_commit
from payments.plans.features import allowances
from payments.refusals import PaymentRefusal


def check_allowance(session_type: SessionType) -> None:
    """Refuses to publish one session type more than the plan allows. Those that are published stay so. One query without a
    limit; with one, two of the same builder at once are counted one after the other."""
    most = allowances(session_type.builder_id).session_types
    if most is None:
        return
    lock_until_commit(f"published {session_type.builder_id}")
    others = SessionType.objects.filter(builder=session_type.builder_id, is_active=True).exclude(pk=session_type.pk)
    if others.count() >= most:
        sentence = (
            f"You can publish {most} session type{'' if most == 1 else 's'}. Unpublish one, or choose another plan."
        )
        raise Refused(PaymentRefusal.PLAN_LIMIT, sentence)
