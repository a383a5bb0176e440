"""What every list of the admin has, whichever app or package registered it: links to related rows, filters by date, plain
words in filters, and a download as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from html import unescape
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import label_for_field, lookup_field, quote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKey,
    JSONField,
    Model,
    QuerySet,
    UUIDField,
)
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from core import audit
from core.csv_export import csv_response
from core.replicas import from_replica

MOST_ROWS = 20_000  # in one download


def address_of(model: type[Model], key: Any) -> str:
    """Returns the address of a row in the admin."""
    before, after = _address_around_key(model)
    return f"{before}{quote(key)}{after}"


@cache
def _address_around_key(model: type[Model]) -> tuple[str, str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    before, _, after = reverse(name, args=["-key-"]).partition("-key-")
    return before, after


class LinkedColumn:
    """A column that links to the related rows."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.__name__ = f"linked_{field.name}"
        self.short_description = field.verbose_name
        self.admin_order_field = field.name

    def __call__(self, row: Model) -> SafeString | None:
        related = getattr(row, self.field.name)
        if related is None:
            return None
        return format_html('<a href="{}">{}</a>', address_of(self.field.remote_field.model, related.pk), related)


class NumberColumn:
    """A column with a decimal number without the zeros at its end, of which the database keeps four or more."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.__name__ = field.name
        self.short_description = field.verbose_name
        self.admin_order_field = field.name

    def __call__(self, row: Model) -> str | None:
        value = getattr(row, self.field.name)
        if value is None:
            return None
        return f"{value:.2f}" if value == round(value, 2) and value % 1 else f"{value.normalize():f}"


class YesNoFilter(admin.EmptyFieldListFilter):
    """Whether a field is filled, as "reported: yes, no" instead of "reported at: empty, not empty"."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = str(self.title).removesuffix(" at")

    def choices(self, changelist: Any) -> Iterator[Any]:
        labels = {None: "All", "1": "No", "0": "Yes"}
        for value, label in labels.items():
            yield {
                "selected": self.lookup_val == value,
                "query_string": changelist.get_query_string({self.lookup_kwarg: value})
                if value
                else changelist.get_query_string(remove=[self.lookup_kwarg]),
                "display": label,
            }


class PlainChangeList(ChangeList):
    """Adds the filters of the list to the addresses of its rows itself: Django resolves each address for that, which takes as
    long as everything else of the page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.query_of_rows = f"?{self.preserved_filters}" if self.preserved_filters else ""
        self.preserved_filters = ""

    def url_for_result(self, result: Model) -> str:
        return f"{address_of(self.model, getattr(result, self.pk_attname))}{self.query_of_rows}"


TECHNICAL = frozenset({
    "id", "version", "sequence", "key", "digest", "etag", "fingerprint", "external_id", "provider_id", "request_id", "message",
    "client_key", "calendar_uid", "subject_id", "subject_kind", "seat", "form_key",
})  # fmt: skip


class PlainList(admin.ModelAdmin[Any]):
    """Mixed into every admin by `core.admin_site.AdminSite`."""

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        usual = super().get_changelist(request, **options)
        return PlainChangeList if usual is ChangeList else usual

    def action_checkbox(self, obj: Model) -> SafeString:
        """Returns the same box as Django, which renders a template for each row."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select"'
            ' aria-label="Select this object for an action - {}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            obj,
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        """Links the columns of related rows, but the first, which leads to the row itself."""
        names = list(super().get_list_display(request))
        return [name if at == 0 else self._column(name) for at, name in enumerate(names)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Calls the list what its rows are, instead of "Select booking to change"."""
        context = {"title": capfirst(self.model._meta.verbose_name_plural), **(extra_context or {})}
        if request.method != "GET":
            return super().changelist_view(request, context)
        return from_replica(request, lambda: self._whole_list(request, context))

    def _whole_list(self, request: HttpRequest, context: dict[str, Any]) -> Any:
        """Returns the page with its rows, which a template response would read only later."""
        response = super().changelist_view(request, context)
        return response.render() if isinstance(response, TemplateResponse) else response

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Groups the values of a row that is only read: what it is, when things happened, and what only programs need."""
        groups = super().get_fieldsets(request, obj)
        if self.fieldsets or len(groups) != 1 or obj is None or self.has_change_permission(request, obj):
            return groups
        names = list(groups[0][1]["fields"])
        technical = [name for name in names if self._is_technical(name)]
        empty = [name for name in names if name not in technical and self._is_empty(obj, name)]
        times = [name for name in names if isinstance(self._field(name), DateTimeField) and name not in empty]
        first = [name for name in self.list_display if name in names]  # what says most about the row
        main = [name for name in dict.fromkeys([*first, *names]) if name not in {*technical, *empty, *times}]
        shown: list[Any] = [(None, {"fields": [self._readable(name) for name in main]})]
        if times:
            shown.append(("Times", {"fields": times}))
        for title, folded in (("Without a value", empty), ("For programs", technical)):
            if folded:
                shown.append((title, {"fields": folded, "classes": ["collapse"]}))
        return shown

    def _is_empty(self, row: Any, name: Any) -> bool:
        return self._field(name) is not None and getattr(row, name) in (None, "")

    def _readable(self, name: Any) -> Any:
        """Returns what shows the value: numbers without the zeros at their end."""
        field = self._field(name)
        return NumberColumn(field) if isinstance(field, DecimalField) else name

    def _is_technical(self, name: Any) -> bool:
        field = self._field(name)
        return name in TECHNICAL or isinstance(field, JSONField | UUIDField)

    def get_list_select_related(self, request: HttpRequest) -> Any:
        """Loads the related rows of all columns in the same query, where the list does not say which."""
        chosen = super().get_list_select_related(request)
        if chosen is not False:
            return chosen
        return [name for name in self.list_display if isinstance(self._field(name), ForeignKey)] or False

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Adds a filter by the first date of the list, or else by when rows were created."""
        filters = [self._in_plain_words(entry) for entry in super().get_list_filter(request)]
        names = [name for name in self.list_display if isinstance(self._field(name), DateField)]
        if not names and isinstance(self._field("created_at"), DateField):
            names = ["created_at"]
        named = {entry[0] if isinstance(entry, tuple) else entry for entry in filters}
        if names and not named & set(names) and self.date_hierarchy is None:
            filters.append((names[0], admin.DateFieldListFilter))
        return filters

    def _in_plain_words(self, entry: Any) -> Any:
        if isinstance(entry, tuple) and entry[1] is admin.EmptyFieldListFilter:
            return (entry[0], YesNoFilter)
        return entry

    def _column(self, name: Any) -> Any:
        field = self._field(name)
        if name in self.list_editable or not isinstance(field, ForeignKey | DecimalField):
            return name
        if isinstance(field, DecimalField):
            return NumberColumn(field)
        target: Any = field.related_model
        return LinkedColumn(field) if self.admin_site.is_registered(target) else name

    def _field(self, name: Any) -> Any:
        try:
            return self.model._meta.get_field(name) if isinstance(name, str) else None
        except FieldDoesNotExist:
            return None


@admin.action(description="Download as CSV", permissions=["view"])
def download_as_csv(model_admin: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
    """Returns the selected rows with the columns of the list. Who downloaded how many is audited."""
    count = rows.count()
    if count > MOST_ROWS:
        message = f"These are {count} rows. Filter the list to {MOST_ROWS} rows or fewer, then download it."
        model_admin.message_user(request, message, messages.ERROR)
        return None
    columns = [name for name in model_admin.get_list_display(request) if name != "action_checkbox"]
    head = [str(label_for_field(name, model_admin.model, model_admin)).capitalize() for name in columns]
    label = model_admin.model._meta.label_lower
    audit.record_download(actor=request.user, subject=label, rows=count)
    lines = ([_text(name, row, model_admin) for name in columns] for row in rows)
    return csv_response(f"{model_admin.model._meta.model_name}.csv", head, lines)


def _text(name: Any, row: Model, model_admin: Any) -> Any:
    """Returns what a column shows, without markup; dates in ISO 8601, so that spreadsheets know them."""
    field, _, value = lookup_field(name, row, model_admin)
    if isinstance(field, ForeignKey):
        value = getattr(row, field.name)
    elif field is not None and field.flatchoices:
        value = dict(field.flatchoices).get(value, value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, SafeString):
        return unescape(strip_tags(value)).strip()
    return value


def reason_page(
    model_admin: Any,
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    help_text: str,
    fields: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Returns the page that asks for the reason of an action, which keeps the selection and what else was entered."""
    actions = dict(model_admin.get_action_choices(request, default_choices=[]))
    action = request.POST.get("action", "")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": actions.get(action, "Give a reason"),
        "opts": model_admin.opts,
        "action": action,
        "selected": request.POST.getlist("_selected_action"),
        "select_across": request.POST.get("select_across", "0"),
        "rows": rows[:50],
        "count": rows.count(),
        "help_text": help_text,
        "fields": [(name, label, request.POST.get(name, "")) for name, label in fields],
    }
    return TemplateResponse(request, "admin/reason.html", context)
