from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import waffle.admin
import waffle.models
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.timesince import timesince

from core import audit, clock, outbox, webhooks
from core.audit_subjects import AuditSubject, subjects_of
from core.big_tables import BigTable
from core.errors import Refused
from core.flags import registered_flags
from core.models import (
    AuditEntry,
    DemandEvent,
    ExchangeRate,
    Flag,
    Heartbeat,
    JobRun,
    OutboxMessage,
    PolicyVersion,
    SitePage,
    WebhookDelivery,
)


def _with_good_keys(model: Any, values: Iterable[Any]) -> list[Any]:
    """The values that can be keys of this model. Widgets look up what was sent before the form has refused it, and
    text that is no UUID would raise there."""
    return [value for value in values if not value or _is_key(model, value)]


def _is_key(model: Any, value: Any) -> bool:
    try:
        model._meta.pk.to_python(value)
    except ValidationError:
        return False
    return True


class _KeysOnly:
    """Keeps what is no key out of the query for the rows that an autocomplete field shows as chosen."""

    field: Any

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        keys = _with_good_keys(self.field.remote_field.model, value)
        return super().optgroups(name, keys, attr)  # type: ignore[misc]  # the widget that this is mixed into


class _Autocomplete(_KeysOnly, AutocompleteSelect):
    pass


class _AutocompleteMultiple(_KeysOnly, AutocompleteSelectMultiple):
    pass


class AuditedAdmin(admin.ModelAdmin[Any]):
    """Writes an audit row for each change made in the admin, with the changed fields before and after.

    Values of `personal_fields` are left out of it, because audit rows are kept when the person is erased.
    """

    personal_fields: Sequence[str] = ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options["widget"] = _Autocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options["widget"] = _AutocompleteMultiple(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  (Django's signature)
        super().save_model(request, obj, form, change)
        fields = form.changed_data
        before = self._audited_values(form.initial, fields) if change else None
        after = self._audited_values(form.cleaned_data, fields)
        action = "changed in the admin" if change else "added in the admin"
        audit.record(actor=request.user, action=action, subject=obj, before=before, after=after)

    def _audited_values(self, values: dict[str, Any], fields: list[str]) -> dict[str, Any]:
        return {name: "(a person's)" if name in self.personal_fields else _plain(values.get(name)) for name in fields}

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        audit.record(
            actor=request.user, action="deleted in the admin", subject=obj, before={"was": str(obj)}, after=None
        )
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)


def _plain(value: Any) -> Any:
    """Returns the value as JSON can store it: null, a boolean, a number or text."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows rows that only the code writes; nobody can add, change or delete them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class StaffActs(ReadOnlyAdmin):
    """Shows rows read-only, with actions (`permissions=["act"]`) that all staff may run and that call services."""

    def has_act_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


class ReadOnlyPart(admin.TabularInline[Any, Any]):
    """Shows related rows read-only on the page of the row that they belong to."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["what", "job", "period_at", "attempts", "finished_at"]
    search_fields = ["job"]

    @admin.display(description="job", ordering="job")
    def what(self, run: JobRun) -> str:
        return run.job.rpartition(".")[2].replace("_", " ").capitalize()


@admin.register(DemandEvent)
class DemandEventAdmin(ReadOnlyAdmin):
    list_display = ["day", "kind", "words", "service", "pathway", "town", "count"]
    list_filter = ["kind"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "seen_at", "verdict"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Heartbeat]:
        rows: QuerySet[Heartbeat] = super().get_queryset(request)
        return rows.annotate(read_at=Now())

    @admin.display(description="state")
    def verdict(self, heartbeat: Heartbeat) -> str:
        """Returns what the time of the heartbeat means."""
        now = getattr(heartbeat, "read_at", None) or clock.now()
        silence = now - heartbeat.seen_at
        return "Running" if silence <= SILENCE else f"Silent for {timesince(heartbeat.seen_at, now)}"


@admin.register(ExchangeRate)
class ExchangeRateAdmin(AuditedAdmin):
    list_display = ["currency", "per_dollar", "as_of"]
    search_fields = ["currency"]


@admin.register(AuditEntry)
class AuditEntryAdmin(BigTable, ReadOnlyAdmin):
    list_display = ["at", "actor", "acting_as", "action", "subject_link", "request_id"]
    list_filter = ["action"]
    list_select_related = ["actor", "acting_as"]
    search_fields = ["subject", "request_id", "actor__email"]

    @admin.display(description="subject", ordering="subject")
    def subject_link(self, entry: AuditEntry) -> str:
        """Returns the subject in words, as a link where the admin has a page for it."""
        known: dict[str, AuditSubject] = getattr(entry, "known_subjects", None) or subjects_of([entry.subject], {})
        subject = known[entry.subject]
        return format_html('<a href="{}">{}</a>', subject.url, subject.text) if subject.url else subject.text

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Names the subjects of the whole page at once, in one query for each model among them."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        known = subjects_of({entry.subject for entry in rows}, {})
        for entry in rows:
            vars(entry)["known_subjects"] = known
        changelist.result_list = rows
        return changelist

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """Also finds rows that were written under a model's former name."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        for name in audit.former_names(search_term.strip()):
            rows |= queryset.filter(subject__startswith=name)
        return rows, may_repeat


@admin.register(OutboxMessage)
class OutboxMessageAdmin(BigTable, ReadOnlyAdmin):
    """Shows the state of each message, with an action that queues the ones given up again."""

    list_display = ["event", "channel", "recipient", "state", "attempts", "due_at", "last_error"]
    list_filter = ["state", "channel"]
    search_fields = ["event", "recipient"]
    actions = ["try_again"]

    @admin.action(description="Retry failed messages", permissions=["retry"])
    def try_again(self, request: HttpRequest, rows: QuerySet[OutboxMessage]) -> None:
        dead = [message for message in rows if message.state == OutboxMessage.State.DEAD]
        for message in dead:
            outbox.retry(message)
        self.message_user(request, f"{len(dead)} will be tried again.")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.change_outboxmessage")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(BigTable, ReadOnlyAdmin):
    """Shows what outside services have sent, with an action that works it off once more. Bodies are not shown, since they
    name people."""

    list_display = ["received_at", "source", "verdict", "state", "size", "error"]
    list_filter = ["source", "state", "verdict"]
    search_fields = ["key"]
    exclude = ["body"]
    actions = ["replay"]

    @admin.action(description="Replay", permissions=["replay"])
    def replay(self, request: HttpRequest, deliveries: QuerySet[WebhookDelivery]) -> None:
        count = 0
        for delivery in deliveries:
            try:
                webhooks.replay(delivery=delivery, by=request.user)
            except Refused as refused:
                self.message_user(request, f"{delivery}: {refused.sentence}", messages.WARNING)
            else:
                count += 1
        self.message_user(request, f"{count} will be processed again.")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.change_webhookdelivery")


SILENCE = timedelta(seconds=45)  # as for /readyz: after several missed heartbeats
# Waymark uses only waffle's flags.
admin.site.unregister([waffle.models.Switch, waffle.models.Sample])


class _PeopleOfFlag(waffle.admin.InformativeManyToManyRawIdWidget):
    def label_and_url_for_value(self, values: Any) -> tuple[str, str]:
        return super().label_and_url_for_value(_with_good_keys(self.rel.model, values))


@admin.register(Flag)
class FlagAdmin(AuditedAdmin, waffle.admin.FlagAdmin):
    exclude = ["superusers", "created", "modified"]
    list_display = ("name", "everyone", "percent", "staff", "authenticated", "languages", "note", "modified")
    list_filter = ("everyone", "staff", "authenticated", "modified")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:  # type: ignore[override]  # waffle names it a keyword
        if db_field.name == "name":
            return forms.ChoiceField(
                choices=lambda: [
                    (name, name)
                    for name in sorted(
                        {*(flag.name for flag in registered_flags()), *Flag.objects.values_list("name", flat=True)}
                    )
                ],
                help_text="The features that can be switched for some people.",
            )
        if db_field.name == "users":
            return db_field.formfield(widget=_PeopleOfFlag(db_field.remote_field, self.admin_site))
        return super().formfield_for_dbfield(db_field, request=request, **kwargs)  # type: ignore[no-untyped-call]  # waffle has no types


@admin.register(SitePage)
class SitePageAdmin(AuditedAdmin):
    """Edits the texts of help, contact, privacy and terms. The pages themselves are fixed."""

    list_display = ["title", "slug", "changed_at"]
    readonly_fields = ["slug"]

    def get_readonly_fields(self, request: HttpRequest, obj: SitePage | None = None) -> list[str]:
        """Leaves a text that has versions to the page that publishes them."""
        has_versions = obj is not None and PolicyVersion.objects.filter(kind=obj.pk).exists()
        return ["slug", "text"] if has_versions else ["slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
