"""Registers what this app and the packages it uses keep about a person, for the data export and for erasure."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet

from accounts.models import (
    ActingSession,
    AddressChange,
    ApiToken,
    BuilderApplication,
    BuilderProfile,
    ClientProfile,
    DataExport,
    Notification,
    RoleGrant,
    SignUp,
    User,
)
from accounts.personal_data import erasure, exports
from accounts.personal_data.names import NAME
from core.contact.models import ContactMessage
from core.models import AuditEntry, DeadAddress, DemandEvent, Flag, MailLogEntry, OutboxMessage
from core.personal import register_personal

EVIDENCE = "who did what, by number and not by name, so that misuse can be found; nobody can change these rows"


def register() -> None:
    """Registers the models. Called once, from `AppConfig.ready()`."""
    _register_people()
    _register_credentials()
    _register_records()
    _register_contact()


def _register_people() -> None:
    register_personal(
        User,
        rows=lambda person: User.objects.filter(pk=person.pk),
        fields=(
            "id", "email", "display_name", "timezone", "zone_is_chosen", "declined_zones", "hour_format", "place", "wants_mail",
            "wants_reminders", "wants_notifications", "created_at", "last_login",
        ),
        erase=erasure.clear_person,
    )  # fmt: skip
    register_personal(
        BuilderProfile,
        rows=lambda person: BuilderProfile.objects.filter(user=person),
        fields=(
            "slug",
            "headline",
            "bio",
            "latitude",
            "longitude",
            "calendly_url",
            "meeting_url",
            "phone",
            "how_to_pay",
            "shows_email",
            "languages",
            "is_published",
            "hidden_at",
            "hidden_reason",
            "created_at",
        ),
        erase=erasure.clear_profile,
    )
    register_personal(
        ClientProfile,
        rows=lambda person: ClientProfile.objects.filter(user=person),
        fields=("about", "created_at"),
        erase="delete",
    )
    register_personal(
        RoleGrant,
        rows=lambda person: RoleGrant.objects.filter(user=person),
        fields=("role", "created_at", "reason", "revoked_at", "revoke_reason"),
        erase=None,
        why="which roles a number held, and when, so that past decisions can be explained",
    )
    register_personal(
        BuilderApplication,
        rows=lambda person: BuilderApplication.objects.filter(user=person),
        fields=("headline", "message", "state", "created_at", "decided_at", "reason"),
        erase="delete",
    )
    register_personal(
        Notification,
        rows=lambda person: Notification.objects.filter(person=person),
        fields=("title", "text", "created_at", "read_at"),
        erase="delete",
    )


def _register_credentials() -> None:
    """Registers what people sign in with: addresses, sign-ups, second factors, sessions and API tokens."""
    register_personal(
        EmailAddress,
        rows=lambda person: EmailAddress.objects.filter(user=person),
        fields=("email", "verified", "primary"),
        erase="delete",
    )
    register_personal(
        AddressChange,
        rows=lambda person: AddressChange.objects.filter(user=person),
        fields=("email", "created_at"),
        erase="delete",
    )
    register_personal(
        SignUp,
        rows=lambda person: SignUp.objects.filter(email=person.email),
        fields=("email", "display_name", "timezone", "created_at"),
        erase="delete",
    )
    register_personal(
        Authenticator,
        rows=lambda person: Authenticator.objects.filter(user=person),
        fields=("type", "created_at", "last_used_at"),
        erase="delete",
    )
    register_personal(
        UserSession,
        rows=lambda person: UserSession.objects.filter(user=person),
        fields=("created_at", "last_seen_at", "ip", "user_agent"),
        erase=erasure.end_sessions,
    )
    register_personal(
        ApiToken,
        rows=lambda person: ApiToken.objects.filter(user=person),
        fields=("name", "hint", "scopes", "created_at", "expires_at", "reminded_at", "used_at", "revoked_at"),
        erase="delete",
    )


def _addresses(person: User) -> set[str]:
    """Returns the addresses of the person, confirmed or not."""
    return {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}


def _emails_to(person: User) -> QuerySet[MailLogEntry]:
    """Returns the emails to the person's account, and to their addresses before they had one; not those that were sent to
    somebody else who had the address earlier."""
    return MailLogEntry.objects.filter(Q(person=person) | Q(person=None, recipient__in=_addresses(person)))


def _register_records() -> None:
    """Registers exports, sent messages, log entries and feature flags."""
    register_personal(
        DataExport,
        rows=lambda person: DataExport.objects.filter(person=person),
        fields=("state", "created_at", "ready_at"),
        erase=exports.remove_all,
    )
    register_personal(
        OutboxMessage,
        rows=lambda person: OutboxMessage.objects.filter(recipient__in=[*_addresses(person), str(person.pk)]),
        fields=("channel", "recipient", "state", "created_at", "delivered_at"),
        erase="delete",
    )
    register_personal(
        MailLogEntry,
        rows=_emails_to,
        fields=("created_at", "sent_at", "kind_label", "recipient", "shown_subject", "shown_text", "state"),
        erase="delete",
    )
    register_personal(
        DeadAddress,
        rows=lambda person: DeadAddress.objects.filter(address__in=_addresses(person)),
        fields=("address", "reason", "detail", "marked_at", "released_at"),
        erase="delete",
    )
    register_personal(
        AuditEntry, rows=lambda person: AuditEntry.objects.filter(actor=person), fields=("at", "action", "subject"),
        erase=None, why=EVIDENCE,
    )  # fmt: skip
    register_personal(
        ActingSession,
        rows=lambda person: ActingSession.objects.filter(person=person),
        fields=("created_at", "reason", "ends_at", "ended_at"),
        # As in the audit, only the reason is removed: it may name the person.
        erase=lambda person: ActingSession.objects.filter(person=person).update(reason=""),
        why=EVIDENCE,
    )
    register_personal(
        DemandEvent,
        rows=lambda person: DemandEvent.objects.filter(builder=person),
        fields=("day", "kind", "service", "count"),
        erase="delete",
    )
    register_personal(
        LogEntry,
        rows=lambda person: LogEntry.objects.filter(user=person),
        fields=("action_time", "object_repr"),
        # The log of what staff did is kept; only the person's name in it is replaced.
        erase=lambda person: LogEntry.objects.filter(object_id=str(person.pk)).update(object_repr=NAME),
        why=EVIDENCE,
    )
    register_personal(
        Flag,
        rows=lambda person: person.flag_set.all(),
        fields=("name",),
        erase=lambda person: person.flag_set.clear(),
    )


def _register_contact() -> None:
    """Registers what people wrote to support."""
    register_personal(
        ContactMessage,
        rows=lambda person: ContactMessage.objects.filter(Q(person=person) | Q(email__iexact=person.email)),
        fields=("created_at", "name", "email", "reference", "text", "answered_at"),
        erase="delete",
    )
