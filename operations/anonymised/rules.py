"""Which columns of an anonymised copy stay as they are. Every other one with text, a file or an address is replaced.

A model in the registry of personal data is replaced, but for the columns named here. A model outside of it has to be in one
of the two lists of models, which a test checks. One that is in neither is replaced, so that nothing is left by mistake.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from core.personal import registered

# Nobody is named in these: what the site offers, and how it runs.
IMPERSONAL = frozenset({
    "accounts.Place", "accounts.ProfessionalRole", "auth.Group", "auth.Permission", "bookings.SlotOffer",
    "coaching.CancellationTier", "coaching.OfferedDuration", "coaching.Service", "coaching.SessionDuration",
    "contenttypes.ContentType", "core.ExchangeRate", "core.Heartbeat", "core.JobRun", "core.SignUpPolicy", "core.SitePage",
    "insights.DailyFigure", "insights.DailyFigureRun", "operations.AlarmState", "operations.ErrorCount", "pathways.Badge",
    "pathways.Pathway", "pathways.Skill", "pathways.SkillPrerequisite", "payments.LedgerClosing", "payments.LedgerLeg",
    "payments.TaxKind", "payments.TaxRate", "scheduling.ExceptionDay", "scheduling.TypeSchedule", "scheduling.WorkedHoliday",
    "waffle.Sample", "waffle.Switch",
})  # fmt: skip
# These have no link to a person that the registry could know, but words, addresses or keys of people in them.
WITHOUT_A_LINK = frozenset({
    "account.EmailConfirmation", "coaching.Question", "core.Attempt", "marketplace.ListedWord", "core.AuditSeal", "core.IdempotencyKey",
    "core.MailEvent", "core.OutboxPause", "core.WebhookDelivery", "messaging.Conversation", "operations.BackupRecord",
    "payments.LedgerEntry", "payments.ProviderCheck", "payments.ProviderTransaction", "sessions.Session",
})  # fmt: skip
# Columns of a code that the program knows, in whatever model they are.
CODES = frozenset({
    "action", "channel", "currency", "country", "country_code", "event", "hour_format", "interval", "kind", "language",
    "languages", "rate_types", "sent_currency", "source_kind", "subject_kind", "tax_country", "timezone", "declined_zones",
    "tiers", "early_tiers", "scopes", "kinds", "weekdays", "verb",
})  # fmt: skip
# Columns of one model: references that the program makes itself, and names of what the site offers.
KEPT = {
    "accounts.MemberChange": {"field"},
    "bookings.Booking": {"reference", "source"},
    "bookings.FunnelCount": {"channel", "reason"},
    "bookings.BookingAttempt": {"reason"},
    "coaching.Package": {"session_types"},
    "coaching.PackagePurchase": {"reference", "session_types"},
    "connections.LinkedAccount": {"service"},
    "connections.WebhookMessage": {"source"},
    "core.Flag": {"name", "note"},
    "core.WebhookDelivery": {"source"},
    "marketplace.BuilderListing": {
        "categories", "formats", "pathways", "roles", "role_names", "service_names", "services", "skill_slugs", "skills",
        "specialisations", "place",
    },
    "marketplace.FirstSteps": {"skipped"},
    "pathways.Enrolment": {"skills_at_start"},
    "messaging.Conversation": {"pair"},
    "payments.Payment": {"subject_reference"},
    "payments.Plan": {"name", "description", "features"},
    "payments.CreditGrant": {"usable_for"},
    "payments.SavedCard": {"brand"},
    "payments.Subscription": {"end_reason"},
    "bookings.StarCount": {"counts"},
    "bookings.Preparation": {"checked"},
}  # fmt: skip
# Where somebody lives or works: rounded to a whole degree, which is about a hundred kilometres.
COORDINATES = frozenset({"latitude", "longitude"})
TEXTS = (
    models.CharField,
    models.TextField,
    models.GenericIPAddressField,
    models.FileField,
    models.BinaryField,
    models.JSONField,
)


def replaced_models() -> list[type[models.Model]]:
    """Returns the models with columns to replace, tables of links left out, since they have only references."""
    every = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return [model for model in every if model._meta.label not in IMPERSONAL]


def unknown_models() -> list[str]:
    """Returns the models of which nobody has said whether people are in them."""
    known = IMPERSONAL | WITHOUT_A_LINK | {personal.model._meta.label for personal in registered()}
    return sorted(model._meta.label for model in replaced_models() if model._meta.label not in known)


def replaced_fields(model: type[models.Model]) -> Iterator[models.Field[object, object]]:
    """Yields the fields of a model whose columns are replaced."""
    kept = CODES | KEPT.get(model._meta.label, frozenset())
    for field in model._meta.local_concrete_fields:
        is_text = isinstance(field, (*TEXTS, SearchVectorField)) or _is_array_of_text(field)
        is_reference = field.is_relation or field.generated or bool(field.choices)
        if (is_text and not is_reference and field.name not in kept) or field.name in COORDINATES:
            yield field


def _is_array_of_text(field: models.Field[object, object]) -> bool:
    return isinstance(field, ArrayField) and isinstance(field.base_field, models.CharField | models.TextField)
