"""Loads templates for the demo of a checkout, in which a changed template shows on reload."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.template import Origin, Template
from django.template.loaders import cached


class Loader(cached.Loader):
    """Keeps compiled templates as Django's loader does, and compiles a template again once its file has changed.

    Django's keeps them for as long as the process runs, unless it is `runserver`, which begins anew.
    """

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        key = self.cache_key(template_name, skip)
        known: Any = self.get_template_cache.get(key)
        if not isinstance(known, Template) or vars(known).get("changed_at") != _changed_at(known):
            self.get_template_cache.pop(key, None)  # a template that was missing may be there now
        template = super().get_template(template_name, skip)
        vars(template).setdefault("changed_at", _changed_at(template))
        return template


def _changed_at(template: Template) -> int:
    """Returns when the file of the template was changed; 0 if it is gone."""
    try:
        return Path(template.origin.name).stat().st_mtime_ns
    except FileNotFoundError:
        return 0
