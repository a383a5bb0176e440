"""Tests finding audit rows of models that were renamed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.test import Client

from accounts.models import User
from core import audit

pytestmark = pytest.mark.django_db


def test_each_former_label_belongs_to_a_present_model() -> None:
    labels = audit.former_labels()
    assert labels
    assert all(apps.get_model(new) for new in labels.values())
    assert not [old for old in labels if old in {model._meta.label_lower for model in apps.get_models()}]


def test_searching_for_a_model_also_finds_rows_under_its_former_label(
    browser_of: Callable[[User], Client], alex: User
) -> None:
    audit.record(actor=None, action="an old row", subject="pathways.teaching:7", before=None, after=None)
    admin, address = browser_of(alex), "/admin/core/auditentry/"

    assert admin.get(address, {"q": "pathways.builderskill:7"}).context["cl"].result_count == 1
    assert admin.get(address, {"q": "pathways.builderskill:8"}).context["cl"].result_count == 0
