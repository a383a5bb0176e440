"""Registers member data with the registries of core. Called once, from `AppConfig.ready()`."""

from __future__ import annotations

from accounts.members import imports, integrity, personal
from accounts.members.reminders import KIND
from core import navigation
from core.mail_log.kinds import register_mail_kind
from core.navigation import Item, Menu
from core.outbox import register_channel
from core.registry import register_integrity, register_notification_kind


def register() -> None:
    navigation.register(Menu.OPERATIONS, Item("Members", "accounts:members", position=50))
    register_notification_kind(KIND, "Member data", "user")
    register_mail_kind("license", "A licence that expires")
    register_channel(imports.CHANNEL, imports.deliver)
    register_integrity("accounts: members", integrity.members)
    personal.register()
