"""Tests the layers, the sizes of files and functions, and templates. import-linter checks imports (`make check`)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from config.embedded.paths import PROJECT

LAYERS = ["core", "accounts", "connections", "pathways", "coaching", "scheduling", "bookings", "marketplace", "config"]
OURS = [path for layer in LAYERS for path in (PROJECT / layer).rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = list((PROJECT / "templates").rglob("*.html"))


def layer_of(label: str) -> int:
    return LAYERS.index(label) if label in LAYERS else -1


def test_foreign_keys_point_to_the_same_or_a_lower_layer() -> None:
    upwards = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if layer_of(model._meta.app_label) >= 0
        and layer_of(field.related_model._meta.app_label) > layer_of(model._meta.app_label)
        and field.related_model._meta.label != settings.AUTH_USER_MODEL
    ]

    assert upwards == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT / "templates")))
def test_templates_include_only_from_the_same_or_a_lower_layer(template: Path) -> None:
    own = layer_of(template.relative_to(PROJECT / "templates").parts[0])
    used = re.findall(r'{%\s*(?:include|extends)\s+"(\w+)/', template.read_text())

    assert [name for name in used if own >= 0 and layer_of(name) > own] == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]

    assert source.count("\n") <= 400
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno > 60] == []


def test_no_inline_style_or_script_in_templates() -> None:
    """The Content-Security-Policy forbids both. Emails have no policy, and need inline styles."""
    offending = [
        str(path)
        for path in TEMPLATES
        if "mail" not in path.parts and re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\bsrc=)", path.read_text())
    ]

    assert offending == []


def test_every_app_has_a_docstring() -> None:
    for layer in LAYERS:
        assert ast.get_docstring(ast.parse((PROJECT / layer / "__init__.py").read_text())), layer
