"""Tests that each model has a factory, and that each factory makes a valid row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field, Model

from tests.conventions.factories import FACTORIES
from tests.conventions.sources import LAYERS


def test_each_model_has_a_factory() -> None:
    """Database views have none: a row of theirs comes from other tables."""
    models = {
        model
        for layer in LAYERS
        if layer != "config"
        for model in apps.get_app_config(layer).get_models()
        if model._meta.managed
    }

    missing = models - {factory._meta.get_model_class() for factory in FACTORIES.values()}

    assert sorted(model._meta.label for model in missing) == []


UUID_TEXT = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


@pytest.mark.django_db
@pytest.mark.parametrize("name", FACTORIES)
def test_a_factory_makes_valid_rows_with_a_title_that_a_person_can_read(name: str) -> None:
    """Makes two, as many tests do, and checks them as `full_clean` does. The admin shows the title in links to the row."""
    rows = FACTORIES[name].create_batch(2)

    for row in rows:
        row.clean_fields(exclude=empty_by_default(row))
        row.clean()
        row.validate_unique()
        row.validate_constraints()
        title = str(type(row)._default_manager.get(pk=row.pk))
        assert title.strip()
        assert UUID_TEXT.search(title) is None


def empty_by_default(row: Model) -> list[str]:
    """Returns the fields left empty that only a form would refuse."""
    return [
        field.name
        for field in row._meta.concrete_fields
        if (field.null or field.has_default()) and is_empty(field, row)
    ]


def is_empty(field: Field[Any, Any], row: Model) -> bool:
    return getattr(row, field.attname) in field.empty_values
