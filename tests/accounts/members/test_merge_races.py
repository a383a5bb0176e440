"""Tests that two admins who merge the same members at once make one merge."""

from __future__ import annotations

from threading import Barrier, Thread

from django.db import connection

from accounts.members import services
from accounts.models import Member
from accounts.roles import Role
from core.errors import Refused
from tests.cast import make_staff
from tests.factories.accounts import MemberFactory


def test_two_merges_at_once_make_one(committed: None) -> None:
    alex = make_staff("Alex Admin", Role.ADMIN)
    first, second = MemberFactory.create_batch(2)
    barrier = Barrier(2)
    results: list[str] = []

    def merge(keep: Member, drop: Member) -> None:
        barrier.wait()
        try:
            services.merge(keep=keep, drop=drop, by=alex, reason="One person")
            results.append("merged")
        except Refused as refused:
            results.append(refused.refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=merge, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["member_merged", "merged"]
    assert Member.objects.current().count() == 1
