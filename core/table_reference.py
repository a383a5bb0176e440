"""The reference of tables and fields, which `manage.py export_tables` prints for docs/tables.md."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models import Field, ForeignKey, ManyToManyField, Model, UUIDField

# A comment at the end of the line that defines a field.
COMMENT = re.compile(r"^ +(?P<name>\w+)(?::[^=]+)? = .*  # (?P<words>.+)$", re.MULTILINE)
MOST_CHOICES = 15
NOT_WORDS = ("noqa", "type:", "fmt:", "pragma")
KINDS = {
    "ArrayField": "list", "AutoField": "number", "BigAutoField": "number", "BigIntegerField": "whole number", "BinaryField": "bytes",
    "BooleanField": "yes or no", "CharField": "text", "DateField": "day", "DateTimeField": "instant", "DateTimeMultiRangeField": "ranges of instants",
    "DateTimeRangeField": "range of instants", "DecimalField": "decimal number", "DurationField": "length of time",
    "EmailField": "email address", "FileField": "file", "FloatField": "number", "IntegerField": "whole number",
    "JSONField": "JSON", "LineField": "text", "NameField": "name", "PositiveBigIntegerField": "whole number",
    "PositiveIntegerField": "whole number", "PositiveSmallIntegerField": "whole number", "SlugField": "word",
    "SmallIntegerField": "whole number", "TextField": "long text", "TimeField": "time of day", "URLField": "web address",
    "UUIDField": "UUID",
}  # fmt: skip
AnyField = Field[Any, Any]
INTRODUCTION = """# Tables and fields

Written by `manage.py export_tables` from the models; a test compares them. Each app is a layer, the lowest first
([CONTRIBUTING.md](../CONTRIBUTING.md)). Instants are UTC. What a field means is in its help text, in the comment beside it, or in
what forms call it; where its name says everything, the column is empty. The words of the domain are explained in the
[glossary](../CONTRIBUTING.md#glossary).
"""


def reference() -> str:
    """Returns the content of docs/tables.md."""
    parts = [INTRODUCTION]
    for config in own_apps():
        parts.append(f"\n## {config.label}\n")
        parts += [_table(model) for model in models_of(config)]
    return "".join(parts)


def own_apps() -> list[AppConfig]:
    """Returns the apps of Waymark that have tables, the lowest layer first."""
    own = [config for config in reversed(list(apps.get_app_configs())) if _is_own(config)]
    return [config for config in own if models_of(config)]


def models_of(config: AppConfig) -> list[type[Model]]:
    """Returns the models of an app in the order of their names."""
    return sorted(config.get_models(), key=lambda model: model.__name__)


def words_of(model: type[Model]) -> str:
    """Returns the docstring of a model on one line; empty if it has none, where Django lists the fields instead."""
    words = " ".join(inspect.cleandoc(model.__doc__ or "").split())
    return "" if words.startswith(f"{model.__name__}(") else words


def _is_own(config: AppConfig) -> bool:
    return str(config.path).startswith(str(settings.BASE_DIR)) and "site-packages" not in str(config.path)


def _table(model: type[Model]) -> str:
    comments = dict(_comments(model))
    rows = "\n".join(_row(field, comments) for field in _fields(model))
    head = f"\n### {model.__name__}\n\n`{model._meta.db_table}`: {words_of(model)}\n\n"
    return f"{head}| field | kind | meaning |\n|---|---|---|\n{rows}\n"


def _fields(model: type[Model]) -> list[AnyField]:
    return [*model._meta.concrete_fields, *model._meta.local_many_to_many]


def _row(field: AnyField, comments: dict[str, str]) -> str:
    words = str(field.help_text or comments.get(field.name, "") or _usual(field) or _label(field))
    return f"| `{field.name}` | {_kind(field)} | {_cell(words[:1].upper() + words[1:])} |"


def _label(field: AnyField) -> str:
    """Returns what forms call the field, where that is not its name."""
    return "" if field.verbose_name == field.name.replace("_", " ") else str(field.verbose_name)


def _usual(field: AnyField) -> str:
    """Returns what fields of this name mean everywhere."""
    usual = {
        "id": "The key of the row.",
        "created_at": "When the row was created.",
        "changed_at": "When it was last changed.",
        "currency": "The code of ISO 4217.",
        "timezone": "The name in the time zone database.",
        "position": "The place in the order.",
        "slug": "The part of its address.",
        "from_minute": "Minutes since midnight.",
        "to_minute": "Minutes since midnight.",
        **dict.fromkeys(("buffer_before", "buffer_after", "minimum_notice"), "Minutes."),
    }
    return usual.get(field.name, "")


def _kind(field: AnyField) -> str:
    if isinstance(field, ManyToManyField):
        return f"links to {field.related_model.__name__}"
    kind = f"link to {field.related_model.__name__}" if isinstance(field, ForeignKey) else _usual_kind(field)
    if field.choices:
        kind = _choices(field)
    elif field.max_length and not field.related_model and not isinstance(field, UUIDField):
        kind = f"{kind} of at most {field.max_length:,} characters"
    notes = [note for note, holds in (("key", field.primary_key), ("may be empty", field.null)) if holds]
    return _cell(", ".join([kind, *notes]))


def _choices(field: AnyField) -> str:
    choices = [(value, str(label)) for value, label in field.flatchoices if value != ""]
    if len(choices) > MOST_CHOICES:
        return f"one of {len(choices)} values"
    return "one of " + ", ".join(
        f"`{value}`" if label.lower() in (str(value).lower(), str(value).replace("_", " ")) else f"`{value}` ({label})"
        for value, label in choices
    )


def _usual_kind(field: AnyField) -> str:
    name = type(field).__name__
    return KINDS.get(name) or re.sub(r"(?<!^)([A-Z])", r" \1", name.removesuffix("Field")).lower()


def _comments(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Yields the names of fields with the comments beside them, also of the classes that the model extends."""
    for parent in reversed(model.__mro__):
        if (
            issubclass(parent, Model)
            and parent is not Model
            and str(inspect.getfile(parent)).startswith(str(settings.BASE_DIR))
        ):
            for match in COMMENT.finditer(inspect.getsource(parent)):
                if not match["words"].startswith(NOT_WORDS):
                    yield match["name"], match["words"]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("](", "]\\(")
