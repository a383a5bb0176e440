"""All factories by the names of their classes."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from factory.django import DjangoModelFactory

from tests import factories

MODULES = [import_module(f"tests.factories.{module.name}") for module in iter_modules(factories.__path__)]
FACTORIES: dict[str, type[DjangoModelFactory[Any]]] = {
    name: item
    for module in MODULES
    for name, item in vars(module).items()
    if isinstance(item, type) and issubclass(item, DjangoModelFactory) and item.__module__ == module.__name__
}
