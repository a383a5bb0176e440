"""Tests that only the modules of the API contain names in camelCase."""

from __future__ import annotations

import ast
import re

from config.embedded.paths import PROJECT
from tests.conventions.sources import OURS, nodes_of, tree_of

CAMEL = re.compile(r"^[a-z]+([A-Z][a-z0-9]+)+$")
API = re.compile(r"(^|/)(api/.*|\w*api|schemas)\.py$")
NOT_OF_THE_API = {
    "accounts/templatetags/browsers.py",  # iPhone
    "connections/caldav/providers.py",  # iCloud
    "connections/google/reader.py",  # the names of Google's API
    "connections/microsoft/reader.py",  # the names of Microsoft's API
    "connections/microsoft/service.py",
    "operations/backups/buckets.py",  # the names of S3
    "config/logs.py",  # an attribute of Python's log records
    "connections/zoom/webhooks.py",  # the names of Zoom
    "payments/pdf.py",  # the name of a library
    "pathways/badges/open_badges.py",  # the names of Open Badges
    "marketplace/structured_data.py",  # the names of schema.org
}


def camel_names(tree: ast.Module) -> list[str]:
    values = [node.value for node in nodes_of(tree) if isinstance(node, ast.Constant)]
    return [value for value in values if isinstance(value, str) and CAMEL.match(value)]


def test_only_the_api_has_names_in_camel_case() -> None:
    paths = {path.relative_to(PROJECT).as_posix(): path for path in OURS if not API.search(path.as_posix())}
    names = {name: camel_names(tree_of(path)) for name, path in paths.items() if name not in NOT_OF_THE_API}

    assert {name: camel for name, camel in names.items() if camel} == {}


def test_a_name_in_camel_case_is_seen() -> None:
    source = 'raise Refused(INVALID, fields={"startsOn": words, "name": words})'

    assert camel_names(ast.parse(source)) == ["startsOn"]
