"""Tests the layers, the sizes of files and functions, and templates. import-linter checks imports (`make check`)."""

from __future__ import annotations

import ast
import re
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from config.embedded.paths import PROJECT
from tests.conventions.sources import LAYERS, OURS, nodes_of, tree_of

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


def test_templates_include_only_from_the_same_or_a_lower_layer() -> None:
    upwards = [
        f"{template} includes from {name}"
        for template in TEMPLATES
        if (own := layer_of(template.relative_to(PROJECT / "templates").parts[0])) >= 0
        for name in re.findall(r'{%\s*(?:include|extends)\s+"(\w+)/', template.read_text())
        if layer_of(name) > own
    ]

    assert upwards == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    output = StringIO()
    call_command("makemigrations", dry_run=True, stdout=output)

    assert output.getvalue().strip() == "No changes detected"


def test_files_stay_small() -> None:
    assert [str(path) for path in OURS if path.read_text().count("\n") > 400] == []


def test_functions_stay_small() -> None:
    long = [
        f"{path}: {node.name}"
        for path in OURS
        for node in nodes_of(tree_of(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 60
    ]

    assert long == []


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


def test_core_names_no_app() -> None:
    """Apps register what core needs of them, so it has none of their modules, URL names, model labels and folders."""
    pattern = re.compile(rf"\b(?:{'|'.join(set(LAYERS) - {'core', 'config'})})[.:/]\w+")
    core = [path for path in OURS if path.is_relative_to(PROJECT / "core")]

    assert {path.name: names for path in core if (names := pattern.findall(path.read_text()))} == {}
