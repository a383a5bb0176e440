"""Admin pages of referrals, which can only be viewed; staff decide on the pages of operations."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from referrals.models import Referral, ReferralCode, Reward, RewardRule


@admin.register(ReferralCode)
class ReferralCodeAdmin(ReadOnlyAdmin):
    list_display = ["code", "owner", "created_at"]
    list_select_related = ["owner"]
    search_fields = ["code", "owner__display_name", "owner__email"]


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    list_display = ["friend", "referrer", "joined_at", "status", "reason", "suspicion"]
    list_filter = ["status", "reason"]
    list_select_related = ["referrer", "friend"]
    search_fields = ["friend__display_name", "friend__email", "referrer__display_name", "referrer__email"]


@admin.register(Reward)
class RewardAdmin(ReadOnlyAdmin):
    list_display = ["person", "money", "given_at", "amount_taken_back"]
    list_filter = ["currency"]
    list_select_related = ["person"]
    search_fields = ["person__display_name", "person__email"]


@admin.register(RewardRule)
class RewardRuleAdmin(ReadOnlyAdmin):
    list_display = ["kind", "is_on", "referrer_amount", "friend_amount", "currency", "created_at", "created_by"]
    list_select_related = ["created_by"]
